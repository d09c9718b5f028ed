#include "events/grammar.h"

#include "events/blocks.h"
#include "events/event.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace sijill::events {

namespace {

// A text of 1 to 15 characters, some of them more than once.
Block short_block(std::string_view text) {
    const char* first = text.data();
    const char* end = first + text.size();
    std::array<uint64_t, 2> words{};
    if (text.size() >= 8) {
        words = {load<uint64_t>(first), load<uint64_t>(end - 8)};
    } else if (text.size() >= 4) {
        const uint64_t both = uint64_t{load<uint32_t>(first)} << 32U | load<uint32_t>(end - 4);
        words = {both, both};
    } else {
        const auto eight = [](char c) { return 0x0101010101010101U * static_cast<uint8_t>(c); };
        words = {eight(first[0]), (eight(first[text.size() / 2]) << 32U) | (eight(end[-1]) >> 32U)};
    }
    return std::bit_cast<Block>(words);
}

// True when `right` is true of every character. Texts are short and nearly always right, so there
// is no way out in the middle; the last block overlaps the one before instead of reaching behind
// the text.
template <class Right>
bool all_of(std::string_view text, const Right& right) {
    if (text.empty()) {
        return true;
    }
    if (text.size() < sizeof(Block)) {
        return is_everywhere(right(short_block(text)));
    }
    const size_t last = text.size() - sizeof(Block);
    Block all = right(load<Block>(text.data() + last));
    for (size_t at = 0; at < last; at += sizeof(Block)) {
        all &= right(load<Block>(text.data() + at));
    }
    return is_everywhere(all);
}

Block lower_or_digit(Block text) {
    return between(text, 'a', 'z') | between(text, '0', '9');
}

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_identifier(std::string_view text) {
    return has_identifier_size(text) && all_of(text, graphic);
}

bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= kMaxCodeBytes && text[0] != '_' && text[0] != '.' &&
           text[0] != '-' && all_of(text, [](Block c) {
               return lower_or_digit(c) | (c == '_') | between(c, '-', '.');
           });
}

bool is_text(std::string_view text) {
    return text.size() <= kMaxTextBytes &&
           all_of(text, [](Block c) { return ~(between(c, 0, 0x1f) | (c == 0x7f)); });
}

bool is_country(std::string_view text) {
    return text.size() == 2 && all_of(text, [](Block c) { return between(c, 'A', 'Z'); });
}

bool is_digest(std::string_view text) {
    return text.size() == 64 &&
           all_of(text, [](Block c) { return between(c, '0', '9') | between(c, 'a', 'f'); });
}

bool is_base64url(std::string_view text) {
    return !text.empty() && text.size() <= kMaxObjectBytes && all_of(text, [](Block c) {
        return lower_or_digit(c) | between(c, 'A', 'Z') | (c == '-') | (c == '_');
    });
}

bool has_identifier_size(std::string_view text) {
    return !text.empty() && text.size() <= kMaxIdentifierBytes;
}

bool has_role(std::string_view text) {
    const auto behind = [text](std::string_view role) {
        return text.size() > role.size() && std::memcmp(text.data(), role.data(), role.size()) == 0;
    };
    return behind("agent:") || behind("system:") || behind("citizen:") || behind("department:");
}

bool is_actor(std::string_view text) {
    return is_identifier(text) && has_role(text);
}

bool is_json_media_type(std::string_view text) {
    constexpr std::string_view kJson = "application/json";
    if (text.size() < kJson.size() ||
        (text.size() > kJson.size() && text[kJson.size()] != ';' && text[kJson.size()] != ' ')) {
        return false;
    }
    return std::memcmp(text.data(), kJson.data(), kJson.size()) == 0 ||
           std::ranges::equal(text.substr(0, kJson.size()), kJson, {}, to_lower);
}

}  // namespace sijill::events
