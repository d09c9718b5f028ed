#include "projections/cell_table.h"

#include "events/check.h"
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

void CellTable::put_key(std::string& out, const CellKey& key) const {
    std::array<std::string_view, kMaxDimensions> texts;
    std::ranges::transform(
        key.dimensions, texts.begin(), [this](Term term) { return dictionary_.text(term); });
    keys::put_cell(out, key.cube, key.hour, texts);
}

std::span<const int64_t> CellTable::measures(const Slot& slot) const {
    return std::span(measures_).subspan(slot.first, describe(slot.key.cube).measures.size());
}

Result<CellTable::Slot*> CellTable::make_slot(const CellKey& key) {
    Measures stored{};
    if (!complete_) {
        ++gets_;
        std::string row_key;
        put_key(row_key, key);
        const auto row = rows_.get(row_key);
        if (!row) {
            return Unexpected(row.error());
        }
        if (*row) {
            const auto decoded = decode_cell(**row);
            if (!decoded) {
                return Unexpected(decoded.error());
            }
            stored = *decoded;
        }
    }
    slots_.push_back({key, false, measures_.size()});
    measures_.insert(
        measures_.end(), stored.begin(), stored.begin() + describe(key.cube).measures.size());
    return &slots_.back();
}

Result<CellTable::Slot*> CellTable::slot(const CellKey& key) {
    if (last_ < slots_.size() && slots_[last_].key == key && slots_[last_].dirty) {
        return &slots_[last_];
    }
    const auto next = static_cast<uint32_t>(slots_.size());
    const auto [at, added] = numbers_.try_emplace(key, next);
    if (added) {
        if (auto made = make_slot(key); !made) {
            return made;
        }
    }
    last_ = at->second;
    Slot& slot = slots_[last_];
    if (!slot.dirty) {
        slot.dirty = true;
        dirty_.push_back(last_);
    }
    return &slot;
}

Result<void> CellTable::add(const Contribution& contribution, bool negative) {
    const auto cell = slot(contribution.cell);
    if (!cell) {
        return Unexpected(cell.error());
    }
    int64_t& measure = measures_[(*cell)->first + contribution.measure];
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
    if (!count.dirty) {
        count.dirty = true;
        dirty_people_.push_back(&*at);
    }
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

void CellTable::take_changes(RowBatch& out) {
    for (const uint32_t number : dirty_) {
        Slot& slot = slots_[number];
        slot.dirty = false;
        const auto append_key = [&](std::string& key) { put_key(key, slot.key); };
        const auto values = measures(slot);
        if (std::ranges::all_of(values, [](int64_t value) { return value == 0; })) {
            out.erase_built(append_key);
        } else {
            out.put_built(append_key, [&](std::string& value) { encode_cell(values, value); });
        }
    }
    dirty_.clear();
    for (auto* person : dirty_people_) {
        auto& [key, count] = *person;
        count.dirty = false;
        if (count.value == 0) {
            out.erase(key);
        } else {
            out.put(key, encode_count(count.value));
        }
    }
    dirty_people_.clear();
}

void CellTable::drop() {
    CHECK(dirty_.empty() && dirty_people_.empty(), "cells are dropped behind a commit");
    complete_ = false;
    numbers_.clear();
    slots_.clear();
    measures_.clear();
    people_.clear();
}

size_t CellTable::bytes() const {
    return numbers_.size() * (sizeof(CellKey) + sizeof(uint32_t) + 1) +
           slots_.size() * sizeof(Slot) + measures_.size() * sizeof(int64_t) +
           people_.size() * (sizeof(Count) + 96);
}

}  // namespace sijill::projections
