#pragma once
// events/utf8.h - whether bytes are text.

#include <string_view>

namespace sijill::events {

/// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace sijill::events
