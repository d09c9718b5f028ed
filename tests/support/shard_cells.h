#pragma once
// tests/support/shard_cells.h - the KPI cells of shards as plain texts, spelled as the model spells
// them.

#include "events/check.h"
#include "projections/keys.h"
#include "projections/kpi_sums.h"

#include <cstdint>
#include <map>
#include <string>

namespace sijill::projections {

/// `calls|412345|general,ar|` before the measure's name; of a running cube the day of the change
/// follows the dimensions.
inline std::string cell_text(const CubeDescriptor& cube, const CellTexts& cell) {
    std::string text = std::string(cube.name) + "|" + std::to_string(cell.hour) + "|";
    for (size_t i = 0; i < cube.dimensions.size(); ++i) {
        text += (i == 0 ? "" : ",") + std::string(cell.dimensions[i]);
    }
    return text + (cube.running ? "," + std::to_string(cell.change_day) : "") + "|";
}

/// Where a slot of a row stands. In a row of days the hour is the day.
inline CellTexts cell_of(const keys::CellsParts& parts, int32_t slot) {
    if (parts.grain == Grain::Change) {
        const int32_t day = parts.row * kBlockDays + slot % kBlockDays;
        return {
            day * kHoursPerDay, parts.changes * kChangeDays + slot / kBlockDays, parts.dimensions};
    }
    return {parts.row * slots_of(parts.grain) + slot, 0, parts.dimensions};
}

/// The cells of one grain added up over the shards. A damaged row throws: a test must not go on
/// over it.
inline std::map<std::string, int64_t> cells_of(const Shards& shards, Grain grain) {
    std::map<std::string, int64_t> cells;
    const std::string begin = keys::cells_from(grain, Cube::Calls, 0).substr(0, 1);
    for (const RowReader* rows : shards) {
        const auto add = [&](std::string_view key, std::string_view value) {
            const auto parts = keys::parse_cells(key).value();
            const CubeDescriptor& cube = describe(parts.cube);
            CHECK(cube.running == (grain == Grain::Change), "only running cubes hold changes");
            const auto keep = [&](int32_t slot, const Measures& measures) {
                const std::string cell = cell_text(cube, cell_of(parts, slot));
                for (size_t m = 0; m < cube.measures.size(); ++m) {
                    if (measures[m] != 0) {
                        cells[cell + std::string(cube.measures[m])] += measures[m];
                    }
                }
            };
            CHECK(decode_cells(grain, value, keep).has_value(), "a test's cells are whole");
            return true;
        };
        CHECK(rows->scan(begin, keys::behind(begin[0]), add).has_value(),
              "a test can read its rows");
    }
    return cells;
}

/// `calls|412345|…` with the hour's day in its place.
inline std::string day_cell_text(const std::string& hour_cell) {
    const size_t begin = hour_cell.find('|') + 1;
    const size_t end = hour_cell.find('|', begin);
    const int32_t hour = std::stoi(hour_cell.substr(begin, end - begin));
    return hour_cell.substr(0, begin) + std::to_string(day_of_hour(hour)) + hour_cell.substr(end);
}

/// Holds that each block of a shard has one form, and the one that its hours call for.
inline void check_forms(const RowReader& rows) {
    std::map<std::string, std::map<Grain, size_t>> hours;  // by the key that its few hours have
    for (const Grain grain : {Grain::Hour, Grain::FewHours}) {
        const std::string begin = keys::cells_from(grain, Cube::Calls, 0).substr(0, 1);
        const auto count = [&](std::string_view key, std::string_view value) {
            keys::CellsParts parts = keys::parse_cells(key).value();
            parts.row = block_of_day(parts.row * slots_of(grain) / kHoursPerDay);
            parts.grain = Grain::FewHours;
            size_t& own = hours[keys::cells(parts)][grain];
            const auto one = [&own](int32_t, const Measures&) { ++own; };
            CHECK(decode_cells(grain, value, one).has_value(), "a test's cells are whole");
            return true;
        };
        CHECK(rows.scan(begin, keys::behind(begin[0]), count).has_value(),
              "a test can read its rows");
    }
    for (const auto& [block, forms] : hours) {
        const auto& [grain, count] = *forms.begin();
        CHECK(forms.size() == 1 && (grain == Grain::FewHours) == (count <= kMostFewHours),
              "a block has its few hours in one row, or rows of its many");
    }
}

/// The cells of all shards. Every test that looks at them holds the rows of days against them.
inline std::map<std::string, int64_t> cells_of(const Shards& shards) {
    for (const RowReader* rows : shards) {
        check_forms(*rows);
    }
    std::map<std::string, int64_t> cells = cells_of(shards, Grain::Hour);
    std::map<std::string, int64_t> days;
    for (const auto& [cell, value] : cells) {
        days[day_cell_text(cell)] += value;
    }
    std::erase_if(days, [](const auto& day) { return day.second == 0; });
    std::map<std::string, int64_t> stored = cells_of(shards, Grain::Day);
    std::erase_if(stored, [](const auto& day) { return day.second == 0; });
    CHECK(days == stored, "the rows of days are the rows of hours added up");
    for (const auto& [cell, value] : cells_of(shards, Grain::FewHours)) {
        cells[cell] += value;  // what is few in one shard may be many in another
    }
    cells.merge(cells_of(shards, Grain::Change));
    return cells;
}

}  // namespace sijill::projections
