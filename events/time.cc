#include "events/time.h"

#include <bit>
#include <cstring>

namespace sijill::events {

namespace {

// Reads `count` decimal digits at `text[at]`; -1 when one is missing.
int digits(std::string_view text, size_t at, size_t count) {
    if (at + count > text.size()) {
        return -1;
    }
    int value = 0;
    for (size_t i = at; i < at + count; ++i) {
        const unsigned digit = static_cast<unsigned char>(text[i]) - static_cast<unsigned>('0');
        if (digit > 9) {
            return -1;
        }
        value = value * 10 + static_cast<int>(digit);
    }
    return value;
}

// Milliseconds of the fraction that starts at text[at] == '.'; moves `at` behind it. -1: no digit
// or more than nine.
int fraction_ms(std::string_view text, size_t& at) {
    const size_t first = ++at;
    int ms = 0;
    int scale = 100;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        ms += (text[at] - '0') * scale;
        scale /= 10;
        ++at;
    }
    const size_t count = at - first;
    return count == 0 || count > 9 ? -1 : ms;
}

// Offset from UTC in minutes of the zone at the end of the text.
bool zone_minutes(std::string_view zone, int& minutes) {
    if (zone == "Z") {
        minutes = 0;
        return true;
    }
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') {
        return false;
    }
    const int hours = digits(zone, 1, 2);
    const int rest = digits(zone, 4, 2);
    if (hours < 0 || hours > 23 || rest < 0 || rest > 59 || zone == "-00:00") {
        return false;
    }
    minutes = (hours * 60 + rest) * (zone[0] == '-' ? -1 : 1);
    return true;
}

static_assert(std::endian::native == std::endian::little);  // a word's first byte is its lowest

// Eight characters, each of which may exceed the one of `least` in its place by what `span` says.
struct Pattern {
    uint64_t least;
    uint64_t span;
};

constexpr uint64_t word_of(const char (&text)[9]) {
    uint64_t word = 0;
    for (size_t i = 0; i < 8; ++i) {
        word |= uint64_t{static_cast<uint8_t>(text[i])} << (8 * i);
    }
    return word;
}

constexpr Pattern pattern(const char (&least)[9], const char (&most)[9]) {
    return {word_of(least), word_of(most) - word_of(least)};
}

// By how much the characters at `text` exceed the pattern's least ones; high bits are set in
// `wrong` when one does not fit. Bits, not differences, are compared: the least digit is 0x30, and
// no digit has other high bits.
uint64_t above(const char* text, Pattern pattern, uint64_t& wrong) {
    constexpr uint64_t kHigh = 0x8080808080808080U;
    uint64_t word = 0;
    std::memcpy(&word, text, sizeof word);
    word ^= pattern.least;
    wrong |= (word | (word + (~kHigh - pattern.span))) & kHigh;
    return word;
}

// The number of the two digits at `place` and behind it.
unsigned two_digits(uint64_t digits, unsigned place) {
    return static_cast<unsigned>((digits * 10 + (digits >> 8U)) >> (8 * place)) & 0xffU;
}

// `YYYY-MM-DDTHH:MM:SS.mmmZ` of the years 1900 to 2199, as we and most others write. False for an
// instant in another spelling as well.
bool parse_usual(std::string_view text, Timestamp& out) {
    if (text.size() != 24) {
        return false;
    }
    uint64_t wrong = 0;
    const uint64_t date = above(text.data(), pattern("0000-00-", "9999-19-"), wrong);
    const uint64_t middle = above(text.data() + 8, pattern("00T00:00", "39T29:59"), wrong);
    const uint64_t rest = above(text.data() + 16, pattern(":00.000Z", ":59.999Z"), wrong);
    const unsigned year = two_digits(date, 0) * 100 + two_digits(date, 2);
    const unsigned month = two_digits(date, 5);
    const unsigned day = two_digits(middle, 0);
    const unsigned hour = two_digits(middle, 3);
    // Unsigned: a year before 1900 is far above.
    if (wrong != 0 || year - 1900 > 299 || month - 1 > 11 || day == 0 || hour > 23) {
        return false;
    }
    const CivilDate civil{static_cast<int>(year), month, day};
    if (day > 28 && !is_civil_date(civil)) {
        return false;
    }
    const unsigned seconds = hour * 3600 + two_digits(middle, 6) * 60 + two_digits(rest, 1);
    const unsigned ms = two_digits(rest, 4) * 10 + static_cast<unsigned>(rest >> 48U & 0xffU);
    out.ms = days_from_civil(civil) * kMsPerDay + int64_t{seconds} * kMsPerSecond + ms;
    return true;
}

}  // namespace

// After Howard Hinnant's days_from_civil: exact for every Gregorian date. Years are counted from a
// first of March so long before every int that nothing is negative: division by a constant is then
// a multiplication alone.
int64_t days_from_civil(CivilDate date) {
    constexpr uint64_t kEras = 5'400'000;  // of 400 years and 146,097 days
    const bool before_march = date.month <= 2;
    const uint64_t year = kEras * 400 + static_cast<uint64_t>(int64_t{date.year}) -
                          static_cast<uint64_t>(before_march);
    const uint64_t month = uint64_t{date.month} + (before_march ? 9 : 0) - (before_march ? 0 : 3);
    const uint64_t century = year / 100;
    const uint64_t days = year * 365 + year / 4 - century + century / 4 + (153 * month + 2) / 5;
    return static_cast<int64_t>(days + date.day) - int64_t{kEras} * 146097 - 719469;
}

CivilDate civil_from_days(int64_t days) {
    const int64_t shifted = days + 719468;
    const int64_t era = floor_div(shifted, 146097);
    const int64_t day_of_era = shifted - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const auto day = static_cast<unsigned>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    const auto month = static_cast<unsigned>(shifted_month + (shifted_month < 10 ? 3 : -9));
    const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return {static_cast<int>(year), month, day};
}

bool is_civil_date(CivilDate date) {
    if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1) {
        return false;
    }
    return civil_from_days(days_from_civil(date)) == date;
}

namespace {

// Every spelling, the years 0001 to 9999.
bool parse_any(std::string_view text, Timestamp& out) {
    if (text.size() < 20 || text.size() > 35 || text[4] != '-' || text[7] != '-' ||
        text[10] != 'T' || text[13] != ':' || text[16] != ':') {
        return false;
    }
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59) {
        return false;
    }
    const CivilDate date{year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
    if (day > 28 && !is_civil_date(date)) {
        return false;
    }
    size_t at = 19;
    int ms = 0;
    if (text[at] == '.') {
        ms = fraction_ms(text, at);
    }
    int offset = 0;
    if (ms < 0 || !zone_minutes(text.substr(at), offset)) {
        return false;
    }
    const int64_t seconds_of_day =
        (static_cast<int64_t>(hour) * 60 + minute - offset) * 60 + second;
    out.ms = days_from_civil(date) * kMsPerDay + seconds_of_day * kMsPerSecond + ms;
    return true;
}

}  // namespace

bool try_parse_rfc3339(std::string_view text, Timestamp& out) {
    return parse_usual(text, out) || (parse_any(text, out) && may_be_told(out));
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
    Timestamp time;
    if (try_parse_rfc3339(text, time)) {
        return time;
    }
    return fail(Errc::Invalid,
                "'" + std::string(text.substr(0, 40)) + "' " +
                    std::string(parse_any(text, time)
                                    ? kOutsideInstants
                                    : "is no RFC 3339 instant such as 2017-01-31T08:15:00.000Z"));
}

std::string format_rfc3339(Timestamp time) {
    const int64_t days = floor_div(time.ms, kMsPerDay);
    const int64_t rest = time.ms - days * kMsPerDay;
    const CivilDate date = civil_from_days(days);
    std::string text = std::to_string(date.year);
    text.insert(0, text.size() < 4 ? 4 - text.size() : 0, '0');
    const size_t year = text.size();
    text += "-00-00T00:00:00.000Z";
    // Ends so many characters behind the year. printf takes six times as long, and an answer may
    // hold thousands of these.
    const auto put = [&text, year](size_t end, int64_t number) {
        for (size_t at = year + end; number > 0; number /= 10) {
            text[--at] = static_cast<char>('0' + number % 10);
        }
    };
    put(3, date.month);
    put(6, date.day);
    put(9, rest / kMsPerHour);
    put(12, rest / kMsPerMinute % 60);
    put(15, rest / kMsPerSecond % 60);
    put(19, rest % kMsPerSecond);
    return text;
}

}  // namespace sijill::events
