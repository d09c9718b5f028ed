#pragma once
// events/check.h - CHECK: our own bugs end the process, in release builds too.

namespace sijill {

/// Prints place, condition and reason on stderr and aborts. A restart replays the log.
[[noreturn]] void check_failed(const char* file, int line, const char* condition, const char* why);

}  // namespace sijill

/// The one macro of the code base: clang 14 has no std::source_location.
#define CHECK(condition, why)                                            \
    do {                                                                 \
        if (!(condition)) [[unlikely]] {                                 \
            ::sijill::check_failed(__FILE__, __LINE__, #condition, why); \
        }                                                                \
    } while (false)
