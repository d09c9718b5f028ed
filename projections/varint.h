#pragma once
// projections/varint.h - unsigned integers in 7 bits a byte, low bits first; at most 10 bytes.

#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::projections {

inline void put_varint(std::string& out, uint64_t value) {
    char bytes[10];
    size_t size = 0;
    while (value >= 0x80U) {
        bytes[size++] = static_cast<char>(value | 0x80U);
        value >>= 7U;
    }
    bytes[size++] = static_cast<char>(value);
    out.append(bytes, size);
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
