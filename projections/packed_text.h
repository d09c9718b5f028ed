#pragma once
// projections/packed_text.h - a text in bytes, where one that ends as identifiers do takes half of
// them: `case-` and a UUID, `ag-` and hexadecimal digits.
//
//   varint   length of what stands in front, times 2; + 1: something packed is behind it
//   byte     of a packed one: 0 a UUID in 16 bytes, n > 0: 2n hexadecimal digits in n
//   bytes    what stands in front, then the packed ones

#include <string>
#include <string_view>

namespace sijill::projections {

/// Appends the text. Equal texts give equal bytes, and none are the beginning of another's.
void put_packed_text(std::string& out, std::string_view text);

/// Takes a text from the front of `in`. False: it is damaged; then `in` is in an undefined place.
[[nodiscard]] bool take_packed_text(std::string_view& in, std::string& out);

}  // namespace sijill::projections
