#pragma once

#include <string>
#include <string_view>

namespace sijill::tests {

/// The absolute path of a file or folder of the checkout that was built, given as from its root.
/// One object file knows where that is, so that all others are the same in every checkout (ccache).
std::string source_path(std::string_view path);

}  // namespace sijill::tests
