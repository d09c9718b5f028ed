#include "projections/cell_table.h"

#include "events/check.h"
#include "projections/equal_ends.h"
#include "projections/fetch_ahead.h"
#include "projections/keys.h"

#include <algorithm>
#include <bit>
#include <utility>

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

size_t CellTable::Hash::operator()(const RowKey& key) const {
    uint64_t h = (static_cast<uint64_t>(key.grain) << 40U) |
                 (static_cast<uint64_t>(key.cube) << 32U) | static_cast<uint32_t>(key.row);
    h = (h ^ static_cast<uint32_t>(key.changes)) * 0x9E3779B97F4A7C15ULL;
    for (const Term term : key.dimensions) {
        h = (h ^ term.number) * 0x9E3779B97F4A7C15ULL;
        h ^= h >> 32U;
    }
    return h;
}

void CellTable::put_key(std::string& out, const RowKey& key) const {
    keys::CellsParts parts{key.grain, key.cube, key.row, key.changes, {}};
    std::ranges::transform(key.dimensions, parts.dimensions.begin(), [this](Term term) {
        return dictionary_.text(term);
    });
    keys::put_cells(out, parts);
}

uint32_t CellTable::cell_of(Row& row, int32_t slot) {
    const size_t rank = row.slots.rank(slot);
    if (row.slots.has(slot)) {
        return row.cells[rank];
    }
    const size_t first = measures_.size();
    CHECK(first < kNone, "the cells in memory outgrow 32 GiB");
    measures_.resize(first + describe(row.key.cube).measures.size());
    row.slots.insert(slot);
    row.cells.insert(row.cells.begin() + static_cast<std::ptrdiff_t>(rank),
                     static_cast<uint32_t>(first));
    ++cells_;
    return static_cast<uint32_t>(first);
}

Result<void> CellTable::load(Row& row) {
    ++gets_;
    std::string key;
    put_key(key, row.key);
    const auto stored = rows_.get(key);
    if (!stored || !*stored) {
        return stored ? Result<void>() : Unexpected(stored.error());
    }
    const size_t size = describe(row.key.cube).measures.size();
    return decode_cells(row.key.grain, **stored, [&](int32_t slot, const Measures& measures) {
        const uint32_t first = cell_of(row, slot);  // before measures_ is looked at: it may move
        std::copy_n(measures.begin(), size, measures_.begin() + first);
    });
}

Result<uint32_t> CellTable::row_of(const RowKey& key) {
    const auto number = static_cast<uint32_t>(rows_of_cells_.size());
    const auto [at, added] = numbers_.try_emplace(key, number);
    if (!added) {
        return at->second;
    }
    Row& row = rows_of_cells_.emplace_back();
    row.key = key;
    if (filter_.may_have(Hash()(key))) {
        if (auto loaded = load(row); !loaded) {
            return Unexpected(loaded.error());
        }
    }
    return number;
}

void CellTable::mark(uint32_t row) {
    if (!rows_of_cells_[row].dirty) {
        rows_of_cells_[row].dirty = true;
        dirty_.push_back(row);
    }
}

Result<void> CellTable::mark_hours(uint32_t hours, int32_t slot) {
    rows_of_cells_[hours].dirty_days |= static_cast<uint8_t>(1U << day_of_hour(slot));
    if (rows_of_cells_[hours].dirty) {
        return {};
    }
    if (rows_of_cells_[hours].block == kNone) {
        RowKey key = rows_of_cells_[hours].key;
        key.grain = Grain::Day;
        key.row = block_of_day(key.row * kHourDays);
        const auto days = row_of(key);
        if (!days) {
            return Unexpected(days.error());
        }
        rows_of_cells_[hours].block = *days;
    }
    rows_of_cells_[hours].dirty = true;
    dirty_hours_.push_back(hours);
    mark(rows_of_cells_[hours].block);
    return {};
}

CellTable::Address CellTable::address_of(const CellKey& key) {
    const int32_t day = day_of_hour(key.hour);
    if (!describe(key.cube).running) {
        const int32_t row = hours_of_day(day);
        return {{Grain::Hour, key.cube, row, 0, key.dimensions},
                key.hour - row * slots_of(Grain::Hour)};
    }
    return {{Grain::Change,
             key.cube,
             block_of_day(day),
             changes_of_day(key.change_day),
             key.dimensions},
            change_slot({day, key.change_day})};
}

Result<void> CellTable::touch(const Place& place) {
    if (rows_of_cells_[place.row].key.grain != Grain::Change) {
        return mark_hours(place.row, place.slot);
    }
    mark(place.row);
    return {};
}

Result<void> CellTable::find_places(std::span<const Contribution> contributions) {
    const CellKey* last = nullptr;  // one cell's measures come in a row
    for (const Contribution& contribution : contributions) {
        if (last != nullptr && *last == contribution.cell) {
            ++places_.back().contributions;
            continue;
        }
        last = &contribution.cell;
        const auto [row_key, slot] = address_of(contribution.cell);
        const auto row = row_of(row_key);
        if (!row) {
            return Unexpected(row.error());
        }
        places_.push_back({*row, slot, 1});
    }
    return {};
}

Result<void> CellTable::add(std::span<const Contribution> contributions,
                            std::span<const Place> places,
                            bool negative) {
    const Contribution* contribution = contributions.data();
    for (const Place& place : places) {
        if (auto touched = touch(place); !touched) {
            return touched;
        }
        const uint32_t first = cell_of(rows_of_cells_[place.row], place.slot);
        for (const auto* end = contribution + place.contributions; contribution != end;
             ++contribution) {
            const int64_t value = contribution->value;
            int64_t& measure = measures_[first + contribution->measure];
            measure = wrapping_add(measure, negative ? wrapping_negate(value) : value);
        }
    }
    return {};
}

Result<void> CellTable::count(const PersonMark& mark, int64_t step) {
    const std::string key = keys::person(mark.cube, mark.day, mark.person);
    const auto [at, added] = people_.try_emplace(key);
    Count& count = at->second;
    if (added && filter_.may_have(std::hash<std::string>()(key))) {
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

// In passes, so that the waits for memory overlap: nothing of a pass needs what another
// contribution finds in it.
Result<void> CellTable::replace_cells(const std::vector<Contribution>& old_cells,
                                      const std::vector<Contribution>& new_cells) {
    // Most changes leave most contributions alone.
    const auto [out, in] = between_equal_ends(old_cells, new_cells);
    places_.clear();
    if (auto found = find_places(out); !found) {
        return found;
    }
    const size_t places_out = places_.size();
    if (auto found = find_places(in); !found) {
        return found;
    }
    for (const Place& place : places_) {
        fetch_ahead(rows_of_cells_[place.row]);
    }
    for (const Place& place : places_) {
        const Row& row = rows_of_cells_[place.row];
        __builtin_prefetch(row.cells.data() + row.slots.rank(place.slot));
    }
    for (const Place& place : places_) {
        const Row& row = rows_of_cells_[place.row];
        if (row.slots.has(place.slot)) {
            __builtin_prefetch(measures_.data() + row.cells[row.slots.rank(place.slot)]);
        }
    }
    const auto places = std::span(std::as_const(places_));
    if (auto done = add(out, places.first(places_out), true); !done) {
        return done;
    }
    return add(in, places.subspan(places_out), false);
}

void CellTable::add_up(const Row& hours) {
    for (unsigned left = hours.dirty_days; left != 0; left &= left - 1) {
        add_up_day(hours, std::countr_zero(left));
    }
}

void CellTable::add_up_day(const Row& hours, int32_t day) {
    Row& days = rows_of_cells_[hours.block];
    const int32_t slot = hours.key.row * kHourDays + day - days.key.row * kBlockDays;
    const uint32_t cell = cell_of(days, slot);
    const size_t size = describe(hours.key.cube).measures.size();
    const auto sums = std::span(measures_).subspan(cell, size);
    std::ranges::fill(sums, 0);
    static_assert(slots_of(Grain::Hour) < int32_t{SlotSet::kSlots}, "the end of a row has a rank");
    const size_t begin = hours.slots.rank(day * kHoursPerDay);
    const size_t end = hours.slots.rank((day + 1) * kHoursPerDay);
    for (const uint32_t hour : std::span(hours.cells).subspan(begin, end - begin)) {
        for (size_t i = 0; i < size; ++i) {
            sums[i] = wrapping_add(sums[i], measures_[hour + i]);
        }
    }
}

void CellTable::put_row(const Row& row, RowBatch& out) {
    const size_t size = describe(row.key.cube).measures.size();
    slots_.clear();
    const uint32_t* cell = row.cells.data();
    row.slots.for_each([&](int32_t slot) {
        const auto measures = std::span(measures_).subspan(*cell++, size);
        if (const uint64_t mask = mask_of(measures); mask != 0) {
            slots_.push_back({slot, mask, measures});
        }
    });
    const auto append_key = [&](std::string& key) { put_key(key, row.key); };
    if (slots_.empty()) {
        out.erase_built(append_key);
    } else {
        out.put_built(append_key, [&](std::string& value) { encode_cells(slots_, value); });
    }
}

void CellTable::take_changes(RowBatch& out) {
    for (const uint32_t number : dirty_hours_) {
        Row& hours = rows_of_cells_[number];
        add_up(hours);
        hours.dirty = false;
        hours.dirty_days = 0;
        put_row(hours, out);
    }
    for (const uint32_t number : dirty_) {
        rows_of_cells_[number].dirty = false;
        put_row(rows_of_cells_[number], out);
    }
    dirty_hours_.clear();
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

void CellTable::shrink(size_t budget) {
    if (cell_bytes() <= budget) {
        return;
    }
    CHECK(dirty_hours_.empty() && dirty_.empty() && dirty_people_.empty(),
          "cells are dropped behind a commit");
    for (const Row& row : rows_of_cells_) {
        filter_.add(Hash()(row.key));
    }
    for (const auto& [key, count] : people_) {
        filter_.add(std::hash<std::string>()(key));
    }
    filter_.shrink(budget / 2);
    numbers_.clear();
    rows_of_cells_.clear();
    measures_.clear();
    cells_ = 0;
    people_.clear();
}

size_t CellTable::cell_bytes() const {
    return numbers_.size() * (sizeof(RowKey) + sizeof(uint32_t) + 1) +
           rows_of_cells_.size() * sizeof(Row) + cells_ * sizeof(uint32_t) +
           measures_.size() * sizeof(int64_t) + people_.size() * (sizeof(Count) + 96);
}

}  // namespace sijill::projections
