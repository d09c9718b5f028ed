// tests/unit/log/read_again_test.cc

#include "log/read_again.h"

#include "events/digest.h"
#include "tests/support/memory_log.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace sijill::log {
namespace {

TEST(ReadAgain, WhatGoesOnMayTakeLongerThanALogThatGivesNothing) {
    MemoryLog log(1);
    for (int i = 0; i < 4'000; ++i) {
        log.append_raw(0, "k", std::to_string(i));
    }
    // Any moment is longer than this: a log that gives something is waited for all the same.
    constexpr std::chrono::milliseconds kNone{0};
    std::vector<int64_t> seen;
    const auto note = [&seen](const events::Record& record) { seen.push_back(record.offset); };
    const std::vector<int64_t> wanted{2, 2'500, 3'999};
    EXPECT_TRUE(read_again(log, 0, wanted, note, kNone)) << "three reads, and the last brings all";
    EXPECT_EQ(seen, wanted);
    const auto silent = read_again(log, 0, std::array<int64_t, 1>{4'000}, note, kNone);
    ASSERT_FALSE(silent.has_value());
    EXPECT_EQ(silent.error().code, Errc::Unavailable) << silent.error().message;
}

TEST(ReadAgain, FindsTheSameRecordAnotherOrAHole) {
    MemoryLog log(2);
    log.append_raw(1, "k", "first");
    log.append_raw(1, "k", "second");
    log.skip_offsets(1, 1);
    log.append_raw(1, "k", "fourth");
    const auto found = [&log](int64_t offset, const std::string& value) {
        return find_again(log, 1, offset, events::content_check(value));
    };
    EXPECT_EQ(found(1, "second"), Found::Same);
    EXPECT_EQ(found(1, "first"), Found::Other);
    EXPECT_EQ(found(2, "third"), Found::Gone);
    EXPECT_EQ(found(3, "fourth"), Found::Same);
    const auto outside = found(9, "tenth");
    ASSERT_FALSE(outside.has_value());
    EXPECT_EQ(outside.error().code, Errc::Corrupt) << outside.error().message;
}

}  // namespace
}  // namespace sijill::log
