// tests/integration/kafka_topic_kafka_test.cc - the topic check names every way a topic can be
// unsafe.
//
// Method: on a real broker, a topic as sijill makes it, then one setting after another changed as
// an administrator would.

#include "log/kafka_topic.h"
#include "tests/support/kafka_writer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sijill::tests {
namespace {

using log::KafkaConfig;
using log::TopicDeviation;
using log::TopicSpec;

constexpr int kDeadlineMs = 30'000;

class KafkaTopicCheck : public testing::Test {
  protected:
    void SetUp() override {
        const auto bootstrap = kafka_bootstrap();
        if (!bootstrap) {
            GTEST_SKIP() << "KAFKA_BOOTSTRAP is not set";
        }
        config_.bootstrap_servers = *bootstrap;
        config_.topic = fresh_topic("topic");
        spec_.partitions = 2;
    }

    void TearDown() override {
        if (!config_.bootstrap_servers.empty()) {
            static_cast<void>(log::delete_topic(config_));
        }
    }

    void create() {
        const auto created = log::create_topic(config_, spec_);
        ASSERT_TRUE(created.has_value()) << created.error().message;
    }

    std::vector<TopicDeviation> deviations() {
        const auto found = log::check_topic(config_, spec_);
        EXPECT_TRUE(found.has_value()) << found.error().message;
        return found ? *found : std::vector<TopicDeviation>{};
    }

    /// The topic's settings become those of create_topic with `changes` on top. (AlterConfigs
    /// replaces them all.)
    void alter(const std::map<std::string, std::string>& changes) {
        std::map<std::string, std::string> settings = {{"cleanup.policy", "delete"},
                                                       {"retention.ms", "-1"},
                                                       {"retention.bytes", "-1"},
                                                       {"message.timestamp.type", "LogAppendTime"},
                                                       {"unclean.leader.election.enable", "false"},
                                                       {"min.insync.replicas", "1"},
                                                       {"max.message.bytes", "1048588"}};
        for (const auto& [key, value] : changes) {
            settings[key] = value;
        }
        const auto client = log::kafka_client(config_, log::KafkaRole::Lookup);
        ASSERT_TRUE(client.has_value());
        const std::unique_ptr<rd_kafka_ConfigResource_t, log::KafkaDeleter> resource(
            rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, config_.topic.c_str()));
        for (const auto& [key, value] : settings) {
            rd_kafka_ConfigResource_set_config(resource.get(), key.c_str(), value.c_str());
        }
        const log::KafkaQueue queue(rd_kafka_queue_new(client->handle.get()));
        rd_kafka_ConfigResource_t* asked = resource.get();
        rd_kafka_AlterConfigs(client->handle.get(), &asked, 1, nullptr, queue.get());
        const log::KafkaEvent event(rd_kafka_queue_poll(queue.get(), kDeadlineMs));
        ASSERT_TRUE(event != nullptr);
        ASSERT_EQ(rd_kafka_event_error(event.get()), RD_KAFKA_RESP_ERR_NO_ERROR)
            << rd_kafka_event_error_string(event.get());
        size_t count = 0;
        const auto* const* const results = rd_kafka_AlterConfigs_result_resources(
            rd_kafka_event_AlterConfigs_result(event.get()), &count);
        ASSERT_EQ(count, 1U);
        ASSERT_EQ(rd_kafka_ConfigResource_error(results[0]), RD_KAFKA_RESP_ERR_NO_ERROR)
            << rd_kafka_ConfigResource_error_string(results[0]);
    }

    void add_partitions(size_t total) {
        const auto client = log::kafka_client(config_, log::KafkaRole::Lookup);
        ASSERT_TRUE(client.has_value());
        const log::KafkaQueue queue(rd_kafka_queue_new(client->handle.get()));
        rd_kafka_NewPartitions_t* asked =
            rd_kafka_NewPartitions_new(config_.topic.c_str(), total, nullptr, 0);
        rd_kafka_CreatePartitions(client->handle.get(), &asked, 1, nullptr, queue.get());
        rd_kafka_NewPartitions_destroy(asked);
        const log::KafkaEvent event(rd_kafka_queue_poll(queue.get(), kDeadlineMs));
        ASSERT_TRUE(event != nullptr);
        ASSERT_EQ(rd_kafka_event_error(event.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
    }

    /// Repeats the check until it finds something: brokers learn of changes a moment later.
    std::vector<TopicDeviation> deviations_soon() {
        const auto deadline =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(kDeadlineMs);
        auto found = deviations();
        while (found.empty() && std::chrono::steady_clock::now() < deadline) {
            found = deviations();
        }
        return found;
    }

    KafkaConfig config_;
    TopicSpec spec_;
};

TEST_F(KafkaTopicCheck, ACreatedTopicHasNoDeviation) {
    create();
    EXPECT_TRUE(deviations().empty());
}

TEST_F(KafkaTopicCheck, EachChangedSettingIsNamedWithBothValuesAndAReason) {
    create();
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"cleanup.policy", "compact"},
        {"cleanup.policy", "compact,delete"},
        {"retention.ms", "604800000"},
        {"retention.bytes", "1000000"},
        {"message.timestamp.type", "CreateTime"},
        {"unclean.leader.election.enable", "true"},
        {"max.message.bytes", "1000"},
    };
    for (const auto& [setting, value] : changes) {
        alter({{setting, value}});
        const auto found = deviations_soon();
        ASSERT_EQ(found.size(), 1U) << setting;
        EXPECT_EQ(found[0].setting, setting);
        EXPECT_EQ(found[0].actual, value);
        EXPECT_NE(found[0].expected, value);
        EXPECT_FALSE(found[0].why.empty());
        alter({});
    }
}

TEST_F(KafkaTopicCheck, EveryDeviationIsNamedAtOnce) {
    create();
    alter({{"cleanup.policy", "compact"}, {"retention.ms", "1000"}, {"retention.bytes", "5"}});
    add_partitions(5);
    std::vector<std::string> names;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kDeadlineMs);
    while (names.size() < 4 && std::chrono::steady_clock::now() < deadline) {
        names.clear();
        for (const TopicDeviation& deviation : deviations()) {
            names.push_back(deviation.setting);
        }
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{
                  "partitions", "cleanup.policy", "retention.ms", "retention.bytes"}));
}

TEST_F(KafkaTopicCheck, FewerReplicasThanConfiguredAreNamed) {
    create();
    spec_.replication_factor = 3;
    spec_.min_insync_replicas = 2;
    const auto found = deviations();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0], (TopicDeviation{"replication factor", "3", "1", found[0].why}));
    EXPECT_EQ(found[1], (TopicDeviation{"min.insync.replicas", "2", "1", found[1].why}));
}

TEST_F(KafkaTopicCheck, AStricterTopicIsNoDeviation) {
    create();
    alter({{"min.insync.replicas", "2"}, {"max.message.bytes", "2000000"}});
    EXPECT_TRUE(deviations().empty());
}

TEST_F(KafkaTopicCheck, FsyncBeforeTheAnswerIsSetAndCheckedWhenAskedFor) {
    create();
    spec_.flush_messages = 1;
    const auto found = deviations();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].setting, "flush.messages");
    ASSERT_TRUE(log::delete_topic(config_).has_value());
    config_.topic = fresh_topic("topic");
    create();
    EXPECT_TRUE(deviations().empty());
}

TEST_F(KafkaTopicCheck, AMissingTopicIsNotFoundAndStaysMissing) {
    EXPECT_EQ(log::check_topic(config_, spec_).error().code, Errc::NotFound);
    EXPECT_EQ(log::check_topic(config_, spec_).error().code, Errc::NotFound);
    EXPECT_EQ(log::delete_topic(config_).error().code, Errc::NotFound);
}

TEST_F(KafkaTopicCheck, ATopicIsNotCreatedTwice) {
    create();
    EXPECT_EQ(log::create_topic(config_, spec_).error().code, Errc::Conflict);
}

TEST_F(KafkaTopicCheck, ASpecThatCouldTakeNoAppendIsRefused) {
    spec_.min_insync_replicas = 2;
    const auto refused = log::create_topic(config_, spec_);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Config);
    EXPECT_NE(refused.error().message.find("min_insync_replicas 2"), std::string::npos);
}

TEST_F(KafkaTopicCheck, MoreReplicasThanBrokersAreTheBrokersRefusal) {
    spec_.replication_factor = 30;
    EXPECT_EQ(log::create_topic(config_, spec_).error().code, Errc::Config);
}

}  // namespace
}  // namespace sijill::tests
