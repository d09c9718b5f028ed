#pragma once
// events/grammar.h - which characters a field of each kind may hold.

#include <string_view>

namespace sijill::events {

/// 1 to 128 printable ASCII characters, no space.
[[nodiscard]] bool is_identifier(std::string_view text);

/// The first half of is_identifier, for a text whose characters are known to be such.
[[nodiscard]] bool has_identifier_size(std::string_view text);

/// 1 to 64 of a-z, 0-9, `_`, `.`, `-`, starting with a letter or digit.
[[nodiscard]] bool is_code(std::string_view text);

/// At most 1,024 bytes without control characters. UTF-8 is the JSON reader's matter.
[[nodiscard]] bool is_text(std::string_view text);

/// Two letters A to Z, as ISO 3166-1 alpha-2 names countries.
[[nodiscard]] bool is_country(std::string_view text);

/// 64 lower-case hexadecimal digits.
[[nodiscard]] bool is_digest(std::string_view text);

/// 1 to 16,384 characters of base64url without padding.
[[nodiscard]] bool is_base64url(std::string_view text);

/// `agent:`, `system:`, `citizen:` or `department:` and an identifier behind it.
[[nodiscard]] bool is_actor(std::string_view text);

/// The second half of is_actor, for what is known to be an identifier.
[[nodiscard]] bool has_role(std::string_view text);

/// `application/json`, any case, with or without parameters.
[[nodiscard]] bool is_json_media_type(std::string_view text);

}  // namespace sijill::events
