#include "projections/kpi.h"

#include "projections/contributions.h"
#include "projections/day_index.h"
#include "projections/keys.h"

#include <algorithm>
#include <functional>
#include <set>

namespace sijill::projections {

namespace {

__extension__ using Wide = __int128;  // products of two figures

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
using Groups = std::map<std::string, int64_t>;

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

Summands resolve(const std::vector<SumTerm>& terms,
                 const KpiQuery& query,
                 Side side,
                 const std::string& group) {
    Summands summands;
    for (const SumTerm& term : terms) {
        Summand summand{
            term.cube, *measure_index(term.cube, term.measure), term.sign, {}, std::nullopt};
        for (const DimensionFilter& filter : term.filters) {
            narrow(summand, filter.dimension, filter.value, filter.equal);
        }
        for (const auto& [dimension, value] : query.filters) {
            narrow(summand, dimension, value, true);
        }
        for (const KpiVariant& variant : query.kpi->variants) {
            if (side == Side::Numerator && variant.name == query.variant) {
                narrow(
                    summand, variant.filter.dimension, variant.filter.value, variant.filter.equal);
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
        return &kpi.numerator;
    }
    if (kpi.bases.empty()) {
        return nullptr;
    }
    const auto named = std::ranges::find(kpi.bases, query.base, &KpiBase::name);
    return named == kpi.bases.end() ? &kpi.bases.front().terms : &named->terms;
}

// Of sums that were not grouped: all of them stand under "".
int64_t total(const Groups& sums) {
    return sums.empty() ? 0 : sums.begin()->second;
}

template <class Texts>
bool passes(const Summand& summand, const Texts& dimensions) {
    return std::ranges::all_of(summand.filters, [&](const Summand::Filter& filter) {
        return (dimensions[filter.dimension] == filter.value) == filter.equal;
    });
}

// Adds the summand's cells of the period to `sums`, under the group's value or "".
Result<void> add_cells(const Shards& shards,
                       const Period& period,
                       const Summand& summand,
                       Groups& sums) {
    const std::string begin = keys::cells_from(summand.cube, period.begin_day);
    const std::string end = keys::cells_from(summand.cube, period.end_day);
    bool damaged = false;
    const auto add_cell = [&](std::string_view key, std::string_view value) {
        const auto cells = keys::parse_cells(key);
        int64_t amount = 0;
        damaged = !cells || !decode_cells(value, [&](int32_t, const Measures& measures) {
            amount += summand.sign * measures[summand.measure];
        });
        if (!damaged && amount != 0 && passes(summand, cells->dimensions)) {
            const auto group = summand.group ? cells->dimensions[*summand.group] : "";
            sums[std::string(group)] += amount;
        }
        return !damaged;
    };
    for (const RowReader* rows : shards) {
        if (auto scanned = rows->scan(begin, end, add_cell); !scanned) {
            return scanned;
        }
        if (damaged) {
            return fail(Errc::Corrupt, "a KPI cell is damaged: run `sijill audit replay`");
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

Result<Groups> sums_of(const Shards& shards,
                       const KpiQuery& query,
                       Side side,
                       const std::string& group) {
    Groups sums;
    for (const Summand& summand : resolve(*terms_of(query, side), query, side, group)) {
        if (auto added = add_cells(shards, query.period, summand, sums); !added) {
            return Unexpected(added.error());
        }
    }
    if (side == Side::Numerator && query.kpi->people) {
        const auto people = people_of(shards, *query.kpi->people, query.period);
        if (!people) {
            return Unexpected(people.error());
        }
        sums[""] += static_cast<int64_t>(people->size());
    }
    return sums;
}

bool grouped_by(const std::vector<SumTerm>& terms, const std::string& group) {
    return std::ranges::all_of(
        terms, [&](const SumTerm& term) { return dimension_index(term.cube, group).has_value(); });
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

int64_t unit_scale(Unit unit) {
    switch (unit) {
        case Unit::Count:
        case Unit::Percent:
            return 1;
        case Unit::Seconds:
            return events::kMsPerSecond;
        case Unit::Minutes:
            return events::kMsPerMinute;
        case Unit::Hours:
            return events::kMsPerHour;
    }
    return 1;
}

std::string group_thousands(const std::string& digits) {
    std::string out;
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) {
            out += ',';
        }
        out += digits[i];
    }
    return out;
}

std::string digits_of(Wide number) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(number % 10)));
        number /= 10;
    } while (number != 0);
    return digits;
}

// Rounded half away from zero.
std::string wide_decimal(Wide numerator, Wide denominator, int decimals, bool grouped) {
    for (int i = 0; i < decimals; ++i) {
        numerator *= 10;
    }
    const bool negative = (numerator < 0) != (denominator < 0);
    const Wide magnitude = numerator < 0 ? -numerator : numerator;
    const Wide divisor = denominator < 0 ? -denominator : denominator;
    const Wide rounded = (magnitude + divisor / 2) / divisor;
    std::string digits = digits_of(rounded);
    while (digits.size() <= static_cast<size_t>(decimals)) {
        digits.insert(0, "0");
    }
    const std::string whole = digits.substr(0, digits.size() - static_cast<size_t>(decimals));
    const std::string fraction = digits.substr(whole.size());
    std::string text = negative && rounded != 0 ? "-" : "";
    text += grouped ? group_thousands(whole) : whole;
    return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace

Result<Figure> figure_of(const Shards& shards, const KpiQuery& query) {
    if (auto checked = check_query(query, ""); !checked) {
        return Unexpected(checked.error());
    }
    const auto numerator = sums_of(shards, query, Side::Numerator, "");
    if (!numerator) {
        return Unexpected(numerator.error());
    }
    Figure figure{total(*numerator), std::nullopt};
    if (terms_of(query, Side::Denominator) != nullptr) {
        const auto denominator = sums_of(shards, query, Side::Denominator, "");
        if (!denominator) {
            return Unexpected(denominator.error());
        }
        figure.denominator = total(*denominator);
    }
    return figure;
}

Result<std::map<std::string, Figure>> figures_by(const Shards& shards,
                                                 const KpiQuery& query,
                                                 const std::string& dimension) {
    if (auto checked = check_query(query, dimension); !checked) {
        return Unexpected(checked.error());
    }
    const auto numerators = sums_of(shards, query, Side::Numerator, dimension);
    if (!numerators) {
        return Unexpected(numerators.error());
    }
    std::map<std::string, Figure> figures;
    for (const auto& [value, sum] : *numerators) {
        figures[value].numerator = sum;
    }
    const std::vector<SumTerm>* base = terms_of(query, Side::Denominator);
    if (base == nullptr) {
        return figures;
    }
    const bool split = grouped_by(*base, dimension);
    const auto denominators = sums_of(shards, query, Side::Denominator, split ? dimension : "");
    if (!denominators) {
        return Unexpected(denominators.error());
    }
    if (!split) {
        for (auto& [value, figure] : figures) {
            figure.denominator = total(*denominators);
        }
        return figures;
    }
    for (const auto& [value, sum] : *denominators) {
        figures[value].denominator = sum;
    }
    for (auto& [value, figure] : figures) {
        figure.denominator = figure.denominator.value_or(0);
    }
    return figures;
}

Figure growth(const Figure& now, const Figure& before) {
    const auto wide = [](const Figure& figure) {
        return static_cast<Wide>(figure.denominator.value_or(1));
    };
    const Wide change = now.numerator * wide(before) - before.numerator * wide(now);
    const Wide from = before.numerator * wide(now);
    const auto fits = [](Wide value) { return value <= INT64_MAX && value >= INT64_MIN; };
    if (from == 0 || !fits(change) || !fits(from)) {
        return {};
    }
    return {static_cast<int64_t>(change), static_cast<int64_t>(from)};
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

std::string decimal_text(int64_t numerator, int64_t denominator, int decimals, bool grouped) {
    return wide_decimal(numerator, denominator, decimals, grouped);
}

std::string print(const KpiDefinition& kpi, const Figure& figure) {
    if (kpi.bases.empty()) {
        return decimal_text(figure.numerator, 1, 0, true);
    }
    const int64_t denominator = figure.denominator.value_or(0);
    if (denominator == 0) {
        return "–";
    }
    static constexpr std::array<std::string_view, 5> kSuffixes{"", " %", " s", " min", " h"};
    const int64_t factor = kpi.unit == Unit::Percent ? 100 : 1;
    return decimal_text(
               figure.numerator * factor, denominator * unit_scale(kpi.unit), kpi.decimals, true) +
           std::string(kSuffixes[static_cast<size_t>(kpi.unit)]);
}

std::string print_growth(const Figure& growth) {
    if (growth.denominator.value_or(0) == 0) {
        return "–";
    }
    const std::string text =
        wide_decimal(Wide{growth.numerator} * 100, *growth.denominator, 1, true);
    return (text[0] == '-' ? "" : "+") + text + " %";
}

std::optional<std::string> value_text(const KpiDefinition& kpi, const Figure& figure) {
    if (kpi.bases.empty()) {
        return std::to_string(figure.numerator);
    }
    if (figure.denominator.value_or(0) == 0) {
        return std::nullopt;
    }
    const int64_t factor = kpi.unit == Unit::Percent ? 100 : 1;
    return decimal_text(
        figure.numerator * factor, *figure.denominator * unit_scale(kpi.unit), 6, false);
}

}  // namespace sijill::projections
