#pragma once
// cli/config_parse.h - the small grammars of settings: sizes, durations, hours, addresses.

#include "producers/due_dates.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sijill::cli {

/// `1048576`, `8KiB`, `8MiB`, `2GiB`: bytes. None for another spelling or 2^63 and more.
[[nodiscard]] std::optional<uint64_t> parse_size(std::string_view text);
/// The shortest of these spellings.
[[nodiscard]] std::string format_size(uint64_t bytes);

/// ISO 8601 `PT1H30M`, `PT10S`; whole numbers of up to 9 digits, at least one part.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(std::chrono::seconds duration);

/// `PT16H`: working time in whole minutes. `P3D`: calendar days. Within the bounds of due_dates.h.
[[nodiscard]] std::optional<producers::DueTarget> parse_target(std::string_view text);
[[nodiscard]] std::string format_target(const producers::DueTarget& target);

/// `08:00-16:00`; the end may be 24:00.
[[nodiscard]] std::optional<producers::WorkingSpan> parse_span(std::string_view text);
[[nodiscard]] std::string format_span(producers::WorkingSpan span);

/// `2017-05-01`, a day that exists.
[[nodiscard]] std::optional<producers::CivilDate> parse_date(std::string_view text);
[[nodiscard]] std::string format_date(producers::CivilDate date);

/// Monday first: mon tue wed thu fri sat sun.
inline constexpr std::array<std::string_view, 7> kWeekdays = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct Endpoint {
    std::string host;  // an IPv4 or IPv6 address without brackets, or "localhost"
    uint16_t port = 0;
    bool loopback = false;  // only this machine can reach it
};

/// `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`. Port 0: any free one.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

}  // namespace sijill::cli
