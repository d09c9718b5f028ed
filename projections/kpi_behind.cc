// projections/kpi_behind.cc - the aggregates behind a figure: candidates from the index of days,
// with their own contributions as the judge.

#include "projections/contributions.h"
#include "projections/day_index.h"
#include "projections/keys.h"
#include "projections/kpi_sums.h"

#include <algorithm>
#include <map>
#include <set>

namespace sijill::projections {

namespace {

using Subjects = std::set<Subject>;

// What is asked of every candidate.
struct AskedSide {
    std::vector<Summand> summands;
    Period period;
    int32_t as_of_hour = 0;
    bool all_there = true;                        // every candidate must have a row
    const BusinessTime* business_time = nullptr;  // where a summand is of a computed cube
};

// A span of local days whose pages are read.
struct DaySpan {
    int32_t begin;
    int32_t end;
};

// What one aggregate adds to the summands in the period.
int64_t amount_of(const Contributions& contributions,
                  const AskedSide& asked,
                  const Dictionary& dictionary) {
    int64_t amount = 0;
    for (const Contribution& contribution : contributions.cells) {
        const CellTexts texts = texts_of(contribution.cell, dictionary);
        for (const Summand& summand : asked.summands) {
            if (summand.cube == contribution.cell.cube && summand.measure == contribution.measure &&
                takes(summand, texts, asked.period, asked.as_of_hour)) {
                amount += summand.sign * contribution.value;
            }
        }
    }
    return amount;
}

// Of a running cube, the days on which something began that still counts at the period's end. What
// has gone again left a sum of 0 behind, so that a long past is not read for few open cases.
Result<void> add_running_days(const Shards& shards,
                              const Summand& summand,
                              const AskedSide& asked,
                              std::map<int32_t, int64_t>& days) {
    const int32_t end = block_of_day(asked.period.end_day) + 1;
    return scan_cells(
        shards,
        {Grain::Change, summand.cube, INT32_MIN, end},
        [&](std::string_view key, std::string_view value) {
            const auto cells = keys::parse_cells(key);
            if (!cells) {
                return false;
            }
            const auto add = [&](int32_t slot, size_t, int64_t amount) {
                const ChangeDays at = change_days(cells->row, cells->changes, slot);
                const CellTexts cell{at.bucket * kHoursPerDay, at.change, cells->dimensions};
                if (takes(summand, cell, asked.period, asked.as_of_hour)) {
                    days[at.bucket] += amount;
                }
            };
            const uint64_t asked_measure = uint64_t{1} << summand.measure;
            return visit_measures(cells->grain, value, asked_measure, add).has_value();
        });
}

// The days in which the aggregates behind the side stand, without overlaps.
Result<std::vector<DaySpan>> candidate_days(const Shards& shards, const AskedSide& asked) {
    std::vector<DaySpan> spans;
    std::map<int32_t, int64_t> days;
    for (const Summand& summand : asked.summands) {
        if (!describe(summand.cube).running) {
            spans = {{asked.period.begin_day, asked.period.end_day}};
            continue;
        }
        std::map<int32_t, int64_t> own;
        if (auto added = add_running_days(shards, summand, asked, own); !added) {
            return Unexpected(added.error());
        }
        for (const auto& [day, amount] : own) {
            days[day] |= amount;
        }
    }
    for (const auto& [day, amount] : days) {
        const bool listed = !spans.empty() && day >= spans[0].begin && day < spans[0].end;
        if (amount != 0 && !listed) {
            spans.push_back({day, day + 1});
        }
    }
    return spans;
}

// The kinds whose aggregates may be behind the side.
std::set<AggregateKind> kinds_behind(const AskedSide& asked) {
    std::set<AggregateKind> kinds;
    for (const Summand& summand : asked.summands) {
        const auto of_cube = kinds_of(summand.cube);
        kinds.insert(of_cube.begin(), of_cube.end());
    }
    return kinds;
}

// Their aggregates that stand, or once stood, in the days, each once.
Result<Subjects> standing_in(const RowReader& rows,
                             const std::set<AggregateKind>& kinds,
                             const std::vector<DaySpan>& spans) {
    Subjects subjects;
    for (const DaySpan& span : spans) {
        for (const AggregateKind kind : kinds) {
            auto read =
                for_each_standing(rows, kind, span.begin, span.end, [&](std::string_view subject) {
                    subjects.emplace(kind, subject);
                });
            if (!read) {
                return Unexpected(read.error());
            }
        }
    }
    return subjects;
}

Result<void> add_behind(const RowReader& rows,
                        const Subjects& subjects,
                        const AskedSide& asked,
                        const LocalTime& local_time,
                        std::vector<Behind>& out) {
    Dictionary dictionary;
    const NameTerms names(dictionary);
    Contributions contributions;
    for (const auto& [kind, subject] : subjects) {
        const auto row = rows.get(keys::aggregate(kind, subject));
        if (!row) {
            return Unexpected(row.error());
        }
        if (!*row && !asked.all_there) {
            continue;
        }
        const auto decoded =
            *row ? decode_aggregate(kind, **row, dictionary)
                 : Result<DecodedAggregate>(fail(Errc::Corrupt, "a listed aggregate has no row"));
        if (!decoded) {
            return Unexpected(decoded.error());
        }
        contributions_of(decoded->aggregate.state, {local_time, names}, contributions);
        if (asked.business_time != nullptr) {
            add_business_times(*asked.business_time, contributions);
        }
        if (const int64_t amount = amount_of(contributions, asked, dictionary); amount != 0) {
            out.push_back({kind, subject, amount});
        }
    }
    return {};
}

// The side of the query with everything resolved. Errors: as behind().
Result<AskedSide> asked_side(const Shards& shards, const KpiQuery& query, Side side) {
    if (auto checked = check_query(query, ""); !checked) {
        return Unexpected(checked.error());
    }
    if (auto checked = check_period(query, query.period); !checked) {
        return Unexpected(checked.error());
    }
    const std::vector<SumTerm>* terms = terms_of(query, side);
    if (terms == nullptr) {
        return fail(Errc::Invalid,
                    std::string(query.kpi->id) + " is a count: it has no denominator");
    }
    const auto as_of = as_of_hour(shards);
    if (!as_of) {
        return Unexpected(as_of.error());
    }
    const bool computed = std::ranges::any_of(
        *terms, [](const SumTerm& term) { return describe(term.cube).computed; });
    return AskedSide{resolve(*terms, query, side, ""),
                     query.period,
                     *as_of,
                     true,
                     computed ? query.kpi->business_time : nullptr};
}

// Errors: as behind().
Result<void> may_be_listed(const Shards& shards, const KpiQuery& query) {
    const KpiBase* base = base_of(query);
    if (query.kpi->mean_of_months || (base != nullptr && base->mean_month)) {
        return fail(Errc::Invalid,
                    std::string(query.kpi->id) +
                        " has here a mean of months in it: nothing adds up to it; ask for what is "
                        "behind a month, with another base or of the KPI that it is the mean of");
    }
    if (query.kpi->minimum_cell == 0) {
        return {};
    }
    const auto figure = figure_of(shards, query);
    if (!figure) {
        return Unexpected(figure.error());
    }
    return figure->suppressed ? fail(Errc::Rejected,
                                     "this figure is suppressed (kpi.minimum_cell_size): what is "
                                     "behind it is not told either")
                              : Result<void>();
}

}  // namespace

Result<std::vector<Behind>> behind(const Shards& shards,
                                   const KpiQuery& query,
                                   Side side,
                                   const LocalTime& local_time) {
    const auto asked = asked_side(shards, query, side);
    if (!asked) {
        return Unexpected(asked.error());
    }
    if (auto told = may_be_listed(shards, query); !told) {
        return Unexpected(told.error());
    }
    const auto spans = candidate_days(shards, *asked);
    if (!spans) {
        return Unexpected(spans.error());
    }
    const auto kinds = kinds_behind(*asked);
    std::vector<Behind> out;
    for (const RowReader* rows : shards) {
        const auto subjects = standing_in(*rows, kinds, *spans);
        if (!subjects) {
            return Unexpected(subjects.error());
        }
        if (auto added = add_behind(*rows, *subjects, *asked, local_time, out); !added) {
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

Result<std::vector<Behind>> behind_among(const Shards& shards,
                                         const KpiQuery& query,
                                         Side side,
                                         const LocalTime& local_time,
                                         const std::vector<std::set<Subject>>& among) {
    auto asked = asked_side(shards, query, side);
    if (!asked) {
        return Unexpected(asked.error());
    }
    asked->all_there = false;
    std::vector<Behind> out;
    for (size_t i = 0; i < shards.size(); ++i) {
        if (auto added = add_behind(*shards[i], among.at(i), *asked, local_time, out); !added) {
            return Unexpected(added.error());
        }
    }
    return out;
}

}  // namespace sijill::projections
