// tests/unit/producers/outbox_bridge_test.cc - where the bridge goes on, and where it refuses to.

#include "producers/outbox_bridge.h"

#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace sijill::producers {
namespace {

/// A topic as Kafka shows it: known by its name alone, cut at its beginning, made again.
class Topic final : public log::EventLog {
  public:
    Topic(std::string name, int32_t partitions) : name_(std::move(name)) { make_again(partitions); }

    void make_again(int32_t partitions) {
        inner_ = std::make_unique<log::MemoryLog>(partitions);
        begin_ = 0;
    }
    void write(const std::string& row) { write(row, row); }
    void write(const std::string& row, const std::string& id) {
        const std::string data =
            R"({"case_id":")" + row +
            R"(","opened_at":"2017-02-01T08:00:00.000Z","kind":"request",)"
            R"("purposes":["new_application"],"priority":"normal","opened_via":"call"})";
        inner_->append_raw(0, row, data, {{"id", id}, {"eventType", "case.opened"}});
    }
    /// Partition 0 as the retention leaves it.
    void delete_before(int64_t offset) { begin_ = offset; }

    [[nodiscard]] std::vector<Result<log::Appended>> append(
        std::span<const events::NewRecord> records) override {
        return inner_->append(records);
    }
    [[nodiscard]] Result<std::unique_ptr<log::LogReader>> open_reader(
        std::span<const log::Place> places) override {
        EXPECT_TRUE(std::ranges::none_of(places, [this](const log::Place& place) {
            return place.partition == 0 && place.next_offset < begin_;
        })) << "read from what is not there any more";
        return inner_->open_reader(places);
    }
    [[nodiscard]] Result<std::vector<log::OffsetRange>> ranges() override {
        auto ranges = inner_->ranges();
        ranges->front().begin = begin_;
        return ranges;
    }
    [[nodiscard]] Result<std::vector<log::Place>> offsets_at(int64_t append_time_ms) override {
        return inner_->offsets_at(append_time_ms);
    }
    [[nodiscard]] Result<log::LogIdentity> identity() override {
        return log::LogIdentity{name_, "cluster", 1};
    }

  private:
    std::string name_;
    std::unique_ptr<log::MemoryLog> inner_;
    int64_t begin_ = 0;
};

class OutboxBridgeTest : public testing::Test {
  protected:
    /// Carries until the topic's end, as a process of its own: all it knows is in the state file.
    Result<uint64_t> carry() { return carry_into(log_); }
    Result<uint64_t> carry_into(log::EventLog& log) {
        const auto file = StateFile::open(scratch_.path().string(), "outbox", "housing.outbox");
        EXPECT_TRUE(file.has_value());
        Importer importer(log, PublishRules(), KnownEvents("", 100), [](const auto&, const auto&) {
            ADD_FAILURE() << "a record was rejected";
        });
        OutboxBridge bridge(topic_, importer, *file);
        if (auto opened = bridge.open(); !opened) {
            return Unexpected(opened.error());
        }
        OutboxBridge::Run run;
        run.rules.source = "/db/housing";
        run.once = true;
        const std::atomic<bool> never{false};
        const auto done = bridge.run(run, never);
        return done ? Result<uint64_t>(importer.totals().published) : Unexpected(done.error());
    }

    /// Carrying is refused, and says so.
    void expect_refused(const std::string& because) { expect_refused(carry(), because); }
    static void expect_refused(const Result<uint64_t>& refused, const std::string& because) {
        ASSERT_FALSE(refused.has_value()) << because;
        EXPECT_EQ(refused.error().code, Errc::Corrupt);
        const std::string& message = refused.error().message;
        EXPECT_NE(message.find(because), std::string::npos) << message;
        EXPECT_NE(message.find("remove it to carry"), std::string::npos) << message;
    }

    tests::ScratchDirectory scratch_;
    Topic topic_{"housing.outbox", 2};
    Topic log_{"sijill.events", 1};
};

TEST_F(OutboxBridgeTest, GoesOnWhereItEnded) {
    topic_.write("a");
    topic_.write("b");
    EXPECT_EQ(carry(), 2U);
    EXPECT_EQ(carry(), 0U);
    topic_.write("c");
    EXPECT_EQ(carry(), 1U);
}

TEST_F(OutboxBridgeTest, OneIdOfTwoSubjectsIsTwoEvents) {
    topic_.write("case-1", "1");
    topic_.write("case-2", "1");
    topic_.write("case-1", "1");
    EXPECT_EQ(carry(), 2U);
}

events::Record record_of(std::string_view value) {
    events::Record record;
    record.value = value;
    return record;
}

TEST(OutboxEvent, AKeyThatStandsTwiceIsRejectedWhateverWrapsIt) {
    for (const std::string value : {R"({"case_id":"a","case_id":"b"})",
                                    R"({"a":{"b":1,"c":2,"b":3}})",
                                    R"({"schema":{},"payload":{"a":1,"a":1}})",
                                    R"("{\"a\":1,\"a\":1}")",
                                    R"({"specversion":"1.0","data":{"a":1,"a":1}})"}) {
        const auto event = outbox_event(record_of(value), {.source = "/db", .headers = {}});
        ASSERT_FALSE(event) << value;
        EXPECT_EQ(event.error().message, "an object in the value has a key twice");
    }
    EXPECT_TRUE(outbox_event(record_of(R"({"a":{"a":1},"b":[{"a":1},{"a":1}]})"),
                             {.source = "/db", .headers = {}}));
}

TEST(OutboxEvent, AnAttributeThatHeadersGiveTwiceIsRejected) {
    const auto event_with = [](std::vector<events::Header> headers) {
        events::Record record = record_of("{}");
        record.headers = {&headers,
                          [](const void* handle, size_t, std::vector<events::Header>& out) {
                              out = *static_cast<const std::vector<events::Header>*>(handle);
                              return true;
                          }};
        return outbox_event(record, {.source = "/db", .headers = {{"eventType", "type"}}});
    };
    EXPECT_TRUE(event_with({{"eventType", "case.opened"}, {"ce_id", "1"}, {"other", "x"}}));
    for (const char* again : {"eventType", "ce_type"}) {
        const auto event = event_with({{"eventType", "case.opened"}, {again, "case.closed"}});
        ASSERT_FALSE(event) << again;
        EXPECT_EQ(event.error().message, "its headers give the attribute type twice");
    }
}

TEST(OutboxEvent, WhatIsNestedTooDeepIsRejectedWhateverWrapsIt) {
    const auto nested = [](size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    const auto event_of = [](const std::string& value) {
        return outbox_event(record_of(value), {.source = "/db", .headers = {}});
    };
    for (const size_t levels : {size_t{40}, size_t{400'000}}) {
        for (const std::string& value : {R"({"a":)" + nested(levels) + "}",
                                         R"({"schema":{},"payload":{"a":)" + nested(levels) + "}}",
                                         R"("{\"a\":)" + nested(levels) + R"(}")"}) {
            const auto event = event_of(value);
            ASSERT_FALSE(event) << levels;
            EXPECT_EQ(event.error().code, Errc::Rejected);
            EXPECT_NE(event.error().message.find("nested deeper"), std::string::npos);
        }
    }
    EXPECT_TRUE(event_of(R"({"specversion":"1.0","data":{"a":)" + nested(30) + "}}"));
}

TEST_F(OutboxBridgeTest, NoticesATopicThatWasMadeAgain) {
    for (const char* row : {"a", "b", "c"}) {
        topic_.write(row);
    }
    EXPECT_EQ(carry(), 3U);
    topic_.make_again(2);
    expect_refused("housing.outbox[0]: it was carried up to offset 3 and ends at 0");
    for (const char* row : {"d", "e", "f", "g"}) {
        topic_.write(row);
    }
    expect_refused("housing.outbox[0]: the record at offset 2 is not the one that was carried");
    topic_.make_again(1);
    for (const char* row : {"a", "b", "c"}) {
        topic_.write(row);
    }
    expect_refused("housing.outbox[1]: the topic has no such partition any more");
}

TEST_F(OutboxBridgeTest, MissesOnlyWhatWasDeletedBeforeItWasCarried) {
    for (const char* row : {"a", "b", "c"}) {
        topic_.write(row);
    }
    EXPECT_EQ(carry(), 3U);
    topic_.delete_before(3);
    EXPECT_EQ(carry(), 0U) << "all that was deleted had been carried";
    topic_.write("d");
    topic_.write("e");
    topic_.delete_before(4);
    expect_refused("housing.outbox[0]: the record at offset 3 was deleted before it was carried");
    topic_.write("f");
    topic_.delete_before(5);
    expect_refused("the records from offset 3 to 4 were deleted before they were carried");
}

TEST_F(OutboxBridgeTest, APlaceCountsForTheLogThatWasCarriedIntoAndForNoOther) {
    Topic trial("trial.events", 1);
    topic_.write("a");
    EXPECT_EQ(carry_into(trial), 1U);
    expect_refused("went into the log trial.events (cluster), and this is sijill.events (cluster)");
    topic_.write("b");
    EXPECT_EQ(carry_into(trial), 1U);
    std::filesystem::remove_all(scratch_.path() / "import");
    EXPECT_EQ(carry(), 2U);
}

TEST_F(OutboxBridgeTest, NoticesALogThatIsAnOlderCopyOfTheOneItCarriedInto) {
    topic_.write("a");
    topic_.write("b");
    EXPECT_EQ(carry(), 2U);
    log_.make_again(1);
    log_.write("a");
    expect_refused("sijill.events[0]: it was appended to up to offset 1 and ends at 1");
    log_.write("of another channel");
    expect_refused("sijill.events[0]: the record at offset 1 is not the one that was appended");
    log_.delete_before(2);
    EXPECT_EQ(carry(), 0U) << "nothing is there any more to compare with";
}

TEST(OutboxState, IsReadAsItWasWritten) {
    const OutboxState state{{"sijill.events", "cluster", {{0, {9, 0xFFFFFFFF}}, {3, {0, 0}}}},
                            {{0, 7, CarriedRecord{5, 0xFFFFFFFF}}, {1, 0, std::nullopt}}};
    EXPECT_EQ(decode_outbox_state(encode_outbox_state(state)), state);
    for (const char* line : {"place|0",
                             "place|0|1|2",
                             "place|0|x",
                             "place|0|1|2|3|4",
                             "log|cluster",
                             "last|0|1",
                             "last|0|1|2|3",
                             "other|1"}) {
        const auto read =
            decode_outbox_state(sealed_text("sijill outbox state 2", std::string(line) + "\n"));
        ASSERT_FALSE(read.has_value()) << line;
        EXPECT_EQ(read.error().message, "line 2 cannot be read");
    }
}

}  // namespace
}  // namespace sijill::producers
