// tests/unit/cli/period_asked_test.cc - of which periods something may be published.

#include "cli/period_asked.h"

#include "events/json.h"
#include "events/time.h"

#include <gtest/gtest.h>

#include <string>

namespace sijill::cli {
namespace {

// What the log says of 2017-01-25 in Bahrain, whose last record is of `as_of`.
nlohmann::ordered_json answer(const nlohmann::ordered_json& as_of) {
    return {{"period", {{"id", "2017-01-25"}, {"timeZone", "Asia/Bahrain"}}}, {"asOf", as_of}};
}

int64_t ms_of(const char* time) {
    return events::parse_rfc3339(time)->ms;
}

TEST(PeriodIsOver, FromTheFirstMomentBehindItsLastDay) {
    EXPECT_TRUE(require_over(answer("2017-01-25T21:00:00.000Z"), ms_of("2017-01-25T21:00:00Z")));
    const auto early =
        require_over(answer("2017-01-25T21:00:00.000Z"), ms_of("2017-01-25T20:59:59.999Z"));
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, Errc::Rejected);
    EXPECT_EQ(early.error().message, "2017-01-25 is not over: its last day is 2017-01-25");
}

// The record of the seal would be that one, and make more overdue than was sealed.
TEST(PeriodIsOver, OnlyWhenTheLogHasARecordOfLater) {
    const int64_t days_later = ms_of("2017-01-28T08:00:00Z");
    for (const nlohmann::ordered_json& as_of :
         {nlohmann::ordered_json("2017-01-25T20:59:59.999Z"), nlohmann::ordered_json(nullptr)}) {
        const auto quiet = require_over(answer(as_of), days_later);
        ASSERT_FALSE(quiet) << as_of;
        EXPECT_EQ(quiet.error().code, Errc::Rejected);
        EXPECT_NE(quiet.error().message.find("appended after the end"), std::string::npos)
            << quiet.error().message;
    }
}

}  // namespace
}  // namespace sijill::cli
