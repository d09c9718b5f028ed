// Goal: business time is the working time that a calendar shows between two instants. Method:
// hand-counted spans, and the due dates of the policy, which walk through the calendar from the
// other side.

#include "projections/business_time.h"

#include "events/time.h"
#include "producers/due_dates.h"
#include "projections/own_kpi.h"
#include "tests/support/kpi_figures.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace sijill::projections {
namespace {

events::WeekHours every_day_of(const events::DayHours& hours) {
    events::WeekHours week;
    week.fill(hours);
    return week;
}

// Sunday to Thursday 07:00-14:15; a holiday, and shorter days in a season.
events::WorkingCalendar ministry(const std::string& zone = "Asia/Bahrain") {
    events::WorkingCalendar calendar;
    calendar.time_zone = zone;
    calendar.hours = every_day_of({{7 * 60, 14 * 60 + 15}});
    calendar.weekend = {false, false, false, false, true, true, false};
    calendar.holidays = {{2017, 1, 17}};
    calendar.seasons = {{{2017, 5, 27}, {2017, 6, 24}, every_day_of({{9 * 60, 14 * 60}})}};
    return calendar;
}

int64_t instant(const std::string& text) {
    return events::parse_rfc3339(text).value().ms;
}

int64_t minutes(const BusinessTime& time, const std::string& begin, const std::string& end) {
    return time.between(time.local_time(), instant(begin), instant(end)) / events::kMsPerMinute;
}

TEST(BusinessTime, CountsWhatTheCalendarShows) {
    const auto time = *BusinessTime::of(ministry());
    // 2017-01-15 was a Sunday; Bahrain is three hours before UTC.
    EXPECT_EQ(minutes(*time, "2017-01-15T05:00:00Z", "2017-01-15T06:30:00Z"), 90);
    EXPECT_EQ(minutes(*time, "2017-01-15T00:00:00Z", "2017-01-15T23:00:00Z"), 435) << "a day";
    EXPECT_EQ(minutes(*time, "2017-01-15T11:00:00Z", "2017-01-16T04:10:00Z"), 25) << "a night";
    EXPECT_EQ(minutes(*time, "2017-01-16T11:00:00Z", "2017-01-18T04:10:00Z"), 25) << "a holiday";
    EXPECT_EQ(minutes(*time, "2017-01-12T11:00:00Z", "2017-01-15T04:10:00Z"), 25) << "a weekend";
    EXPECT_EQ(minutes(*time, "2017-05-28T00:00:00Z", "2017-05-28T23:00:00Z"), 300) << "a season";
    EXPECT_EQ(minutes(*time, "2017-01-16T05:00:00Z", "2017-01-15T05:00:00Z"), 0) << "backwards";
    EXPECT_EQ(minutes(*time, "1960-01-03T00:00:00Z", "1960-01-03T23:00:00Z"), 435) << "a Sunday";
    EXPECT_EQ(minutes(*time, "2150-01-04T00:00:00Z", "2150-01-04T23:00:00Z"), 435) << "a Sunday";
    EXPECT_EQ(minutes(*time, "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"), 435);
}

TEST(BusinessTime, AnHourThatTheClockRepeatsWorksTwiceAndOneItSkipsNotAtAll) {
    events::WorkingCalendar night;
    night.time_zone = "Europe/Berlin";
    night.hours = every_day_of({{60, 4 * 60}});
    const auto time = *BusinessTime::of(night);
    EXPECT_EQ(minutes(*time, "2017-10-28T12:00:00Z", "2017-10-29T12:00:00Z"), 240);
    EXPECT_EQ(minutes(*time, "2017-03-25T12:00:00Z", "2017-03-26T12:00:00Z"), 120);
}

TEST(BusinessTime, ADueDateIsReachedAfterItsTarget) {
    const char* fixed = std::getenv("SIJILL_SEED");
    const auto seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10) : std::random_device()();
    SCOPED_TRACE("SIJILL_SEED=" + std::to_string(seed));
    std::mt19937_64 chance(seed);
    const auto below = [&chance](int64_t bound) {
        return static_cast<int64_t>(chance() % static_cast<uint64_t>(bound));
    };
    for (const char* zone : {"Asia/Bahrain", "Europe/Berlin", "America/St_Johns"}) {
        events::WorkingCalendar calendar = ministry(zone);
        for (events::DayHours& day : calendar.hours) {
            const int begin = static_cast<int>(below(700));
            const int pause = begin + 1 + static_cast<int>(below(300));
            day = {{begin, pause}, {pause + 30, pause + 31 + static_cast<int>(below(300))}};
        }
        const auto time = *BusinessTime::of(calendar);
        for (int i = 0; i < 500; ++i) {
            const int64_t start = instant("2016-12-01T00:00:00Z") + below(400 * events::kMsPerDay);
            const int64_t work = 1 + below(20'000);
            const auto due = producers::due_at(calendar, {start}, producers::WorkingTime{work});
            ASSERT_TRUE(due) << due.error().message;
            ASSERT_EQ(time->between(time->local_time(), start, due->ms),
                      work * events::kMsPerMinute)
                << zone << " from " << events::format_rfc3339({start});
        }
    }
}

int64_t minutes_ms(int64_t count) {
    return count * events::kMsPerMinute;
}

// Figures by a site's calendar. A period begins at the centre's midnight, 21:00Z.
class BusinessFigures : public KpiFigures {
  protected:
    BusinessFigures() { kpis_ = KpiCatalogue({}, {0, *BusinessTime::of(ministry())}); }

    std::string prints(const char* kpi, const std::string& variant = "") {
        return print(*kpis_.find(kpi), figure(kpi, "", variant));
    }
};

TEST_F(BusinessFigures, TimesLeaveOutNightsWeekendsAndHolidays) {
    const std::string id = new_case();  // Sunday, at noon there
    refer(id, "r1", "projects");
    answer(id, "r1", "2017-01-18T05:00:00.000Z");  // Wednesday at eight; Tuesday was a holiday
    refer(id, "r2", "legal_affairs");
    resolve_at(id, "2017-01-18T05:00:00.000Z");
    EXPECT_EQ(figure("referral-turnaround-business"), (Figure{minutes_ms(135 + 435 + 60), 1}));
    EXPECT_EQ(prints("referral-turnaround-business"), "10.5 h");
    EXPECT_EQ(count("referral-turnaround-business", {{"department", "legal_affairs"}}), 0);
}

TEST_F(BusinessFigures, ResolutionAndResponseAreCountedFromTheOpening) {
    const std::string id = new_case();
    at_ = "2017-01-15T09:30:00.000Z";
    tell("case.note_added", id, {{"visibility", "citizen"}});
    at_ = "2017-01-16T05:00:00.000Z";
    resolve(id, false);
    at_ = "2017-01-20T05:00:00.000Z";  // a Friday
    reopen(id, 2);
    at_ = "2017-01-22T05:00:00.000Z";
    resolve(id, false);
    EXPECT_EQ(figure("resolution-time-business"), (Figure{minutes_ms(135 + 60), 1}));
    EXPECT_EQ(figure("resolution-time-business", "", "full"),
              (Figure{minutes_ms(135 + 435 + 435 + 435 + 60), 1}));
    EXPECT_EQ(figure("case-first-response-time-business").denominator, 1);
    period_ = "2017-01-16";
    EXPECT_EQ(figure("resolution-time-business"), (Figure{0, 0})) << "the day it was opened counts";
}

TEST_F(BusinessFigures, WithoutWorkingHoursThereIsNoValue) {
    resolve(new_case(), true);
    EXPECT_EQ(figure("resolution-time-business").denominator, 1);
    kpis_ = KpiCatalogue();
    EXPECT_EQ(figure("resolution-time-business"), (Figure{0, 0}));
    EXPECT_EQ(prints("resolution-time-business"), "–");
    EXPECT_NE(text_of(KpiCatalogue({}, {0, *BusinessTime::of(ministry())}).rules()), "");
    EXPECT_EQ(text_of(KpiCatalogue().rules()), "");
}

}  // namespace
}  // namespace sijill::projections
