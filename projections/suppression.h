#pragma once
// projections/suppression.h - which cells of a table may not be published, because they are of so
// few that persons could be recognised, or because such cells would follow from them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sijill::projections {

/// How many things a cell counts, on each side of its figure: numerator, denominator, and what is
/// in the denominator only, which a rate tells too. A side that counts nothing is 0.
inline constexpr size_t kCountedSides = 3;
using CellCounts = std::array<int64_t, kCountedSides>;

/// A breakdown that is about to be published: the counts of its values, and the sides whose cells
/// add up to a total that is published beside them.
struct CountedTable {
    std::map<std::string, CellCounts> cells;
    std::array<bool, kCountedSides> has_total{};
};

/// What must be left out of it.
struct HiddenCells {
    std::vector<std::string> values;  // in their order
    bool total = false;               // the values alone would not do: their totals must go too
};

/// True of a cell that is itself too small: a side counts at least one and fewer than `minimum`.
[[nodiscard]] bool is_small(const CellCounts& counts, int64_t minimum);

/// The small cells, and as many others, the smallest first and then by name, as it takes until no
/// small one follows from a total and the cells that are shown: on each side with a total two or
/// more are hidden, together at least `minimum`, and not all of them one. Minimum 0 or 1 hides
/// nothing.
[[nodiscard]] HiddenCells hidden_cells(const CountedTable& table, int64_t minimum);

}  // namespace sijill::projections
