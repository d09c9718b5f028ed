#include "projections/kpi.h"

#include "projections/contributions.h"
#include "projections/day_index.h"
#include "projections/keys.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <set>

namespace sijill::projections {

namespace {

// One summand with everything resolved to positions in its cube.
struct Summand {
    Cube cube;
    size_t measure;
    int64_t sign;
    struct Filter {
        size_t dimension;
        std::string value;
        bool equal;
    };
    std::vector<Filter> filters;
    std::optional<size_t> group;  // dimension that the answer is broken down by
};

using Summands = std::vector<Summand>;

// One side of a figure in one period, whole and by the values of a dimension.
struct Sums {
    int64_t total = 0;
    std::map<std::string, int64_t, std::less<>> groups;
};

// A summand and where its cells are added: sums by period.
struct Tally {
    Summand summand;
    std::vector<Sums>* sums;
};

// Days without a gap, and for each of them the periods, by number, that it lies in.
struct DayRun {
    int32_t begin_day;
    std::vector<std::vector<uint32_t>> periods;
    [[nodiscard]] int32_t end_day() const {
        return begin_day + static_cast<int32_t>(periods.size());
    }
};

std::string joined(const std::vector<std::string_view>& names) {
    std::string text;
    for (const std::string_view name : names) {
        text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return text.empty() ? "none" : text;
}

template <class T>
std::string names_of(const std::vector<T>& named) {
    std::vector<std::string_view> names;
    std::ranges::transform(named, std::back_inserter(names), &T::name);
    return joined(names);
}

Result<void> check_query(const KpiQuery& query, const std::string& group) {
    const KpiDefinition& kpi = *query.kpi;
    std::vector<std::string> asked;
    std::ranges::transform(
        query.filters, std::back_inserter(asked), [](const auto& filter) { return filter.first; });
    if (!group.empty()) {
        asked.push_back(group);
    }
    for (const std::string& dimension : asked) {
        if (std::ranges::find(kpi.dimensions, dimension) == kpi.dimensions.end()) {
            return fail(Errc::Invalid,
                        std::string(kpi.id) + " has no dimension '" + dimension +
                            "'; it has: " + joined(kpi.dimensions));
        }
    }
    if (!query.base.empty() &&
        std::ranges::find(kpi.bases, query.base, &KpiBase::name) == kpi.bases.end()) {
        return fail(Errc::Invalid,
                    std::string(kpi.id) + " has no base '" + query.base +
                        "'; it has: " + names_of(kpi.bases));
    }
    if (!query.variant.empty() &&
        std::ranges::find(kpi.variants, query.variant, &KpiVariant::name) == kpi.variants.end()) {
        return fail(Errc::Invalid,
                    std::string(kpi.id) + " has no variant '" + query.variant +
                        "'; it has: " + names_of(kpi.variants));
    }
    return {};
}

// A condition applies to every summand whose cube has its dimension: a purpose narrows the calls
// coded with it, and leaves the base "calls offered" whole.
void narrow(Summand& summand, std::string_view dimension, std::string_view value, bool equal) {
    if (const auto index = dimension_index(summand.cube, dimension)) {
        summand.filters.push_back({*index, std::string(value), equal});
    }
}

void narrow_all(Summand& summand, const std::vector<DimensionFilter>& filters) {
    for (const DimensionFilter& filter : filters) {
        narrow(summand, filter.dimension, filter.value, filter.equal);
    }
}

Summands resolve(const std::vector<SumTerm>& terms,
                 const KpiQuery& query,
                 Side side,
                 const std::string& group) {
    Summands summands;
    for (const SumTerm& term : terms) {
        Summand summand{
            term.cube, *measure_index(term.cube, term.measure), term.sign, {}, std::nullopt};
        narrow_all(summand, term.filters);
        for (const auto& [dimension, value] : query.filters) {
            narrow(summand, dimension, value, true);
        }
        for (const KpiVariant& variant : query.kpi->variants) {
            if (side == Side::Numerator && variant.name == query.variant) {
                narrow_all(summand, variant.filters);
            }
        }
        if (!group.empty()) {
            summand.group = dimension_index(term.cube, group);
        }
        summands.push_back(std::move(summand));
    }
    return summands;
}

const std::vector<SumTerm>* terms_of(const KpiQuery& query, Side side) {
    const KpiDefinition& kpi = *query.kpi;
    if (side == Side::Numerator) {
        const auto variant = std::ranges::find(kpi.variants, query.variant, &KpiVariant::name);
        const bool other = variant != kpi.variants.end() && !variant->numerator.empty();
        return other ? &variant->numerator : &kpi.numerator;
    }
    if (kpi.bases.empty()) {
        return nullptr;
    }
    const auto named = std::ranges::find(kpi.bases, query.base, &KpiBase::name);
    return named == kpi.bases.end() ? &kpi.bases.front().terms : &named->terms;
}

template <class Texts>
bool passes(const Summand& summand, const Texts& dimensions) {
    return std::ranges::all_of(summand.filters, [&](const Summand::Filter& filter) {
        return (dimensions[filter.dimension] == filter.value) == filter.equal;
    });
}

// The days of the periods, so that each day is read once however many periods it lies in.
std::vector<DayRun> day_runs(const std::vector<Period>& periods) {
    std::vector<uint32_t> order(periods.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](uint32_t number) { return periods[number].begin_day; });
    std::vector<DayRun> runs;
    for (const uint32_t number : order) {
        const Period& period = periods[number];
        if (runs.empty() || period.begin_day > runs.back().end_day()) {
            runs.push_back({period.begin_day, {}});
        }
        DayRun& run = runs.back();
        const auto days = static_cast<size_t>(period.end_day - run.begin_day);
        run.periods.resize(std::max(run.periods.size(), days));
        for (auto day = static_cast<size_t>(period.begin_day - run.begin_day); day < days; ++day) {
            run.periods[day].push_back(number);
        }
    }
    return runs;
}

void add_amount(const Tally& tally,
                const keys::CellsParts& cells,
                const std::vector<uint32_t>& periods,
                int64_t amount) {
    const std::string_view group =
        tally.summand.group ? cells.dimensions[*tally.summand.group] : std::string_view();
    for (const uint32_t period : periods) {
        Sums& sums = (*tally.sums)[period];
        sums.total += amount;
        auto at = sums.groups.find(group);
        if (at == sums.groups.end()) {
            at = sums.groups.emplace(group, 0).first;
        }
        at->second += amount;
    }
}

// Adds a row of a cube to the tallies, which are all of that cube. False: it is damaged.
bool add_row(std::string_view key,
             std::string_view value,
             const DayRun& run,
             const std::vector<const Tally*>& tallies) {
    const auto cells = keys::parse_cells(key);
    if (!cells) {
        return false;
    }
    const auto passing = [&](const Tally* tally) {
        return passes(tally->summand, cells->dimensions);
    };
    if (std::ranges::none_of(tallies, passing)) {
        return true;
    }
    Measures day{};
    const auto read = decode_cells(value, [&](int32_t, const Measures& measures) {
        std::ranges::transform(day, measures, day.begin(), std::plus<>());
    });
    for (const Tally* tally : tallies) {
        const int64_t amount = tally->summand.sign * day[tally->summand.measure];
        if (read && amount != 0 && passing(tally)) {
            add_amount(*tally,
                       *cells,
                       run.periods[static_cast<size_t>(cells->day - run.begin_day)],
                       amount);
        }
    }
    return read.has_value();
}

// One pass over the cells of each cube that a tally needs.
Result<void> add_cells(const Shards& shards,
                       const std::vector<Period>& periods,
                       const std::vector<Tally>& tallies) {
    std::map<Cube, std::vector<const Tally*>> by_cube;
    for (const Tally& tally : tallies) {
        by_cube[tally.summand.cube].push_back(&tally);
    }
    for (const DayRun& run : day_runs(periods)) {
        for (const auto& [cube, own] : by_cube) {
            const std::string begin = keys::cells_from(cube, run.begin_day);
            const std::string end = keys::cells_from(cube, run.end_day());
            for (const RowReader* rows : shards) {
                bool whole = true;
                auto scanned = rows->scan(begin, end, [&, &tallied = own](auto key, auto value) {
                    whole = add_row(key, value, run, tallied);
                    return whole;
                });
                if (!scanned) {
                    return scanned;
                }
                if (!whole) {
                    return fail(Errc::Corrupt, "a KPI cell is damaged: run `sijill audit replay`");
                }
            }
        }
    }
    return {};
}

Result<std::set<std::string>> people_of(const Shards& shards, Cube cube, const Period& period) {
    std::set<std::string> people;
    for (const RowReader* rows : shards) {
        const auto scanned = rows->scan(keys::people_from(cube, period.begin_day),
                                        keys::people_from(cube, period.end_day),
                                        [&people](std::string_view key, std::string_view) {
                                            if (const auto parts = keys::parse_person(key)) {
                                                people.emplace(parts->person);
                                            }
                                            return true;
                                        });
        if (!scanned) {
            return Unexpected(scanned.error());
        }
    }
    return people;
}

// A side of the figure, ready to be summed by period and group. No terms: nothing is.
std::vector<Tally> tally(const KpiQuery& query,
                         Side side,
                         const std::string& group,
                         std::vector<Sums>& sums) {
    const std::vector<SumTerm>* terms = terms_of(query, side);
    std::vector<Tally> tallies;
    for (Summand& summand : terms == nullptr ? Summands() : resolve(*terms, query, side, group)) {
        tallies.push_back({std::move(summand), &sums});
    }
    return tallies;
}

// Where people are counted: the distinct ones of each period.
Result<void> add_people(const Shards& shards,
                        Cube cube,
                        const std::vector<Period>& periods,
                        std::vector<Sums>& sums) {
    for (size_t i = 0; i < periods.size(); ++i) {
        const auto people = people_of(shards, cube, periods[i]);
        if (!people) {
            return Unexpected(people.error());
        }
        const auto count = static_cast<int64_t>(people->size());
        sums[i].total += count;
        sums[i].groups[""] += count;
    }
    return {};
}

bool grouped_by(const std::vector<SumTerm>& terms, const std::string& group) {
    return std::ranges::all_of(
        terms, [&](const SumTerm& term) { return dimension_index(term.cube, group).has_value(); });
}

// The figure of each value. `split`: the denominators are split by it too; else `whole` is that of
// each.
std::map<std::string, Figure> figures_of(const Sums& numerators,
                                         const Sums& denominators,
                                         bool split,
                                         std::optional<int64_t> whole) {
    std::map<std::string, Figure> figures;
    for (const auto& [value, sum] : numerators.groups) {
        figures[value] = {sum, split ? std::optional<int64_t>(0) : whole};
    }
    if (split) {
        for (const auto& [value, sum] : denominators.groups) {
            figures[value].denominator = sum;
        }
    }
    return figures;
}

// What one aggregate adds to the summands in the period.
int64_t amount_of(const Contributions& contributions,
                  const Summands& summands,
                  const Period& period,
                  const Dictionary& dictionary) {
    int64_t amount = 0;
    for (const Contribution& contribution : contributions.cells) {
        const int32_t day = day_of_hour(contribution.cell.hour);
        if (day < period.begin_day || day >= period.end_day) {
            continue;
        }
        std::array<std::string_view, kMaxDimensions> texts;
        std::ranges::transform(contribution.cell.dimensions, texts.begin(), [&](Term term) {
            return dictionary.text(term);
        });
        for (const Summand& summand : summands) {
            if (summand.cube == contribution.cell.cube && summand.measure == contribution.measure &&
                passes(summand, texts)) {
                amount += summand.sign * contribution.value;
            }
        }
    }
    return amount;
}

// The aggregates that stand, or once stood, in the period's days, each once.
Result<std::set<std::pair<AggregateKind, std::string>>> standing_in(const RowReader& rows,
                                                                    const Period& period) {
    std::set<std::pair<AggregateKind, std::string>> subjects;
    Result<void> read;
    for (size_t number = 1; number <= kAggregateKindCount; ++number) {
        const auto kind = static_cast<AggregateKind>(number);
        const auto scanned = rows.scan(keys::day_from(kind, period.begin_day),
                                       keys::day_from(kind, period.end_day),
                                       [&](std::string_view, std::string_view page) {
                                           read = decode_subjects(page, [&](auto subject) {
                                               subjects.emplace(kind, subject);
                                           });
                                           return read.has_value();
                                       });
        if (!scanned || !read) {
            return Unexpected(scanned ? read.error() : scanned.error());
        }
    }
    return subjects;
}

Result<void> add_behind(const RowReader& rows,
                        const KpiQuery& query,
                        const Summands& summands,
                        const LocalTime& local_time,
                        std::vector<Behind>& out) {
    const auto subjects = standing_in(rows, query.period);
    if (!subjects) {
        return Unexpected(subjects.error());
    }
    Dictionary dictionary;
    const NameTerms names(dictionary);
    Contributions contributions;
    for (const auto& [kind, subject] : *subjects) {
        const auto row = rows.get(keys::aggregate(kind, subject));
        if (!row) {
            return Unexpected(row.error());
        }
        const auto decoded =
            *row ? decode_aggregate(kind, **row, dictionary)
                 : Result<DecodedAggregate>(fail(Errc::Corrupt, "a listed aggregate has no row"));
        if (!decoded) {
            return Unexpected(decoded.error());
        }
        contributions_of(decoded->aggregate.state, {local_time, names}, contributions);
        if (const int64_t amount = amount_of(contributions, summands, query.period, dictionary);
            amount != 0) {
            out.push_back({kind, subject, amount});
        }
    }
    return {};
}

}  // namespace

Result<std::vector<Breakdown>> breakdowns_of(const Shards& shards,
                                             const KpiQuery& query,
                                             const std::vector<Period>& periods,
                                             const std::string& dimension) {
    if (auto checked = check_query(query, dimension); !checked) {
        return Unexpected(checked.error());
    }
    std::vector<Sums> numerators(periods.size());
    std::vector<Sums> denominators(periods.size());
    const std::vector<SumTerm>* base = terms_of(query, Side::Denominator);
    const bool split = base != nullptr && grouped_by(*base, dimension);
    std::vector<Tally> tallies = tally(query, Side::Numerator, dimension, numerators);
    std::ranges::move(tally(query, Side::Denominator, split ? dimension : "", denominators),
                      std::back_inserter(tallies));
    if (auto added = add_cells(shards, periods, tallies); !added) {
        return Unexpected(added.error());
    }
    if (query.kpi->people) {
        if (auto added = add_people(shards, *query.kpi->people, periods, numerators); !added) {
            return Unexpected(added.error());
        }
    }
    std::vector<Breakdown> breakdowns(periods.size());
    for (size_t i = 0; i < periods.size(); ++i) {
        const std::optional<int64_t> whole =
            base == nullptr ? std::optional<int64_t>() : denominators[i].total;
        breakdowns[i].whole = {numerators[i].total, whole};
        if (!dimension.empty()) {
            breakdowns[i].by = figures_of(numerators[i], denominators[i], split, whole);
        }
    }
    return breakdowns;
}

Result<Figure> figure_of(const Shards& shards, const KpiQuery& query) {
    const auto found = breakdowns_of(shards, query, {query.period}, "");
    return found ? found->front().whole : Result<Figure>(Unexpected(found.error()));
}

Result<std::map<std::string, Figure>> figures_by(const Shards& shards,
                                                 const KpiQuery& query,
                                                 const std::string& dimension) {
    auto found = breakdowns_of(shards, query, {query.period}, dimension);
    if (!found) {
        return Unexpected(found.error());
    }
    return std::move(found->front().by);
}

Result<std::vector<Behind>> behind(const Shards& shards,
                                   const KpiQuery& query,
                                   Side side,
                                   const LocalTime& local_time) {
    if (auto checked = check_query(query, ""); !checked) {
        return Unexpected(checked.error());
    }
    const std::vector<SumTerm>* terms = terms_of(query, side);
    if (terms == nullptr) {
        return fail(Errc::Invalid,
                    std::string(query.kpi->id) + " is a count: it has no denominator");
    }
    const Summands summands = resolve(*terms, query, side, "");
    std::vector<Behind> out;
    for (const RowReader* rows : shards) {
        if (auto added = add_behind(*rows, query, summands, local_time, out); !added) {
            return Unexpected(added.error());
        }
    }
    if (side == Side::Numerator && query.kpi->people) {
        const auto people = people_of(shards, *query.kpi->people, query.period);
        if (!people) {
            return Unexpected(people.error());
        }
        for (const std::string& person : *people) {
            out.push_back({std::nullopt, person, 1});
        }
    }
    std::ranges::sort(out, [](const Behind& a, const Behind& b) {
        return std::tie(a.kind, a.subject) < std::tie(b.kind, b.subject);
    });
    return out;
}

}  // namespace sijill::projections
