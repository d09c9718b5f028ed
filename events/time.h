#pragma once
// events/time.h - instants as integers, and their one spelling: RFC 3339 in UTC with milliseconds.

#include "events/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::events {

/// An instant: milliseconds since 1970-01-01T00:00:00Z, no leap seconds.
struct Timestamp {
    int64_t ms = 0;
    // clang-tidy 14 takes the 0 of a defaulted comparison for a null pointer.
    auto operator<=>(const Timestamp&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// The first and the last that an event may tell: the years 1900 to 2199 in UTC. Outside of them
/// lies what a program writes that has no date (0001-01-01, 9999-12-31), and a sum of durations
/// would not fit into 64 bits.
inline constexpr Timestamp kFirstInstant{-2'208'988'800'000};
inline constexpr Timestamp kLastInstant{7'258'118'399'999};
[[nodiscard]] constexpr bool may_be_told(Timestamp time) {
    return time >= kFirstInstant && time <= kLastInstant;
}
/// For messages.
inline constexpr std::string_view kOutsideInstants = "lies outside the years 1900 to 2199 (UTC)";

/// Reads RFC 3339 with upper-case T and a zone of `Z` or `±hh:mm`. Fractions have 1 to 9 digits;
/// what is finer than a millisecond is cut off. Errors: Invalid for a date that does not exist, a
/// leap second (:60 has no place in a bucket), `-00:00` (an unknown zone), every other spelling,
/// and an instant before the first or behind the last.
[[nodiscard]] Result<Timestamp> parse_rfc3339(std::string_view text);

/// As parse_rfc3339, without a message: for the decoder's hot path.
[[nodiscard]] bool try_parse_rfc3339(std::string_view text, Timestamp& out);

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`, always 24 characters. The instant must lie in years 0000 to 9999.
[[nodiscard]] std::string format_rfc3339(Timestamp time);

/// A day of the proleptic Gregorian calendar.
struct CivilDate {
    int year = 1970;
    unsigned month = 1;  // 1 to 12
    unsigned day = 1;    // 1 to 31
    // clang-tidy 14 takes the 0 of a defaulted comparison for a null pointer.
    auto operator<=>(const CivilDate&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Days since 1970-01-01; negative before it.
[[nodiscard]] int64_t days_from_civil(CivilDate date);
[[nodiscard]] CivilDate civil_from_days(int64_t days);
/// True when the day exists (months have their lengths, leap years are Gregorian).
[[nodiscard]] bool is_civil_date(CivilDate date);

inline constexpr int64_t kMsPerSecond = 1000;
inline constexpr int64_t kMsPerMinute = 60 * kMsPerSecond;
inline constexpr int64_t kMsPerHour = 60 * kMsPerMinute;
inline constexpr int64_t kMsPerDay = 24 * kMsPerHour;

/// Division that rounds towards minus infinity: instants before 1970 fall in the bucket that holds
/// them.
[[nodiscard]] constexpr int64_t floor_div(int64_t value, int64_t unit) {
    return value / unit - static_cast<int64_t>(value % unit < 0);
}

}  // namespace sijill::events
