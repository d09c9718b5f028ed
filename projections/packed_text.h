#pragma once
// projections/packed_text.h - a text in bytes, where one that ends as identifiers do takes half of
// them: `case-` and a UUID, `ag-` and hexadecimal digits.
//
//   varint   length of what stands in front, times 2; + 1: something packed is behind it
//   byte     of a packed one: 0 a UUID in 16 bytes, n > 0: 2n hexadecimal digits in n
//   bytes    what stands in front, then the packed ones

#include "projections/varint.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace sijill::projections {

/// What a text may take beyond its own size.
inline constexpr size_t kMostPackedMore = kMaxVarint + 1;

/// Writes the text at `out`, which has room. Returns the end of what was written. Equal texts give
/// equal bytes, and none are the beginning of another's.
[[nodiscard]] char* put_packed_text(char* out, std::string_view text);
/// Appends it.
void put_packed_text(std::string& out, std::string_view text);

/// Takes a text from the front of `in`. False: it is damaged; then `in` is in an undefined place.
[[nodiscard]] bool take_packed_text(std::string_view& in, std::string& out);

}  // namespace sijill::projections
