// tests/unit/cli/import_run_test.cc - how much of what was rejected is told, and how it is printed.

#include "cli/import_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sijill::cli {
namespace {

class RejectListTest : public testing::Test {
  protected:
    void reject(RejectList& list, int times) {
        for (int i = 0; i < times; ++i) {
            list.tell({"queue_log", ++line_}, "broken");
        }
    }
    static std::string printed() { return testing::internal::GetCapturedStderr(); }

    std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
    uint64_t line_ = 0;
};

TEST_F(RejectListTest, WhatIsHiddenIsToldWhenItsMinuteIsOverThoughNothingMoreIsRejected) {
    testing::internal::CaptureStderr();
    RejectList list([this] { return now_; });
    reject(list, 1'007);
    list.pass_time();
    const std::string first = printed();
    EXPECT_EQ(std::ranges::count(first, '\n'), 1'000);
    EXPECT_TRUE(first.ends_with("queue_log:1000: broken\n"));
    testing::internal::CaptureStderr();
    now_ += std::chrono::minutes(1);
    list.pass_time();
    list.pass_time();
    EXPECT_EQ(printed(), "and 7 more, which are not shown\n");
    testing::internal::CaptureStderr();
    reject(list, 1);
    EXPECT_EQ(printed(), "queue_log:1008: broken\n");
}

TEST_F(RejectListTest, WhatIsHiddenIsToldBeforeTheNextMinutesLinesAndAtTheEnd) {
    testing::internal::CaptureStderr();
    {
        RejectList list([this] { return now_; });
        reject(list, 1'001);
        now_ += std::chrono::minutes(2);
        reject(list, 1'002);
    }
    const std::string all = printed();
    EXPECT_NE(all.find("\nand 1 more, which are not shown\nqueue_log:1002: broken\n"),
              std::string::npos);
    EXPECT_TRUE(all.ends_with("queue_log:2001: broken\nand 2 more, which are not shown\n"));
}

TEST_F(RejectListTest, ATextOfOthersForgesNoLine) {
    testing::internal::CaptureStderr();
    RejectList list([this] { return now_; });
    list.tell({"t", 2}, "column 'a\nt:3: fine\x1b[2J'");
    EXPECT_EQ(printed(), "t:2: column 'a\\u000at:3: fine\\u001b[2J'\n");
}

}  // namespace
}  // namespace sijill::cli
