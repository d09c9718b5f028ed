// tests/unit/api/appender_test.cc - what was taken is appended and told, also at the end.

#include "api/appender.h"

#include "events/record.h"
#include "tests/support/eventually.h"
#include "tests/support/memory_log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace sijill::api {
namespace {

using tests::eventually;

constexpr int32_t kPartitions = 3;

// As a topic with a partition that has no leader: a call with a record for it stays out until the
// test lets it go, whatever else it brings.
class HeldLog final : public log::EventLog {
  public:
    [[nodiscard]] std::vector<Result<log::Appended>> append(
        std::span<const events::NewRecord> records) override {
        for (const events::NewRecord& record : records) {
            if (events::partition_of(record.key, kPartitions) == 0) {
                ++held;
                open.wait(false);
            }
        }
        return inner.append(records);
    }
    [[nodiscard]] Result<std::unique_ptr<log::LogReader>> open_reader(
        std::span<const log::Place> places) override {
        return inner.open_reader(places);
    }
    [[nodiscard]] Result<std::vector<log::OffsetRange>> ranges() override { return inner.ranges(); }
    [[nodiscard]] Result<std::vector<log::Place>> offsets_at(int64_t append_time_ms) override {
        return inner.offsets_at(append_time_ms);
    }
    [[nodiscard]] Result<log::LogIdentity> identity() override { return inner.identity(); }

    void let_go() {
        open = true;
        open.notify_all();
    }

    std::atomic<int> held{0};
    std::atomic<bool> open{false};
    log::MemoryLog inner{kPartitions};
};

std::string key_in(int32_t partition) {
    std::string key = "k";
    while (events::partition_of(key, kPartitions) != partition) {
        key += "k";
    }
    return key;
}

std::future<Appender::Results> submitted(Appender& appender,
                                         std::vector<events::NewRecord> records) {
    const auto told = std::make_shared<std::promise<Appender::Results>>();
    EXPECT_TRUE(appender.submit(std::move(records), [told](Appender::Results results) {
        told->set_value(std::move(results));
    }));
    return told->get_future();
}

bool is_told(const std::future<Appender::Results>& answer) {
    return eventually(
        [&] { return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
}

TEST(Appender, APartitionThatStandsHoldsUpNoEventOfAnother) {
    HeldLog log;
    Appender appender(log, kPartitions, 10);
    const std::string stands = key_in(0);
    auto held = submitted(appender, {{stands, "1", {}}});
    ASSERT_TRUE(eventually([&] { return log.held == 1; }));
    auto of_both = submitted(appender, {{key_in(1), "1", {}}, {stands, "2", {}}});
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(is_told(submitted(appender, {{key_in(1 + i % 2), "x", {}}}))) << i;
    }
    const auto now = std::chrono::seconds(0);
    EXPECT_EQ(held.wait_for(now), std::future_status::timeout);
    EXPECT_EQ(of_both.wait_for(now), std::future_status::timeout) << "told when it is whole";
    log.let_go();
    const auto first = held.get();
    const auto both = of_both.get();
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0]->partition, 1);
    EXPECT_EQ(both[0]->offset, 0) << "it did not wait for the other";
    EXPECT_EQ(*both[1], (log::Appended{0, 1, both[1]->append_time_ms})) << "behind the first";
    EXPECT_EQ(first.front()->offset, 0);
}

TEST(Appender, APartitionThatStandsFillsItsOwnRoomOnly) {
    HeldLog log;
    Appender appender(log, kPartitions, 2);
    const events::NewRecord stands{key_in(0), "v", {}};
    auto held = submitted(appender, {stands});
    ASSERT_TRUE(eventually([&] { return log.held == 1; }));
    auto waiting = submitted(appender, {stands, stands});
    const auto refused = [](const Appender::Results& /*results*/) {};
    EXPECT_FALSE(appender.submit({stands}, refused));
    EXPECT_FALSE(appender.submit({{key_in(1), "v", {}}, stands}, refused)) << "all or nothing";
    EXPECT_TRUE(is_told(submitted(appender, {{key_in(1), "v", {}}})));
    log.let_go();
    EXPECT_EQ(waiting.get().size(), 2U);
    EXPECT_EQ(log.ranges()->at(1).end, 1);
}

TEST(Appender, AtItsEndWhatWasTakenHasBeenToldAndNoMoreIsTaken) {
    log::MemoryLog log(1);
    Appender appender(log, 1, 10);
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
