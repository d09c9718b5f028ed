#include "projections/cube_pass.h"

#include "projections/keys.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sijill::projections {

TickRun::TickRun(Grain grain, int32_t begin, const std::vector<std::vector<uint32_t>>& periods)
    : grain_(grain), begin_(begin) {
    for (const std::vector<uint32_t>& own : periods) {
        ends_.push_back(static_cast<uint32_t>(numbers_.size()));
        numbers_.insert(numbers_.end(), own.begin(), own.end());
    }
    ends_.push_back(static_cast<uint32_t>(numbers_.size()));
}

PeriodEnds::PeriodEnds(const std::vector<Period>& periods) : periods_(periods.size()) {
    std::iota(periods_.begin(), periods_.end(), 0U);
    std::ranges::sort(periods_, {}, [&](uint32_t number) { return periods[number].end_day; });
    first_ = periods[periods_.front()].end_day;
    for (uint32_t rank = 0; rank < periods_.size(); ++rank) {
        const auto until = static_cast<size_t>(periods[periods_[rank]].end_day - first_);
        behind_.resize(until, rank);
    }
}

bool passes(const Summand& summand, const DimensionTexts& dimensions) {
    return std::ranges::all_of(summand.filters, [&](const Summand::Filter& filter) {
        return (dimensions[filter.dimension] == filter.value) == filter.equal;
    });
}

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
    int32_t run_begin = 0;
    std::vector<std::vector<uint32_t>> run;  // by tick
    const auto end_run = [&] {
        if (!run.empty()) {
            runs.emplace_back(grain, run_begin, run);
            run.clear();
        }
    };
    for (const uint32_t number : order) {
        const int32_t begin = begin_of(periods[number]);
        if (begin > run_begin + static_cast<int32_t>(run.size())) {
            end_run();
        }
        run_begin = run.empty() ? begin : run_begin;
        const auto ticks = static_cast<size_t>(end_of(periods[number]) - run_begin);
        run.resize(std::max(run.size(), ticks));
        for (auto tick = static_cast<size_t>(begin - run_begin); tick < ticks; ++tick) {
            run[tick].push_back(number);
        }
    }
    end_run();
    return runs;
}
CubePass::CubePass(std::vector<const Tally*> tallies, int32_t as_of_hour, Dictionary& groups)
    : tallies_(std::move(tallies)),
      as_of_hour_(as_of_hour),
      groups_(groups),
      lanes_(tallies_.size()) {
    const bool by_age = std::ranges::any_of(
        tallies_, [](const Tally* tally) { return tally->summand.group_by_age; });
    for (size_t bin = 0; by_age && bin < kAgeNames.size(); ++bin) {
        ages_[bin] = groups_.intern(kAgeNames[bin]);
    }
}

bool CubePass::add(std::string_view key, std::string_view value, const TickRun& run) {
    const auto cells = keys::parse_cells(key);
    if (!cells) {
        return false;
    }
    find_passing(cells->dimensions);
    if (passing_.empty()) {
        return true;
    }
    find_lanes();
    const bool by_day = cells->grain == Grain::FewHours && run.grain() == Grain::Day;
    const auto visited = visit_measures(
        cells->grain, value, asked(), [&](int32_t slot, size_t measure, int64_t amount) {
            const int32_t tick = by_day ? slot / kHoursPerDay : slot;
            for (const Passing& passing : passing_) {
                if (passing.measure == measure) {
                    lanes_[passing.lane].add(tick,
                                             wrapping_multiply(passing.summand->sign, amount));
                }
            }
        });
    flush(cells->row * run.ticks_in(cells->grain), run);
    return visited.has_value();
}

void CubePass::add(int32_t tick,
                   const DimensionTexts& dimensions,
                   const Measures& measures,
                   const TickRun& run) {
    find_passing(dimensions);
    find_lanes();
    for (const Passing& passing : passing_) {
        if (const int64_t amount = measures[passing.measure]; amount != 0) {
            lanes_[passing.lane].add(0, wrapping_multiply(passing.summand->sign, amount));
        }
    }
    flush(tick, run);
}

bool CubePass::add_running(std::string_view key,
                           std::string_view value,
                           const PeriodEnds& ends,
                           std::vector<Sums>& changes) {
    const auto cells = keys::parse_cells(key);
    if (!cells || cells->grain != Grain::Change) {
        return false;
    }
    find_passing(cells->dimensions);
    if (passing_.empty()) {
        return true;
    }
    const int32_t first_change = cells->changes * kChangeDays;
    const auto add_cell = [&](int32_t slot, size_t measure, int64_t amount) {
        const RunningCell cell{change_days(cells->row, cells->changes, slot), amount};
        for (Passing& passing : passing_) {
            const Summand& summand = *passing.summand;
            if (passing.measure != measure) {
                continue;
            }
            if (summand.age || summand.group_by_age) {
                add_by_age(cell, passing, ends, changes[passing.tally]);
            } else {
                int64_t& sum =
                    passing.amounts[static_cast<size_t>(cell.days.change - first_change)];
                sum = wrapping_add(sum, amount);
            }
        }
    };
    const auto visited = visit_measures(Grain::Change, value, asked(), add_cell);
    flush_changes(first_change, ends, changes);
    return visited.has_value();
}

bool CubePass::counts(const Summand& summand, int32_t change_day) const {
    return !summand.past_only || has_come(summand, change_day, as_of_hour_);
}

void CubePass::flush_changes(int32_t first, const PeriodEnds& ends, std::vector<Sums>& changes) {
    for (const Passing& passing : passing_) {
        for (int32_t change = 0; change < kChangeDays; ++change) {
            const int64_t amount = passing.amounts[static_cast<size_t>(change)];
            if (amount != 0 && counts(*passing.summand, first + change)) {
                changes[passing.tally].add(ends.behind(first + change),
                                           passing.group,
                                           wrapping_multiply(passing.summand->sign, amount));
            }
        }
    }
}

void CubePass::find_passing(const DimensionTexts& dimensions) {
    passing_.clear();
    for (size_t i = 0; i < tallies_.size(); ++i) {
        const Summand& summand = tallies_[i]->summand;
        if (passes(summand, dimensions)) {
            passing_.push_back({i, &summand, summand.measure, group_of(summand, dimensions)});
        }
    }
}

void CubePass::find_lanes() {
    used_lanes_ = 0;
    for (Passing& passing : passing_) {
        Sums* sums = tallies_[passing.tally]->sums;
        const bool past_only = passing.summand->past_only;
        const auto used = std::span(lanes_).first(used_lanes_);
        const auto found = std::ranges::find_if(used, [&](const Lane& lane) {
            return lane.sums == sums && lane.group == passing.group && lane.past_only == past_only;
        });
        passing.lane = static_cast<size_t>(found - used.begin());
        if (found == used.end()) {
            Lane& lane = lanes_[used_lanes_++];
            lane.sums = sums;
            lane.group = passing.group;
            lane.past_only = past_only;
        }
    }
}

uint64_t CubePass::asked() const {
    uint64_t measures = 0;
    for (const Passing& passing : passing_) {
        measures |= uint64_t{1} << passing.measure;
    }
    return measures;
}

void CubePass::flush(int32_t first, const TickRun& run) {
    for (Lane& lane : std::span(lanes_).first(used_lanes_)) {
        const int32_t end = lane.past_only ? std::min(run.end(), as_of_hour_) : run.end();
        Sums::Row row(*lane.sums, lane.group);
        lane.take([&](int32_t slot, int64_t amount) {
            const int32_t tick = first + slot;
            if (tick >= run.begin() && tick < end) {
                for (const uint32_t period : run.periods(tick)) {
                    row.add(period, amount);
                }
            }
        });
    }
}

Term CubePass::group_of(const Summand& summand, const DimensionTexts& dimensions) const {
    if (!summand.paired) {
        return summand.group ? groups_.intern(dimensions[*summand.group]) : Term{};
    }
    std::string both(summand.group ? dimensions[*summand.group] : "");
    both += kPairJoint;
    both += summand.second ? dimensions[*summand.second] : "";
    return groups_.intern(both);
}

void CubePass::add_by_age(const RunningCell& cell,
                          const Passing& passing,
                          const PeriodEnds& ends,
                          Sums& changes) const {
    const Summand& summand = *passing.summand;
    if (!counts(summand, cell.days.change)) {
        return;
    }
    const int64_t amount = wrapping_multiply(summand.sign, cell.amount);
    for (size_t bin = 0; bin < kAgeNames.size(); ++bin) {
        if (summand.age && *summand.age != bin) {
            continue;
        }
        const Term group = summand.group_by_age ? ages_[bin] : passing.group;
        const int32_t younger = bin == 0 ? 0 : kAgeEdgesDays[bin - 1];
        const size_t from = ends.behind(std::max(cell.days.change, cell.days.bucket + younger));
        const size_t to = bin == kAgeEdgesDays.size()
                              ? ends.size()
                              : ends.behind(cell.days.bucket + kAgeEdgesDays[bin]);
        if (from < to) {
            changes.add(from, group, amount);
            changes.add(to, group, wrapping_negate(amount));
        }
    }
}

}  // namespace sijill::projections
