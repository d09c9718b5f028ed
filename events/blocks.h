#pragma once
// events/blocks.h - sixteen characters side by side, in portable vectors of the compiler: SSE2 on
// x86-64, NEON on ARM64.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace sijill::events {

/// Signed, as SSE2 compares: a byte from 0x80 on is below zero. A comparison's answer is -1 or 0 in
/// each place.
using Block = signed char __attribute__((vector_size(16)));

template <class Word>
[[nodiscard]] Word load(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// True when the answer is -1 in every place.
[[nodiscard]] inline bool is_everywhere(Block answer) {
    const auto words = std::bit_cast<std::array<uint64_t, 2>>(answer);
    return (words[0] & words[1]) == ~uint64_t{0};
}

/// Where the characters are `first` to `last`, below 0x7f.
[[nodiscard]] inline Block between(Block text, signed char first, signed char last) {
    // SSE2 has no "or equal": it would be a comparison the other way round and a negation.
    const auto below = static_cast<signed char>(first - 1);
    const auto above = static_cast<signed char>(last + 1);
    return (text > below) & (text < above);
}

/// Where the characters are 0x21 to 0x7e.
[[nodiscard]] inline Block graphic(Block text) {
    // One more than 0x7f wraps around to below zero, where all that is not ASCII stays.
    using Unsigned = unsigned char __attribute__((vector_size(16)));
    return std::bit_cast<Block>(std::bit_cast<Unsigned>(text) + 1) > 0x21;
}

}  // namespace sijill::events
