#include "producers/csv_values.h"

#include "events/values.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>

namespace sijill::producers {

namespace {

// No-break spaces, and the marks of direction that Arabic spreadsheets leave in cells.
constexpr std::array<std::string_view, 18> kAroundCells = {" ",
                                                           "\t",
                                                           "\u00A0",
                                                           "\u202F",
                                                           "\u200E",
                                                           "\u200F",
                                                           "\u061C",
                                                           "\uFEFF",
                                                           "\u200B",
                                                           "\u202A",
                                                           "\u202B",
                                                           "\u202C",
                                                           "\u202D",
                                                           "\u202E",
                                                           "\u2066",
                                                           "\u2067",
                                                           "\u2068",
                                                           "\u2069"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

// A date and time of a wall clock.
struct WallTime {
    int year = -1;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

struct PatternPart {
    std::string_view token;
    int WallTime::*member;
};

constexpr std::array kPatternParts = {PatternPart{"YYYY", &WallTime::year},
                                      PatternPart{"MM", &WallTime::month},
                                      PatternPart{"DD", &WallTime::day},
                                      PatternPart{"hh", &WallTime::hour},
                                      PatternPart{"mm", &WallTime::minute},
                                      PatternPart{"ss", &WallTime::second}};

// As many digits as the token has letters; one is enough for all but the year (`1/2/2017`).
bool take_number(std::string_view& text, const PatternPart& part, WallTime& time) {
    size_t length = 0;
    while (length < part.token.size() && length < text.size() && is_digit(text[length])) {
        ++length;
    }
    const size_t least = part.token == "YYYY" ? 4 : 1;
    if (length < least) {
        return false;
    }
    std::from_chars(text.data(), text.data() + length, time.*part.member);
    text.remove_prefix(length);
    return true;
}

bool is_pattern(std::string_view pattern) {
    return pattern.find("YYYY") != std::string_view::npos &&
           pattern.find("MM") != std::string_view::npos &&
           pattern.find("DD") != std::string_view::npos;
}

// A pattern such as YYYY-MM-DDThh:mm:ssZ, whose zone would be letters and not heeded.
bool is_rfc3339_pattern(std::string pattern) {
    constexpr size_t kShortest = 20;
    if (pattern.size() < kShortest || pattern[kShortest / 2] != 'T') {
        return false;  // as nearly all are, and each cell asks
    }
    for (const PatternPart& part : kPatternParts) {
        for (size_t at = pattern.find(part.token); at != std::string::npos;
             at = pattern.find(part.token, at)) {
            pattern.replace(at, part.token.size(), part.token == "YYYY" ? "2017" : "01");
        }
    }
    events::Timestamp time;
    return events::try_parse_rfc3339(pattern, time);
}

std::optional<WallTime> read_pattern(std::string_view text, std::string_view pattern) {
    WallTime time;
    while (!pattern.empty()) {
        const auto* const part = std::ranges::find_if(
            kPatternParts,
            [pattern](const PatternPart& each) { return pattern.starts_with(each.token); });
        if (part != kPatternParts.end()) {
            if (!take_number(text, *part, time)) {
                return std::nullopt;
            }
            pattern.remove_prefix(part->token.size());
        } else if (!text.empty() && text.front() == pattern.front()) {
            text.remove_prefix(1);
            pattern.remove_prefix(1);
        } else {
            return std::nullopt;
        }
    }
    return text.empty() ? std::optional(time) : std::nullopt;
}

Result<date::local_seconds> local_of(const WallTime& time) {
    const events::CivilDate day{
        time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day)};
    if (time.year < 1 || !events::is_civil_date(day)) {
        return fail(Errc::Invalid, "there is no such day");
    }
    if (time.hour == 24) {
        return fail(Errc::Invalid, "24:00 is 00:00 of the next day: write it so");
    }
    if (time.hour > 23 || time.minute > 59 || time.second > 59) {
        return fail(Errc::Invalid, "there is no such time of day");
    }
    return date::local_seconds{date::days{events::days_from_civil(day)} +
                               std::chrono::hours{time.hour} + std::chrono::minutes{time.minute} +
                               std::chrono::seconds{time.second}};
}

Result<events::Timestamp> instant_of(date::local_seconds local, const std::string& zone_name) {
    const date::time_zone* zone = nullptr;
    try {
        zone = date::locate_zone(zone_name);
    } catch (const std::runtime_error&) {
        return fail(Errc::Config, "there is no time zone '" + zone_name + "'");
    }
    const date::local_info info = zone->get_info(local);
    if (info.result == date::local_info::nonexistent) {
        return fail(Errc::Invalid, "the clocks of " + zone_name + " jumped over this time");
    }
    if (info.result == date::local_info::ambiguous) {
        return fail(Errc::Invalid,
                    "this time was twice in " + zone_name + ": write it as RFC 3339 with its zone");
    }
    const auto seconds = local.time_since_epoch() - info.first.offset;
    const events::Timestamp time{seconds.count() * events::kMsPerSecond};
    if (!events::may_be_told(time)) {
        return fail(Errc::Invalid, "the date " + std::string(events::kOutsideInstants));
    }
    return time;
}

// Excel's days since 1899-12-30 with a fraction for the time, rounded to the second as Excel shows
// it. Serials up to 60 lie before 1900-03-01, where Excel counts a day that never was.
Result<date::local_seconds> excel_local(std::string_view text) {
    constexpr double kFirst = 61;
    constexpr double kLast = 2'958'466;  // behind 9999-12-31
    constexpr int64_t kEpochDays = 25'569;
    double serial = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), serial);
    const bool number = !text.empty() && is_digit(text.front()) && error == std::errc() &&
                        end == text.data() + text.size() &&
                        text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!number) {
        return fail(Errc::Invalid, "no date of Excel: a number of days such as 42736.5");
    }
    if (serial < kFirst || serial >= kLast) {
        return fail(Errc::Invalid, "no date of Excel from 1900-03-01 to 9999-12-31");
    }
    const auto whole = static_cast<int64_t>(serial);
    const auto seconds = int64_t{std::lround((serial - static_cast<double>(whole)) * 86'400)};
    return date::local_seconds{date::days{whole - kEpochDays} + std::chrono::seconds{seconds}};
}

}  // namespace

std::string_view trimmed_cell(std::string_view text) {
    for (bool more = true; more;) {
        more = false;
        for (const std::string_view around : kAroundCells) {
            if (text.starts_with(around)) {
                text.remove_prefix(around.size());
                more = true;
            }
            if (text.ends_with(around)) {
                text.remove_suffix(around.size());
                more = true;
            }
        }
    }
    return text;
}

std::string plain_digits(std::string_view cell) {
    cell = trimmed_cell(cell);
    std::string text;
    for (size_t i = 0; i < cell.size(); ++i) {
        const auto byte = [&cell, i](size_t ahead) {
            return i + ahead < cell.size() ? static_cast<unsigned char>(cell[i + ahead]) : 0U;
        };
        if (byte(0) == 0xD9 && byte(1) >= 0xA0 && byte(1) <= 0xA9) {
            text += static_cast<char>('0' + byte(1) - 0xA0);
            ++i;
        } else if (byte(0) == 0xDB && byte(1) >= 0xB0 && byte(1) <= 0xB9) {
            text += static_cast<char>('0' + byte(1) - 0xB0);
            ++i;
        } else {
            text += cell[i];
        }
    }
    return text;
}

Result<int64_t> cell_integer(std::string_view cell) {
    const std::string text = plain_digits(cell);
    std::string_view digits = text;
    if (digits.starts_with('-')) {
        digits.remove_prefix(1);
    }
    if (!all_digits(digits)) {
        const bool separated =
            text.find_first_of("0123456789") != std::string::npos &&
            text.find_first_not_of("0123456789.,'- \xD9\xAB\xAC\xC2\xA0\xE2\x80\xAF") ==
                std::string::npos;
        return fail(Errc::Invalid,
                    separated ? "a separator or a decimal: 1,000 may be one or a thousand; write a "
                                "whole number without separators"
                              : "no whole number");
    }
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > events::kMaxInteger || value < -events::kMaxInteger) {
        return fail(Errc::Invalid, "a number over 53 bits");
    }
    return value;
}

bool is_formula(std::string_view cell) {
    const std::string text = plain_digits(cell);
    if (text.empty() || std::string_view("=+-@").find(text.front()) == std::string_view::npos) {
        return false;
    }
    if (text == "-") {
        return false;  // how tables write that there is nothing
    }
    const bool sign = text.front() == '+' || text.front() == '-';
    return !sign || text.size() == 1 ||
           text.find_first_not_of("0123456789.", 1) != std::string::npos;
}

Result<events::Timestamp> cell_instant(std::string_view cell, const DateFormat& format) {
    const std::string text = plain_digits(cell);
    if (text.empty()) {
        return fail(Errc::Invalid, "no date");
    }
    // Whatever the column's format is: it can be meant in one way only, and is how a local time
    // that was twice is told from itself.
    events::Timestamp with_zone;
    if (events::try_parse_rfc3339(text, with_zone)) {
        return with_zone;
    }
    if (format.pattern == "rfc3339") {
        return fail(Errc::Invalid,
                    "no date of RFC 3339, 1900 to 2199, such as 2017-01-31T08:00:00Z or "
                    "2017-01-31T11:00:00+03:00");
    }
    if (format.pattern == "excel") {
        const auto local = excel_local(text);
        return local ? instant_of(*local, format.time_zone)
                     : Result<events::Timestamp>(Unexpected(local.error()));
    }
    if (!is_pattern(format.pattern)) {
        return fail(Errc::Config,
                    "a date format is rfc3339, excel or a pattern with YYYY, MM and DD, not '" +
                        format.pattern + "'");
    }
    if (is_rfc3339_pattern(format.pattern)) {
        return fail(Errc::Config,
                    "the date format '" + format.pattern + "' is RFC 3339: say \"rfc3339\"");
    }
    const auto wall = read_pattern(text, format.pattern);
    if (!wall) {
        return fail(Errc::Invalid, "no date of the form " + format.pattern);
    }
    const auto local = local_of(*wall);
    return local ? instant_of(*local, format.time_zone)
                 : Result<events::Timestamp>(Unexpected(local.error()));
}

}  // namespace sijill::producers
