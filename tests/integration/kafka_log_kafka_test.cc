// tests/integration/kafka_log_kafka_test.cc - what only a real broker shows: transactions,
// deletion, truncation.

#include "log/kafka_log.h"
#include "log/kafka_reader.h"
#include "log/kafka_topic.h"
#include "log/places.h"
#include "tests/support/kafka_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sijill::tests {
namespace {

using log::KafkaConfig;
using log::KafkaLog;
using log::Place;
using std::chrono::milliseconds;

constexpr milliseconds kDeadline{30'000};
constexpr int kDeadlineMs = 30'000;

class KafkaBroker : public testing::Test {
  protected:
    void SetUp() override {
        const auto bootstrap = kafka_bootstrap();
        if (!bootstrap) {
            GTEST_SKIP() << "KAFKA_BOOTSTRAP is not set";
        }
        config_.bootstrap_servers = *bootstrap;
        config_.topic = fresh_topic("broker");
        config_.no_broker_limit = milliseconds(1'000);
        const auto created = log::create_topic(config_, {.partitions = 1});
        ASSERT_TRUE(created.has_value()) << created.error().message;
        log_ = std::move(*KafkaLog::open(config_));
    }

    void TearDown() override {
        log_.reset();
        if (!config_.bootstrap_servers.empty()) {
            static_cast<void>(log::delete_topic(config_));
        }
    }

    struct Seen {
        std::vector<std::string> values;
        int64_t end = -1;
        std::string error;
        Errc code = Errc::Invalid;
    };

    /// Reads from an offset until the end is reported or the reader refuses.
    Seen read_to_end(int64_t from) {
        auto reader = log_->open_reader(std::array{Place{0, from}});
        EXPECT_TRUE(reader.has_value()) << reader.error().message;
        return reader ? read_to_end(**reader) : Seen{};
    }

    static Seen read_to_end(log::LogReader& reader) {
        Seen seen;
        const auto deadline = std::chrono::steady_clock::now() + kDeadline;
        while (seen.end < 0 && std::chrono::steady_clock::now() < deadline) {
            const auto batch = reader.read(100, milliseconds(200));
            if (!batch) {
                seen.error = batch.error().message;
                seen.code = batch.error().code;
                return seen;
            }
            for (const events::Record& record : batch->records) {
                seen.values.emplace_back(record.value.value_or("null"));
            }
            for (const Place& end : batch->ends) {
                seen.end = end.next_offset;
            }
        }
        return seen;
    }

    /// As an administrator with kafka-delete-records.
    void delete_records_before(int64_t offset) {
        const auto client = log::kafka_client(config_, log::KafkaRole::Lookup);
        ASSERT_TRUE(client.has_value());
        rd_kafka_t* const handle = client->handle.get();
        const log::KafkaPartitions list(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(list.get(), config_.topic.c_str(), 0)->offset = offset;
        const log::KafkaQueue queue(rd_kafka_queue_new(handle));
        rd_kafka_DeleteRecords_t* asked = rd_kafka_DeleteRecords_new(list.get());
        rd_kafka_DeleteRecords(handle, &asked, 1, nullptr, queue.get());
        rd_kafka_DeleteRecords_destroy(asked);
        const log::KafkaEvent event(rd_kafka_queue_poll(queue.get(), kDeadlineMs));
        ASSERT_TRUE(event != nullptr);
        ASSERT_EQ(rd_kafka_event_error(event.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
    }

    void append(int count) {
        for (int i = 0; i < count; ++i) {
            const events::NewRecord record{"k", std::to_string(i), {}};
            const auto result = log_->append(std::span(&record, 1)).front();
            ASSERT_TRUE(result.has_value()) << result.error().message;
        }
    }

    KafkaConfig config_;
    std::unique_ptr<KafkaLog> log_;
};

TEST_F(KafkaBroker, ACommitMarkerAtTheEndMovesTheEndBeyondTheLastRecord) {
    KafkaWriter writer(config_.bootstrap_servers, config_.topic, config_.topic);
    writer.write({0, "k", "one", {}});
    writer.commit();
    const Seen seen = read_to_end(0);
    EXPECT_EQ(seen.values, std::vector<std::string>{"one"});
    EXPECT_EQ(seen.end, 2) << "offset 1 is the marker";
    EXPECT_EQ((*log_->ranges())[0].end, 2);
    EXPECT_TRUE(log_->open_reader(std::array{Place{0, 2}}).has_value());
}

TEST_F(KafkaBroker, RecordsOfAnAbortedTransactionNeverHappened) {
    KafkaWriter writer(config_.bootstrap_servers, config_.topic, config_.topic);
    writer.write({0, "k", "aborted", {}});
    writer.abort();
    writer.write({0, "k", "committed", {}});
    writer.commit();
    const Seen seen = read_to_end(0);
    EXPECT_EQ(seen.values, std::vector<std::string>{"committed"});
    EXPECT_EQ(seen.end, 4);
}

TEST_F(KafkaBroker, AnOpenTransactionIsNotYetInTheLog) {
    KafkaWriter writer(config_.bootstrap_servers, config_.topic, config_.topic);
    writer.write({0, "k", "open", {}});
    EXPECT_EQ((*log_->ranges())[0].end, 0);
    const Seen before = read_to_end(0);
    EXPECT_TRUE(before.values.empty());
    EXPECT_EQ(before.end, 0);
    writer.commit();
    EXPECT_EQ(read_to_end(0).values, std::vector<std::string>{"open"});
}

TEST_F(KafkaBroker, TheAppendTimeIsTheBrokers) {
    const int64_t before = log::system_clock_ms();
    const events::NewRecord record{"k", "v", {}};
    const auto appended = log_->append(std::span(&record, 1)).front();
    ASSERT_TRUE(appended.has_value()) << appended.error().message;
    EXPECT_GE(appended->append_time_ms, before);
    EXPECT_LE(appended->append_time_ms, log::system_clock_ms());
}

TEST_F(KafkaBroker, APositionWhoseRecordsWereDeletedIsRefused) {
    append(5);
    delete_records_before(3);
    const auto refused = log_->open_reader(std::array{Place{0, 2}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Corrupt);
    EXPECT_NE(refused.error().message.find("before the log's beginning 3"), std::string::npos)
        << refused.error().message;
    EXPECT_EQ(read_to_end(3).values, (std::vector<std::string>{"3", "4"}));
}

TEST_F(KafkaBroker, RecordsDeletedBetweenTheCheckAndTheReadStopTheReader) {
    append(5);
    delete_records_before(3);
    // As if they had been deleted after open_reader's own check.
    auto reader = log::KafkaReader::start(config_, log::KafkaRole::Reader, std::array{Place{0, 1}});
    ASSERT_TRUE(reader.has_value());
    const Seen seen = read_to_end(**reader);
    EXPECT_EQ(seen.code, Errc::Corrupt);
    EXPECT_TRUE(seen.values.empty());
    EXPECT_NE(seen.error.find(config_.topic + "[0]@1"), std::string::npos) << seen.error;
}

TEST_F(KafkaBroker, ATopicThatIsNotThereIsNotFoundAndNotCreated) {
    KafkaConfig other = config_;
    other.topic = fresh_topic("missing");
    const auto log = std::move(*KafkaLog::open(other));
    EXPECT_EQ(log->identity().error().code, Errc::NotFound);
    EXPECT_EQ(log->ranges().error().code, Errc::NotFound);
    EXPECT_EQ(log->open_reader(std::array{Place{0, 0}}).error().code, Errc::NotFound);
    EXPECT_EQ(log->identity().error().code, Errc::NotFound);
}

TEST_F(KafkaBroker, ATopicDeletedUnderAReaderStopsIt) {
    append(2);
    auto reader = std::move(*log_->open_reader(std::array{Place{0, 0}}));
    EXPECT_EQ(read_to_end(*reader).values.size(), 2U);
    ASSERT_TRUE(log::delete_topic(config_).has_value());
    EXPECT_EQ(read_to_end(*reader).code, Errc::Corrupt);
}

/// Bytes that do not compress, so that a fetch brings as many as it asks for.
std::string noise(size_t size, std::minstd_rand& random) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(random() >> 8U);
    }
    return bytes;
}

/// Reads records of the topic's one partition as a fold does that needs 10 ms for 100, and returns
/// the longest wait for a batch but the first, which waits for the connection.
milliseconds longest_wait(log::KafkaLog& log, size_t records) {
    using Clock = std::chrono::steady_clock;
    auto reader = log.open_reader(std::array{Place{0, 0}});
    EXPECT_TRUE(reader.has_value()) << reader.error().message;
    Clock::duration longest{};
    for (size_t seen = 0; reader && seen < records;) {
        const auto start = Clock::now();
        const auto batch = (*reader)->read(100, kDeadline);
        if (!batch || batch->records.empty()) {
            ADD_FAILURE() << "after " << seen << " records";
            break;
        }
        longest = std::max(longest, seen == 0 ? Clock::duration{} : Clock::now() - start);
        seen += batch->records.size();
        const auto folded = Clock::now() + milliseconds(10);
        while (Clock::now() < folded) {
        }
    }
    return std::chrono::duration_cast<milliseconds>(longest);
}

// librdkafka before 2.2.0 sleeps for up to a second after its queue was full. With 8 MiB queued and
// read in a tenth of that second, nothing would be there for most of the rest.
TEST_F(KafkaBroker, AReaderSlowerThanTheBrokerIsNeverKeptWaiting) {
    constexpr size_t kRecordBytes = 8192;
    constexpr size_t kRecords = 6'000;
    std::minstd_rand random(20170101);
    for (size_t sent = 0; sent < kRecords; sent += 500) {
        std::vector<events::NewRecord> records(500, events::NewRecord{"k", "", {}});
        for (events::NewRecord& record : records) {
            record.value = noise(kRecordBytes, random);
        }
        for (const auto& appended : log_->append(records)) {
            ASSERT_TRUE(appended.has_value()) << appended.error().message;
        }
    }
    config_.librdkafka["queued.max.messages.kbytes"] = "8192";
    const auto log = KafkaLog::open(config_);
    ASSERT_TRUE(log.has_value()) << log.error().message;
    std::vector<int64_t> waits_ms;
    for (int pass = 0; pass < 3; ++pass) {
        waits_ms.push_back(longest_wait(**log, kRecords).count());
    }
    // A busy machine may hold up one pass; a sleep would hold up each.
    EXPECT_LT(std::ranges::min(waits_ms), 200) << testing::PrintToString(waits_ms);
}

}  // namespace
}  // namespace sijill::tests
