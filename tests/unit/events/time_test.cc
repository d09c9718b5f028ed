#include "events/time.h"

#include <climits>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sijill::events {
namespace {

int64_t ms_of(std::string_view text) {
    const auto time = parse_rfc3339(text);
    EXPECT_TRUE(time.has_value()) << text;
    return time ? time->ms : INT64_MIN;
}

void expect_refused(std::string_view text) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time.has_value()) << text;
    EXPECT_EQ(time.error().code, Errc::Invalid);
}

TEST(Time, KnownInstants) {
    EXPECT_EQ(ms_of("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(ms_of("1969-12-31T23:59:59.999Z"), -1);
    EXPECT_EQ(ms_of("2016-12-31T21:00:00.000Z"), 1483218000000);
    EXPECT_EQ(ms_of("2001-09-09T01:46:40Z"), 1000000000000);
    EXPECT_EQ(ms_of("1900-01-01T00:00:00Z"), -2208988800000);
    EXPECT_EQ(ms_of("2199-12-31T23:59:59.999Z"), 7258118399999);
    EXPECT_EQ(kFirstInstant.ms, -2208988800000);
    EXPECT_EQ(kLastInstant.ms, 7258118399999);
}

TEST(Time, WhatProgramsWriteThatHaveNoDateIsRefusedWithTheYears) {
    for (const char* text : {"0001-01-01T00:00:00Z",
                             "0001-01-01T00:00:00.000Z",
                             "9999-12-31T23:59:59.999Z",
                             "1899-12-31T23:59:59.999Z",
                             "2200-01-01T00:00:00.000Z",
                             "1900-01-01T00:59:59+01:00",
                             "2199-12-31T23:00:00-01:00"}) {
        const auto time = parse_rfc3339(text);
        ASSERT_FALSE(time.has_value()) << text;
        EXPECT_EQ(time.error().message,
                  "'" + std::string(text) + "' lies outside the years 1900 to 2199 (UTC)");
    }
    EXPECT_EQ(ms_of("1899-12-31T23:00:00-01:00"), kFirstInstant.ms);
    EXPECT_EQ(ms_of("2200-01-01T00:59:59.999+01:00"), kLastInstant.ms);
}

TEST(Time, LeapDaysAreThoseOfTheGregorianCalendar) {
    EXPECT_EQ(ms_of("2016-02-29T00:00:00Z") + kMsPerDay, ms_of("2016-03-01T00:00:00Z"));
    EXPECT_EQ(ms_of("2000-02-29T00:00:00Z") + kMsPerDay, ms_of("2000-03-01T00:00:00Z"));
    for (const char* text : {"2017-02-29T00:00:00Z",
                             "1900-02-29T00:00:00Z",
                             "2100-02-29T00:00:00Z",
                             "2017-04-31T00:00:00Z",
                             "2017-01-32T00:00:00Z",
                             "2017-00-01T00:00:00Z",
                             "2017-13-01T00:00:00Z",
                             "2017-01-00T00:00:00Z",
                             "0000-12-31T00:00:00Z"}) {
        expect_refused(text);
    }
}

TEST(Time, OffsetsAreTakenOff) {
    EXPECT_EQ(ms_of("2017-01-01T00:00:00+03:00"), ms_of("2016-12-31T21:00:00Z"));
    EXPECT_EQ(ms_of("2016-12-31T15:30:00-05:30"), ms_of("2016-12-31T21:00:00Z"));
    EXPECT_EQ(ms_of("2017-01-01T00:00:00+00:00"), ms_of("2017-01-01T00:00:00Z"));
    EXPECT_EQ(ms_of("2017-01-01T23:59:00+23:59"), ms_of("2017-01-01T00:00:00Z"));
    for (const char* text : {"2017-01-01T00:00:00-00:00",
                             "2017-01-01T00:00:00+24:00",
                             "2017-01-01T00:00:00+03:60",
                             "2017-01-01T00:00:00+0300",
                             "2017-01-01T00:00:00+03",
                             "2017-01-01T00:00:00",
                             "2017-01-01T00:00:00 03:00",
                             "2017-01-01T00:00:00ZZ"}) {
        expect_refused(text);
    }
}

TEST(Time, OneToNineFractionDigitsAreReadAndCutAtMilliseconds) {
    const int64_t second = ms_of("2017-01-01T00:00:00Z");
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.1Z"), second + 100);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.12Z"), second + 120);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.123Z"), second + 123);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.1239Z"), second + 123);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.12399Z"), second + 123);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.123999Z"), second + 123);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.1239999Z"), second + 123);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.12399999Z"), second + 123);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.999999999Z"), second + 999);
    EXPECT_EQ(ms_of("2017-01-01T00:00:00.000000001+03:00"), second - 3 * kMsPerHour);
    expect_refused("2017-01-01T00:00:00.Z");
    expect_refused("2017-01-01T00:00:00.1234567890Z");
    expect_refused("2017-01-01T00:00:00,5Z");
}

TEST(Time, OtherSpellingsAreRefused) {
    for (const char* text : {"",
                             "2017",
                             "2017-01-01",
                             "2017-01-01t00:00:00Z",
                             "2017-01-01T00:00:00z",
                             "2017-01-01 00:00:00Z",
                             "2017-01-01T24:00:00Z",
                             "2017-01-01T00:60:00Z",
                             "2016-12-31T23:59:60Z",
                             "2017-1-01T00:00:00Z",
                             "+2017-01-01T00:00:00Z",
                             "02017-01-01T00:00:00Z",
                             "2017-01-01T00:00Z",
                             " 2017-01-01T00:00:00Z",
                             "2017-01-01T00:00:00Z ",
                             "2017-01-0\xD9\xA1T00:00:00Z"}) {
        expect_refused(text);
    }
}

// The day counted year by year and month by month; 0 for a day that does not exist.
int64_t counted_days(int year, int month, int day) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const std::array<int, 12> lengths{31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        day > lengths[static_cast<size_t>(month) - 1]) {
        return 0;
    }
    int64_t days = day;
    for (int y = 1; y < year; ++y) {
        days += y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 366 : 365;
    }
    for (int m = 1; m < month; ++m) {
        days += lengths[static_cast<size_t>(m) - 1];
    }
    return days;
}

// Reads `YYYY-MM-DDTHH:MM:SS.mmmZ` character by character, after the shape 0 for a digit.
std::optional<int64_t> read_slowly(std::string_view text) {
    constexpr std::string_view kShape = "0000-00-00T00:00:00.000Z";
    std::vector<int> numbers{0};
    for (size_t i = 0; i < kShape.size(); ++i) {
        if (kShape[i] != '0' && text[i] == kShape[i]) {
            numbers.push_back(0);
        } else if (kShape[i] == '0' && text[i] >= '0' && text[i] <= '9') {
            numbers.back() = numbers.back() * 10 + (text[i] - '0');
        } else {
            return std::nullopt;
        }
    }
    const int64_t days = counted_days(numbers[0], numbers[1], numbers[2]);
    if (numbers[0] < 1900 || numbers[0] > 2199 || days == 0 || numbers[3] > 23 || numbers[4] > 59 ||
        numbers[5] > 59) {
        return std::nullopt;
    }
    return (days - 719163) * kMsPerDay + numbers[3] * kMsPerHour + numbers[4] * kMsPerMinute +
           numbers[5] * kMsPerSecond + numbers[6];
}

// An instant of 24 characters has no other shape than that.
void expect_as_read_slowly(std::string_view text) {
    const std::vector<char> block(text.begin(), text.end());  // of its own size
    Timestamp time{-1};
    const bool read = try_parse_rfc3339({block.data(), block.size()}, time);
    const std::optional<int64_t> expected = read_slowly(text);
    ASSERT_EQ(read, expected.has_value()) << text;
    if (expected) {
        ASSERT_EQ(time.ms, *expected) << text;
    }
}

TEST(Time, EveryMutationOfAByteIsReadAsASlowReaderDoes) {
    for (const std::string_view text : {"2017-01-31T08:15:00.000Z",
                                        "2016-02-29T23:59:59.999Z",
                                        "1900-02-28T19:09:49.090Z",
                                        "1900-01-01T00:00:00.000Z",
                                        "2199-12-31T20:39:50.909Z",
                                        "2000-10-10T10:10:10.010Z",
                                        "0000-00-00T00:00:00.000Z"}) {
        for (size_t at = 0; at < text.size(); ++at) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                std::string mutant(text);
                mutant[at] = static_cast<char>(byte);
                expect_as_read_slowly(mutant);
            }
        }
    }
}

TEST(Time, EveryPairOfDigitsInEveryFieldIsReadAsASlowReaderDoes) {
    for (const std::string_view text : {"2016-02-29T08:15:00.000Z", "2017-04-30T23:59:59.999Z"}) {
        for (const size_t at : {0U, 2U, 5U, 8U, 11U, 14U, 17U, 20U, 21U}) {
            for (int pair = 0; pair < 100; ++pair) {
                std::string mutant(text);
                mutant[at] = static_cast<char>('0' + pair / 10);
                mutant[at + 1] = static_cast<char>('0' + pair % 10);
                expect_as_read_slowly(mutant);
            }
        }
    }
}

TEST(Time, DaysOfEveryYearFollowTheFormulaOfEras) {
    for (const int year : {INT_MIN, -400, -1, 0, 1, 1600, 2017, 9999, INT_MAX}) {
        for (unsigned month = 1; month <= 12; ++month) {
            const int64_t y = static_cast<int64_t>(year) - (month <= 2 ? 1 : 0);
            const int64_t era = floor_div(y, 400);
            const int64_t in_era = y - era * 400;
            const int64_t day_of_year = (153 * ((int64_t{month} + 9) % 12) + 2) / 5;
            ASSERT_EQ(
                days_from_civil({year, month, 1}),
                era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + day_of_year - 719468)
                << year << "-" << month;
        }
    }
}

TEST(Time, ARefusedTextIsNotRepeatedInFull) {
    const auto time = parse_rfc3339(std::string(5000, 'x'));
    ASSERT_FALSE(time.has_value());
    EXPECT_LT(time.error().message.size(), 200U);
}

TEST(Time, WhatIsFormattedIsReadBack) {
    std::mt19937_64 random(7);
    const int64_t first = kFirstInstant.ms;
    const auto span = static_cast<uint64_t>(kLastInstant.ms - first) + 1;
    for (int i = 0; i < 200000; ++i) {
        const Timestamp time{first + static_cast<int64_t>(random() % span)};
        const std::string text = format_rfc3339(time);
        ASSERT_EQ(text.size(), 24U);
        ASSERT_EQ(ms_of(text), time.ms) << text;
    }
}

// The last instant of ECMAScript's Date; a damaged row may hold any number.
TEST(Time, AYearOfMoreDigitsIsWrittenWhole) {
    EXPECT_EQ(format_rfc3339({int64_t{8'640'000'000'000'000}}), "275760-09-13T00:00:00.000Z");
}

TEST(Time, TextsSortAsTheirInstantsDo) {
    std::mt19937_64 random(8);
    for (int i = 0; i < 20000; ++i) {
        const Timestamp a{static_cast<int64_t>(random() % 253402300800000U)};
        const Timestamp b{static_cast<int64_t>(random() % 253402300800000U)};
        ASSERT_EQ(a < b, format_rfc3339(a) < format_rfc3339(b));
    }
}

TEST(Time, EveryDayOfFourCenturiesFollowsTheOneBefore) {
    CivilDate date{1899, 12, 31};
    const int64_t first = days_from_civil({1900, 1, 1});
    for (int64_t day = first; day < first + 146097; ++day) {
        const CivilDate next = civil_from_days(day);
        const bool same_month = next.month == date.month && next.day == date.day + 1;
        ASSERT_TRUE(same_month || next.day == 1) << day;
        ASSERT_LT(date, next);
        ASSERT_EQ(days_from_civil(next), day);
        ASSERT_TRUE(is_civil_date(next));
        date = next;
    }
    EXPECT_EQ(civil_from_days(-1), (CivilDate{1969, 12, 31}));
    EXPECT_EQ(days_from_civil({1970, 1, 1}), 0);
}

TEST(Time, DivisionRoundsTowardsMinusInfinity) {
    EXPECT_EQ(floor_div(-1, kMsPerDay), -1);
    EXPECT_EQ(floor_div(-kMsPerDay, kMsPerDay), -1);
    EXPECT_EQ(floor_div(-kMsPerDay - 1, kMsPerDay), -2);
    EXPECT_EQ(floor_div(0, kMsPerDay), 0);
    EXPECT_EQ(floor_div(kMsPerDay, kMsPerDay), 1);
}

}  // namespace
}  // namespace sijill::events
