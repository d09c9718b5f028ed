#pragma once
// tests/support/shard_cells.h - the KPI cells of shards as plain texts, spelled as the model spells
// them.

#include "events/check.h"
#include "projections/keys.h"
#include "projections/kpi.h"

#include <cstdint>
#include <map>
#include <string>

namespace sijill::projections {

/// `calls|412345|general,ar|` before the measure's name.
inline std::string cell_text(const CubeDescriptor& cube,
                             int32_t hour,
                             const std::array<std::string_view, kMaxDimensions>& dimensions) {
    std::string text = std::string(cube.name) + "|" + std::to_string(hour) + "|";
    for (size_t i = 0; i < cube.dimensions.size(); ++i) {
        text += (i == 0 ? "" : ",") + std::string(dimensions[i]);
    }
    return text + "|";
}

/// The cells of one grain added up over the shards, by cube and tick. A damaged row throws: a test
/// must not go on over it. `as_hours`: those of running cubes alone, by the first hour of their
/// day.
inline std::map<std::string, int64_t> cells_of(const Shards& shards,
                                               Grain grain,
                                               bool as_hours = false) {
    std::map<std::string, int64_t> cells;
    const char letter = grain == Grain::Hour ? 'k' : 'l';
    for (const RowReader* rows : shards) {
        const auto add = [&](std::string_view key, std::string_view value) {
            const auto parts = keys::parse_cells(key).value();
            const CubeDescriptor& cube = describe(parts.cube);
            if (as_hours && !cube.running) {
                return true;
            }
            const auto keep = [&](int32_t slot, const Measures& measures) {
                const int32_t tick = parts.row * slots_of(grain) + slot;
                const std::string cell =
                    cell_text(cube, as_hours ? tick * kHoursPerDay : tick, parts.dimensions);
                for (size_t m = 0; m < cube.measures.size(); ++m) {
                    if (measures[m] != 0) {
                        cells[cell + std::string(cube.measures[m])] += measures[m];
                    }
                }
            };
            CHECK(decode_cells(grain, value, keep).has_value(), "a test's cells are whole");
            return true;
        };
        CHECK(rows->scan(keys::first_of(letter), keys::behind(letter), add).has_value(),
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

/// The cells of all shards. Every test that looks at them holds the rows of days against them.
inline std::map<std::string, int64_t> cells_of(const Shards& shards) {
    std::map<std::string, int64_t> cells = cells_of(shards, Grain::Hour);
    cells.merge(cells_of(shards, Grain::Day, true));
    std::map<std::string, int64_t> days;
    for (const auto& [cell, value] : cells) {
        days[day_cell_text(cell)] += value;
    }
    std::erase_if(days, [](const auto& day) { return day.second == 0; });
    std::map<std::string, int64_t> stored = cells_of(shards, Grain::Day);
    std::erase_if(stored, [](const auto& day) { return day.second == 0; });
    CHECK(days == stored, "the rows of days are the rows of hours added up");
    return cells;
}

}  // namespace sijill::projections
