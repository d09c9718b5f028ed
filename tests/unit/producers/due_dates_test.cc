#include "producers/due_dates.h"

#include "events/decode.h"
#include "events/json.h"
#include "tests/support/event_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

namespace sijill::producers {
namespace {

using events::Timestamp;

constexpr std::array<bool, 7> kFridaySaturday{false, false, false, false, true, true, false};

WeekHours every_day(const DayHours& hours) {
    WeekHours week;
    week.fill(hours);
    return week;
}

/// Sunday to Thursday 07:00-14:15; in Ramadan 2017 09:00-14:00.
WorkingCalendar bahrain() {
    WorkingCalendar calendar;
    calendar.name = "bahrain";
    calendar.time_zone = "Asia/Bahrain";
    calendar.hours = every_day({{7 * 60, 14 * 60 + 15}});
    calendar.weekend = kFridaySaturday;
    calendar.holidays = {{2017, 5, 1}};
    calendar.seasons = {{{2017, 5, 27}, {2017, 6, 24}, every_day({{9 * 60, 14 * 60}})}};
    return calendar;
}

WorkingCalendar berlin(const DayHours& hours) {
    WorkingCalendar calendar;
    calendar.name = "berlin";
    calendar.time_zone = "Europe/Berlin";
    calendar.hours = every_day(hours);
    return calendar;
}

Timestamp at(const std::string& text) {
    return events::parse_rfc3339(text).value();
}

/// What due_at gives, in UTC, or its message.
std::string due(const WorkingCalendar& calendar, const std::string& start, DueTarget target) {
    const auto result = due_at(calendar, at(start), target);
    return result ? events::format_rfc3339(*result) : result.error().message;
}

struct Case {
    const char* name;
    const char* start;  // local, 2017, without the zone
    int64_t minutes;
    const char* due;
};

void expect_cases(const WorkingCalendar& calendar, const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        EXPECT_EQ(due(calendar, std::string(c.start) + "+03:00", WorkingTime{c.minutes}),
                  events::format_rfc3339(at(std::string(c.due) + "+03:00")))
            << c.name;
    }
}

// 2017-03-05 is a Sunday. A day has 435 minutes of work.
TEST(DueDate, WorkStopsAtClosingAndGoesOnAtTheNextOpening) {
    expect_cases(
        bahrain(),
        {
            {"within a day", "2017-03-05T08:00:00", 60, "2017-03-05T09:00:00"},
            {"to the millisecond", "2017-03-05T08:00:00.123", 1, "2017-03-05T08:01:00.123"},
            {"exactly at closing", "2017-03-05T08:00:00", 375, "2017-03-05T14:15:00"},
            {"past closing", "2017-03-05T08:00:00", 376, "2017-03-06T07:01:00"},
            {"from before opening", "2017-03-05T05:30:00", 30, "2017-03-05T07:30:00"},
            {"from closing", "2017-03-05T14:15:00", 30, "2017-03-06T07:30:00"},
            {"from after closing", "2017-03-05T23:59:59.999", 30, "2017-03-06T07:30:00"},
            {"a last millisecond", "2017-03-05T14:14:59.999", 1, "2017-03-06T07:00:59.999"},
            {"a whole day of work", "2017-03-05T07:00:00", 435, "2017-03-05T14:15:00"},
        });
}

TEST(DueDate, WeekendsHaveNoWorkingTime) {
    expect_cases(bahrain(),
                 {
                     {"across", "2017-03-09T14:00:00", 30, "2017-03-12T07:15:00"},
                     {"from a Friday", "2017-03-10T09:00:00", 10, "2017-03-12T07:10:00"},
                     {"two weeks", "2017-03-05T07:00:00", 4350, "2017-03-16T14:15:00"},
                     {"two weeks and 1 min", "2017-03-05T07:00:00", 4351, "2017-03-19T07:01:00"},
                     {"six weeks", "2017-03-06T09:00:00", 13050, "2017-04-17T09:00:00"},
                 });
}

TEST(DueDate, AStartOnAHolidayBeginsAtTheNextOpening) {
    expect_cases(bahrain(),
                 {
                     {"on it", "2017-05-01T10:00:00", 60, "2017-05-02T08:00:00"},
                     {"across it", "2017-04-30T14:00:00", 960, "2017-05-04T08:15:00"},
                 });
}

TEST(DueDate, RamadanHasItsOwnHours) {
    expect_cases(bahrain(),
                 {
                     {"into it", "2017-05-25T14:00:00", 45, "2017-05-28T09:30:00"},
                     {"exactly at closing", "2017-05-29T08:00:00", 300, "2017-05-29T14:00:00"},
                     {"past closing", "2017-05-29T08:00:00", 301, "2017-05-30T09:01:00"},
                     {"out of it", "2017-06-22T13:30:00", 60, "2017-06-25T07:30:00"},
                 });
}

TEST(DueDate, ADayMayHaveSeveralSpans) {
    WorkingCalendar calendar = bahrain();
    calendar.hours = every_day({{8 * 60, 12 * 60}, {13 * 60, 16 * 60}, {23 * 60, 24 * 60}});
    expect_cases(calendar,
                 {
                     {"over lunch", "2017-03-05T11:30:00", 60, "2017-03-05T13:30:00"},
                     {"from lunch", "2017-03-05T12:10:00", 180, "2017-03-05T16:00:00"},
                     {"until midnight", "2017-03-05T16:00:00", 60, "2017-03-06T00:00:00"},
                     {"over midnight", "2017-03-05T16:00:00", 61, "2017-03-06T08:01:00"},
                 });
}

TEST(DueDate, AnHourThatTheClockSkipsIsNoWork) {
    const auto calendar = berlin({{60, 240}});  // 01:00-04:00; on 2024-03-31 02:00 becomes 03:00
    EXPECT_EQ(due(calendar, "2024-03-31T00:00:00Z", WorkingTime{120}), "2024-03-31T02:00:00.000Z");
    EXPECT_EQ(due(calendar, "2024-03-31T00:00:00Z", WorkingTime{121}), "2024-03-31T23:01:00.000Z");
    const auto skipped = berlin({{120, 180}});
    EXPECT_EQ(due(skipped, "2024-03-31T00:00:00Z", WorkingTime{60}), "2024-04-01T01:00:00.000Z");
}

TEST(DueDate, AnHourThatTheClockRepeatsIsWorkedTwice) {
    // On 2024-10-27 03:00 becomes 02:00 at 01:00Z.
    EXPECT_EQ(due(berlin({{60, 240}}), "2024-10-26T23:00:00Z", WorkingTime{240}),
              "2024-10-27T03:00:00.000Z");
    EXPECT_EQ(due(berlin({{60, 150}}), "2024-10-26T23:00:00Z", WorkingTime{100}),
              "2024-10-27T01:10:00.000Z");
}

TEST(DueDate, CalendarDaysKeepTheLocalTimeOfDay) {
    EXPECT_EQ(due(bahrain(), "2017-03-05T10:00:00.007+03:00", CalendarDays{3}),
              "2017-03-08T07:00:00.007Z");
    const auto calendar = berlin({{60, 240}});
    EXPECT_EQ(due(calendar, "2024-03-30T11:00:00Z", CalendarDays{1}), "2024-03-31T10:00:00.000Z");
    EXPECT_EQ(due(calendar, "2024-03-28T01:30:00Z", CalendarDays{3}), "2024-03-31T01:00:00.000Z");
    EXPECT_EQ(due(calendar, "2024-10-24T00:30:00Z", CalendarDays{3}), "2024-10-27T00:30:00.000Z");
}

TEST(DueDate, ACalendarThatNeverOpensIsAConfigErrorThatNamesIt) {
    WorkingCalendar calendar = bahrain();
    calendar.weekend.fill(true);
    const auto result = due_at(calendar, at("2017-03-05T10:00:00Z"), WorkingTime{1});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::Config);
    EXPECT_EQ(result.error().message,
              "working calendar 'bahrain' has no working time within 400 days of "
              "2017-03-05T10:00:00.000Z");
    EXPECT_TRUE(due_at(calendar, at("2017-03-05T10:00:00Z"), CalendarDays{1}));
}

TEST(DueDate, ASeasonThatIsOverIsNoWorkingTime) {
    WorkingCalendar calendar = bahrain();
    calendar.hours = {};
    EXPECT_EQ(due(calendar, "2017-03-05T10:00:00Z", WorkingTime{6000}),
              "2017-06-22T11:00:00.000Z");  // 20 days of 300 minutes, the last one's closing
    EXPECT_NE(due(calendar, "2017-03-05T10:00:00Z", WorkingTime{6001}).find("no working time"),
              std::string::npos);
}

TEST(DueDate, WhatCannotBeAddedIsAConfigError) {
    const auto refuses = [](const WorkingCalendar& calendar, DueTarget target) {
        const auto result = due_at(calendar, at("2017-03-05T10:00:00Z"), target);
        return !result && result.error().code == Errc::Config;
    };
    EXPECT_TRUE(refuses(bahrain(), WorkingTime{0}));
    EXPECT_TRUE(refuses(bahrain(), WorkingTime{-1}));
    EXPECT_TRUE(refuses(bahrain(), WorkingTime{kMaxWorkingMinutes + 1}));
    EXPECT_TRUE(refuses(bahrain(), CalendarDays{0}));
    EXPECT_TRUE(refuses(bahrain(), CalendarDays{kMaxCalendarDays + 1}));
    WorkingCalendar nowhere = bahrain();
    nowhere.time_zone = "Asia/Nowhere";
    EXPECT_TRUE(refuses(nowhere, WorkingTime{1}));
    EXPECT_TRUE(refuses(nowhere, CalendarDays{1}));
}

TEST(DueDate, TheEndsOfTimeAreReachedWithoutOverflow) {
    const auto calendar = bahrain();
    EXPECT_TRUE(due_at(calendar, at("1900-01-01T00:00:00Z"), WorkingTime{60}));
    EXPECT_TRUE(due_at(calendar, at("1900-01-01T00:00:00Z"), CalendarDays{1}));
    EXPECT_NE(due(calendar, "2199-12-31T23:00:00Z", WorkingTime{6000}).find("the year 2199"),
              std::string::npos);
    EXPECT_NE(due(calendar, "2199-12-31T23:00:00Z", CalendarDays{1}).find("the year 2199"),
              std::string::npos);
}

// The judge: counts UTC minutes whose local clock, asked of the C library, shows working time.
class MinuteOracle {
  public:
    explicit MinuteOracle(const WorkingCalendar& calendar) : calendar_(calendar) {
        // NOLINTBEGIN(concurrency-mt-unsafe): the test has one thread
        setenv("TZ", calendar.time_zone.c_str(), 1);
        tzset();
        // NOLINTEND(concurrency-mt-unsafe)
    }

    /// -1 when 400 days pass without work.
    [[nodiscard]] int64_t due(int64_t start_ms, int64_t minutes) const {
        int64_t left = minutes * 60'000;
        int64_t idle = 0;
        for (int64_t minute = start_ms / 60'000; idle < int64_t{401} * 1440; ++minute) {
            if (!works(minute * 60)) {
                ++idle;
                continue;
            }
            idle = 0;
            const int64_t from = std::max(start_ms, minute * 60'000);
            const int64_t available = (minute + 1) * 60'000 - from;
            if (left <= available) {
                return from + left;
            }
            left -= available;
        }
        return -1;
    }

  private:
    [[nodiscard]] bool works(time_t utc) const {
        tm local{};
        localtime_r(&utc, &local);
        const CivilDate date{local.tm_year + 1900,
                             static_cast<unsigned>(local.tm_mon + 1),
                             static_cast<unsigned>(local.tm_mday)};
        const auto weekday = static_cast<size_t>((local.tm_wday + 6) % 7);
        if (calendar_.weekend.at(weekday) || calendar_.holidays.count(date) > 0) {
            return false;
        }
        const WeekHours* hours = &calendar_.hours;
        for (const Season& season : calendar_.seasons) {
            if (!(date < season.from) && !(season.to < date)) {
                hours = &season.hours;
                break;
            }
        }
        const int minute = local.tm_hour * 60 + local.tm_min;
        const DayHours& spans = hours->at(weekday);
        return std::any_of(spans.begin(), spans.end(), [minute](const WorkingSpan& span) {
            return span.begin <= minute && minute < span.end;
        });
    }

    const WorkingCalendar& calendar_;
};

class RandomCalendars {
  public:
    explicit RandomCalendars(uint64_t seed) : engine_(seed) {}

    [[nodiscard]] int64_t below(int64_t bound) {
        return static_cast<int64_t>(engine_() % static_cast<uint64_t>(bound));
    }

    [[nodiscard]] WorkingCalendar next(int64_t start_day) {
        constexpr std::array kZones = {"Asia/Bahrain",
                                       "Europe/Berlin",
                                       "America/New_York",
                                       "Australia/Lord_Howe",
                                       "America/Sao_Paulo",
                                       "Asia/Kathmandu",
                                       "Asia/Amman",
                                       "Pacific/Apia"};
        WorkingCalendar calendar;
        calendar.time_zone = kZones.at(static_cast<size_t>(below(kZones.size())));
        calendar.hours = week();
        for (bool& day : calendar.weekend) {
            day = below(4) == 0;
        }
        for (int64_t i = below(5); i > 0; --i) {
            calendar.holidays.insert(events::civil_from_days(start_day + below(20)));
        }
        for (int64_t i = below(3); i > 0; --i) {
            const int64_t from = start_day - 5 + below(20);
            calendar.seasons.push_back(
                {events::civil_from_days(from), events::civil_from_days(from + below(10)), week()});
        }
        return calendar;
    }

  private:
    [[nodiscard]] WeekHours week() {
        WeekHours hours;
        for (DayHours& day : hours) {
            int begin = static_cast<int>(below(600));
            for (int64_t spans = below(4); spans > 0 && begin < 1440; --spans) {
                const int end = std::min<int>(1440, begin + 1 + static_cast<int>(below(400)));
                day.push_back({begin, end});
                begin = end + static_cast<int>(below(300));
            }
        }
        return hours;
    }

    std::mt19937_64 engine_;
};

TEST(DueDate, IsWhereCountingMinuteByMinuteEnds) {
    const char* given = std::getenv("SIJILL_SEED");  // NOLINT(concurrency-mt-unsafe): one thread
    const uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
    for (uint64_t seed = first; seed < first + 400; ++seed) {
        SCOPED_TRACE("SIJILL_SEED=" + std::to_string(seed));
        RandomCalendars random(seed);
        // Within days of a change of the clocks more often than not: March and October.
        const int year = 2007 + static_cast<int>(random.below(25));
        const unsigned month = random.below(2) == 0 ? 3 : 10;
        const int64_t day = events::days_from_civil({year, month, 1}) + random.below(40);
        const WorkingCalendar calendar = random.next(day);
        const MinuteOracle oracle(calendar);
        const int64_t start = day * events::kMsPerDay + random.below(events::kMsPerDay);
        const int64_t minutes = 1 + random.below(random.below(2) == 0 ? 600 : 6000);
        const auto result = due_at(calendar, {start}, WorkingTime{minutes});
        ASSERT_EQ(result ? result->ms : -1, oracle.due(start, minutes))
            << calendar.time_zone << " " << events::format_rfc3339({start}) << " + " << minutes;
    }
}

nlohmann::json referral(const std::string& requested_at) {
    return {{"referral_id", "r-1"},
            {"case_id", "c-1"},
            {"from_unit", "centre"},
            {"to_department", "water"},
            {"reason", "leak"},
            {"requested_at", requested_at}};
}

DuePolicy policy() {
    return {bahrain(), WorkingTime{435}, CalendarDays{10}, WorkingTime{60}};
}

std::string event_of(const std::string& type,
                     nlohmann::json data,
                     const std::string& time = "2017-03-07T05:00:00Z") {
    return event_json(type, "c-1", "e-1", time, std::move(data)).dump();
}

std::string due_in(const Result<std::string>& event) {
    return event ? nlohmann::json::parse(*event)["data"].value("due_at", "none")
                 : event.error().message;
}

const nlohmann::json kComplaint = {
    {"case_id", "c-1"}, {"category", "delay"}, {"received_via", "call"}, {"severity", "low"}};

// The envelope's time decides for figures; what data tells besides is for other readers.
TEST(DuePolicy, EachKindCountsFromWhenItHappened) {
    EXPECT_EQ(due_in(with_due_date(event_of("referral.requested",
                                            referral("2017-01-01T00:00:00Z"),
                                            "2017-03-05T08:00:00+03:00"),
                                   policy())),
              "2017-03-06T05:00:00.000Z");
    EXPECT_EQ(due_in(with_due_date(event_of("complaint.received", kComplaint), policy())),
              "2017-03-17T05:00:00.000Z");
    const nlohmann::json kpi{{"kpi_referral_id", "c-1"},
                             {"kpi", "sla"},
                             {"definition_version", 1},
                             {"period", "2017-Q1"},
                             {"dimensions", nlohmann::json::object()},
                             {"numerator", 1},
                             {"denominator", 2},
                             {"target", 90},
                             {"to_department", "water"},
                             {"referred_at", "2017-01-01T00:00:00Z"},
                             {"position", "p"}};
    EXPECT_EQ(
        due_in(with_due_date(event_of("kpi.referred", kpi, "2017-03-05T14:00:00+03:00"), policy())),
        "2017-03-06T04:45:00.000Z");
}

TEST(DuePolicy, EverythingElseOfTheEventStaysAsItWas) {
    const std::string event =
        R"({"data":{"zz":[1,{"b":2,"a":18446744073709551615}],)"
        R"("requested_at":"2017-03-05T05:00:00Z","reason":"leak","to_department":"water",)"
        R"("from_unit":"centre","case_id":"c-1","referral_id":"r-1","note":"تسرّب \"\n"},)"
        R"("specversion":"1.0","id":"e-1","x":null,"source":"/test","subject":"c-1",)"
        R"("type":"gov.cc.referral.requested.v1","time":"2017-03-05T05:00:00.000000+00:00"})";
    const auto with = with_due_date(event, policy());
    ASSERT_TRUE(with) << with.error().message;
    auto expected = nlohmann::ordered_json::parse(event);
    expected["data"]["due_at"] = "2017-03-06T05:00:00.000Z";
    EXPECT_EQ(*with, expected.dump());
    events::Decoder decoder;
    EXPECT_NE(decoder.decode_text(*with), nullptr);
}

TEST(DuePolicy, WhatHasADueDateOrNoTargetIsTheSameText) {
    auto data = referral("2017-03-05T08:00:00+03:00");
    const std::string plain = " " + event_of("referral.requested", data);
    data["due_at"] = "2017-03-05T09:00:00Z";
    const std::string dated = event_of("referral.requested", data) + " ";
    EXPECT_EQ(with_due_date(dated, policy()).value(), dated);
    DuePolicy none = policy();
    none.referral.reset();
    EXPECT_EQ(with_due_date(plain, none).value(), plain);
    const std::string other =
        event_of("complaint.acknowledged", {{"at", "2017-03-05T09:00:00Z"}, {"via", "sms"}});
    EXPECT_EQ(with_due_date(other, policy()).value(), other);
}

TEST(DuePolicy, AnEventWithoutRoomForItsDueDateIsTooLarge) {
    auto data = referral("2017-03-05T08:00:00+03:00");
    data["padding"] = "";
    const size_t empty = event_of("referral.requested", data).size();
    data["padding"] = std::string(events::kMaxEventBytes - empty, 'x');
    EXPECT_EQ(with_due_date(event_of("referral.requested", data), policy()).error().code,
              Errc::TooLarge);
}

TEST(DuePolicy, AnInvalidEventAndABrokenCalendarAreErrors) {
    EXPECT_EQ(with_due_date("{", policy()).error().code, Errc::Invalid);
    auto data = referral("yesterday");
    EXPECT_EQ(with_due_date(event_of("referral.requested", data), policy()).error().code,
              Errc::Invalid);
    DuePolicy broken = policy();
    broken.calendar.hours = {};
    broken.calendar.seasons = {};
    data = referral("2017-03-05T08:00:00+03:00");
    EXPECT_EQ(with_due_date(event_of("referral.requested", data), broken).error().code,
              Errc::Config);
}

}  // namespace
}  // namespace sijill::producers
