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

/// The cells of all shards added up. A damaged row throws: a test must not go on over it.
inline std::map<std::string, int64_t> cells_of(const Shards& shards) {
    std::map<std::string, int64_t> cells;
    for (const RowReader* rows : shards) {
        const auto add = [&cells](std::string_view key, std::string_view value) {
            const auto parts = keys::parse_cells(key).value();
            const CubeDescriptor& cube = describe(parts.cube);
            const auto decoded = decode_cells(value, [&](int32_t hour, const Measures& measures) {
                const std::string cell =
                    cell_text(cube, parts.day * kHoursPerDay + hour, parts.dimensions);
                for (size_t m = 0; m < cube.measures.size(); ++m) {
                    if (measures[m] != 0) {
                        cells[cell + std::string(cube.measures[m])] += measures[m];
                    }
                }
            });
            CHECK(decoded.has_value(), "a test's cells are whole");
            return true;
        };
        CHECK(rows->scan(keys::first_of('k'), keys::behind('k'), add).has_value(),
              "a test can read its rows");
    }
    return cells;
}

}  // namespace sijill::projections
