#include "projections/period.h"

#include "events/check.h"

#include <algorithm>
#include <cstdio>
#include <optional>

namespace sijill::projections {

namespace {

using events::civil_from_days;
using events::CivilDate;
using events::days_from_civil;

std::optional<int> number(std::string_view text, size_t size) {
    if (text.size() != size) {
        return std::nullopt;
    }
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

int32_t day_of(CivilDate date) {
    return static_cast<int32_t>(days_from_civil(date));
}

// The first day of month `month` counted from 0 at January of `year`; months beyond December go on
// into later years.
int32_t month_start(int year, int month) {
    return day_of({year + month / 12, static_cast<unsigned>(month % 12 + 1), 1});
}

// Monday of ISO week 1: the week that holds 4 January.
int32_t iso_week_one(int year) {
    const int32_t fourth = day_of({year, 1, 4});
    // 1970-01-01 was a Thursday, so (day + 3) mod 7 counts from Monday; floor_div keeps that true
    // before 1970.
    return fourth - static_cast<int32_t>(fourth + 3 - events::floor_div(fourth + 3, 7) * 7);
}

template <class... Values>
std::string format(const char* pattern, Values... values) {
    char text[64];
    std::snprintf(text, sizeof text, pattern, values...);
    return text;
}

Period months(std::string id, int year, int first, int count) {
    return {std::move(id), month_start(year, first), month_start(year, first + count)};
}

std::optional<Period> week(int year, int number) {
    const int32_t begin = iso_week_one(year) + (number - 1) * 7;
    if (number < 1 || begin >= iso_week_one(year + 1)) {
        return std::nullopt;
    }
    return Period{format("%04d-W%02d", year, number), begin, begin + 7};
}

// The part behind the year and its dash: A1, S1, Q1, M02, W05.
std::optional<Period> sub_period(int year, std::string_view rest) {
    if (rest.empty()) {
        return std::nullopt;
    }
    const char letter = rest[0];
    const size_t digits = letter == 'M' || letter == 'W' ? 2 : 1;
    const int i = number(rest.substr(1), digits).value_or(0);
    if (letter == 'W') {
        return week(year, i);
    }
    for (const auto& [kind, parts] : {std::pair{'A', 1}, {'S', 2}, {'Q', 4}, {'M', 12}}) {
        if (letter != kind || i < 1 || i > parts) {
            continue;
        }
        const int length = 12 / parts;
        const std::string id = kind == 'A'   ? format("%04d", year)
                               : kind == 'M' ? format("%04d-M%02d", year, i)
                                             : format("%04d-%c%d", year, kind, i);
        return months(id, year, (i - 1) * length, length);
    }
    return std::nullopt;
}

std::optional<int32_t> date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = number(text.substr(0, 4), 4);
    const auto month = number(text.substr(5, 2), 2);
    const auto day = number(text.substr(8, 2), 2);
    if (!year || !month || !day || *month < 1 || *day < 1) {
        return std::nullopt;
    }
    const CivilDate civil{*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)};
    return events::is_civil_date(civil) ? std::optional(day_of(civil)) : std::nullopt;
}

Period days(int32_t begin, int32_t count) {
    return {count == 1 ? day_text(begin) : day_text(begin) + format("/P%dD", count),
            begin,
            begin + count};
}

Period hour_of_day(int32_t day, int32_t hour) {
    return {day_text(day) + format("T%02d", hour), day, day + 1, hour};
}

// 2017-01-31 and what may stand behind it: /P7D, T09.
std::optional<Period> from_date(int32_t day, std::string_view rest) {
    if (rest.empty()) {
        return days(day, 1);
    }
    if (rest[0] == 'T') {
        const auto hour = number(rest.substr(1), 2);
        return hour && *hour < kHoursPerDay ? std::optional(hour_of_day(day, *hour)) : std::nullopt;
    }
    constexpr int kMostDays = 366;
    if (rest.size() < 4 || !rest.starts_with("/P") || rest.back() != 'D' || rest[2] == '0') {
        return std::nullopt;
    }
    const std::string_view digits = rest.substr(2, rest.size() - 3);
    const auto count = digits.size() <= 3 ? number(digits, digits.size()) : std::nullopt;
    return count && *count <= kMostDays ? std::optional(days(day, *count)) : std::nullopt;
}

std::optional<Period> parse(std::string_view text) {
    const auto year = number(text.substr(0, 4), 4);
    if (!year || *year < 1 || *year > 9998) {
        return std::nullopt;
    }
    if (text.size() == 4) {
        return months(std::string(text), *year, 0, 12);
    }
    const std::string_view rest = text.substr(text[4] == '-' ? 5 : 4);
    if (const auto day = date(text.substr(0, 10))) {
        return from_date(*day, text.substr(10));
    }
    return sub_period(*year, rest);
}

// The whole part that a day lies in.
Period part_at(int32_t day, PeriodPart part) {
    const CivilDate at = civil_from_days(day);
    const int month = static_cast<int>(at.month) - 1;
    switch (part) {
        case PeriodPart::Year:
            return months(format("%04d", at.year), at.year, 0, 12);
        case PeriodPart::Quarter:
            return *sub_period(at.year, format("Q%d", month / 3 + 1));
        case PeriodPart::Month:
            return *sub_period(at.year, format("M%02d", month + 1));
        case PeriodPart::IsoWeek: {
            // The ISO year of a week is the year of its Thursday; 1970-01-01 was one.
            const auto week_of = static_cast<int32_t>(events::floor_div(day + 3, 7));
            const int32_t begin = week_of * 7 - 3;
            const int year = civil_from_days(begin + 3).year;
            return *week(year, (begin - iso_week_one(year)) / 7 + 1);
        }
        case PeriodPart::Week:
            return days(static_cast<int32_t>(events::floor_div(day + 4, 7)) * 7 - 4, 7);
        case PeriodPart::Hour:
        case PeriodPart::Day:
            break;
    }
    return days(day, 1);
}

}  // namespace

std::string day_text(int32_t day) {
    const CivilDate date = civil_from_days(day);
    return format("%04d-%02u-%02u", date.year, date.month, date.day);
}

namespace {

// `forms`: those that are named where it is none.
Result<Period> parse_as(std::string_view text, std::string_view forms) {
    const auto first = static_cast<int32_t>(events::kFirstInstant.ms / events::kMsPerDay);
    const auto last = static_cast<int32_t>(events::kLastInstant.ms / events::kMsPerDay);
    auto period = parse(text);
    if (!period) {
        return fail(Errc::Invalid,
                    "'" + std::string(text.substr(0, 40)) +
                        "' is no reporting period; the forms are " + std::string(forms));
    }
    if (period->begin_day > last || period->end_day <= first) {
        return fail(Errc::Invalid, "'" + period->id + "' " + std::string(events::kOutsideInstants));
    }
    return *period;
}

}  // namespace

Result<Period> parse_period(std::string_view text) {
    return parse_as(text, kPeriodForms);
}

Result<Period> parse_day_period(std::string_view text) {
    auto period = parse_as(text, kDayPeriodForms);
    if (period && period->hour) {
        return fail(Errc::Invalid,
                    "'" + period->id + "' is one hour, and this is of whole days; the forms are " +
                        std::string(kDayPeriodForms));
    }
    return period;
}

Period previous(const Period& period) {
    if (period.hour) {
        return *period.hour == 0 ? hour_of_day(period.begin_day - 1, kHoursPerDay - 1)
                                 : hour_of_day(period.begin_day, *period.hour - 1);
    }
    if (period.id.find('/') != std::string::npos) {
        const int32_t count = period.end_day - period.begin_day;
        return days(period.begin_day - count, count);
    }
    const int32_t last = period.begin_day - 1;
    const CivilDate before = civil_from_days(last);
    const char kind = period.id.size() == 4 ? 'A' : (period.id.size() == 10 ? 'D' : period.id[5]);
    switch (kind) {
        case 'A':
            return part_at(last, PeriodPart::Year);
        case 'S':
            return *sub_period(before.year, format("S%d", before.month > 6 ? 2 : 1));
        case 'Q':
            return part_at(last, PeriodPart::Quarter);
        case 'M':
            return part_at(last, PeriodPart::Month);
        case 'D':
            return part_at(last, PeriodPart::Day);
        default:
            return part_at(last, PeriodPart::IsoWeek);
    }
}

Period year_before(const Period& period) {
    const int32_t count = period.end_day - period.begin_day;
    if (period.id.find('/') != std::string::npos && count % 7 == 0) {
        return days(period.begin_day - 52 * 7, count);
    }
    const std::string year = format("%04d", std::stoi(period.id.substr(0, 4)) - 1);
    const std::string_view rest = std::string_view(period.id).substr(4);
    if (const auto same = parse(year + std::string(rest))) {
        return *same;
    }
    const bool leap_day = rest.starts_with("-02-29");
    const auto near = parse(year + (leap_day ? "-02-28" + std::string(rest.substr(6)) : "-W52"));
    CHECK(near.has_value(), "a year lacks its 29 February and its 53rd week alone");
    return *near;
}

std::optional<PeriodPart> period_part(std::string_view name) {
    const auto* const found = std::ranges::find(kPeriodParts, name);
    return found == kPeriodParts.end()
               ? std::nullopt
               : std::optional(static_cast<PeriodPart>(found - kPeriodParts.begin()));
}

Result<std::vector<Period>> parts_of(const Period& period, PeriodPart part) {
    if (period.hour) {
        return fail(Errc::Invalid, period.id + " is one hour; it has no parts");
    }
    std::vector<Period> parts;
    for (int32_t day = period.begin_day; day < period.end_day;) {
        if (part == PeriodPart::Hour) {
            for (int32_t hour = 0; hour < kHoursPerDay; ++hour) {
                parts.push_back(hour_of_day(day, hour));
            }
            ++day;
            continue;
        }
        Period whole = part_at(day, part);
        const int32_t end = std::min(whole.end_day, period.end_day);
        const bool cut = whole.begin_day < period.begin_day || whole.end_day > period.end_day;
        parts.push_back(cut ? days(day, end - day) : std::move(whole));
        day = end;
    }
    return parts;
}

}  // namespace sijill::projections
