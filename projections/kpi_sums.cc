#include "projections/kpi_sums.h"

#include "projections/cube_pass.h"
#include "projections/keys.h"

#include <algorithm>
#include <map>

namespace sijill::projections {

namespace {

// What the periods and the due instants of the tallies tell apart.
Grain grain_of(const std::vector<Period>& periods, const std::vector<const Tally*>& tallies) {
    const bool hours =
        std::ranges::any_of(periods, [](const Period& p) { return p.hour.has_value(); });
    const bool due = std::ranges::any_of(tallies, [](const Tally* tally) {
        return tally->summand.past_only && !describe(tally->summand.cube).running;
    });
    return hours || due ? Grain::Hour : Grain::Day;
}

// The changes from one end to the next, by rank, carried over to the ends behind.
void add_up(const Sums& changes, const PeriodEnds& ends, Sums& sums) {
    for (uint32_t group = 0; group < changes.groups(); ++group) {
        int64_t so_far = 0;
        for (size_t rank = 0; rank < ends.size(); ++rank) {
            so_far = wrapping_add(so_far, changes.at(rank, group).sum);
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
    const Cube cube = tallies.front()->summand.cube;
    for (const TickRun& run : tick_runs(periods, grain)) {
        for (const Grain rows : {grain, Grain::FewHours}) {  // a block is in one of two forms
            const auto row_of = [&](int32_t tick) {
                return static_cast<int32_t>(events::floor_div(tick, run.ticks_in(rows)));
            };
            auto added = scan_cells(shards,
                                    {rows, cube, row_of(run.begin()), row_of(run.end() - 1) + 1},
                                    [&](std::string_view key, std::string_view value) {
                                        return pass.add(key, value, run);
                                    });
            if (!added) {
                return added;
            }
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
                                  day_of(run.begin()),
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
                            {Grain::Change, cube, INT32_MIN, block_of_day(ends.last_day()) + 1},
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

bool has_come(const Summand& summand, int32_t change_day, int32_t as_of_hour) {
    const bool at_once =
        summand.cube == Cube::ReferralBacklog && summand.measure == referral_backlog::SettledLate;
    const int32_t today = day_of_hour(as_of_hour);
    return change_day < today || (at_once && change_day == today);
}

bool takes(const Summand& summand,
           const CellTexts& cell,
           const Period& period,
           int32_t as_of_hour) {
    if (!passes(summand, cell.dimensions)) {
        return false;
    }
    if (!describe(summand.cube).running) {
        return has_hour(period, cell.hour) && (!summand.past_only || cell.hour < as_of_hour);
    }
    const int32_t age = period.end_day - day_of_hour(cell.hour);
    return cell.change_day < period.end_day &&
           (!summand.past_only || has_come(summand, cell.change_day, as_of_hour)) &&
           (!summand.age || *summand.age == bin_of(kAgeEdgesDays, age));
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
