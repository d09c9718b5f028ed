#pragma once
// projections/fetch_ahead.h - memory that will be read soon is asked for now, so that waits
// overlap.

#include <cstddef>

namespace sijill::projections {

inline constexpr size_t kCacheLine = 64;

/// Starts to bring an object, without what it points to, near the processor. (Boost's tables call a
/// prefetch() of their own without its namespace: a template of that name here would take its
/// place.)
template <class T>
void fetch_ahead(const T& object) {
    const auto* begin = reinterpret_cast<const char*>(&object);
    for (size_t at = 0; at < sizeof(T); at += kCacheLine) {
        __builtin_prefetch(begin + at);
    }
}

/// For a loop over pointers: asks for the object of the one that comes some turns after the i-th.
template <class Pointers>
void fetch_later(const Pointers& pointers, size_t i) {
    constexpr size_t kTurns = 8;
    if (i + kTurns < pointers.size()) {
        fetch_ahead(*pointers[i + kTurns]);
    }
}

}  // namespace sijill::projections
