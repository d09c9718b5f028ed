#include "projections/suppression.h"

#include <algorithm>
#include <optional>
#include <set>

namespace sijill::projections {

namespace {

bool is_small_count(int64_t count, int64_t minimum) {
    return count > 0 && count < minimum;
}

// A table on its way to what is hidden of it.
class Hiding {
  public:
    Hiding(const CountedTable& table, int64_t minimum) : table_(table), minimum_(minimum) {
        for (const auto& [value, counts] : table.cells) {
            if (is_small(counts, minimum)) {
                hidden_.insert(value);
            }
        }
    }

    HiddenCells hide() {
        HiddenCells out;
        // A cell hidden for one side may leave another side's small one alone with it: again until
        // nothing is added, which the number of cells bounds.
        for (bool changed = true; changed;) {
            changed = false;
            for (size_t side = 0; side < kCountedSides; ++side) {
                if (!table_.has_total[side] || is_safe(side)) {
                    continue;
                }
                if (const auto more = smallest_shown(side)) {
                    hidden_.insert(*more);
                    changed = true;
                } else {
                    out.total = true;
                }
            }
        }
        out.values.assign(hidden_.begin(), hidden_.end());
        return out;
    }

  private:
    // Whether what the total leaves for the hidden cells keeps each small one of them unknown.
    [[nodiscard]] bool is_safe(size_t side) const {
        bool small = false;
        int64_t sum = 0;
        int64_t positive = 0;
        for (const std::string& value : hidden_) {
            const int64_t count = table_.cells.at(value)[side];
            small = small || is_small_count(count, minimum_);
            sum += count;
            positive += count > 0 ? 1 : 0;
        }
        return !small || (positive > 1 && sum >= minimum_ && sum > positive);
    }

    // Of those shown: a cell of none hides nothing.
    [[nodiscard]] std::optional<std::string> smallest_shown(size_t side) const {
        std::optional<std::string> found;
        for (const auto& [value, counts] : table_.cells) {
            if (counts[side] > 0 && !hidden_.contains(value) &&
                (!found || counts[side] < table_.cells.at(*found)[side])) {
                found = value;
            }
        }
        return found;
    }

    const CountedTable& table_;
    const int64_t minimum_;
    std::set<std::string> hidden_;
};

}  // namespace

bool is_small(const CellCounts& counts, int64_t minimum) {
    return std::ranges::any_of(counts,
                               [minimum](int64_t count) { return is_small_count(count, minimum); });
}

HiddenCells hidden_cells(const CountedTable& table, int64_t minimum) {
    return Hiding(table, minimum).hide();
}

}  // namespace sijill::projections
