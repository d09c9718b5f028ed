#include "projections/kpi.h"

#include "projections/dimension_values.h"
#include "projections/keys.h"
#include "projections/kpi_breakdowns.h"
#include "projections/kpi_hiding.h"
#include "projections/kpi_sums.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

namespace sijill::projections {

namespace {

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

// Where people are counted: the distinct ones of each period.
Result<void> add_people(const Shards& shards,
                        Cube cube,
                        const std::vector<Period>& periods,
                        Sums& sums) {
    for (size_t i = 0; i < periods.size(); ++i) {
        const auto people = people_of(shards, cube, periods[i]);
        if (!people) {
            return Unexpected(people.error());
        }
        sums.add(i, {}, static_cast<int64_t>(people->size()));
    }
    return {};
}

// The sides of a figure by period, before they are put together.
struct Sides {
    Sums numerators;
    Sums denominators;
    bool split = false;   // the denominators are split by the dimension too
    Dictionary values{};  // of the dimension
};

// The terms of a dictionary in the order of their texts.
std::vector<Term> sorted_terms(const Dictionary& values) {
    std::vector<Term> terms;
    for (uint32_t number = 0; number < values.size(); ++number) {
        terms.push_back(Term{number});
    }
    std::ranges::sort(terms, {}, [&values](Term term) { return values.text(term); });
    return terms;
}

// The figure of a value in a period, when it has one. Without a split, the whole is the
// denominator.
std::optional<Figure> figure_in(const Sides& sides,
                                Term term,
                                size_t period,
                                const Breakdown& breakdown) {
    const Sums::Group above = sides.numerators.at(period, term.number);
    const Sums::Group below =
        sides.split ? sides.denominators.at(period, term.number) : Sums::Group{};
    if (!above.present && !below.present) {
        return std::nullopt;
    }
    return Figure{above.sum, sides.split ? std::optional(below.sum) : breakdown.whole.denominator};
}

// Periods side by side in memory, [begin, end).
struct PeriodTile {
    size_t begin;
    size_t end;
};

// Calls `each` for the figures of a tile, value by value, as the sums lie in memory: with the
// period's number in the tile.
template <class Each>
void for_each_figure(const Sides& sides,
                     const std::vector<Term>& terms,
                     PeriodTile tile,
                     const std::vector<Breakdown>& breakdowns,
                     Each&& each) {
    for (const Term term : terms) {
        for (size_t period = tile.begin; period < tile.end; ++period) {
            if (const auto figure = figure_in(sides, term, period, breakdowns[period])) {
                each(period - tile.begin, term, *figure);
            }
        }
    }
}

// The figures of all values in all periods; counted first, so that each is made in its place.
void add_figures(const Sides& sides, std::vector<Breakdown>& breakdowns) {
    const std::vector<Term> terms = sorted_terms(sides.values);
    for (size_t begin = 0; begin < breakdowns.size(); begin += Sums::kTile) {
        const PeriodTile tile{begin, std::min(breakdowns.size(), begin + Sums::kTile)};
        std::array<size_t, Sums::kTile> counts{};
        for_each_figure(
            sides, terms, tile, breakdowns, [&](size_t at, Term, const Figure&) { ++counts[at]; });
        std::array<FiguresByValue::sequence_type, Sums::kTile> figures;
        for (size_t at = 0; at < Sums::kTile; ++at) {
            figures[at].reserve(counts[at]);
        }
        for_each_figure(
            sides, terms, tile, breakdowns, [&](size_t at, Term term, const Figure& figure) {
                figures[at].emplace_back(sides.values.text(term), figure);
            });
        for (size_t period = tile.begin; period < tile.end; ++period) {
            breakdowns[period].by.adopt_sequence(boost::container::ordered_unique_range,
                                                 std::move(figures[period - begin]));
        }
    }
}

// Both sides added up over each period.
Result<std::vector<Breakdown>> sums_of(const Shards& shards,
                                       const KpiQuery& query,
                                       const std::vector<Period>& periods,
                                       const std::string& dimension) {
    Sides sides{Sums(periods.size()), Sums(periods.size())};
    const std::vector<SumTerm>* base = terms_of(query, Side::Denominator);
    sides.split = base != nullptr && grouped_by(*base, dimension);
    std::vector<Tally> tallies;
    add_tallies(query, Side::Numerator, dimension, sides.numerators, tallies);
    add_tallies(
        query, Side::Denominator, sides.split ? dimension : "", sides.denominators, tallies);
    if (auto added = add_cells(shards, periods, tallies, sides.values); !added) {
        return Unexpected(added.error());
    }
    if (query.kpi->people) {
        if (auto added = add_people(shards, *query.kpi->people, periods, sides.numerators);
            !added) {
            return Unexpected(added.error());
        }
    }
    std::vector<Breakdown> breakdowns(periods.size());
    for (size_t i = 0; i < periods.size(); ++i) {
        const std::optional<int64_t> whole =
            base == nullptr ? std::optional<int64_t>() : sides.denominators.total(i);
        breakdowns[i].whole = {sides.numerators.total(i), whole};
    }
    if (!dimension.empty()) {
        add_figures(sides, breakdowns);
    }
    return breakdowns;
}

// What months say of a value: nothing of it is a share of 0 of what is not split by value.
std::vector<Figure> figures_in(std::span<const Breakdown> months,
                               const std::string& value,
                               bool split) {
    std::vector<Figure> figures;
    for (const Breakdown& month : months) {
        const auto found = month.by.find(value);
        const Figure none{0, split ? std::optional<int64_t>(0) : month.whole.denominator};
        figures.push_back(found == month.by.end() ? none : found->second);
    }
    return figures;
}

Breakdown mean_of(std::span<const Breakdown> months, bool split) {
    Breakdown mean;
    std::vector<Figure> wholes;
    for (const Breakdown& month : months) {
        wholes.push_back(month.whole);
        for (const auto& [value, figure] : month.by) {
            mean.by.try_emplace(value);
        }
    }
    mean.whole = mean_of(wholes);
    for (auto& [value, figure] : mean.by) {
        figure = mean_of(figures_in(months, value, split));
    }
    return mean;
}

// The months of a period; those at its ends may be cut by it. An hour is a part of one.
Result<std::vector<Period>> months_of(const Period& period) {
    return period.hour ? std::vector{period} : parts_of(period, PeriodPart::Month);
}

bool is_of_whole_months(const Period& period) {
    const auto begins_month = [](int32_t day) { return events::civil_from_days(day).day == 1; };
    return !period.hour && begins_month(period.begin_day) && begins_month(period.end_day);
}

// Over a mean month of each period of whole months, which is its denominator by its months.
void weigh_by_months(const Summed& summed, std::vector<Breakdown>& sums) {
    for (size_t i = 0; i < sums.size(); ++i) {
        const auto times = static_cast<int64_t>(summed.months[i]);
        sums[i].whole.numerator *= times;
        for (auto& [value, figure] : sums[i].by) {
            figure.numerator *= times;
        }
    }
}

// The mean of the months of each period; those at its ends may be cut by it.
std::vector<Breakdown> means_of_months(const Summed& summed,
                                       bool split,
                                       const std::vector<Breakdown>& sums) {
    std::vector<Breakdown> means;
    for (size_t begin = 0; const size_t months : summed.months) {
        means.push_back(mean_of(std::span(sums).subspan(begin, months), split));
        begin += months;
    }
    return means;
}

bool is_over_mean_month(const KpiQuery& query) {
    const KpiBase* base = base_of(query);
    return base != nullptr && base->mean_month;
}

// People, and what stands at a day's end.
bool is_by_day(const KpiQuery& query) {
    const auto running = [&query](Side side) {
        const std::vector<SumTerm>* terms = terms_of(query, side);
        return terms != nullptr && std::ranges::any_of(*terms, [](const SumTerm& term) {
                   return describe(term.cube).running;
               });
    };
    return query.kpi->people || running(Side::Numerator) || running(Side::Denominator);
}

// The values of a dimension in the cubes that the KPI sums; empty when a cube's are codes of the
// site.
std::vector<std::string_view> values_in(const KpiDefinition& kpi, std::string_view dimension) {
    std::vector<std::string_view> all;
    const auto add = [&](const std::vector<SumTerm>& terms) {
        return std::ranges::all_of(terms, [&](const SumTerm& term) {
            const auto values = values_of(term.cube, dimension);
            all.insert(all.end(), values.begin(), values.end());
            return !values.empty() || !has_dimension(term.cube, dimension);
        });
    };
    const bool closed =
        add(kpi.numerator) && std::ranges::all_of(kpi.variants, add, &KpiVariant::numerator);
    if (!closed) {
        return {};
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

}  // namespace

bool grouped_by(const std::vector<SumTerm>& terms, const std::string& group) {
    return std::ranges::all_of(
        terms, [&](const SumTerm& term) { return has_dimension(term.cube, group); });
}

Result<Summed> summed_periods(const KpiQuery& query, const std::vector<Period>& periods) {
    const bool of_months = query.kpi->mean_of_months;
    Summed summed;
    if (!of_months) {
        summed.periods = periods;
    }
    if (!of_months && !is_over_mean_month(query)) {
        return summed;
    }
    for (const Period& period : periods) {
        const auto months = months_of(period);
        if (!months) {
            return Unexpected(months.error());
        }
        summed.months.push_back(months->size());
        if (of_months) {
            summed.periods.insert(summed.periods.end(), months->begin(), months->end());
        }
    }
    return summed;
}

std::vector<Breakdown> figures_of_sums(const KpiQuery& query,
                                       const Summed& summed,
                                       const std::string& dimension,
                                       std::vector<Breakdown> sums) {
    if (query.kpi->mean_of_months) {
        const std::vector<SumTerm>* base = terms_of(query, Side::Denominator);
        return means_of_months(summed, base != nullptr && grouped_by(*base, dimension), sums);
    }
    if (is_over_mean_month(query)) {
        weigh_by_months(summed, sums);
    }
    return sums;
}

Result<std::vector<Breakdown>> plain_breakdowns(const Shards& shards,
                                                const KpiQuery& query,
                                                const Summed& summed,
                                                const std::string& dimension) {
    auto sums = sums_of(shards, query, summed.periods, dimension);
    if (!sums) {
        return sums;
    }
    return figures_of_sums(query, summed, dimension, std::move(*sums));
}

std::vector<QueryFault> faults_of(const KpiQuery& query,
                                  const std::vector<Period>& periods,
                                  const std::vector<std::string>& by) {
    const KpiDefinition& kpi = *query.kpi;
    const std::string name(kpi.id);
    std::vector<QueryFault> faults;
    const auto look_up = [&](const std::string& part, const std::string& dimension) {
        if (std::ranges::find(kpi.dimensions, dimension) == kpi.dimensions.end()) {
            faults.push_back({part,
                              name + " has no dimension '" + dimension +
                                  "'; it has: " + joined(kpi.dimensions)});
        }
    };
    for (const auto& [dimension, value] : query.filters) {
        look_up(dimension, dimension);
        const auto values = values_in(kpi, dimension);
        if (!may_be(values, value)) {
            faults.push_back(
                {dimension,
                 name + " has no " + dimension + " '" + value + "'; there are: " + joined(values)});
        }
    }
    for (const std::string& dimension : by) {
        look_up("by", dimension);
    }
    if (!query.base.empty() &&
        std::ranges::find(kpi.bases, query.base, &KpiBase::name) == kpi.bases.end()) {
        faults.push_back(
            {"base", name + " has no base '" + query.base + "'; it has: " + names_of(kpi.bases)});
    }
    if (!query.variant.empty() && variant_of(query) == nullptr) {
        faults.push_back(
            {"variant",
             name + " has no variant '" + query.variant + "'; it has: " + names_of(kpi.variants)});
    }
    const auto hour =
        std::ranges::find_if(periods, [](const Period& period) { return period.hour.has_value(); });
    if (hour != periods.end() && is_by_day(query)) {
        faults.push_back({"period", name + " is counted by day; it has no hours: " + hour->id});
    }
    const auto cut = std::ranges::find_if_not(periods, is_of_whole_months);
    if (cut != periods.end() && is_over_mean_month(query)) {
        faults.push_back({"period",
                          name + " has the base '" + std::string(base_of(query)->name) +
                              "' of whole months only: " + cut->id});
    }
    return faults;
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

Result<std::vector<Breakdown>> breakdowns_of(const Shards& shards,
                                             const KpiQuery& query,
                                             const std::vector<Period>& periods,
                                             const std::string& dimension) {
    std::vector<std::string> by;
    if (!dimension.empty()) {
        by.push_back(dimension);
    }
    if (const auto faults = faults_of(query, periods, by); !faults.empty()) {
        return fail(Errc::Invalid, faults.front().what);
    }
    const auto summed = summed_periods(query, periods);
    auto breakdowns = summed ? plain_breakdowns(shards, query, *summed, dimension)
                             : Result<std::vector<Breakdown>>(Unexpected(summed.error()));
    if (breakdowns && query.kpi->minimum_cell != 0) {
        if (auto hidden = hide_small(shards, query, periods, dimension, *breakdowns); !hidden) {
            return Unexpected(hidden.error());
        }
    }
    return breakdowns;
}

Figure figure_of_nothing(const KpiQuery& query, const std::string& dimension, const Figure& whole) {
    if (whole.suppressed) {
        return kSuppressed;  // as all parts of a small whole are
    }
    const std::vector<SumTerm>* base = terms_of(query, Side::Denominator);
    if (base == nullptr) {
        return {};
    }
    return grouped_by(*base, dimension) ? Figure{0, 0} : Figure{0, whole.denominator};
}

Result<Figure> figure_of(const Shards& shards, const KpiQuery& query) {
    const auto found = breakdowns_of(shards, query, {query.period}, "");
    return found ? found->front().whole : Result<Figure>(Unexpected(found.error()));
}

Result<FiguresByValue> figures_by(const Shards& shards,
                                  const KpiQuery& query,
                                  const std::string& dimension) {
    auto found = breakdowns_of(shards, query, {query.period}, dimension);
    if (!found) {
        return Unexpected(found.error());
    }
    return std::move(found->front().by);
}

}  // namespace sijill::projections
