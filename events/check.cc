#include "events/check.h"

#include <cstdio>
#include <cstdlib>

namespace sijill {

void check_failed(const char* file, int line, const char* condition, const char* why) {
    std::fprintf(stderr, "%s:%d: CHECK(%s) failed: %s\n", file, line, condition, why);
    std::fflush(stderr);
    std::abort();
}

}  // namespace sijill
