#include "projections/kpi_sums.h"

#include "projections/keys.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

namespace sijill::projections {

namespace {

// Hours or days without a gap, and for each of them the periods, by number, that it lies in.
struct TickRun {
    int32_t begin;
    std::vector<std::vector<uint32_t>> periods;
    [[nodiscard]] int32_t end() const { return begin + static_cast<int32_t>(periods.size()); }
};

// The ends of the periods, ascending, each with its period's number.
class PeriodEnds {
  public:
    explicit PeriodEnds(const std::vector<Period>& periods) : periods_(periods.size()) {
        std::iota(periods_.begin(), periods_.end(), 0U);
        std::ranges::sort(periods_, {}, [&](uint32_t number) { return periods[number].end_day; });
        first_ = periods[periods_.front()].end_day;
        for (uint32_t rank = 0; rank < periods_.size(); ++rank) {
            const auto until = static_cast<size_t>(periods[periods_[rank]].end_day - first_);
            behind_.resize(until, rank);
        }
    }
    [[nodiscard]] size_t size() const { return periods_.size(); }
    [[nodiscard]] uint32_t period(size_t rank) const { return periods_[rank]; }
    [[nodiscard]] int32_t last_day() const { return first_ + static_cast<int32_t>(behind_.size()); }
    // The first that lies behind a day: from there on the day counts.
    [[nodiscard]] size_t behind(int32_t day) const {
        if (day < first_) {
            return 0;
        }
        const auto at = static_cast<size_t>(day - first_);
        return at < behind_.size() ? behind_[at] : periods_.size();
    }

  private:
    std::vector<uint32_t> periods_;
    int32_t first_ = 0;
    std::vector<uint32_t> behind_;  // by day from first_
};

bool passes(const Summand& summand, const DimensionTexts& dimensions) {
    return std::ranges::all_of(summand.filters, [&](const Summand::Filter& filter) {
        return (dimensions[filter.dimension] == filter.value) == filter.equal;
    });
}

// The ticks of the periods, so that each is read once however many periods it lies in.
std::vector<TickRun> tick_runs(const std::vector<Period>& periods, Grain grain) {
    const auto begin_of = [&](const Period& period) {
        return grain == Grain::Day ? period.begin_day : begin_hour(period);
    };
    const auto end_of = [&](const Period& period) {
        return grain == Grain::Day ? period.end_day : end_hour(period);
    };
    std::vector<uint32_t> order(periods.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](uint32_t number) { return begin_of(periods[number]); });
    std::vector<TickRun> runs;
    for (const uint32_t number : order) {
        const int32_t begin = begin_of(periods[number]);
        if (runs.empty() || begin > runs.back().end()) {
            runs.push_back({begin, {}});
        }
        TickRun& run = runs.back();
        const auto ticks = static_cast<size_t>(end_of(periods[number]) - run.begin);
        run.periods.resize(std::max(run.periods.size(), ticks));
        for (auto tick = static_cast<size_t>(begin - run.begin); tick < ticks; ++tick) {
            run.periods[tick].push_back(number);
        }
    }
    return runs;
}

// What the periods and the due instants of the tallies tell apart.
Grain grain_of(const std::vector<Period>& periods, const std::vector<const Tally*>& tallies) {
    const bool hours =
        std::ranges::any_of(periods, [](const Period& p) { return p.hour.has_value(); });
    const bool due = std::ranges::any_of(tallies, [](const Tally* tally) {
        return tally->summand.past_only && !describe(tally->summand.cube).running;
    });
    return hours || due ? Grain::Hour : Grain::Day;
}

// The rows of one cube on their way into its tallies. Rows that no tally wants are not decoded, and
// of the others only the measures that are asked for are added up.
class CubePass {
  public:
    CubePass(std::vector<const Tally*> tallies, int32_t as_of_hour, Dictionary& groups)
        : tallies_(std::move(tallies)), as_of_hour_(as_of_hour), groups_(groups) {
        const bool by_age = std::ranges::any_of(
            tallies_, [](const Tally* tally) { return tally->summand.group_by_age; });
        for (size_t bin = 0; by_age && bin < kAgeNames.size(); ++bin) {
            ages_[bin] = groups_.intern(kAgeNames[bin]);
        }
    }

    // Adds the slots of a row that lie in the run. False: the row is damaged.
    bool add(std::string_view key, std::string_view value, const TickRun& run) {
        const auto cells = keys::parse_cells(key);
        if (!cells) {
            return false;
        }
        find_passing(cells->dimensions);
        if (passing_.empty()) {
            return true;
        }
        const int32_t first = cells->row * slots_of(cells->grain);
        int32_t tick = first;
        const auto visited = visit_measures(
            cells->grain, value, asked(), [&](int32_t slot, size_t measure, int64_t amount) {
                if (first + slot != tick) {
                    flush(tick, run);
                    tick = first + slot;
                }
                for (Passing& passing : passing_) {
                    passing.amount += passing.measure == measure ? amount : 0;
                }
            });
        flush(tick, run);
        return visited.has_value();
    }

    // Adds a part of a computed cell.
    void add(int32_t tick,
             const DimensionTexts& dimensions,
             const Measures& measures,
             const TickRun& run) {
        find_passing(dimensions);
        for (Passing& passing : passing_) {
            passing.amount = measures[passing.measure];
        }
        flush(tick, run);
    }

    // Adds a row of days of a running cube to the changes, which are by tally. False: it is
    // damaged.
    bool add_running(std::string_view key,
                     std::string_view value,
                     const PeriodEnds& ends,
                     std::vector<Sums>& changes) {
        const auto cells = keys::parse_cells(key);
        const auto day = cells ? change_day(cells->cube, cells->dimensions) : std::nullopt;
        if (!day) {
            return false;
        }
        find_passing(cells->dimensions);
        if (*day >= day_of_hour(as_of_hour_)) {
            std::erase_if(passing_,
                          [](const Passing& passing) { return passing.summand->past_only; });
        }
        if (passing_.empty()) {
            return true;
        }
        const int32_t first = cells->row * slots_of(cells->grain);
        const auto visited = visit_measures(
            cells->grain, value, asked(), [&](int32_t slot, size_t measure, int64_t amount) {
                add_bucket({first + slot, *day, amount}, measure, ends, changes);
            });
        for (const Passing& passing : passing_) {
            if (passing.amount != 0) {
                changes[passing.tally].add(
                    ends.behind(*day), passing.group, passing.summand->sign * passing.amount);
            }
        }
        return visited.has_value();
    }

  private:
    // A tally that wants the row.
    struct Passing {
        size_t tally;  // into tallies_
        const Summand* summand;
        size_t measure;
        Term group;
        int64_t amount = 0;  // what the row has for it, so far
    };
    struct RunningCell {
        int32_t bucket;
        int32_t day;
        int64_t amount;
    };

    // What a bucket has of a measure: by age into the changes, else to what the row has.
    void add_bucket(const RunningCell& cell,
                    size_t measure,
                    const PeriodEnds& ends,
                    std::vector<Sums>& changes) {
        for (Passing& passing : passing_) {
            if (passing.measure != measure) {
                continue;
            }
            const Summand& summand = *passing.summand;
            if (summand.age || summand.group_by_age) {
                add_by_age({cell.bucket, cell.day, summand.sign * cell.amount},
                           passing,
                           ends,
                           changes[passing.tally]);
            } else {
                passing.amount += cell.amount;
            }
        }
    }

    void find_passing(const DimensionTexts& dimensions) {
        passing_.clear();
        for (size_t i = 0; i < tallies_.size(); ++i) {
            const Summand& summand = tallies_[i]->summand;
            if (passes(summand, dimensions)) {
                passing_.push_back({i, &summand, summand.measure, group_of(summand, dimensions)});
            }
        }
    }

    [[nodiscard]] uint64_t asked() const {
        uint64_t measures = 0;
        for (const Passing& passing : passing_) {
            measures |= uint64_t{1} << passing.measure;
        }
        return measures;
    }

    // Adds what the tallies have of a tick to the periods that it lies in.
    void flush(int32_t tick, const TickRun& run) {
        const bool inside = tick >= run.begin && tick < run.end();
        for (Passing& passing : passing_) {
            const int64_t amount = passing.summand->sign * std::exchange(passing.amount, 0);
            if (!inside || amount == 0 || (passing.summand->past_only && tick >= as_of_hour_)) {
                continue;
            }
            for (const uint32_t period : run.periods[static_cast<size_t>(tick - run.begin)]) {
                tallies_[passing.tally]->sums->add(period, passing.group, amount);
            }
        }
    }

    [[nodiscard]] Term group_of(const Summand& summand, const DimensionTexts& dimensions) const {
        if (!summand.paired) {
            return summand.group ? groups_.intern(dimensions[*summand.group]) : Term{};
        }
        std::string both(summand.group ? dimensions[*summand.group] : "");
        both += kPairJoint;
        both += summand.second ? dimensions[*summand.second] : "";
        return groups_.intern(both);
    }

    // A cell grows older from one end to the next, from bin to bin.
    void add_by_age(const RunningCell& cell,
                    const Passing& passing,
                    const PeriodEnds& ends,
                    Sums& changes) const {
        const Summand& summand = *passing.summand;
        for (size_t bin = 0; bin < kAgeNames.size(); ++bin) {
            if (summand.age && *summand.age != bin) {
                continue;
            }
            const Term group = summand.group_by_age ? ages_[bin] : passing.group;
            const int32_t younger = bin == 0 ? 0 : kAgeEdgesDays[bin - 1];
            const size_t from = ends.behind(std::max(cell.day, cell.bucket + younger));
            const size_t to = bin == kAgeEdgesDays.size()
                                  ? ends.size()
                                  : ends.behind(cell.bucket + kAgeEdgesDays[bin]);
            if (from < to) {
                changes.add(from, group, cell.amount);
                changes.add(to, group, -cell.amount);
            }
        }
    }

    std::vector<const Tally*> tallies_;
    int32_t as_of_hour_;
    Dictionary& groups_;
    std::array<Term, kAgeNames.size()> ages_{};  // where a tally asks for them
    std::vector<Passing> passing_;               // kept for its memory
};

// The changes from one end to the next, by rank, carried over to the ends behind.
void add_up(const Sums& changes, const PeriodEnds& ends, Sums& sums) {
    for (uint32_t group = 0; group < changes.groups(); ++group) {
        int64_t so_far = 0;
        for (size_t rank = 0; rank < ends.size(); ++rank) {
            so_far += changes.at(rank, group).sum;
            if (so_far != 0) {
                sums.add(ends.period(rank), Term{group}, so_far);
            }
        }
    }
}

Result<void> add_cube(const Shards& shards,
                      const std::vector<Period>& periods,
                      const std::vector<const Tally*>& tallies,
                      CubePass& pass) {
    const Grain grain = grain_of(periods, tallies);
    const auto row_of = [grain](int32_t tick) {
        return static_cast<int32_t>(events::floor_div(tick, slots_of(grain)));
    };
    for (const TickRun& run : tick_runs(periods, grain)) {
        auto added = scan_cells(
            shards,
            {grain, tallies.front()->summand.cube, row_of(run.begin), row_of(run.end() - 1) + 1},
            [&](std::string_view key, std::string_view value) {
                return pass.add(key, value, run);
            });
        if (!added) {
            return added;
        }
    }
    return {};
}

Result<void> add_computed_cube(const Shards& shards,
                               const std::vector<Period>& periods,
                               const std::vector<const Tally*>& tallies,
                               CubePass& pass) {
    const Summand& first = tallies.front()->summand;
    if (first.business_time == nullptr) {
        return {};
    }
    const Grain grain = grain_of(periods, tallies);
    const auto day_of = [grain](int32_t tick) {
        return grain == Grain::Hour ? day_of_hour(tick) : tick;
    };
    uint64_t measures = 0;
    for (const Tally* tally : tallies) {
        measures |= uint64_t{1} << tally->summand.measure;
    }
    for (const TickRun& run : tick_runs(periods, grain)) {
        const ComputedCells asked{first.cube,
                                  *first.business_time,
                                  day_of(run.begin),
                                  day_of(run.end() - 1) + 1,
                                  grain,
                                  measures};
        for (const RowReader* rows : shards) {
            auto added = for_each_computed(
                *rows, asked, [&](int32_t hour, const auto& dimensions, const auto& values) {
                    pass.add(
                        grain == Grain::Hour ? hour : day_of_hour(hour), dimensions, values, run);
                });
            if (!added) {
                return added;
            }
        }
    }
    return {};
}

Result<void> add_running_cube(const Shards& shards,
                              const std::vector<Period>& periods,
                              const std::vector<const Tally*>& tallies,
                              CubePass& pass) {
    const PeriodEnds ends(periods);
    std::vector<Sums> changes(tallies.size(), Sums(periods.size() + 1));
    const Cube cube = tallies.front()->summand.cube;
    auto added = scan_cells(shards,
                            {Grain::Day, cube, INT32_MIN, block_of_day(ends.last_day()) + 1},
                            [&](std::string_view key, std::string_view value) {
                                return pass.add_running(key, value, ends, changes);
                            });
    if (!added) {
        return added;
    }
    for (size_t i = 0; i < tallies.size(); ++i) {
        add_up(changes[i], ends, *tallies[i]->sums);
    }
    return {};
}

}  // namespace

Result<int32_t> as_of_hour(const Shards& shards) {
    int64_t latest = INT32_MIN;
    for (const RowReader* rows : shards) {
        const auto row = rows->get(keys::last_hour());
        if (!row) {
            return Unexpected(row.error());
        }
        const auto hour = *row ? decode_count(**row) : Result<int64_t>(INT32_MIN);
        if (!hour) {
            return Unexpected(hour.error());
        }
        latest = std::max(latest, *hour);
    }
    return static_cast<int32_t>(latest);
}

bool takes(const Summand& summand,
           int32_t hour,
           const DimensionTexts& dimensions,
           const Period& period,
           int32_t as_of_hour) {
    const int32_t bucket = day_of_hour(hour);
    if (!passes(summand, dimensions)) {
        return false;
    }
    if (!describe(summand.cube).running) {
        return hour >= begin_hour(period) && hour < end_hour(period) &&
               (!summand.past_only || hour < as_of_hour);
    }
    const auto day = change_day(summand.cube, dimensions);
    return day && *day < period.end_day && (!summand.past_only || *day < day_of_hour(as_of_hour)) &&
           (!summand.age || *summand.age == bin_of(kAgeEdgesDays, period.end_day - bucket));
}

Result<void> scan_cells(
    const Shards& shards,
    const CellRows& span,
    const std::function<bool(std::string_view key, std::string_view value)>& row) {
    const std::string begin = keys::cells_from(span.grain, span.cube, span.begin);
    const std::string end = keys::cells_from(span.grain, span.cube, span.end);
    for (const RowReader* rows : shards) {
        bool whole = true;
        auto scanned = rows->scan(begin, end, [&](std::string_view key, std::string_view value) {
            whole = row(key, value);
            return whole;
        });
        if (!scanned) {
            return scanned;
        }
        if (!whole) {
            return fail(Errc::Corrupt, "a KPI cell is damaged: run `sijill audit replay`");
        }
    }
    return {};
}

Result<void> add_cells(const Shards& shards,
                       const std::vector<Period>& periods,
                       const std::vector<Tally>& tallies,
                       Dictionary& groups) {
    const auto as_of = as_of_hour(shards);
    if (!as_of) {
        return Unexpected(as_of.error());
    }
    std::map<Cube, std::vector<const Tally*>> by_cube;
    for (const Tally& tally : tallies) {
        by_cube[tally.summand.cube].push_back(&tally);
    }
    for (const auto& [cube, own] : by_cube) {
        CubePass pass(own, *as_of, groups);
        const auto add = describe(cube).computed                      ? add_computed_cube
                         : describe(cube).running && !periods.empty() ? add_running_cube
                                                                      : add_cube;
        if (auto added = add(shards, periods, own, pass); !added) {
            return added;
        }
    }
    return {};
}

}  // namespace sijill::projections
