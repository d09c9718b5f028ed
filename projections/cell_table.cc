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

size_t CellTable::Hash::operator()(const DayKey& key) const {
    uint64_t h = (static_cast<uint64_t>(key.cube) << 32U) | static_cast<uint32_t>(key.day);
    for (const Term term : key.dimensions) {
        h = (h ^ term.number) * 0x9E3779B97F4A7C15ULL;
        h ^= h >> 32U;
    }
    return h;
}

void CellTable::put_key(std::string& out, const DayKey& key) const {
    std::array<std::string_view, kMaxDimensions> texts;
    std::ranges::transform(
        key.dimensions, texts.begin(), [this](Term term) { return dictionary_.text(term); });
    keys::put_cells(out, key.cube, key.day, texts);
}

uint32_t CellTable::make_cell(Cube cube) {
    const size_t first = measures_.size();
    CHECK(first < kNoCell, "the cells in memory outgrow 32 GiB");
    measures_.resize(first + describe(cube).measures.size());
    return static_cast<uint32_t>(first);
}

Result<void> CellTable::load(Day& day) {
    ++gets_;
    std::string key;
    put_key(key, day.key);
    const auto row = rows_.get(key);
    if (!row || !*row) {
        return row ? Result<void>() : Unexpected(row.error());
    }
    const size_t size = describe(day.key.cube).measures.size();
    return decode_cells(**row, [&](int32_t hour, const Measures& stored) {
        const uint32_t first = make_cell(day.key.cube);
        std::copy_n(stored.begin(), size, measures_.begin() + first);
        day.cells[static_cast<size_t>(hour)] = first;
    });
}

Result<CellTable::Day*> CellTable::day_of(const DayKey& key) {
    const auto [at, added] = numbers_.try_emplace(key, static_cast<uint32_t>(days_.size()));
    if (!added) {
        return &days_[at->second];
    }
    Day& day = days_.emplace_back();
    day.key = key;
    day.cells.fill(kNoCell);
    if (!complete_) {
        if (auto loaded = load(day); !loaded) {
            return Unexpected(loaded.error());
        }
    }
    return &day;
}

Result<uint32_t> CellTable::touch(const CellKey& key) {
    if (last_cell_ != kNoCell && last_key_ == key) {
        return last_cell_;
    }
    const int32_t day_number = day_of_hour(key.hour);
    const auto found = day_of({key.cube, day_number, key.dimensions});
    if (!found) {
        return Unexpected(found.error());
    }
    Day& day = **found;
    if (!day.dirty) {
        day.dirty = true;
        dirty_.push_back(static_cast<uint32_t>(&day - days_.data()));
    }
    uint32_t& cell = day.cells[static_cast<size_t>(key.hour - day_number * kHoursPerDay)];
    if (cell == kNoCell) {
        cell = make_cell(key.cube);
    }
    last_key_ = key;
    last_cell_ = cell;
    return cell;
}

Result<void> CellTable::add(const Contribution& contribution, bool negative) {
    const auto cell = touch(contribution.cell);
    if (!cell) {
        return Unexpected(cell.error());
    }
    int64_t& measure = measures_[*cell + contribution.measure];
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

void CellTable::put_row(const Day& day, RowBatch& out) const {
    const size_t size = describe(day.key.cube).measures.size();
    std::array<HourMeasures, kHoursPerDay> hours;
    size_t count = 0;
    for (size_t hour = 0; hour < day.cells.size(); ++hour) {
        if (day.cells[hour] == kNoCell) {
            continue;
        }
        const auto measures = std::span(measures_).subspan(day.cells[hour], size);
        if (std::ranges::any_of(measures, [](int64_t value) { return value != 0; })) {
            hours[count++] = {static_cast<int32_t>(hour), measures};
        }
    }
    const auto append_key = [&](std::string& key) { put_key(key, day.key); };
    if (count == 0) {
        out.erase_built(append_key);
    } else {
        out.put_built(append_key, [&](std::string& value) {
            encode_cells(std::span(hours).first(count), value);
        });
    }
}

void CellTable::take_changes(RowBatch& out) {
    for (const uint32_t number : dirty_) {
        days_[number].dirty = false;
        put_row(days_[number], out);
    }
    dirty_.clear();
    last_cell_ = kNoCell;  // its row is not dirty any more
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
    days_.clear();
    measures_.clear();
    people_.clear();
}

size_t CellTable::bytes() const {
    return numbers_.size() * (sizeof(DayKey) + sizeof(uint32_t) + 1) + days_.size() * sizeof(Day) +
           measures_.size() * sizeof(int64_t) + people_.size() * (sizeof(Count) + 96);
}

}  // namespace sijill::projections
