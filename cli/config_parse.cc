#include "cli/config_parse.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace sijill::cli {

namespace {

struct Unit {
    std::string_view name;
    uint64_t size;
};

constexpr std::array kUnits = {
    Unit{"GiB", uint64_t{1} << 30U}, Unit{"MiB", uint64_t{1} << 20U}, Unit{"KiB", 1024}};

/// Digits only, all of `text`, at most `digits` of them.
std::optional<uint64_t> parse_digits(std::string_view text, size_t digits) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || text.size() > digits || error != std::errc{} ||
        end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// Takes `123H` off the front of `text`; 0 when it does not end a number there.
std::optional<int64_t> take_part(std::string_view& text, char unit) {
    const size_t at = text.find_first_not_of("0123456789");
    if (at == std::string_view::npos || text[at] != unit) {
        return 0;
    }
    const auto value = parse_digits(text.substr(0, at), 9);
    if (!value) {
        return std::nullopt;
    }
    text.remove_prefix(at + 1);
    return static_cast<int64_t>(*value);
}

/// "07:30" in minutes; 24:00 included.
std::optional<int> parse_time(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') {
        return std::nullopt;
    }
    const auto hour = parse_digits(text.substr(0, 2), 2);
    const auto minute = parse_digits(text.substr(3), 2);
    if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > 1440) {
        return std::nullopt;
    }
    return static_cast<int>(*hour * 60 + *minute);
}

std::string text_of(const char* format, int a, int b, int c = 0) {
    std::array<char, 40> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, a, b, c);
    return buffer.data();
}

/// Nothing when it is no address.
std::optional<bool> is_loopback(const std::string& host, bool bracketed) {
    in_addr v4{};
    in6_addr v6{};
    if (bracketed) {
        if (inet_pton(AF_INET6, host.c_str(), &v6) != 1) {
            return std::nullopt;
        }
        return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
    }
    if (host == "localhost") {
        return true;
    }
    if (inet_pton(AF_INET, host.c_str(), &v4) != 1) {
        return std::nullopt;
    }
    return (ntohl(v4.s_addr) >> 24U) == 127U;
}

}  // namespace

std::optional<uint64_t> parse_size(std::string_view text) {
    uint64_t unit = 1;
    for (const Unit& candidate : kUnits) {
        if (text.ends_with(candidate.name)) {
            text.remove_suffix(candidate.name.size());
            unit = candidate.size;
            break;
        }
    }
    const auto count = parse_digits(text, 19);
    if (!count || *count > static_cast<uint64_t>(INT64_MAX) / unit) {
        return std::nullopt;
    }
    return *count * unit;
}

std::string format_size(uint64_t bytes) {
    for (const Unit& unit : kUnits) {
        if (bytes > 0 && bytes % unit.size == 0) {
            return std::to_string(bytes / unit.size) + std::string(unit.name);
        }
    }
    return std::to_string(bytes);
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
    if (!text.starts_with("PT") || text.size() < 4) {
        return std::nullopt;
    }
    text.remove_prefix(2);
    const auto hours = take_part(text, 'H');
    const auto minutes = take_part(text, 'M');
    const auto seconds = take_part(text, 'S');
    if (!hours || !minutes || !seconds || !text.empty()) {
        return std::nullopt;
    }
    return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
           std::chrono::seconds(*seconds);
}

std::string format_duration(std::chrono::seconds duration) {
    const int64_t seconds = duration.count();
    std::string text = "PT";
    for (const auto& [unit, value] : {std::pair{'H', seconds / 3600},
                                      std::pair{'M', seconds / 60 % 60},
                                      std::pair{'S', seconds % 60}}) {
        if (value > 0) {
            text += std::to_string(value) + unit;
        }
    }
    return text == "PT" ? "PT0S" : text;
}

std::optional<producers::DueTarget> parse_target(std::string_view text) {
    if (text.starts_with("PT")) {
        const auto time = parse_duration(text);
        if (!time || time->count() % 60 != 0 || time->count() <= 0 ||
            time->count() / 60 > producers::kMaxWorkingMinutes) {
            return std::nullopt;
        }
        return producers::WorkingTime{time->count() / 60};
    }
    if (!text.starts_with('P') || !text.ends_with('D')) {
        return std::nullopt;
    }
    const auto days = parse_digits(text.substr(1, text.size() - 2), 9);
    if (!days || *days < 1 || static_cast<int64_t>(*days) > producers::kMaxCalendarDays) {
        return std::nullopt;
    }
    return producers::CalendarDays{static_cast<int64_t>(*days)};
}

std::string format_target(const producers::DueTarget& target) {
    if (const auto* work = std::get_if<producers::WorkingTime>(&target)) {
        return format_duration(std::chrono::minutes(work->minutes));
    }
    return "P" + std::to_string(std::get<producers::CalendarDays>(target).days) + "D";
}

std::optional<producers::WorkingSpan> parse_span(std::string_view text) {
    if (text.size() != 11 || text[5] != '-') {
        return std::nullopt;
    }
    const auto begin = parse_time(text.substr(0, 5));
    const auto end = parse_time(text.substr(6));
    if (!begin || !end || *begin >= *end) {
        return std::nullopt;
    }
    return producers::WorkingSpan{*begin, *end};
}

std::string format_span(producers::WorkingSpan span) {
    return text_of("%02d:%02d", span.begin / 60, span.begin % 60) +
           text_of("-%02d:%02d", span.end / 60, span.end % 60);
}

std::optional<producers::CivilDate> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = parse_digits(text.substr(0, 4), 4);
    const auto month = parse_digits(text.substr(5, 2), 2);
    const auto day = parse_digits(text.substr(8), 2);
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const producers::CivilDate date{
        static_cast<int>(*year), static_cast<unsigned>(*month), static_cast<unsigned>(*day)};
    return events::is_civil_date(date) ? std::optional(date) : std::nullopt;
}

std::string format_date(producers::CivilDate date) {
    return text_of(
        "%04d-%02d-%02d", date.year, static_cast<int>(date.month), static_cast<int>(date.day));
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const auto port = parse_digits(text.substr(colon + 1), 5);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const auto loopback = is_loopback(std::string(host), bracketed);
    if (!port || *port > 65535 || !loopback) {
        return std::nullopt;
    }
    return Endpoint{std::string(host), static_cast<uint16_t>(*port), *loopback};
}

}  // namespace sijill::cli
