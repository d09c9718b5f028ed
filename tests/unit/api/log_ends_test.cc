// tests/unit/api/log_ends_test.cc - how far behind the views are said to be.

#include "api/log_ends.h"

#include <gtest/gtest.h>

namespace sijill::api {
namespace {

projections::Position at(int64_t next_offset, int64_t last_append_time_ms) {
    projections::Position position;
    position.next_offset = next_offset;
    position.last_append_time_ms = last_append_time_ms;
    return position;
}

TEST(LogEnds, WhatIsNotKnownIsNotBehind) {
    const LogEnds ends;
    EXPECT_EQ(ends.end_of(0, 7), 7);
    const Lag lag = ends.lag_of({at(7, 1'000)}, 9'000);
    EXPECT_EQ(lag.records, 0);
    EXPECT_EQ(lag.seconds, 0);
}

TEST(LogEnds, ViewsThatWentOnSinceTheLogWasAskedAreNotBehind) {
    LogEnds ends;
    ends.note({{0, 0, 5}}, {{0, 5}}, 1'000);
    EXPECT_EQ(ends.end_of(0, 8), 8);
    EXPECT_EQ(ends.lag_of({at(8, 2'000)}, 9'000).records, 0);
}

TEST(LogEnds, TheLagIsOfThePartitionThatIsFurthestBehind) {
    LogEnds ends;
    ends.note({{0, 0, 10}, {1, 0, 20}, {2, 0, 30}}, {{0, 4}, {1, 18}, {2, 30}}, 9'000);
    const Lag lag = ends.lag_of({at(4, 3'000), at(18, 7'500), at(30, 1'000)}, 9'500);
    EXPECT_EQ(lag.records, 6 + 2);
    EXPECT_EQ(lag.seconds, 6.5) << "the third has nothing left to fold";
}

TEST(LogEnds, AnEventBehindAQuietNightIsNotANightLate) {
    constexpr int64_t kNightMs = 36'000'000;
    LogEnds ends;
    ends.note({{0, 0, 10}}, {{0, 10}}, 1'000 + kNightMs);
    ends.note({{0, 0, 11}}, {{0, 10}}, 2'000 + kNightMs);
    const Lag lag = ends.lag_of({at(10, 1'000)}, 2'005 + kNightMs);
    EXPECT_EQ(lag.records, 1);
    EXPECT_EQ(lag.seconds, 1.005) << "a second ago nothing waited";
    ends.note({{0, 0, 12}}, {{0, 10}}, 60'000 + kNightMs);
    EXPECT_EQ(ends.lag_of({at(10, 1'000)}, 61'000 + kNightMs).seconds, 60) << "and it grows";
}

TEST(LogEnds, BeforeTheFirstEventIsFoldedTheLagHasNoAge) {
    LogEnds ends;
    ends.note({{0, 0, 10}, {1, 0, 10}}, {{0, 0}}, 5'000);
    EXPECT_EQ(ends.lag_of({at(0, 0), at(10, 4'000)}, 9'000).seconds, 0);
    EXPECT_EQ(ends.lag_of({at(0, 0), at(9, 4'000)}, 9'000).seconds, 5) << "of what has one";
}

TEST(LogEnds, AClockThatWasSetBackIsNoLag) {
    LogEnds ends;
    ends.note({{0, 0, 10}}, {{0, 9}}, 5'000);
    EXPECT_EQ(ends.lag_of({at(9, 8'000)}, 6'000).seconds, 0);
}

}  // namespace
}  // namespace sijill::api
