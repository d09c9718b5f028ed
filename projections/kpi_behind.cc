// projections/kpi_behind.cc - the aggregates behind a figure: candidates from the index of days,
// with their own contributions as the judge.

#include "events/check.h"
#include "projections/contributions.h"
#include "projections/day_index.h"
#include "projections/first_few.h"
#include "projections/keys.h"
#include "projections/kpi_sums.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace sijill::projections {

namespace {

// Who may be behind a side, each with the number of its shard: those that come first behind
// `after`.
class Candidates {
  public:
    explicit Candidates(const BehindPart& part)
        : after_(part.after), first_(std::max(part.limit, part.look_at)) {}

    void add(std::optional<AggregateKind> kind, std::string_view subject, size_t shard) {
        const View place(kind, subject);
        if (View(after_) < place) {
            first_.add(place, [shard] { return shard; });
        }
    }

    [[nodiscard]] const FirstFew<BehindPlace, size_t>& first() const { return first_; }

  private:
    using View = std::pair<std::optional<AggregateKind>, std::string_view>;
    const BehindPlace& after_;
    FirstFew<BehindPlace, size_t> first_;
};

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
                amount = wrapping_add(amount, wrapping_multiply(summand.sign, contribution.value));
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

// Their aggregates that stand, or once stood, in the days.
Result<void> add_standing(const Shards& shards,
                          const std::set<AggregateKind>& kinds,
                          const std::vector<DaySpan>& spans,
                          Candidates& out) {
    for (size_t shard = 0; shard < shards.size(); ++shard) {
        for (const DaySpan& span : spans) {
            for (const AggregateKind kind : kinds) {
                auto read = for_each_standing(
                    *shards[shard], kind, span.begin, span.end, [&](std::string_view subject) {
                        out.add(kind, subject, shard);
                    });
                if (!read) {
                    return read;
                }
            }
        }
    }
    return {};
}

// Reads aggregates, one after the other, and what each adds. Their terms are comparable.
class Added {
  public:
    explicit Added(const LocalTime& local_time) : local_time_(local_time) {}

    // False where there is none, which adds nothing. Errors: Corrupt, Storage.
    Result<bool> read(const RowReader& rows, AggregateKind kind, const std::string& subject) {
        contributions_.clear();
        const auto row = rows.get(keys::aggregate(kind, subject));
        if (!row) {
            return Unexpected(row.error());
        }
        if (!*row) {
            return false;
        }
        const auto decoded = decode_aggregate(kind, **row, dictionary_);
        if (!decoded) {
            return Unexpected(decoded.error());
        }
        contributions_of(decoded->aggregate.state, {local_time_, names_}, contributions_);
        return true;
    }

    [[nodiscard]] Contributions& contributions() { return contributions_; }
    [[nodiscard]] const Dictionary& dictionary() const { return dictionary_; }

  private:
    const LocalTime& local_time_;
    Dictionary dictionary_;
    const NameTerms names_{dictionary_};
    Contributions contributions_;  // kept for its memory
};

// What each adds to a side.
class Amounts {
  public:
    Amounts(const AskedSide& asked, const LocalTime& local_time)
        : asked_(asked), added_(local_time) {}

    // Errors: Corrupt, Storage.
    Result<int64_t> of(const RowReader& rows, AggregateKind kind, const std::string& subject) {
        const auto found = added_.read(rows, kind, subject);
        if (!found) {
            return Unexpected(found.error());
        }
        if (!*found && asked_.all_there) {
            return fail(Errc::Corrupt, "a listed aggregate has no row");
        }
        Contributions& contributions = added_.contributions();
        if (asked_.business_time != nullptr) {
            add_business_times(*asked_.business_time, contributions);
        }
        return amount_of(contributions, asked_, added_.dictionary());
    }

  private:
    const AskedSide& asked_;
    Added added_;
};

// At most `limit` of the candidates that add something.
Result<BehindList> list_of(const Candidates& candidates,
                           const Shards& shards,
                           Amounts& amounts,
                           size_t limit) {
    BehindList list;
    const auto& first = candidates.first().rows();
    for (auto at = first.begin(); at != first.end(); ++at) {
        if (list.items.size() == limit) {
            list.next = std::prev(at)->first;
            return list;
        }
        const auto& [kind, subject] = at->first;
        const auto amount = kind ? amounts.of(*shards[at->second], *kind, subject)
                                 : Result<int64_t>(1);  // a person
        if (!amount) {
            return Unexpected(amount.error());
        }
        if (*amount != 0) {
            list.items.push_back({kind, subject, *amount});
        }
    }
    if (candidates.first().cut()) {
        list.next = first.rbegin()->first;
    }
    return list;
}

// The side of the query with everything resolved. Errors: as behind().
Result<AskedSide> asked_side(const Shards& shards, const KpiQuery& query, Side side) {
    if (const auto faults = faults_of(query, {query.period}, {}); !faults.empty()) {
        return fail(Errc::Invalid, faults.front().what);
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

// The figure, if what is behind it may be listed. Errors: as behind().
Result<Figure> listed_figure(const Shards& shards, const KpiQuery& query) {
    const KpiBase* base = base_of(query);
    if (query.kpi->mean_of_months || (base != nullptr && base->mean_month)) {
        return fail(Errc::Invalid,
                    std::string(query.kpi->id) +
                        " has here a mean of months in it: nothing adds up to it; ask for what is "
                        "behind a month, with another base or of the KPI that it is the mean of");
    }
    auto figure = figure_of(shards, query);
    if (figure && figure->suppressed) {
        return fail(Errc::Invalid,
                    "this figure is suppressed (kpi.minimum_cell_size): what is behind it is not "
                    "told either");
    }
    return figure;
}

}  // namespace

Result<BehindList> behind(const Shards& shards,
                          const KpiQuery& query,
                          Side side,
                          const LocalTime& local_time,
                          const BehindPart& part) {
    CHECK(part.limit > 0, "a part of a list has room for one");
    const auto asked = asked_side(shards, query, side);
    if (!asked) {
        return Unexpected(asked.error());
    }
    const auto figure = listed_figure(shards, query);
    if (!figure) {
        return Unexpected(figure.error());
    }
    const auto spans = candidate_days(shards, *asked);
    if (!spans) {
        return Unexpected(spans.error());
    }
    Candidates candidates(part);
    if (auto added = add_standing(shards, kinds_behind(*asked), *spans, candidates); !added) {
        return Unexpected(added.error());
    }
    if (side == Side::Numerator && query.kpi->people) {
        const auto people = people_of(shards, *query.kpi->people, query.period);
        if (!people) {
            return Unexpected(people.error());
        }
        for (const std::string& person : *people) {
            candidates.add(std::nullopt, person, 0);
        }
    }
    Amounts amounts(*asked, local_time);
    auto list = list_of(candidates, shards, amounts, part.limit);
    if (list) {
        list->sum = side == Side::Numerator ? figure->numerator : figure->denominator.value_or(0);
    }
    return list;
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
    Amounts amounts(*asked, local_time);
    std::vector<Behind> out;
    for (size_t i = 0; i < shards.size(); ++i) {
        for (const auto& [kind, subject] : among.at(i)) {
            const auto amount = amounts.of(*shards[i], kind, subject);
            if (!amount) {
                return Unexpected(amount.error());
            }
            if (*amount != 0) {
                out.push_back({kind, subject, *amount});
            }
        }
    }
    return out;
}

Result<std::set<Subject>> differing_among(const BeforeAndAfter& shard,
                                          const Period& period,
                                          const LocalTime& local_time,
                                          const std::set<Subject>& among) {
    const auto behind_period = [end = end_hour(period)](const auto& each) {
        return each.cell.hour >= end;
    };
    Added added(local_time);
    const auto added_in = [&](const RowReader& rows, const Subject& subject) {
        const auto read = added.read(rows, subject.first, subject.second);
        Contributions contributions = std::exchange(added.contributions(), {});
        std::erase_if(contributions.cells, behind_period);
        std::erase_if(contributions.spans, behind_period);
        contributions.people.clear();
        return read ? Result<Contributions>(std::move(contributions))
                    : Result<Contributions>(Unexpected(read.error()));
    };
    std::set<Subject> differing;
    for (const Subject& subject : among) {
        const auto was = added_in(shard.before, subject);
        const auto is = added_in(shard.after, subject);
        if (!was || !is) {
            return Unexpected(was ? is.error() : was.error());
        }
        if (!(*was == *is)) {
            differing.insert(subject);
        }
    }
    return differing;
}

}  // namespace sijill::projections
