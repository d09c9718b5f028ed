#pragma once
// projections/cell_table.h - the cells and people counts in play, gathered in memory and written
// once a commit.

#include "projections/contributions.h"
#include "projections/key_filter.h"
#include "projections/local_time.h"
#include "projections/row_codec.h"
#include "projections/rows.h"

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
        /// Of a block's few hours: its row of days, and its row of hours number `part`.
        [[nodiscard]] RowKey of_days() const;
        [[nodiscard]] RowKey of_hours(int32_t part) const;
    };
    struct Hash {
        size_t operator()(const RowKey& key) const;
    };
    static constexpr uint32_t kNone = UINT32_MAX;
    static constexpr int32_t kPartsOfBlock = kBlockDays / kHourDays;
    struct Cell {
        int32_t slot;
        uint32_t first;  // of its measures, in measures_
    };
    // NOLINTNEXTLINE(bugprone-exception-escape): a moved small_vector asks for no memory
    struct Row {
        RowKey key;  // of a row of changes, or of a block's few hours: also while they are many
        uint32_t many = kNone;  // into many_: the store has rows of hours and of days instead
        bool dirty = false;
        uint8_t dirty_parts = 0;  // of the rows of hours that a block would have: a bit for each
        static_assert(kPartsOfBlock <= 8);
        boost::container::small_vector<Cell, 9> cells;  // by slot; most rows have few
    };
    // What is known of a block of many hours, so that an event adds up those of one row alone.
    struct Many {
        std::array<size_t, kPartsOfBlock> hours{};  // that are not empty
        uint32_t days;                              // in measures_: the sums of its days
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
    /// Adds them there, or takes them out.
    void add(std::span<const Contribution> contributions,
             std::span<const Place> places,
             bool negative);
    /// Its place in rows_of_cells_.
    [[nodiscard]] Result<uint32_t> row_of(const RowKey& key);
    [[nodiscard]] Result<void> load(Row& row);
    /// Reads the stored row of a key into the slots of `row` from the slot `first` on. True: there
    /// is one.
    [[nodiscard]] Result<bool> load_slots(Row& row, const RowKey& key, int32_t first);
    /// The row will be written.
    void mark(const Place& place);
    /// The cell of a slot, made when there is none.
    uint32_t cell_of(Row& row, int32_t slot);
    [[nodiscard]] Result<void> count(const PersonMark& mark, int64_t step);
    [[nodiscard]] size_t cell_bytes() const;
    void put_key(std::string& out, const RowKey& key) const;
    /// Room for the measures of so many cells of a cube: its place in measures_.
    uint32_t add_measures(Cube cube, size_t cells);
    /// Into slots_: those from one slot until another that are not empty.
    void find_slots(const Row& row, int32_t begin, int32_t end);
    void put_row(Row& row, RowBatch& out);
    void put_block(Row& row, RowBatch& out);
    /// Slots as a row; without any it is erased.
    void put_slots(const RowKey& key, std::span<const SlotMeasures> slots, RowBatch& out) const;
    /// The block has many hours from now on.
    void begin_many(Row& row);
    /// Counts the hours of a row of hours and adds them up by day; they are in slots_ then.
    void add_up(const Row& row, int32_t part);
    /// The row of days.
    void put_days(const Row& row, RowBatch& out);
    void erase_many(const Row& row, RowBatch& out) const;

    const RowReader& rows_;
    Dictionary& dictionary_;
    KeyFilter filter_;  // of the hashes of row keys, and of the keys of people
    uint64_t gets_ = 0;
    boost::unordered_flat_map<RowKey, uint32_t, Hash> numbers_;  // into rows_of_cells_
    std::vector<Row> rows_of_cells_;
    std::vector<int64_t> measures_;  // of all cells, as many a cell as its cube has
    std::vector<Many> many_;
    size_t cells_ = 0;
    std::vector<uint32_t> dirty_;      // into rows_of_cells_
    std::vector<SlotMeasures> slots_;  // of the row that is put; kept for its memory
    std::vector<Place> places_;        // of the contributions that change; likewise
    std::unordered_map<std::string, Count> people_;
    std::vector<std::pair<const std::string, Count>*> dirty_people_;
};

}  // namespace sijill::projections
