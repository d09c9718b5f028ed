#pragma once
// cli/config_command.h - which configuration file counts.

#include <string>

namespace sijill::cli {

/// The file asked for with --config or SIJILL_CONFIG, else /etc/sijill/sijill.toml where it exists,
/// else "".
[[nodiscard]] std::string config_file(const std::string& asked);

}  // namespace sijill::cli
