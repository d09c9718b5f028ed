#pragma once
// projections/kpi_sums.h - the inside of kpi.h: the two sides of a figure as summands over cells,
// and the pass over the rows that adds them up.

#include "projections/contributions.h"
#include "projections/dictionary.h"
#include "projections/kpi.h"
#include "projections/wrapping.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// As CellKey, with the values of the dimensions as texts.
struct CellTexts {
    int32_t hour = 0;
    int32_t change_day = 0;
    DimensionTexts dimensions;
};

[[nodiscard]] inline CellTexts texts_of(const CellKey& cell, const Dictionary& dictionary) {
    CellTexts texts{cell.hour, cell.change_day, {}};
    std::ranges::transform(cell.dimensions, texts.dimensions.begin(), [&dictionary](Term term) {
        return dictionary.text(term);
    });
    return texts;
}

/// One summand with everything resolved to positions in its cube.
struct Summand {
    Cube cube = Cube::Calls;
    size_t measure = 0;
    int64_t sign = 1;
    bool past_only = false;
    struct Filter {
        size_t dimension;
        std::string value;
        bool equal;
    };
    std::vector<Filter> filters = {};
    std::optional<size_t> age = {};    // only cells of this bin of ages
    std::optional<size_t> group = {};  // dimension that the answer is broken down by
    bool group_by_age = false;
    bool paired = false;  // the groups are of two dimensions, joined; "" stands for a missing one
    std::optional<size_t> second = {};
    const BusinessTime* business_time = nullptr;  // of the KPI's catalogue
};

/// Between the values of a pair.
inline constexpr char kPairJoint = '\x1f';

/// One side of a figure by period, whole and by the values of a dimension.
class Sums {
  public:
    explicit Sums(size_t periods) : totals_(periods), tiles_((periods + kTile - 1) / kTile) {}

    struct Group {
        int64_t sum = 0;
        bool present = false;
    };

    /// The sums of one value, to add to several periods of them.
    class Row {
      public:
        Row(Sums& sums, Term group) : sums_(sums), begin_(group.number * kTile) {}
        void add(size_t period, int64_t amount) {
            sums_.totals_[period] = wrapping_add(sums_.totals_[period], amount);
            if (period / kTile != tile_) {
                turn_to(period / kTile);
            }
            int64_t& sum = own_[period % kTile];
            sum = wrapping_add(sum == kAbsent ? 0 : sum, amount);
        }

      private:
        void turn_to(size_t tile) {
            std::vector<int64_t>& sums = sums_.tiles_[tile];
            if (begin_ >= sums.size()) {
                sums.resize(begin_ + kTile, kAbsent);
                sums_.groups_ = std::max(sums_.groups_, begin_ / kTile + 1);
            }
            own_ = sums.data() + begin_;
            tile_ = tile;
        }
        Sums& sums_;
        size_t begin_;  // of the value, in a tile
        size_t tile_ = SIZE_MAX;
        int64_t* own_ = nullptr;
    };
    void add(size_t period, Term group, int64_t amount) { Row(*this, group).add(period, amount); }

    [[nodiscard]] int64_t total(size_t period) const { return totals_[period]; }
    /// The values that have an amount in some period are below it, by the number of their Term.
    [[nodiscard]] size_t groups() const { return groups_; }
    [[nodiscard]] Group at(size_t period, uint32_t group) const {
        const std::vector<int64_t>& tile = tiles_[period / kTile];
        const size_t at = group * kTile + period % kTile;
        return at < tile.size() && tile[at] != kAbsent ? Group{tile[at], true} : Group{};
    }

    /// Periods whose sums lie side by side, value by value, as the days of a row of the store do:
    /// who goes through all sums by tile, value and period reads memory in its order.
    static constexpr size_t kTile = 32;

  private:
    // No sum comes near it (events::bounds_of). A flag beside each sum would double what a year of
    // days by many values reads and writes.
    static constexpr int64_t kAbsent = INT64_MIN;
    std::vector<int64_t> totals_;
    std::vector<std::vector<int64_t>> tiles_;  // by period; then by value, then by period
    size_t groups_ = 0;
};

/// A summand and where its cells are added.
struct Tally {
    Summand summand;
    Sums* sums;
};

/// The different people of a cube in a period. Errors: Storage, Corrupt.
[[nodiscard]] Result<std::set<std::string>> people_of(const Shards& shards,
                                                      Cube cube,
                                                      const Period& period);

/// True when every term's cube has the dimension.
[[nodiscard]] bool grouped_by(const std::vector<SumTerm>& terms, const std::string& group);

/// The query's variant; nullptr when it names none.
[[nodiscard]] const KpiVariant* variant_of(const KpiQuery& query);

/// The terms of a side; nullptr: it has none.
[[nodiscard]] const std::vector<SumTerm>* terms_of(const KpiQuery& query, Side side);

/// The terms with the query's filters, and its variant's on the numerator; broken down by `group`
/// where their cube has it.
[[nodiscard]] std::vector<Summand> resolve(const std::vector<SumTerm>& terms,
                                           const KpiQuery& query,
                                           Side side,
                                           const std::string& group);

/// Adds the summands of a side, which will add to `sums`; none when the KPI has no such side.
void add_tallies(const KpiQuery& query,
                 Side side,
                 const std::string& group,
                 Sums& sums,
                 std::vector<Tally>& out);

/// Local hours before this one are past, as of the last record that the shards have folded.
/// Errors: Storage, Corrupt.
[[nodiscard]] Result<int32_t> as_of_hour(const Shards& shards);

/// True when a change of a running cube had come about in that hour. What is due on a day is late
/// when the day is over; what is settled is so at once, also today.
[[nodiscard]] bool has_come(const Summand& summand, int32_t change_day, int32_t as_of_hour);

/// True when the summand takes a cell of its cube into the period.
[[nodiscard]] bool takes(const Summand& summand,
                         const CellTexts& cell,
                         const Period& period,
                         int32_t as_of_hour);

/// The rows of a cube from one until another.
struct CellRows {
    Grain grain = Grain::Day;
    Cube cube = Cube::Calls;
    int32_t begin = 0;
    int32_t end = 0;
};

/// Calls `row` for each, until it says false: a row is damaged. Errors: Storage, Corrupt.
[[nodiscard]] Result<void> scan_cells(
    const Shards& shards,
    const CellRows& span,
    const std::function<bool(std::string_view key, std::string_view value)>& row);

/// Cells of a computed cube: of the local days [begin_day, end_day), by hour or by day, and of
/// them the measures in a mask.
struct ComputedCells {
    Cube cube;
    const BusinessTime& business_time;
    int32_t begin_day = 0;
    int32_t end_day = 0;
    Grain grain = Grain::Day;
    uint64_t measures = 0;
};

/// The first hour of the cell's tick, and its measures; others than those asked for are 0. A cell
/// may come in several parts.
using EachComputed =
    std::function<void(int32_t hour, const DimensionTexts& dimensions, const Measures& measures)>;

/// Calls `each` for each part of a cell of one shard. Errors: Storage, Corrupt.
[[nodiscard]] Result<void> for_each_computed(const RowReader& rows,
                                             const ComputedCells& asked,
                                             const EachComputed& each);

/// Adds the cells of all periods to the tallies, in one pass over each cube. `groups` numbers the
/// values of the dimension that is asked for. Errors: Storage, Corrupt.
[[nodiscard]] Result<void> add_cells(const Shards& shards,
                                     const std::vector<Period>& periods,
                                     const std::vector<Tally>& tallies,
                                     Dictionary& groups);

}  // namespace sijill::projections
