#pragma once
// projections/cell_table.h - the cells and people counts in play, gathered in memory and written
// once a commit.

#include "projections/contributions.h"
#include "projections/row_codec.h"
#include "projections/rows.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace sijill::projections {

/// KPI cells of one shard. A cell that is not in memory is read once, unless the store was empty at
/// the start.
class CellTable {
  public:
    /// `complete`: what is not in memory does not exist. The rows must outlive the table.
    CellTable(const Rows& rows, Dictionary& dictionary, bool complete)
        : rows_(rows), dictionary_(dictionary), complete_(complete) {}

    /// Takes `before` out of the cells and puts `after` in. Errors: Storage, Corrupt; then the
    /// table must be dropped.
    [[nodiscard]] Result<void> replace(const Contributions& before, const Contributions& after);

    /// Appends the changed rows and forgets that they changed.
    void take_changes(RowBatch& out);

    /// Drops everything; only behind take_changes(). Exact: it is read again when it is needed.
    void drop();

    [[nodiscard]] size_t bytes() const;
    [[nodiscard]] uint64_t gets() const { return gets_; }

  private:
    struct Hash {
        size_t operator()(const CellKey& key) const;
    };
    struct Slot {
        CellKey key;
        bool dirty = false;
        size_t first = 0;  // of its measures in measures_
    };
    struct Count {
        int64_t value = 0;
        bool dirty = false;
    };

    [[nodiscard]] Result<void> replace_cells(const std::vector<Contribution>& old_cells,
                                             const std::vector<Contribution>& new_cells);
    [[nodiscard]] Result<void> add(const Contribution& contribution, bool negative);
    [[nodiscard]] Result<Slot*> slot(const CellKey& key);
    [[nodiscard]] Result<Slot*> make_slot(const CellKey& key);
    [[nodiscard]] Result<void> count(const PersonMark& mark, int64_t step);
    void put_key(std::string& out, const CellKey& key) const;
    [[nodiscard]] std::span<const int64_t> measures(const Slot& slot) const;

    const Rows& rows_;
    Dictionary& dictionary_;
    bool complete_;
    uint64_t gets_ = 0;
    boost::unordered_flat_map<CellKey, uint32_t, Hash> numbers_;  // into slots_
    std::vector<Slot> slots_;
    std::vector<int64_t> measures_;  // of all cells, as many a cell as its cube has
    std::vector<uint32_t> dirty_;
    uint32_t last_ = 0;  // slot of the last lookup: one cell's measures come in a row
    std::unordered_map<std::string, Count> people_;
    std::vector<std::pair<const std::string, Count>*> dirty_people_;
};

}  // namespace sijill::projections
