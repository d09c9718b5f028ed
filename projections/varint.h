#pragma once
// projections/varint.h - unsigned integers in 7 bits a byte, low bits first; at most 10 bytes.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sijill::projections {

inline constexpr size_t kMaxVarint = 10;

/// Writes at `out`, which has room for kMaxVarint bytes. Returns the end of what was written.
[[nodiscard]] inline char* put_varint(char* out, uint64_t value) {
    while (value >= 0x80U) {
        *out++ = static_cast<char>(value | 0x80U);
        value >>= 7U;
    }
    *out++ = static_cast<char>(value);
    return out;
}

/// Takes one from the front of `in`. False: it is cut off, or too long; then `value` is undefined.
[[nodiscard]] inline bool take_varint(std::string_view& in, uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
        if (byte < 0x80U) {
            return true;
        }
    }
    return false;
}

}  // namespace sijill::projections
