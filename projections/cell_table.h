#pragma once
// projections/cell_table.h - the cells and people counts in play, gathered in memory and written
// once a commit.

#include "projections/contributions.h"
#include "projections/key_filter.h"
#include "projections/local_time.h"
#include "projections/row_codec.h"
#include "projections/rows.h"
#include "projections/slot_set.h"

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace sijill::projections {

/// KPI cells of one shard. A row that is not in memory is read once, when the store may have it.
class CellTable {
  public:
    /// `empty`: there are no rows yet. The rows must outlive the table.
    CellTable(const RowReader& rows, Dictionary& dictionary, bool empty)
        : rows_(rows), dictionary_(dictionary), filter_(empty) {}

    /// Takes `before` out of the cells and puts `after` in. Errors: Storage, Corrupt; then the
    /// table must be dropped.
    [[nodiscard]] Result<void> replace(const Contributions& before, const Contributions& after);

    /// Appends the changed rows and forgets that they changed.
    void take_changes(RowBatch& out);

    /// Drops everything when that is more than `budget` bytes; only behind take_changes(). Exact:
    /// it is read again when it is needed.
    void shrink(size_t budget);

    [[nodiscard]] size_t bytes() const { return cell_bytes() + filter_.bytes(); }
    [[nodiscard]] uint64_t gets() const { return gets_; }

  private:
    // What the cells of one row share.
    struct RowKey {
        Grain grain;
        Cube cube;
        int32_t row;
        int32_t changes;
        std::array<Term, kMaxDimensions> dimensions;
        bool operator==(const RowKey&) const = default;
    };
    struct Hash {
        size_t operator()(const RowKey& key) const;
    };
    static constexpr uint32_t kNone = UINT32_MAX;
    // NOLINTNEXTLINE(bugprone-exception-escape): a moved small_vector asks for no memory
    struct Row {
        RowKey key;
        bool dirty = false;
        uint8_t dirty_days = 0;  // of a row of hours: a bit for each day that changed
        static_assert(kHourDays <= 8);
        uint32_t block = kNone;  // of a row of hours: the row of days it is added up in
        SlotSet slots;
        // For each of the slots the place of its first measure in measures_; most rows have few.
        boost::container::small_vector<uint32_t, 6> cells;
    };
    struct Count {
        int64_t value = 0;
        bool dirty = false;
    };

    [[nodiscard]] Result<void> replace_cells(const std::vector<Contribution>& old_cells,
                                             const std::vector<Contribution>& new_cells);
    // Where a cell stands.
    struct Address {
        RowKey row;
        int32_t slot;
    };
    [[nodiscard]] static Address address_of(const CellKey& key);
    // Where some contributions go that follow one another.
    struct Place {
        uint32_t row;  // into rows_of_cells_
        int32_t slot;
        uint32_t contributions;
    };
    /// Appends to places_ where they go.
    [[nodiscard]] Result<void> find_places(std::span<const Contribution> contributions);
    /// Adds them there, or takes them out. Errors: as find_places.
    [[nodiscard]] Result<void> add(std::span<const Contribution> contributions,
                                   std::span<const Place> places,
                                   bool negative);
    /// Its place in rows_of_cells_.
    [[nodiscard]] Result<uint32_t> row_of(const RowKey& key);
    [[nodiscard]] Result<void> load(Row& row);
    /// The row will be written, with all that is added up from it.
    [[nodiscard]] Result<void> touch(const Place& place);
    /// Both rows will be written: that of the hours, and that of the days, for the slot's day.
    [[nodiscard]] Result<void> mark_hours(uint32_t hours, int32_t slot);
    /// The row will be written as it is.
    void mark(uint32_t row);
    /// The cell of a slot, made when there is none.
    uint32_t cell_of(Row& row, int32_t slot);
    /// Makes the changed days' cells in the row of days the sums of their hours.
    void add_up(const Row& hours);
    void add_up_day(const Row& hours, int32_t day);
    [[nodiscard]] Result<void> count(const PersonMark& mark, int64_t step);
    [[nodiscard]] size_t cell_bytes() const;
    void put_key(std::string& out, const RowKey& key) const;
    void put_row(const Row& row, RowBatch& out);

    const RowReader& rows_;
    Dictionary& dictionary_;
    KeyFilter filter_;  // of the hashes of row keys, and of the keys of people
    uint64_t gets_ = 0;
    boost::unordered_flat_map<RowKey, uint32_t, Hash> numbers_;  // into rows_of_cells_
    std::vector<Row> rows_of_cells_;
    std::vector<int64_t> measures_;  // of all cells, as many a cell as its cube has
    size_t cells_ = 0;
    std::vector<uint32_t> dirty_hours_;  // into rows_of_cells_
    std::vector<uint32_t> dirty_;        // rows of days and of changes, likewise
    std::vector<SlotMeasures> slots_;    // of the row that is put; kept for its memory
    std::vector<Place> places_;          // of the contributions that change; likewise
    std::unordered_map<std::string, Count> people_;
    std::vector<std::pair<const std::string, Count>*> dirty_people_;
};

}  // namespace sijill::projections
