#pragma once
// projections/store_version.h - which RocksDB keeps the rows.

#include <string>

namespace sijill::projections {

/// "7.8.3"
[[nodiscard]] std::string store_version();

}  // namespace sijill::projections
