// tests/unit/log/memory_log_test.cc - what tests may plant in the memory log.

#include "tests/support/memory_log.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <vector>

namespace sijill::log {
namespace {

constexpr std::chrono::milliseconds kNoWait{0};

TEST(MemoryLog, AClockThatStepsBackDoesNotTakeAppendTimesBack) {
    int64_t now = 100;
    MemoryLog log(1, [&now] { return now; });
    EXPECT_EQ(log.append_raw(0, "k", "v").append_time_ms, 100);
    now = 50;
    EXPECT_EQ(log.append_raw(0, "k", "v").append_time_ms, 100);
    now = 101;
    EXPECT_EQ(log.append_raw(0, "k", "v").append_time_ms, 101);
}

TEST(MemoryLog, AHoleIsReadOver) {
    MemoryLog log(1);
    log.append_raw(0, "k", "first");
    log.skip_offsets(0, 3);
    EXPECT_EQ(log.append_raw(0, "k", "second").offset, 4);
    auto reader = *log.open_reader(std::array{Place{0, 2}});
    const auto batch = reader->read(10, kNoWait);
    ASSERT_TRUE(batch.has_value());
    ASSERT_EQ(batch->records.size(), 1U);
    EXPECT_EQ(batch->records[0].offset, 4);
}

TEST(MemoryLog, AHoleAtTheEndMovesTheEndBeyondTheLastRecord) {
    MemoryLog log(1);
    log.append_raw(0, "k", "v");
    log.skip_offsets(0, 2);
    auto reader = *log.open_reader(std::array{Place{0, 0}});
    const auto batch = reader->read(10, kNoWait);
    ASSERT_TRUE(batch.has_value());
    EXPECT_EQ(batch->records.size(), 1U);
    ASSERT_EQ(batch->ends.size(), 1U);
    EXPECT_EQ(batch->ends[0], (Place{0, 3}));
    log.skip_offsets(0, 1);
    const auto more = reader->read(10, kNoWait);
    ASSERT_TRUE(more.has_value());
    EXPECT_TRUE(more->records.empty());
    ASSERT_EQ(more->ends.size(), 1U);
    EXPECT_EQ(more->ends[0], (Place{0, 4}));
}

TEST(MemoryLog, ARawRecordStandsWhereItWasPut) {
    MemoryLog log(4);
    const int32_t wrong = (events::partition_of("k", 4) + 1) % 4;
    EXPECT_EQ(log.append_raw(wrong, "k", "v").partition, wrong);
}

TEST(MemoryLog, ABusyPartitionStarvesNone) {
    MemoryLog log(2);
    for (int i = 0; i < 10; ++i) {
        log.append_raw(0, "k", "busy");
    }
    log.append_raw(1, "k", "quiet");
    auto reader = *log.open_reader(std::array{Place{0, 0}, Place{1, 0}});
    bool seen = false;
    for (int i = 0; i < 2; ++i) {
        const auto batch = reader->read(1, kNoWait);
        ASSERT_TRUE(batch.has_value());
        seen = seen || (!batch->records.empty() && batch->records[0].partition == 1);
    }
    EXPECT_TRUE(seen);
}

TEST(MemoryLog, TwoLogsOfOneNameHaveDifferentIds) {
    MemoryLog one(1);
    MemoryLog other(1);
    EXPECT_EQ(one.identity()->name, other.identity()->name);
    EXPECT_NE(one.identity()->id, other.identity()->id);
}

}  // namespace
}  // namespace sijill::log
