#pragma once
// api/strict_json.h - JSON that can be read in one way only.

#include "events/json.h"

#include <optional>
#include <string_view>

namespace sijill::api {

/// An object without a name that comes twice at any depth. None for everything else: which of two
/// claims counts differs from reader to reader, and forgers use that.
[[nodiscard]] std::optional<nlohmann::json> parse_strict_object(std::string_view text);

/// The text of a member; none when it is missing or no text.
[[nodiscard]] std::optional<std::string> text_member(const nlohmann::json& object,
                                                     const char* name);

}  // namespace sijill::api
