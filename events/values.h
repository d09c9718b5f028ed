#pragma once
// events/values.h - the kinds of values an event's fields can have. Texts borrow from the record
// they were decoded from.

#include "events/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::events {

/// What a field holds; decides its grammar, its JSON Schema and how it is documented.
enum class Kind {
    Identifier,    // 1 to 128 printable ASCII characters, no space
    Code,          // 1 to 64 of a-z 0-9 _ . -, a term of the site's taxonomy
    Token,         // as Identifier: an opaque pseudonym of a person, never their number
    Text,          // 0 to 1,024 bytes of UTF-8 without control characters
    Country,       // 2 of A-Z (ISO 3166-1 alpha-2)
    Digest,        // 64 lower-case hexadecimal digits (SHA-256)
    Timestamp,     // RFC 3339
    Milliseconds,  // a duration: 0 to 366 days
    Count,         // 0 to 2^53-1
    Integer,       // -(2^53-1) to 2^53-1
    Weight,        // 0 to 65,535
    Points,        // -1,000,000 to 1,000,000
    Boolean,
    Enumeration,
    Sealed,    // {"sealed":"<base64url>"}: personal text under the person's key
    CodeList,  // 1 to 16 codes
    ItemList,  // 1 to 32 items of an evaluation form
    Object,    // a JSON object kept as it was written
};

/// A text of one kind. The characters live in the record (or the decoder's scratch): copy to keep.
template <Kind K>
struct TextOf {
    static constexpr Kind kKind = K;
    std::string_view text;
    auto operator<=>(const TextOf&) const = default;
};

using Id = TextOf<Kind::Identifier>;
using Code = TextOf<Kind::Code>;
using Token = TextOf<Kind::Token>;
using Text = TextOf<Kind::Text>;
using Country = TextOf<Kind::Country>;
using Digest = TextOf<Kind::Digest>;
using Object = TextOf<Kind::Object>;

template <Kind K>
struct NumberOf {
    static constexpr Kind kKind = K;
    int64_t value = 0;
    auto operator<=>(const NumberOf&) const = default;
};

using Milliseconds = NumberOf<Kind::Milliseconds>;
using Count = NumberOf<Kind::Count>;
using Integer = NumberOf<Kind::Integer>;
using Weight = NumberOf<Kind::Weight>;
using Points = NumberOf<Kind::Points>;

/// The largest integer that every JSON reader keeps exact.
inline constexpr int64_t kMaxInteger = (int64_t{1} << 53) - 1;

/// Both ends included.
struct Bounds {
    int64_t minimum;
    int64_t maximum;
};

/// What a number of this kind may be. Durations, weights and points are bounded so that no sum over
/// a form, or over 2^28 contacts, leaves 64 bits.
[[nodiscard]] constexpr Bounds bounds_of(Kind kind) {
    if (kind == Kind::Milliseconds) {
        return {0, 366 * kMsPerDay};
    }
    if (kind == Kind::Weight) {
        return {0, 65535};
    }
    if (kind == Kind::Points) {
        return {-1'000'000, 1'000'000};
    }
    return {kind == Kind::Integer ? -kMaxInteger : 0, kMaxInteger};
}

/// "0 to 65535"
[[nodiscard]] inline std::string text_of(Bounds bounds) {
    return std::to_string(bounds.minimum) + " to " + std::to_string(bounds.maximum);
}

/// A personal field. `clear` says that the log carries it unsealed: an anomaly, and the value is
/// not kept.
struct Sealed {
    std::string_view base64url;
    bool clear = false;
    bool operator==(const Sealed&) const = default;
};

/// At most N values in place: decoding allocates nothing.
template <class T, size_t N>
struct InlineList {
    static constexpr size_t kCapacity = N;
    std::array<T, N> items{};
    uint32_t count = 0;

    [[nodiscard]] const T* begin() const { return items.data(); }
    [[nodiscard]] const T* end() const { return items.data() + count; }
    [[nodiscard]] size_t size() const { return count; }
    [[nodiscard]] bool empty() const { return count == 0; }
    /// False when the list is full.
    bool push(const T& item) {
        if (count == N) {
            return false;
        }
        items[count++] = item;
        return true;
    }
    bool operator==(const InlineList& other) const {
        if (count != other.count) {
            return false;
        }
        for (uint32_t i = 0; i < count; ++i) {
            if (!(items[i] == other.items[i])) {
                return false;
            }
        }
        return true;
    }
};

using CodeList = InlineList<Code, 16>;

/// The wire spellings of an enumeration, in the order of its values. Specialised beside each enum.
template <class E>
struct EnumNames;

template <class E>
[[nodiscard]] constexpr std::string_view name_of(E value) {
    return EnumNames<E>::kNames[static_cast<size_t>(value)];
}

}  // namespace sijill::events
