#include "api/text.h"

#include "events/json.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sijill::api {

namespace {

// Decodes one UTF-8 character at `at` and moves behind it; damaged bytes count as one character
// each.
char32_t next_character(std::string_view text, size_t& at) {
    const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at++);
    const int more = first >= 0xf0 ? 3 : (first >= 0xe0 ? 2 : (first >= 0xc0 ? 1 : 0));
    char32_t c = more == 0 ? first : first & (0x3fU >> more);
    for (int i = 0; i < more && at < text.size() && (byte(at) & 0xc0U) == 0x80; ++i) {
        c = (c << 6U) | (byte(at++) & 0x3fU);
    }
    return c;
}

bool is_combining(char32_t c) {
    return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0610 && c <= 0x061a) ||
           (c >= 0x064b && c <= 0x065f) || c == 0x0670 || (c >= 0x06d6 && c <= 0x06dc) ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

bool is_wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
           (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0xff00 && c <= 0xff60);
}

// Controls of ASCII and Latin-1, separators of lines, and what sets a direction by force.
bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e) || c == 0x2066 ||
           c == 0x2067;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find(separator, at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

bool is_word(std::string_view text, std::string_view word) {
    return std::ranges::equal(text, word, [](char a, char b) { return lower(a) == b; });
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), [](char c) { return lower(c); });
    return lowered;
}

std::string with_members(std::string object, std::string_view members) {
    if (!members.empty()) {
        object.pop_back();
        object += object.size() > 1 ? "," : "";
        object += members;
        object += '}';
    }
    return object;
}

std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

size_t display_width(std::string_view text) {
    size_t width = 0;
    for (size_t at = 0; at < text.size();) {
        const char32_t c = next_character(text, at);
        width += is_combining(c) ? 0 : (is_wide(c) ? 2 : 1);
    }
    return width;
}

std::string printable(std::string_view text) {
    std::string shown;
    for (size_t at = 0; at < text.size();) {
        const size_t from = at;
        const char32_t c = next_character(text, at);
        if (!is_control(c)) {
            shown += text.substr(from, at - from);
            continue;
        }
        std::array<char, sizeof "\\u0000"> escaped{};
        std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
        shown += escaped.data();
    }
    return shown;
}

}  // namespace sijill::api
