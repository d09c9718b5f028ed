// tests/contract/kafka_outage_test.cc - what appends and reads say while brokers are away.
//
// Method: librdkafka's mock cluster goes down, answers too late or with errors. It is a toy for
// faults; that nothing is lost is proved on a real broker elsewhere.

#include "events/record.h"
#include "log/kafka_log.h"
#include "tests/support/mock_cluster.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>

namespace sijill::tests {
namespace {

using log::KafkaConfig;
using log::KafkaLog;
using std::chrono::milliseconds;

constexpr milliseconds kDeadline{30'000};
constexpr int16_t kProduceRequest = 0;
constexpr int16_t kListOffsetsRequest = 2;

class KafkaOutage : public testing::Test {
  protected:
    KafkaOutage() : cluster_(KafkaConfig{}.topic, 1) {
        config_.bootstrap_servers = cluster_.bootstrap();
        config_.message_timeout = milliseconds(1'500);
        config_.no_broker_limit = milliseconds(1'000);
        config_.request_timeout = milliseconds(5'000);
        config_.log = [](int /*level*/, std::string_view /*line*/) {};
        auto opened = KafkaLog::open(config_);
        EXPECT_TRUE(opened.has_value());
        log_ = std::move(*opened);
    }

    Result<log::Appended> append(const std::string& value) {
        const events::NewRecord record{"k", value, {}};
        return log_->append(std::span(&record, 1)).front();
    }

    /// Reads until a read gives an error or a record, or the deadline; the last answer.
    static Result<size_t> read_until_news(log::LogReader& reader) {
        const auto deadline = std::chrono::steady_clock::now() + kDeadline;
        while (std::chrono::steady_clock::now() < deadline) {
            const auto batch = reader.read(10, milliseconds(200));
            if (!batch) {
                return Unexpected(batch.error());
            }
            if (!batch->records.empty()) {
                return batch->records.size();
            }
        }
        return size_t{0};
    }

    MockCluster cluster_;
    KafkaConfig config_;
    std::unique_ptr<KafkaLog> log_;
};

TEST_F(KafkaOutage, ARecordThatNeverLeftIsUnavailable) {
    ASSERT_TRUE(append("before").has_value());
    cluster_.set_down(true);
    const auto refused = append("lost");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Unavailable) << refused.error().message;
    cluster_.set_down(false);
    EXPECT_TRUE(append("after").has_value());
}

TEST_F(KafkaOutage, ARecordWithoutAnAnswerIsUnknownAndTheNextAppendGoesOn) {
    ASSERT_TRUE(append("before").has_value());
    cluster_.set_round_trip_ms(10'000);
    const auto unknown = append("perhaps");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().code, Errc::Unknown) << unknown.error().message;
    cluster_.set_round_trip_ms(0);
    // librdkafka may have given the producer up; a new one takes its place.
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    auto after = append("after");
    while (!after && std::chrono::steady_clock::now() < deadline) {
        after = append("after");
    }
    EXPECT_TRUE(after.has_value()) << after.error().message;
}

TEST_F(KafkaOutage, AFatalProducerIsReplaced) {
    ASSERT_TRUE(append("before").has_value());
    cluster_.fail_next(kProduceRequest, {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
    const auto broken = append("broken");
    const auto after = append("after");
    EXPECT_TRUE(after.has_value()) << after.error().message;
    if (!broken) {
        EXPECT_TRUE(is_retriable(broken.error().code)) << broken.error().message;
    }
}

TEST_F(KafkaOutage, AReaderReportsAnOutageOnlyAfterItsLimitAndGoesOnAfterIt) {
    ASSERT_TRUE(append("first").has_value());
    auto reader = std::move(*log_->open_reader(std::array{log::Place{0, 0}}));
    ASSERT_EQ(read_until_news(*reader).value_or(0), 1U);
    cluster_.set_down(true);
    const auto quiet = reader->read(10, milliseconds(50));
    EXPECT_TRUE(quiet.has_value()) << "within the limit an outage is silence";
    const auto away = read_until_news(*reader);
    ASSERT_FALSE(away.has_value());
    EXPECT_EQ(away.error().code, Errc::Unavailable) << away.error().message;
    cluster_.set_down(false);
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    auto appended = append("second");
    while (!appended && std::chrono::steady_clock::now() < deadline) {
        appended = append("second");
    }
    auto back = read_until_news(*reader);
    while (!back && is_retriable(back.error().code) &&
           std::chrono::steady_clock::now() < deadline) {
        back = read_until_news(*reader);
    }
    EXPECT_EQ(back.value_or(0), 1U);
}

// The appender counts on it: calls of the log go on beside one that waits.
TEST_F(KafkaOutage, AnAppendToAPartitionWithoutALeaderHoldsUpNoOtherCall) {
    MockCluster cluster(config_.topic, 2);
    config_.bootstrap_servers = cluster.bootstrap();
    const auto log = std::move(*KafkaLog::open(config_));
    std::array<std::string, 2> keys;  // of each partition one
    for (std::string key = "k"; keys[0].empty() || keys[1].empty(); key += "k") {
        keys.at(static_cast<size_t>(events::partition_of(key, 2))) = key;
    }
    const auto append_to = [&log, &keys](size_t partition) {
        const events::NewRecord record{keys.at(partition), "v", {}};
        return log->append(std::span(&record, 1)).front();
    };
    ASSERT_TRUE(append_to(0).has_value());
    cluster.take_leader(config_.topic, 0);
    auto stands = std::async(std::launch::async, append_to, 0);
    int appended = 0;
    while (stands.wait_for(milliseconds(0)) != std::future_status::ready) {
        appended += append_to(1).has_value() ? 1 : 0;
    }
    EXPECT_FALSE(stands.get().has_value());
    EXPECT_GT(appended, 2);
}

// A client that lost its topic is left behind with its threads; this one's is there.
TEST_F(KafkaOutage, AReaderWhoseTopicIsThereAgainEndsWithItsThreads) {
    std::atomic<bool> told = false;
    config_.log = [&told](int /*level*/, std::string_view line) {
        told = told || line.find("ERROR: " + KafkaConfig{}.topic) != std::string_view::npos;
    };
    const auto log = std::move(*KafkaLog::open(config_));
    ASSERT_TRUE(append("first").has_value());
    auto reader = std::move(*log->open_reader(std::array{log::Place{0, 0}}));
    ASSERT_EQ(read_until_news(*reader).value_or(0), 1U);
    const int others = rd_kafka_thread_cnt();
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    cluster_.set_topic_error(config_.topic, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    while (!told && std::chrono::steady_clock::now() < deadline) {
        static_cast<void>(reader->read(10, milliseconds(50)));
    }
    ASSERT_TRUE(told);
    cluster_.set_topic_error(config_.topic, RD_KAFKA_RESP_ERR_NO_ERROR);
    auto quiet = reader->read(10, milliseconds(50));
    while ((!quiet || !quiet->ends.empty()) && std::chrono::steady_clock::now() < deadline) {
        quiet = reader->read(10, milliseconds(50));
    }
    ASSERT_TRUE(quiet.has_value()) << quiet.error().message;
    reader.reset();
    EXPECT_LT(rd_kafka_thread_cnt(), others);
}

// Such a broker ended `sijill serve` on a topic that was made a moment before.
TEST_F(KafkaOutage, APartitionThatTheBrokerNamesButDoesNotHaveYetIsAskedForAgain) {
    ASSERT_TRUE(append("first").has_value());
    cluster_.fail_next(kListOffsetsRequest,
                       {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                        RD_KAFKA_RESP_ERR_NO_ERROR,
                        RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART});
    const auto ranges = log_->ranges();
    EXPECT_TRUE(ranges.has_value()) << ranges.error().message;
}

TEST_F(KafkaOutage, LookupsOfAClusterThatIsAwayAreUnavailable) {
    config_.request_timeout = milliseconds(1'000);
    const auto log = std::move(*KafkaLog::open(config_));
    cluster_.set_down(true);
    EXPECT_EQ(log->ranges().error().code, Errc::Unavailable);
    EXPECT_EQ(log->identity().error().code, Errc::Unavailable);
    EXPECT_EQ(log->open_reader(std::array{log::Place{0, 0}}).error().code, Errc::Unavailable);
}

}  // namespace
}  // namespace sijill::tests
