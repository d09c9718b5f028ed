#pragma once
// events/json_cursor.h - a JSON text read token by token, without a tree. Included by the decoder
// only.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sijill::events {

/// What must follow a text in memory, readable: names and literals are compared in words.
inline constexpr size_t kJsonPadding = 64;

/// Reads the next token of a text that simdjson's first stage has passed: UTF-8 and the control
/// characters in strings are in order, each string is closed, and `tokens` holds where each
/// bracket, colon, comma, string and scalar begins, then the text's size. A space stands behind the
/// text and no token begins with one: reading stops there by itself. A token that is not what was
/// asked for is false, and is not passed over. Borrows everything it is made of.
class JsonCursor {
  public:
    /// `unescaped` takes the strings that have escapes, so it must have room for the text without
    /// growing; nullptr says that the text has no backslash.
    JsonCursor(const char* text, const uint32_t* tokens, std::string* unescaped)
        : text_(text), token_(tokens), unescaped_(unescaped) {}

    [[nodiscard]] bool is_at(char first) const { return *here() == first; }

    /// True when the tokens end here.
    [[nodiscard]] bool is_at_end(size_t size) const { return *token_ == size; }

    /// Passes over one bracket or comma.
    bool take(char token) {
        if (!is_at(token)) {
            return false;
        }
        ++token_;
        return true;
    }

    /// A bracket or comma, a member's name and its colon: the name as it stands behind its opening
    /// quote. nullptr when they are not there; then nothing is passed over.
    [[gnu::always_inline]] const char* take_name(char before) {
        if (!is_at(before) || text_[token_[1]] != '"' || text_[token_[2]] != ':') {
            return nullptr;
        }
        const char* name = text_ + token_[1] + 1;
        token_ += 3;
        return name;
    }

    /// A string. It borrows from the text, or from `unescaped`.
    [[gnu::always_inline]] bool take_string(std::string_view& out) {
        const char* first = here();
        if (*first != '"') {
            return false;
        }
        ++token_;
        const char* last = here() - 1;
        while (*last != '"') {  // only white space stands between a string and the next token
            --last;
        }
        out = {first + 1, static_cast<size_t>(last - first) - 1};
        return unescaped_ == nullptr || unescape(out);
    }

    /// An integer of at most 16 digits, which kMaxInteger has.
    bool take_integer(int64_t& out) {
        const char* first = here();
        const bool negative = *first == '-';
        first += negative ? 1 : 0;
        const char* at = first;
        int64_t value = 0;
        while (*at >= '0' && *at <= '9' && at - first < 16) {
            value = value * 10 + (*at++ - '0');
        }
        if (at == first || (*first == '0' && at - first > 1) || !ends_at(at)) {
            return false;
        }
        ++token_;
        out = negative ? -value : value;
        return true;
    }

    bool take_boolean(bool& out) {
        const char* at = here();
        out = std::memcmp(at, "true", 4) == 0;
        if (!(out ? ends_at(at + 4) : std::memcmp(at, "false", 5) == 0 && ends_at(at + 5))) {
            return false;
        }
        ++token_;
        return true;
    }

    /// Passes over one value of any kind; sees only that its brackets are closed.
    bool skip() {
        int open = 0;
        do {
            switch (*here()) {
                case '{':
                case '[':
                    ++open;
                    break;
                case '}':
                case ']':
                    --open;
                    break;
                case ' ':
                    return false;
                default:
                    break;
            }
            ++token_;
        } while (open > 0);
        return true;
    }

    /// As skip(); `out` is the value's text up to the next token.
    bool take_raw(std::string_view& out) {
        const char* first = here();
        if (!skip()) {
            return false;
        }
        out = {first, static_cast<size_t>(here() - first)};
        return true;
    }

  private:
    [[nodiscard]] const char* here() const { return text_ + *token_; }

    // A scalar's token reaches up to the next token or to white space.
    [[nodiscard]] bool ends_at(const char* end) const {
        return end == text_ + token_[1] || *end == ' ' || *end == '\n' || *end == '\t' ||
               *end == '\r';
    }

    /// Replaces a string's raw text by what it says; false for an escape that JSON does not have.
    bool unescape(std::string_view& string);

    const char* text_;
    const uint32_t* token_;
    std::string* unescaped_;
};

}  // namespace sijill::events
