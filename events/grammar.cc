#include "events/grammar.h"

#include "events/event.h"

#include <algorithm>
#include <array>

namespace sijill::events {

namespace {

// Without a way out in the middle, so that the compiler works on many bytes at once: texts are
// short and nearly always right.
template <class Test>
bool all_of(std::string_view text, const Test& test) {
    unsigned char all = 1;
    for (const char c : text) {
        all &= static_cast<unsigned char>(test(static_cast<unsigned char>(c)));
    }
    return all != 0;
}

bool lower_or_digit(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_identifier(std::string_view text) {
    return !text.empty() && text.size() <= kMaxIdentifierBytes &&
           all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= kMaxCodeBytes &&
           lower_or_digit(static_cast<unsigned char>(text[0])) && all_of(text, [](unsigned char c) {
               return lower_or_digit(c) || c == '_' || c == '.' || c == '-';
           });
}

bool is_text(std::string_view text) {
    return text.size() <= kMaxTextBytes &&
           all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

bool is_digest(std::string_view text) {
    return text.size() == 64 && all_of(text, [](unsigned char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool is_base64url(std::string_view text) {
    return !text.empty() && text.size() <= kMaxObjectBytes && all_of(text, [](unsigned char c) {
        return lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

bool is_actor(std::string_view text) {
    constexpr std::array<std::string_view, 4> kRoles{
        "agent:", "system:", "citizen:", "department:"};
    return is_identifier(text) && std::ranges::any_of(kRoles, [text](std::string_view role) {
               return text.size() > role.size() && text.starts_with(role);
           });
}

bool is_json_media_type(std::string_view text) {
    constexpr std::string_view kJson = "application/json";
    if (text.size() < kJson.size() ||
        (text.size() > kJson.size() && text[kJson.size()] != ';' && text[kJson.size()] != ' ')) {
        return false;
    }
    return std::ranges::equal(text.substr(0, kJson.size()), kJson, {}, to_lower);
}

}  // namespace sijill::events
