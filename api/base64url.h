#pragma once
// api/base64url.h - base64url without padding (RFC 4648 §5), one spelling for each text.

#include <optional>
#include <string>
#include <string_view>

namespace sijill::api {

[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// None for padding, white space, characters of plain base64 and unused bits that are not 0: else
/// two texts would be one value, and a signature would hold for a text nobody signed.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace sijill::api
