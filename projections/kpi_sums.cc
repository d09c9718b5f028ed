#include "projections/kpi_sums.h"

#include "projections/keys.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <span>

namespace sijill::projections {

namespace {

// Days without a gap, and for each of them the periods, by number, that it lies in.
struct DayRun {
    int32_t begin_day;
    std::vector<std::vector<uint32_t>> periods;
    [[nodiscard]] int32_t end_day() const {
        return begin_day + static_cast<int32_t>(periods.size());
    }
};

// The ends of the periods, ascending, each with its period's number.
struct PeriodEnds {
    std::vector<int32_t> days;
    std::vector<uint32_t> periods;
    // The first that lies behind a day: from there on the day counts.
    [[nodiscard]] size_t behind(int32_t day) const {
        return static_cast<size_t>(std::ranges::upper_bound(days, day) - days.begin());
    }
};

// The sums of a tally's periods, in the order of their ends, as changes from one to the next.
using Changes = std::vector<Sums>;

// A condition applies to every summand whose cube has its dimension: a purpose narrows the calls
// coded with it, and leaves the base "calls offered" whole.
void narrow(Summand& summand, std::string_view dimension, std::string_view value, bool equal) {
    if (const auto index = dimension_index(summand.cube, dimension)) {
        summand.filters.push_back({*index, std::string(value), equal});
    } else if (has_dimension(summand.cube, dimension)) {
        const auto* const bin = std::ranges::find(kAgeNames, value);
        summand.age = static_cast<size_t>(bin - kAgeNames.begin());
    }
}

void narrow_all(Summand& summand, const std::vector<DimensionFilter>& filters) {
    for (const DimensionFilter& filter : filters) {
        narrow(summand, filter.dimension, filter.value, filter.equal);
    }
}

bool passes(const Summand& summand, const DimensionTexts& dimensions) {
    return std::ranges::all_of(summand.filters, [&](const Summand::Filter& filter) {
        return (dimensions[filter.dimension] == filter.value) == filter.equal;
    });
}

// The day at which a cell of a running cube changes its sum: its last dimension.
std::optional<int32_t> change_day(Cube cube, const DimensionTexts& dimensions) {
    const std::string_view text = dimensions[describe(cube).dimensions.size() - 1];
    int32_t day = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), day);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(day)
                                                                    : std::nullopt;
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

PeriodEnds period_ends(const std::vector<Period>& periods) {
    PeriodEnds ends;
    ends.periods.resize(periods.size());
    std::iota(ends.periods.begin(), ends.periods.end(), 0U);
    std::ranges::sort(ends.periods, {}, [&](uint32_t number) { return periods[number].end_day; });
    for (const uint32_t number : ends.periods) {
        ends.days.push_back(periods[number].end_day);
    }
    return ends;
}

// The rows of one cube on their way into its tallies. Rows that no tally wants are not decoded, and
// of the others only the measures that are asked for are added up.
class CubePass {
  public:
    CubePass(std::vector<const Tally*> tallies, int32_t as_of_hour, Dictionary& groups)
        : tallies_(std::move(tallies)), as_of_hour_(as_of_hour), groups_(groups) {}

    // Adds a row whose day lies in the run. False: it is damaged.
    bool add(std::string_view key, std::string_view value, const DayRun& run) {
        const auto cells = keys::parse_cells(key);
        if (!cells) {
            return false;
        }
        find_passing(cells->dimensions);
        if (passing_.empty()) {
            return true;
        }
        const int64_t past_hours = int64_t{as_of_hour_} - int64_t{cells->day} * kHoursPerDay;
        if (!take_amounts(value, past_hours)) {
            return false;
        }
        const auto& periods = run.periods[static_cast<size_t>(cells->day - run.begin_day)];
        for (size_t i = 0; i < passing_.size(); ++i) {
            const Tally& tally = *tallies_[passing_[i]];
            const int64_t amount = tally.summand.sign * amounts_[i];
            if (amount == 0) {
                continue;
            }
            const Term group = group_of(tally.summand, cells->dimensions);
            for (const uint32_t period : periods) {
                (*tally.sums)[period].add(group, amount);
            }
        }
        return true;
    }

    // Adds a row of a running cube to the changes, which are by tally. False: it is damaged.
    bool add_running(std::string_view key,
                     std::string_view value,
                     const PeriodEnds& ends,
                     std::vector<Changes>& changes) {
        const auto cells = keys::parse_cells(key);
        const auto day = cells ? change_day(cells->cube, cells->dimensions) : std::nullopt;
        if (!day) {
            return false;
        }
        find_passing(cells->dimensions);
        if (*day >= day_of_hour(as_of_hour_)) {
            std::erase_if(passing_, [this](size_t i) { return tallies_[i]->summand.past_only; });
        }
        if (passing_.empty()) {
            return true;
        }
        if (!take_amounts(value, kHoursPerDay)) {
            return false;
        }
        for (size_t i = 0; i < passing_.size(); ++i) {
            const Summand& summand = tallies_[passing_[i]]->summand;
            const int64_t amount = summand.sign * amounts_[i];
            if (amount == 0) {
                continue;
            }
            const Term group = group_of(summand, cells->dimensions);
            if (summand.age || summand.group_by_age) {
                add_by_age({cells->day, *day, amount, group}, summand, ends, changes[passing_[i]]);
            } else {
                changes[passing_[i]][ends.behind(*day)].add(group, amount);
            }
        }
        return true;
    }

  private:
    struct RunningCell {
        int32_t bucket;
        int32_t day;
        int64_t amount;
        Term group;
    };

    void find_passing(const DimensionTexts& dimensions) {
        passing_.clear();
        for (size_t i = 0; i < tallies_.size(); ++i) {
            if (passes(tallies_[i]->summand, dimensions)) {
                passing_.push_back(i);
            }
        }
    }

    // Fills amounts_ for the passing tallies. False: the row is damaged.
    bool take_amounts(std::string_view value, int64_t past_hours) {
        uint64_t asked = 0;
        for (const size_t i : passing_) {
            asked |= uint64_t{1} << tallies_[i]->summand.measure;
        }
        amounts_.assign(passing_.size(), 0);
        return visit_measures(value,
                              [&](int32_t hour, size_t measure, int64_t amount) {
                                  if ((asked >> measure & 1U) == 0) {
                                      return;
                                  }
                                  for (size_t i = 0; i < passing_.size(); ++i) {
                                      const Summand& summand = tallies_[passing_[i]]->summand;
                                      const bool counts = !summand.past_only || hour < past_hours;
                                      amounts_[i] +=
                                          summand.measure == measure && counts ? amount : 0;
                                  }
                              })
            .has_value();
    }

    [[nodiscard]] Term group_of(const Summand& summand, const DimensionTexts& dimensions) const {
        return summand.group ? groups_.intern(dimensions[*summand.group]) : Term{};
    }

    // A cell grows older from one end to the next, from bin to bin.
    void add_by_age(const RunningCell& cell,
                    const Summand& summand,
                    const PeriodEnds& ends,
                    Changes& changes) const {
        for (size_t bin = 0; bin < kAgeNames.size(); ++bin) {
            if (summand.age && *summand.age != bin) {
                continue;
            }
            const Term group = summand.group_by_age ? groups_.intern(kAgeNames[bin]) : cell.group;
            const int32_t younger = bin == 0 ? 0 : kAgeEdgesDays[bin - 1];
            const size_t from = ends.behind(std::max(cell.day, cell.bucket + younger));
            const size_t to = bin == kAgeEdgesDays.size()
                                  ? ends.days.size()
                                  : ends.behind(cell.bucket + kAgeEdgesDays[bin]);
            if (from < to) {
                changes[from].add(group, cell.amount);
                changes[to].add(group, -cell.amount);
            }
        }
    }

    std::vector<const Tally*> tallies_;
    int32_t as_of_hour_;
    Dictionary& groups_;
    std::vector<size_t> passing_;  // into tallies_; kept for their memory
    std::vector<int64_t> amounts_;
};

// The changes of each end carried over to the ends behind it.
void add_up(const Changes& changes, const PeriodEnds& ends, std::vector<Sums>& sums) {
    std::vector<int64_t> so_far;
    for (size_t rank = 0; rank < ends.days.size(); ++rank) {
        const auto& groups = changes[rank].groups;
        so_far.resize(std::max(so_far.size(), groups.size()));
        for (size_t group = 0; group < groups.size(); ++group) {
            so_far[group] += groups[group].sum;
        }
        for (uint32_t group = 0; group < so_far.size(); ++group) {
            if (so_far[group] != 0) {
                sums[ends.periods[rank]].add(Term{group}, so_far[group]);
            }
        }
    }
}

Result<void> add_running_cube(const Shards& shards,
                              const std::vector<Period>& periods,
                              const std::vector<const Tally*>& tallies,
                              CubePass& pass) {
    const PeriodEnds ends = period_ends(periods);
    std::vector<Changes> changes(tallies.size(), Changes(periods.size() + 1));
    const Cube cube = tallies.front()->summand.cube;
    auto added = scan_cells(shards,
                            cube,
                            INT32_MIN,
                            ends.days.back(),
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

const KpiVariant* variant_of(const KpiQuery& query) {
    const auto& variants = query.kpi->variants;
    const auto found = std::ranges::find(variants, query.variant, &KpiVariant::name);
    return found == variants.end() ? nullptr : &*found;
}

const std::vector<SumTerm>* terms_of(const KpiQuery& query, Side side) {
    const KpiDefinition& kpi = *query.kpi;
    if (side == Side::Numerator) {
        const KpiVariant* variant = variant_of(query);
        const bool other = variant != nullptr && !variant->numerator.empty();
        return other ? &variant->numerator : &kpi.numerator;
    }
    if (kpi.bases.empty()) {
        return nullptr;
    }
    const auto named = std::ranges::find(kpi.bases, query.base, &KpiBase::name);
    return named == kpi.bases.end() ? &kpi.bases.front().terms : &named->terms;
}

std::vector<Summand> resolve(const std::vector<SumTerm>& terms,
                             const KpiQuery& query,
                             Side side,
                             const std::string& group) {
    const KpiVariant* variant = side == Side::Numerator ? variant_of(query) : nullptr;
    std::vector<Summand> summands;
    for (const SumTerm& term : terms) {
        Summand summand{
            term.cube, *measure_index(term.cube, term.measure), term.sign, term.past_only};
        narrow_all(summand, term.filters);
        for (const auto& [dimension, value] : query.filters) {
            narrow(summand, dimension, value, true);
        }
        if (variant != nullptr) {
            narrow_all(summand, variant->filters);
        }
        if (!group.empty()) {
            summand.group = dimension_index(term.cube, group);
            summand.group_by_age = !summand.group && has_dimension(term.cube, group);
        }
        summands.push_back(std::move(summand));
    }
    return summands;
}

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
        return bucket >= period.begin_day && bucket < period.end_day &&
               (!summand.past_only || hour < as_of_hour);
    }
    const auto day = change_day(summand.cube, dimensions);
    return day && *day < period.end_day && (!summand.past_only || *day < day_of_hour(as_of_hour)) &&
           (!summand.age || *summand.age == bin_of(kAgeEdgesDays, period.end_day - bucket));
}

Result<void> scan_cells(
    const Shards& shards,
    Cube cube,
    int32_t begin_day,
    int32_t end_day,
    const std::function<bool(std::string_view key, std::string_view value)>& row) {
    const std::string begin = keys::cells_from(cube, begin_day);
    const std::string end = keys::cells_from(cube, end_day);
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
    const std::vector<DayRun> runs = day_runs(periods);
    for (const auto& [cube, own] : by_cube) {
        CubePass pass(own, *as_of, groups);
        if (describe(cube).running && !periods.empty()) {
            if (auto added = add_running_cube(shards, periods, own, pass); !added) {
                return added;
            }
            continue;
        }
        for (const DayRun& run : runs) {
            auto added = scan_cells(shards,
                                    cube,
                                    run.begin_day,
                                    run.end_day(),
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

}  // namespace sijill::projections
