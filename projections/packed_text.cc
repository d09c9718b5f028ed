#include "projections/packed_text.h"

#include "events/digest.h"
#include "events/uuid.h"
#include "projections/varint.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sijill::projections {

namespace {

constexpr uint8_t kNoDigit = 0x10;
// Lower case alone, unlike events::hex_value: what is taken must be what was put.
constexpr std::array<uint8_t, 256> kDigits = [] {
    std::array<uint8_t, 256> digits{};
    digits.fill(kNoDigit);
    for (uint8_t value = 0; value < 16; ++value) {
        digits[static_cast<size_t>(value < 10 ? '0' + value : 'a' + value - 10)] = value;
    }
    return digits;
}();

constexpr size_t kUuidText = 36;
constexpr std::array<size_t, 16> kUuidPairs{
    0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<size_t, 4> kUuidDashes{8, 13, 18, 23};

constexpr size_t kFewestDigits = 8;  // of fewer, a packed form saves next to nothing
constexpr size_t kMostBytes = 255;

uint8_t digit(std::string_view text, size_t at) {
    return kDigits[static_cast<unsigned char>(text[at])];
}

char byte_of(uint8_t high, uint8_t low) {
    return static_cast<char>((unsigned{high} << 4U) | (low & 0x0fU));
}

// The 16 bytes of a UUID's text; false when it is none, as most texts: events::parse_uuid would say
// why each time.
bool pack_uuid(std::string_view text, std::array<char, kUuidPairs.size()>& out) {
    for (const size_t dash : kUuidDashes) {
        if (text[dash] != '-') {
            return false;
        }
    }
    uint8_t all = 0;
    for (size_t i = 0; i < kUuidPairs.size(); ++i) {
        const uint8_t high = digit(text, kUuidPairs[i]);
        const uint8_t low = digit(text, kUuidPairs[i] + 1);
        all |= high | low;
        out[i] = byte_of(high, low);
    }
    return (all & kNoDigit) == 0;
}

// How many hexadecimal digits at the end of the text are packed; an even number.
size_t digits_at_end(std::string_view text) {
    size_t count = 0;
    while (count < text.size() && count < 2 * kMostBytes &&
           digit(text, text.size() - 1 - count) != kNoDigit) {
        ++count;
    }
    return count < kFewestDigits ? 0 : count - count % 2;
}

void put_head(std::string& out, std::string_view front, size_t form) {
    put_varint(out, 2 * front.size() + 1);
    out += static_cast<char>(form);
    out += front;
}

std::string unpacked(std::span<const uint8_t> bytes, bool is_uuid) {
    if (!is_uuid) {
        return events::to_hex(bytes);
    }
    events::Uuid uuid;
    std::ranges::copy(bytes, uuid.bytes.begin());
    return events::to_string(uuid);
}

}  // namespace

void put_packed_text(std::string& out, std::string_view text) {
    if (text.size() >= kUuidText) {
        const std::string_view front = text.substr(0, text.size() - kUuidText);
        std::array<char, kUuidPairs.size()> uuid;
        if (pack_uuid(text.substr(front.size()), uuid)) {
            put_head(out, front, 0);
            out.append(uuid.data(), uuid.size());
            return;
        }
    }
    const size_t digits = digits_at_end(text);
    if (digits == 0) {
        put_varint(out, 2 * text.size());
        out += text;
        return;
    }
    put_head(out, text.substr(0, text.size() - digits), digits / 2);
    for (size_t at = text.size() - digits; at < text.size(); at += 2) {
        out += byte_of(digit(text, at), digit(text, at + 1));
    }
}

bool take_packed_text(std::string_view& in, std::string& out) {
    out.clear();
    uint64_t head = 0;
    if (!take_varint(in, head)) {
        return false;
    }
    const uint64_t front = head / 2;
    if (head % 2 == 0) {
        if (front > in.size()) {
            return false;
        }
        out = in.substr(0, front);
        in.remove_prefix(front);
        return true;
    }
    const size_t form = in.empty() ? 0 : static_cast<unsigned char>(in.front());
    const size_t packed = form == 0 ? kUuidPairs.size() : form;
    if (in.empty() || front > in.size() - 1 || packed > in.size() - 1 - front) {
        return false;
    }
    out = in.substr(1, front);
    const auto* bytes = reinterpret_cast<const uint8_t*>(in.data() + 1 + front);
    out += unpacked({bytes, packed}, form == 0);
    in.remove_prefix(1 + front + packed);
    return true;
}

}  // namespace sijill::projections
