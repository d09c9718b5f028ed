#pragma once
// projections/cell_table.h - the cells and people counts in play, gathered in memory and written
// once a commit.

#include "projections/contributions.h"
#include "projections/row_codec.h"
#include "projections/rows.h"

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
    void take_changes(std::vector<RowChange>& out);

    /// Drops everything that has not changed. Exact: it is read again when it is needed.
    void drop_clean();

    [[nodiscard]] size_t bytes() const;
    [[nodiscard]] uint64_t gets() const { return gets_; }

  private:
    struct Hash {
        size_t operator()(const CellKey& key) const;
    };
    struct Slot {
        Measures measures{};
        bool dirty = false;
    };
    struct Count {
        int64_t value = 0;
        bool dirty = false;
    };

    [[nodiscard]] Result<void> replace_cells(const std::vector<Contribution>& old_cells,
                                             const std::vector<Contribution>& new_cells);
    [[nodiscard]] Result<void> add(const Contribution& contribution, bool negative);
    [[nodiscard]] Result<Slot*> slot(const CellKey& key);
    [[nodiscard]] Result<void> count(const PersonMark& mark, int64_t step);
    [[nodiscard]] std::string row_key(const CellKey& key) const;

    const Rows& rows_;
    Dictionary& dictionary_;
    bool complete_;
    uint64_t gets_ = 0;
    std::unordered_map<CellKey, Slot, Hash> cells_;
    std::vector<std::pair<const CellKey, Slot>*> dirty_;
    std::unordered_map<std::string, Count> people_;
};

}  // namespace sijill::projections
