// Goal: SDMX periods at their edges, and the local clock. Method: known calendars.

#include "projections/period.h"

#include "projections/cubes.h"
#include "projections/local_time.h"
#include "projections/report.h"
#include "projections/shard_fold.h"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {
namespace {

struct Span {
    const char* text;
    const char* id;
    const char* first;
    const char* last;
};

class Periods : public testing::TestWithParam<Span> {};

TEST_P(Periods, ResolveToTheirDays) {
    const auto period = parse_period(GetParam().text);
    ASSERT_TRUE(period) << GetParam().text;
    EXPECT_EQ(period->id, GetParam().id);
    EXPECT_EQ(day_text(period->begin_day), GetParam().first);
    EXPECT_EQ(day_text(period->end_day - 1), GetParam().last);
}

INSTANTIATE_TEST_SUITE_P(
    Known,
    Periods,
    testing::Values(Span{"2017", "2017", "2017-01-01", "2017-12-31"},
                    Span{"2017-A1", "2017", "2017-01-01", "2017-12-31"},
                    Span{"2017-S2", "2017-S2", "2017-07-01", "2017-12-31"},
                    Span{"2017-Q1", "2017-Q1", "2017-01-01", "2017-03-31"},
                    Span{"2017Q1", "2017-Q1", "2017-01-01", "2017-03-31"},
                    Span{"2017-Q4", "2017-Q4", "2017-10-01", "2017-12-31"},
                    Span{"2016-M02", "2016-M02", "2016-02-01", "2016-02-29"},
                    Span{"2017-M12", "2017-M12", "2017-12-01", "2017-12-31"},
                    Span{"2017-W05", "2017-W05", "2017-01-30", "2017-02-05"},
                    Span{"2015-W53", "2015-W53", "2015-12-28", "2016-01-03"},
                    Span{"2020-W01", "2020-W01", "2019-12-30", "2020-01-05"},
                    Span{"2017-01-31", "2017-01-31", "2017-01-31", "2017-01-31"},
                    Span{"2017-01-31/P1D", "2017-01-31", "2017-01-31", "2017-01-31"},
                    Span{"2017-01-29/P7D", "2017-01-29/P7D", "2017-01-29", "2017-02-04"},
                    Span{"2016-01-01/P366D", "2016-01-01/P366D", "2016-01-01", "2016-12-31"},
                    Span{"2017-01-31T09", "2017-01-31T09", "2017-01-31", "2017-01-31"}));

class NoPeriods : public testing::TestWithParam<const char*> {};

TEST_P(NoPeriods, AreRefusedAndTheFormsNamed) {
    const auto period = parse_period(GetParam());
    ASSERT_FALSE(period);
    EXPECT_EQ(period.error().code, Errc::Invalid);
    EXPECT_NE(period.error().message.find("2017-Q1"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Texts,
                         NoPeriods,
                         testing::Values("",
                                         "17",
                                         "2017-",
                                         "2017-Q5",
                                         "2017-Q0",
                                         "2017-M13",
                                         "2017-M1",
                                         "2017-W54",
                                         "2017-W53",
                                         "2017-02-29",
                                         "2017-1-1",
                                         "2017-q1",
                                         "0000",
                                         "9999",
                                         "x017",
                                         "2017-A2",
                                         "2017-01-31T24",
                                         "2017-01-31T9",
                                         "2017-02-29T09",
                                         "2017-01-31T09:00",
                                         "2017-01-29/P",
                                         "2017-01-29/P0D",
                                         "2017-01-29/P07D",
                                         "2017-01-29/P7",
                                         "2017-01-29/P-7D",
                                         "2017-01-29/P367D",
                                         "2017-01-29/P1000D",
                                         "2017-02-29/P7D",
                                         "2017-Q1 "));

TEST(DayPeriods, AreAllButTheHour) {
    EXPECT_EQ(parse_day_period("2017Q1")->id, "2017-Q1");
    EXPECT_EQ(parse_day_period("2017-01-29/P7D")->id, "2017-01-29/P7D");
    const auto hour = parse_day_period("2017-01-31T09");
    ASSERT_FALSE(hour);
    EXPECT_EQ(hour.error().message,
              "'2017-01-31T09' is one hour, and this is of whole days; the forms are 2017, "
              "2017-S1, 2017-Q1, 2017-M02, 2017-W05 (ISO week), 2017-01-31, 2017-01-29/P7D");
    EXPECT_EQ(parse_day_period("2017-Q5").error().message,
              "'2017-Q5' is no reporting period; the forms are " + std::string(kDayPeriodForms));
    EXPECT_EQ(parse_period("2017-Q5").error().message,
              "'2017-Q5' is no reporting period; the forms are " + std::string(kPeriodForms));
}

TEST(PeriodBefore, IsOfTheSameKind) {
    const auto before = [](const char* text) { return previous(*parse_period(text)).id; };
    EXPECT_EQ(before("2017-Q1"), "2016-Q4");
    EXPECT_EQ(before("2017"), "2016");
    EXPECT_EQ(before("2017-S1"), "2016-S2");
    EXPECT_EQ(before("2017-M01"), "2016-M12");
    EXPECT_EQ(before("2016-W01"), "2015-W53");
    EXPECT_EQ(before("2017-01-01"), "2016-12-31");
    EXPECT_EQ(before("2017-01-01/P7D"), "2016-12-25/P7D");
    EXPECT_EQ(before("2017-01-01T09"), "2017-01-01T08");
    EXPECT_EQ(before("2017-01-01T00"), "2016-12-31T23");
}

TEST(PeriodAYearBefore, OfWholeWeeksBeginsOnTheSameWeekday) {
    const auto before = [](const char* text) { return year_before(*parse_period(text)).id; };
    EXPECT_EQ(before("2017-Q1"), "2016-Q1");
    EXPECT_EQ(before("2017-01-29/P7D"), "2016-01-31/P7D");
    EXPECT_EQ(before("2017-01-29/P10D"), "2016-01-29/P10D");
    EXPECT_EQ(before("2017-01-31T09"), "2016-01-31T09");
}

TEST(PeriodAYearBefore, OfADayOrWeekThatTheYearHasNotIsTheLastBeforeIt) {
    const auto before = [](const char* text) { return year_before(*parse_period(text)).id; };
    EXPECT_EQ(before("2016-02-29"), "2015-02-28");
    EXPECT_EQ(before("2016-02-29T09"), "2015-02-28T09");
    EXPECT_EQ(before("2016-02-29/P10D"), "2015-02-28/P10D");
    EXPECT_EQ(before("2020-W53"), "2019-W52");
    EXPECT_EQ(before("1900"), "1899") << "nothing can have happened in it, and it can be asked";
}

std::vector<std::string> ids_of(const char* text, PeriodPart part) {
    const auto parts = parts_of(*parse_period(text), part);
    std::vector<std::string> ids;
    for (const Period& period : parts.value()) {
        ids.push_back(period.id);
    }
    return ids;
}

TEST(PeriodParts, AreCutAtTheEndsOfThePeriod) {
    using Ids = std::vector<std::string>;
    EXPECT_EQ(ids_of("2017-M02", PeriodPart::Week),
              (Ids{"2017-02-01/P4D",
                   "2017-02-05/P7D",
                   "2017-02-12/P7D",
                   "2017-02-19/P7D",
                   "2017-02-26/P3D"}));
    EXPECT_EQ(ids_of("2017-M02", PeriodPart::IsoWeek),
              (Ids{"2017-02-01/P5D", "2017-W06", "2017-W07", "2017-W08", "2017-02-27/P2D"}));
    EXPECT_EQ(ids_of("2017-Q1", PeriodPart::Month), (Ids{"2017-M01", "2017-M02", "2017-M03"}));
    EXPECT_EQ(ids_of("2017", PeriodPart::Quarter),
              (Ids{"2017-Q1", "2017-Q2", "2017-Q3", "2017-Q4"}));
    EXPECT_EQ(ids_of("2017-W05", PeriodPart::Month), (Ids{"2017-01-30/P2D", "2017-02-01/P5D"}));
    EXPECT_EQ(ids_of("2016-12-31/P2D", PeriodPart::Year), (Ids{"2016-12-31", "2017-01-01"}));
    EXPECT_FALSE(parts_of(*parse_period("2017-01-31T09"), PeriodPart::Day));
}

TEST(PeriodParts, TogetherAreThePeriodAndReadBack) {
    for (const char* text : {"2017", "2016-S1", "2020-W53", "2017-01-31", "2016-02-27/P20D"}) {
        const Period period = *parse_period(text);
        for (const std::string_view name : kPeriodParts) {
            const auto parts = parts_of(period, *period_part(name));
            int32_t hour = begin_hour(period);
            for (const Period& part : parts.value()) {
                EXPECT_EQ(begin_hour(part), hour) << text << " by " << name;
                EXPECT_EQ(*parse_period(part.id), part) << part.id;
                hour = end_hour(part);
            }
            EXPECT_EQ(hour, end_hour(period)) << text << " by " << name;
        }
    }
}

TEST(PeriodBefore, EndsWhereThePeriodBegins) {
    for (const char* text : {"2017", "2017-S1", "2017-Q3", "2017-M03", "2017-W10", "2016-03-01"}) {
        const Period period = *parse_period(text);
        EXPECT_EQ(previous(period).end_day, period.begin_day) << text;
    }
}

TEST(PeriodMonths, MakeUpTheQuarter) {
    const auto months = months_of(*parse_period("2017-Q1"));
    ASSERT_EQ(months.size(), 3U);
    EXPECT_EQ(months.front().id, "2017-M01");
    EXPECT_EQ(months.back().id, "2017-M03");
    EXPECT_TRUE(months_of(*parse_period("2017-M01")).empty());
}

TEST(LocalClock, BahrainIsThreeHoursAhead) {
    const auto local = LocalTime::of("Asia/Bahrain");
    ASSERT_TRUE(local);
    const auto hour = [&](const char* text) {
        return local->hour_of(events::parse_rfc3339(text)->ms);
    };
    const auto midnight = static_cast<int32_t>(events::days_from_civil({2017, 1, 1}) * 24);
    EXPECT_EQ(hour("2016-12-31T20:59:59.999Z"), midnight - 1);
    EXPECT_EQ(hour("2016-12-31T21:00:00.000Z"), midnight);
    EXPECT_EQ(events::format_rfc3339({local->instant_of(midnight)}), "2016-12-31T21:00:00.000Z");
}

TEST(LocalClock, ARepeatedHourIsOneBucketAndASkippedOneIsEmpty) {
    const auto local = LocalTime::of("Europe/London");
    ASSERT_TRUE(local);
    const auto hour = [&](const char* text) {
        return local->hour_of(events::parse_rfc3339(text)->ms);
    };
    EXPECT_EQ(hour("2017-10-29T00:30:00Z"), hour("2017-10-29T01:30:00Z"));
    EXPECT_EQ(hour("2017-03-26T01:00:00Z") - hour("2017-03-26T00:59:59Z"), 2);
}

TEST(LocalClock, ItsRulesTellTheOffsetOfEveryInstant) {
    EXPECT_EQ(LocalTime::of("UTC")->rules(), "0");
    for (const char* zone : {"Asia/Bahrain", "Africa/Cairo", "Europe/London"}) {
        const auto local = LocalTime::of(zone);
        std::map<int64_t, int64_t> offsets;  // by the second from which they count
        std::istringstream in(local->rules());
        for (std::string change; in >> change;) {
            const size_t colon = change.find(':');
            const bool first = colon == std::string::npos;
            offsets[first ? INT64_MIN : std::stoll(change)] =
                std::stoll(change.substr(first ? 0 : colon + 1));
        }
        constexpr int64_t kStep = 100'003;  // seconds
        constexpr int64_t k2200 = 7'258'118'400;
        for (int64_t at = events::kFirstInstant.ms / 1000; at < k2200; at += kStep) {
            const int64_t told = std::prev(offsets.upper_bound(at))->second;
            ASSERT_EQ(told * 1000, local->segment_of(at * 1000).offset_ms) << zone << " " << at;
        }
    }
    EXPECT_NE(fold_identity(*LocalTime::of("Africa/Cairo")),
              fold_identity(*LocalTime::of("Africa/Tripoli")));
}

// A cell of a measure that it does not have is never taken out of a shard.
TEST(LocalClock, AMeasureADimensionOrACubeMoreIsAnotherFold) {
    const LocalTime local = *LocalTime::of("Asia/Bahrain");
    std::vector<CubeDescriptor> cubes(all_cubes().begin(), all_cubes().end());
    ASSERT_EQ(fold_identity(local, cubes), fold_identity(local));
    const auto with_more = [&](std::span<const std::string_view> CubeDescriptor::*names) {
        std::vector<CubeDescriptor> changed = cubes;
        std::vector<std::string_view> more((changed[0].*names).begin(), (changed[0].*names).end());
        more.emplace_back("more");
        changed[0].*names = more;
        return fold_identity(local, changed);
    };
    const std::set<std::string> identities{fold_identity(local),
                                           with_more(&CubeDescriptor::measures),
                                           with_more(&CubeDescriptor::dimensions),
                                           fold_identity(local, std::span(cubes).first(1))};
    EXPECT_EQ(identities.size(), 4U);
}

TEST(LocalClock, AnUnknownZoneIsAConfigurationError) {
    const auto local = LocalTime::of("Asia/Atlantis");
    ASSERT_FALSE(local);
    EXPECT_EQ(local.error().code, Errc::Config);
}

}  // namespace
}  // namespace sijill::projections
