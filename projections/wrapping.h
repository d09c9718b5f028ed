#pragma once
// projections/wrapping.h - sums of what events say, which wrap around instead of overflowing: a
// hostile number cannot be undefined behaviour, and taking it out again restores the sum exactly.
// Values are bounded (events::bounds_of), so real figures stay far below 2^63.

#include <cstdint>

namespace sijill::projections {

[[nodiscard]] constexpr int64_t wrapping_add(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

[[nodiscard]] constexpr int64_t wrapping_multiply(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

[[nodiscard]] constexpr int64_t wrapping_negate(int64_t a) {
    return wrapping_multiply(a, -1);
}

}  // namespace sijill::projections
