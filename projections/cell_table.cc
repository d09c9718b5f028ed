#include "projections/cell_table.h"

#include "projections/keys.h"

#include <algorithm>

namespace sijill::projections {

namespace {

// Signed sums wrap instead of overflowing: a hostile number cannot be undefined behaviour, and
// taking it out again restores the cell exactly. Values are bounded (events::bounds_of), so real
// figures stay far below 2^63.
int64_t wrapping_add(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

int64_t wrapping_negate(int64_t a) {
    return static_cast<int64_t>(~static_cast<uint64_t>(a) + 1U);
}

}  // namespace

size_t CellTable::Hash::operator()(const CellKey& key) const {
    uint64_t h = (static_cast<uint64_t>(key.cube) << 32U) | static_cast<uint32_t>(key.hour);
    for (const Term term : key.dimensions) {
        h = (h ^ term.number) * 0x9E3779B97F4A7C15ULL;
        h ^= h >> 32U;
    }
    return h;
}

std::string CellTable::row_key(const CellKey& key) const {
    std::array<std::string_view, kMaxDimensions> texts;
    std::ranges::transform(
        key.dimensions, texts.begin(), [this](Term term) { return dictionary_.text(term); });
    return keys::cell(key.cube, key.hour, texts);
}

Result<CellTable::Slot*> CellTable::slot(const CellKey& key) {
    const auto [at, added] = cells_.try_emplace(key);
    if (added && !complete_) {
        ++gets_;
        const auto row = rows_.get(row_key(key));
        if (!row) {
            return Unexpected(row.error());
        }
        if (*row) {
            const auto measures = decode_cell(**row);
            if (!measures) {
                return Unexpected(measures.error());
            }
            at->second.measures = *measures;
        }
    }
    if (!at->second.dirty) {
        at->second.dirty = true;
        dirty_.push_back(&*at);
    }
    return &at->second;
}

Result<void> CellTable::add(const Contribution& contribution, bool negative) {
    const auto cell = slot(contribution.cell);
    if (!cell) {
        return Unexpected(cell.error());
    }
    int64_t& measure = (*cell)->measures[contribution.measure];
    measure =
        wrapping_add(measure, negative ? wrapping_negate(contribution.value) : contribution.value);
    return {};
}

Result<void> CellTable::count(const PersonMark& mark, int64_t step) {
    const std::string key = keys::person(mark.cube, mark.day, mark.person);
    const auto [at, added] = people_.try_emplace(key);
    Count& count = at->second;
    if (added && !complete_) {
        ++gets_;
        const auto row = rows_.get(key);
        if (!row) {
            return Unexpected(row.error());
        }
        if (*row) {
            const auto value = decode_count(**row);
            if (!value) {
                return Unexpected(value.error());
            }
            count.value = *value;
        }
    }
    count.value += step;
    count.dirty = true;
    return {};
}

Result<void> CellTable::replace(const Contributions& before, const Contributions& after) {
    if (auto done = replace_cells(before.cells, after.cells); !done) {
        return done;
    }
    if (before.people == after.people) {
        return {};
    }
    for (const PersonMark& mark : before.people) {
        if (auto done = count(mark, -1); !done) {
            return done;
        }
    }
    for (const PersonMark& mark : after.people) {
        if (auto done = count(mark, 1); !done) {
            return done;
        }
    }
    return {};
}

Result<void> CellTable::replace_cells(const std::vector<Contribution>& old_cells,
                                      const std::vector<Contribution>& new_cells) {
    // Most events leave most contributions alone: only what differs between the equal ends is
    // touched.
    size_t head = 0;
    const size_t shorter = std::min(old_cells.size(), new_cells.size());
    while (head < shorter && old_cells[head] == new_cells[head]) {
        ++head;
    }
    size_t tail = 0;
    while (tail < shorter - head &&
           old_cells[old_cells.size() - 1 - tail] == new_cells[new_cells.size() - 1 - tail]) {
        ++tail;
    }
    for (size_t i = head; i < old_cells.size() - tail; ++i) {
        if (auto done = add(old_cells[i], true); !done) {
            return done;
        }
    }
    for (size_t i = head; i < new_cells.size() - tail; ++i) {
        if (auto done = add(new_cells[i], false); !done) {
            return done;
        }
    }
    return {};
}

void CellTable::take_changes(std::vector<RowChange>& out) {
    for (auto* entry : dirty_) {
        entry->second.dirty = false;
        out.push_back({row_key(entry->first), encode_cell(entry->second.measures)});
    }
    dirty_.clear();
    for (auto& [key, count] : people_) {
        if (count.dirty) {
            count.dirty = false;
            out.push_back(
                {key, count.value == 0 ? std::nullopt : std::optional(encode_count(count.value))});
        }
    }
}

void CellTable::drop_clean() {
    complete_ = false;
    std::erase_if(cells_, [](const auto& entry) { return !entry.second.dirty; });
    std::erase_if(people_, [](const auto& entry) { return !entry.second.dirty; });
}

size_t CellTable::bytes() const {
    return cells_.size() * (sizeof(CellKey) + sizeof(Slot) + 32) +
           people_.size() * (sizeof(Count) + 96);
}

}  // namespace sijill::projections
