#include "api/base64url.h"

#include <array>
#include <cstdint>

namespace sijill::api {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr uint8_t kNoDigit = 64;

constexpr std::array<uint8_t, 256> values_of_digits() {
    std::array<uint8_t, 256> values{};
    values.fill(kNoDigit);
    for (size_t i = 0; i < kDigits.size(); ++i) {
        values.at(static_cast<unsigned char>(kDigits[i])) = static_cast<uint8_t>(i);
    }
    return values;
}

constexpr auto kValues = values_of_digits();

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    uint32_t held = 0;  // the low `bits` of it are not written yet
    unsigned bits = 0;
    for (const char c : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) {
            out += kDigits[(held >> (bits - 6)) & 63U];
        }
    }
    if (bits > 0) {
        out += kDigits[(held << (6 - bits)) & 63U];
    }
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string out;
    out.reserve(text.size() * 3 / 4);
    uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const uint8_t value = kValues.at(static_cast<unsigned char>(c));
        if (value == kNoDigit) {
            return std::nullopt;
        }
        held = (held << 6U) | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>((held >> bits) & 0xffU);
        }
    }
    const uint32_t unused = held & ((1U << bits) - 1U);
    return unused == 0 ? std::optional(out) : std::nullopt;
}

}  // namespace sijill::api
