#pragma once
// api/text.h - the small work on texts that several files of api/ do.

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// The pieces between the separators, empty ones too: one piece more than there are separators.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// ASCII letters in lower case.
[[nodiscard]] constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] std::string lower(std::string_view text);

/// Whether the text is `word`, which is in lower case, in any case.
[[nodiscard]] bool is_word(std::string_view text, std::string_view word);

/// A JSON object, with more members: `"a":1,"b":2`.
[[nodiscard]] std::string with_members(std::string object, std::string_view members);

/// JSON in one line, without its end. Bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);

/// Columns that a UTF-8 text takes in a font of one width: combining marks take none, East Asian
/// wide characters two.
[[nodiscard]] size_t display_width(std::string_view text);

/// A text of others' as a terminal may have it: what would move the cursor, begin a line or turn
/// the order of what follows is written as \u001b. Isolates of the first strong direction (U+2068)
/// stay, for our own texts have them.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sijill::api
