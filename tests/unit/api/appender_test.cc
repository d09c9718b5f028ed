// tests/unit/api/appender_test.cc - what was taken is appended and told, also at the end.

#include "api/appender.h"

#include "tests/support/memory_log.h"

#include <gtest/gtest.h>

#include <atomic>

namespace sijill::api {
namespace {

TEST(Appender, AtItsEndWhatWasTakenHasBeenToldAndNoMoreIsTaken) {
    log::MemoryLog log(1);
    Appender appender(log, 10);
    std::atomic<int> told = 0;
    const auto count = [&told](const Appender::Results& results) {
        told += results.front().has_value() ? 1 : 0;
    };
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(appender.submit({{"k", "v", {}}}, count));
    }
    appender.end();
    EXPECT_EQ(told, 5);
    EXPECT_FALSE(appender.submit({{"k", "v", {}}}, count)) << "there is nobody to append it";
    appender.end();
    EXPECT_EQ(told, 5);
    EXPECT_EQ(log.ranges()->front().end, 5);
}

}  // namespace
}  // namespace sijill::api
