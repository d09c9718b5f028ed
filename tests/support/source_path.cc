#include "tests/support/source_path.h"

namespace sijill::tests {

std::string source_path(std::string_view path) {
    return std::string(SIJILL_SOURCE_DIR "/").append(path);
}

}  // namespace sijill::tests
