#pragma once
// projections/cube_pass.h - the rows of one cube on their way into the sums of a figure; the inside
// of kpi_sums.h.

#include "projections/kpi_sums.h"

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::projections {

/// Hours or days without a gap, and for each of them the periods, by number, that it lies in.
class TickRun {
  public:
    /// `grain`: Hour or Day.
    TickRun(Grain grain, int32_t begin, const std::vector<std::vector<uint32_t>>& periods);
    [[nodiscard]] Grain grain() const { return grain_; }
    /// How many of its ticks lie in a row of a grain that it is read from: its own, or FewHours.
    [[nodiscard]] int32_t ticks_in(Grain rows) const {
        return rows == Grain::FewHours && grain_ == Grain::Day ? kBlockDays : slots_of(rows);
    }
    [[nodiscard]] int32_t begin() const { return begin_; }
    [[nodiscard]] int32_t end() const { return begin_ + static_cast<int32_t>(ends_.size()) - 1; }
    [[nodiscard]] std::span<const uint32_t> periods(int32_t tick) const {
        const auto at = static_cast<size_t>(tick - begin_);
        return std::span(numbers_).subspan(ends_[at], ends_[at + 1] - ends_[at]);
    }

  private:
    Grain grain_;
    int32_t begin_;
    std::vector<uint32_t> numbers_;  // tick by tick
    std::vector<uint32_t> ends_;     // in numbers_: of what lies before each tick, and of all
};

/// The ends of the periods, ascending, each with its period's number.
class PeriodEnds {
  public:
    explicit PeriodEnds(const std::vector<Period>& periods);
    [[nodiscard]] size_t size() const { return periods_.size(); }
    [[nodiscard]] uint32_t period(size_t rank) const { return periods_[rank]; }
    [[nodiscard]] int32_t last_day() const { return first_ + static_cast<int32_t>(behind_.size()); }
    /// The first that lies behind a day: from there on the day counts.
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

/// The ticks of the periods, so that each is read once however many periods it lies in.
[[nodiscard]] std::vector<TickRun> tick_runs(const std::vector<Period>& periods, Grain grain);

/// True when the filters of the summand let a cell in.
[[nodiscard]] bool passes(const Summand& summand, const DimensionTexts& dimensions);

/// The rows of one cube on their way into its tallies. Rows that no tally wants are not decoded,
/// and of the others only the measures that are asked for are added up.
class CubePass {
  public:
    CubePass(std::vector<const Tally*> tallies, int32_t as_of_hour, Dictionary& groups);

    /// Adds the slots of a row that lie in the run. False: the row is damaged.
    bool add(std::string_view key, std::string_view value, const TickRun& run);

    /// Adds a part of a computed cell.
    void add(int32_t tick,
             const DimensionTexts& dimensions,
             const Measures& measures,
             const TickRun& run);

    /// Adds a row of changes to those by tally. False: it is damaged.
    bool add_running(std::string_view key,
                     std::string_view value,
                     const PeriodEnds& ends,
                     std::vector<Sums>& changes);

  private:
    // What a row adds to a side under one value of the dimension, by slot.
    struct Lane {
        Sums* sums = nullptr;
        Term group{};
        bool past_only = false;
        static constexpr size_t kSlots = slots_of(Grain::FewHours);
        static_assert(slots_of(Grain::Hour) <= slots_of(Grain::FewHours) &&
                      slots_of(Grain::Day) <= slots_of(Grain::FewHours) && kSlots % 64 == 0);
        // A bit for each slot that has an amount, be it 0 in the end.
        std::array<uint64_t, kSlots / 64> present{};
        std::array<int64_t, kSlots> amounts{};

        void add(int32_t slot, int64_t amount) {
            const auto at = static_cast<size_t>(slot);
            present[at / 64] |= uint64_t{1} << (at % 64);
            amounts[at] = wrapping_add(amounts[at], amount);
        }

        /// Calls `each(slot, amount)` for the slots that have one, and empties them.
        template <class Each>
        void take(Each&& each) {
            for (size_t word = 0; word < present.size(); ++word) {
                for (uint64_t left = std::exchange(present[word], 0); left != 0; left &= left - 1) {
                    const size_t at = word * 64 + static_cast<size_t>(std::countr_zero(left));
                    each(static_cast<int32_t>(at), std::exchange(amounts[at], 0));
                }
            }
        }
    };
    // A tally that wants the row.
    struct Passing {
        size_t tally;  // into tallies_
        const Summand* summand;
        size_t measure;
        Term group;
        size_t lane = 0;                             // into lanes_; a running cube has none
        std::array<int64_t, kChangeDays> amounts{};  // of a running cube: by day of change, so far
    };
    struct RunningCell {
        ChangeDays days;
        int64_t amount;
    };

    // False for what a summand of the past must wait for.
    [[nodiscard]] bool counts(const Summand& summand, int32_t change_day) const;

    // Adds what the tallies that pass have gathered of a row of changes from the day `first` on.
    void flush_changes(int32_t first, const PeriodEnds& ends, std::vector<Sums>& changes);

    void find_passing(const DimensionTexts& dimensions);

    // A lane for each that passes; those of one side share theirs.
    void find_lanes();

    [[nodiscard]] uint64_t asked() const;

    // Adds what the lanes have, slot by slot from the tick `first`, to the periods of the run.
    void flush(int32_t first, const TickRun& run);

    [[nodiscard]] Term group_of(const Summand& summand, const DimensionTexts& dimensions) const;

    // A cell grows older from one end to the next, from bin to bin.
    void add_by_age(const RunningCell& cell,
                    const Passing& passing,
                    const PeriodEnds& ends,
                    Sums& changes) const;

    std::vector<const Tally*> tallies_;
    int32_t as_of_hour_;
    Dictionary& groups_;
    std::array<Term, kAgeNames.size()> ages_{};  // where a tally asks for them
    std::vector<Passing> passing_;               // kept for its memory
    std::vector<Lane> lanes_;                    // one for each tally at most; empty between rows
    size_t used_lanes_ = 0;
};

}  // namespace sijill::projections
