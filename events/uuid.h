#pragma once
// events/uuid.h - UUIDv7 (RFC 9562): event ids that sort by the time they were made.

#include "events/result.h"
#include "events/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::events {

/// 128 bits in network order. Compares as the text does.
struct Uuid {
    std::array<uint8_t, 16> bytes{};
    // clang-tidy 14 takes the 0 of a defaulted comparison for a null pointer.
    auto operator<=>(const Uuid&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// A version 7 UUID of this instant and 74 random bits. The instant must lie in [1970, 10889).
/// Pure: the caller brings the randomness (a seeded generator in scenarios, the system's
/// elsewhere).
[[nodiscard]] Uuid make_uuid7(Timestamp time, uint64_t random_high, uint64_t random_low);

/// The instant in a version 7 UUID. Errors: Invalid for another version or variant.
[[nodiscard]] Result<Timestamp> time_of_uuid7(const Uuid& uuid);

/// Lower-case 8-4-4-4-12 text.
[[nodiscard]] std::string to_string(const Uuid& uuid);

/// Reads 8-4-4-4-12 text, either case. Errors: Invalid.
[[nodiscard]] Result<Uuid> parse_uuid(std::string_view text);

}  // namespace sijill::events
