#pragma once
// cli/config_keys.h - the one table of settings: parsing, environment names, printing, hints and
// docs/configuration.md come from it.

#include "cli/config_value.h"

#include <span>
#include <string>
#include <string_view>

namespace sijill::cli {

struct Key {
    std::string_view name;  // "http.max_body"
    std::string_view doc;   // one line of Markdown
    Range range;            // of integers, sizes and durations
    std::string_view kind;  // for the page: "size"
    bool scalar;            // may be set in the environment
    void (*set)(Config& config, const Reading& from);
    std::string (*literal)(const Config& config);
};

/// In the order of the tables.
[[nodiscard]] std::span<const Key> all_keys();
[[nodiscard]] const Key* find_key(std::string_view name);

/// "http" of "http.max_body".
[[nodiscard]] std::string_view table_of(std::string_view key);

/// SIJILL_HTTP__MAX_BODY
[[nodiscard]] std::string variable_of(std::string_view key);

}  // namespace sijill::cli
