#pragma once
// cli/config_file.h - a TOML file as values with their places.

#include "cli/config_value.h"

#include <string>

namespace sijill::cli {

/// The file's root table. Errors: Config when it cannot be read; a mistake of syntax is told to
/// `problems` and gives an empty table.
[[nodiscard]] Result<Value> read_toml(const std::string& file, Problems& problems);

}  // namespace sijill::cli
