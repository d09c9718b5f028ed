#pragma once
// projections/fetch_ahead.h - memory that will be read soon is asked for now, so that waits
// overlap.

#include <cstddef>
#include <string_view>

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

/// The same for the bytes of a text.
inline void fetch_text_ahead(std::string_view text) {
    for (size_t at = 0; at < text.size(); at += kCacheLine) {
        __builtin_prefetch(text.data() + at);
    }
}

/// For a loop over pointers: asks for the object of the one that comes some turns after the i-th.
/// Of one that comes sooner, and is there by now, `fetch_pieces` asks for what it points to.
template <class Pointers, class FetchPieces>
void fetch_later(const Pointers& pointers, size_t i, FetchPieces&& fetch_pieces) {
    constexpr size_t kTurns = 12;
    constexpr size_t kPieceTurns = 6;
    if (i + kTurns < pointers.size()) {
        fetch_ahead(*pointers[i + kTurns]);
    }
    if (i + kPieceTurns < pointers.size()) {
        fetch_pieces(*pointers[i + kPieceTurns]);
    }
}

}  // namespace sijill::projections
