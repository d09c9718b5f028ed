#include "projections/cell_table.h"

#include "events/check.h"
#include "projections/equal_ends.h"
#include "projections/fetch_ahead.h"
#include "projections/keys.h"
#include "projections/wrapping.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sijill::projections {

namespace {

// The row of hours that a block's hour would stand in.
int32_t part_of(int32_t slot) {
    return slot / slots_of(Grain::Hour);
}

}  // namespace

CellTable::RowKey CellTable::RowKey::of_days() const {
    RowKey key = *this;
    key.grain = Grain::Day;
    return key;
}

CellTable::RowKey CellTable::RowKey::of_hours(int32_t part) const {
    RowKey key = *this;
    key.grain = Grain::Hour;
    key.row = row * kPartsOfBlock + part;
    return key;
}

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
    const auto at = std::ranges::lower_bound(row.cells, slot, {}, &Cell::slot);
    if (at != row.cells.end() && at->slot == slot) {
        return at->first;
    }
    const uint32_t first = add_measures(row.key.cube, 1);
    row.cells.insert(at, {slot, first});
    ++cells_;
    return first;
}

uint32_t CellTable::add_measures(Cube cube, size_t cells) {
    const size_t first = measures_.size();
    CHECK(first < kNone, "the cells in memory outgrow 32 GiB");
    measures_.resize(first + cells * describe(cube).measures.size());
    return static_cast<uint32_t>(first);
}

Result<bool> CellTable::load_slots(Row& row, const RowKey& key, int32_t first) {
    ++gets_;
    std::string stored_key;
    put_key(stored_key, key);
    const auto stored = rows_.get(stored_key);
    if (!stored || !*stored) {
        return stored ? Result<bool>(false) : Unexpected(stored.error());
    }
    const size_t size = describe(key.cube).measures.size();
    auto decoded = decode_cells(key.grain, **stored, [&](int32_t slot, const Measures& measures) {
        const uint32_t cell = cell_of(row, first + slot);  // it may move measures_
        std::copy_n(measures.begin(), size, measures_.begin() + cell);
    });
    return decoded ? Result<bool>(true) : Unexpected(decoded.error());
}

Result<void> CellTable::load(Row& row) {
    const auto found = load_slots(row, row.key, 0);
    if (!found || *found || row.key.grain != Grain::FewHours) {
        return found ? Result<void>() : Unexpected(found.error());
    }
    bool many = false;
    for (int32_t part = 0; part < kPartsOfBlock; ++part) {
        const auto hours = load_slots(row, row.key.of_hours(part), part * slots_of(Grain::Hour));
        if (!hours) {
            return Unexpected(hours.error());
        }
        many = many || *hours;
    }
    if (many) {
        begin_many(row);
        for (int32_t part = 0; part < kPartsOfBlock; ++part) {
            add_up(row, part);
        }
    }
    return {};
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

void CellTable::mark(const Place& place) {
    Row& row = rows_of_cells_[place.row];
    if (row.key.grain == Grain::FewHours) {
        row.dirty_parts |= static_cast<uint8_t>(1U << part_of(place.slot));
    }
    if (!row.dirty) {
        row.dirty = true;
        dirty_.push_back(place.row);
    }
}

CellTable::Address CellTable::address_of(const CellKey& key) {
    const int32_t day = day_of_hour(key.hour);
    if (!describe(key.cube).running) {
        const int32_t block = block_of_day(day);
        return {{Grain::FewHours, key.cube, block, 0, key.dimensions},
                key.hour - block * slots_of(Grain::FewHours)};
    }
    return {{Grain::Change,
             key.cube,
             block_of_day(day),
             changes_of_day(key.change_day),
             key.dimensions},
            change_slot({day, key.change_day})};
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

void CellTable::add(std::span<const Contribution> contributions,
                    std::span<const Place> places,
                    bool negative) {
    const Contribution* contribution = contributions.data();
    for (const Place& place : places) {
        mark(place);
        const uint32_t first = cell_of(rows_of_cells_[place.row], place.slot);
        for (const auto* end = contribution + place.contributions; contribution != end;
             ++contribution) {
            const int64_t value = contribution->value;
            int64_t& measure = measures_[first + contribution->measure];
            measure = wrapping_add(measure, negative ? wrapping_negate(value) : value);
        }
    }
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
        const auto& cells = rows_of_cells_[place.row].cells;
        const auto at = std::ranges::lower_bound(cells, place.slot, {}, &Cell::slot);
        if (at != cells.end()) {
            __builtin_prefetch(measures_.data() + at->first);
        }
    }
    const auto places = std::span(std::as_const(places_));
    add(out, places.first(places_out), true);
    add(in, places.subspan(places_out), false);
    return {};
}

void CellTable::find_slots(const Row& row, int32_t begin, int32_t end) {
    const size_t size = describe(row.key.cube).measures.size();
    slots_.clear();
    auto cell = std::ranges::lower_bound(row.cells, begin, {}, &Cell::slot);
    for (; cell != row.cells.end() && cell->slot < end; ++cell) {
        const auto measures = std::span(measures_).subspan(cell->first, size);
        if (const uint64_t mask = mask_of(measures); mask != 0) {
            slots_.push_back({cell->slot - begin, mask, measures});
        }
    }
}

void CellTable::put_slots(const RowKey& key,
                          std::span<const SlotMeasures> slots,
                          RowBatch& out) const {
    const auto append_key = [&](std::string& bytes) { put_key(bytes, key); };
    if (slots.empty()) {
        out.erase_built(append_key);
    } else {
        out.put_built(append_key, [&](std::string& value) { encode_cells(slots, value); });
    }
}

void CellTable::put_row(Row& row, RowBatch& out) {
    if (row.key.grain == Grain::FewHours) {
        put_block(row, out);
    } else {
        find_slots(row, 0, slots_of(row.key.grain));
        put_slots(row.key, slots_, out);
    }
    row.dirty = false;
    row.dirty_parts = 0;
}

// Which of the two forms a block has follows from its cells alone: rows do not tell where commits
// fell.
void CellTable::put_block(Row& row, RowBatch& out) {
    if (row.many == kNone) {
        find_slots(row, 0, slots_of(Grain::FewHours));
        if (slots_.size() <= kMostFewHours) {
            put_slots(row.key, slots_, out);
            return;
        }
        put_slots(row.key, {}, out);
        begin_many(row);
        row.dirty_parts = (1U << kPartsOfBlock) - 1;
    }
    for (int32_t part = 0; part < kPartsOfBlock; ++part) {
        if ((row.dirty_parts >> part & 1U) != 0) {
            add_up(row, part);
            put_slots(row.key.of_hours(part), slots_, out);
        }
    }
    const auto& hours = many_[row.many].hours;
    if (std::accumulate(hours.begin(), hours.end(), size_t{0}) > kMostFewHours) {
        put_days(row, out);
        return;
    }
    erase_many(row, out);  // what was just put too: the last change holds
    row.many = kNone;
    find_slots(row, 0, slots_of(Grain::FewHours));
    put_slots(row.key, slots_, out);
}

void CellTable::begin_many(Row& row) {
    row.many = static_cast<uint32_t>(many_.size());
    many_.push_back({{}, add_measures(row.key.cube, kBlockDays)});
}

void CellTable::add_up(const Row& row, int32_t part) {
    const size_t size = describe(row.key.cube).measures.size();
    Many& many = many_[row.many];
    const auto days = std::span(measures_).subspan(
        many.days + static_cast<size_t>(part * kHourDays) * size, kHourDays * size);
    std::ranges::fill(days, 0);
    find_slots(row, part * slots_of(Grain::Hour), (part + 1) * slots_of(Grain::Hour));
    many.hours[static_cast<size_t>(part)] = slots_.size();
    for (const SlotMeasures& hour : slots_) {
        const auto sums = days.subspan(static_cast<size_t>(hour.slot / kHoursPerDay) * size, size);
        for (size_t i = 0; i < size; ++i) {
            sums[i] = wrapping_add(sums[i], hour.measures[i]);
        }
    }
}

void CellTable::put_days(const Row& row, RowBatch& out) {
    const size_t size = describe(row.key.cube).measures.size();
    slots_.clear();
    for (int32_t day = 0; day < kBlockDays; ++day) {
        const auto sums = std::span(measures_).subspan(
            many_[row.many].days + static_cast<size_t>(day) * size, size);
        if (const uint64_t mask = mask_of(sums); mask != 0) {
            slots_.push_back({day, mask, sums});
        }
    }
    put_slots(row.key.of_days(), slots_, out);
}

void CellTable::erase_many(const Row& row, RowBatch& out) const {
    put_slots(row.key.of_days(), {}, out);
    for (int32_t part = 0; part < kPartsOfBlock; ++part) {
        put_slots(row.key.of_hours(part), {}, out);
    }
}

void CellTable::take_changes(RowBatch& out) {
    for (const uint32_t number : dirty_) {
        put_row(rows_of_cells_[number], out);
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

void CellTable::shrink(size_t budget) {
    if (cell_bytes() <= budget) {
        return;
    }
    CHECK(dirty_.empty() && dirty_people_.empty(), "cells are dropped behind a commit");
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
    many_.clear();
    cells_ = 0;
    people_.clear();
}

size_t CellTable::cell_bytes() const {
    return numbers_.size() * (sizeof(RowKey) + sizeof(uint32_t) + 1) +
           rows_of_cells_.size() * sizeof(Row) + cells_ * sizeof(Cell) +
           measures_.size() * sizeof(int64_t) + many_.size() * sizeof(Many) +
           people_.size() * (sizeof(Count) + 96);
}

}  // namespace sijill::projections
