// tests/unit/log/kafka_config_test.cc - librdkafka gets the settings that durability rests on, and
// no others replace them.
//
// Method: every setting is read back from librdkafka itself.

#include "log/kafka_config.h"

#include "log/kafka_log.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace sijill::log {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

KafkaConfig config() {
    KafkaConfig config;
    config.bootstrap_servers = "127.0.0.1:1";
    return config;
}

void expect_settings(KafkaRole role, const Settings& expected) {
    const auto conf = kafka_conf(config(), role);
    ASSERT_TRUE(conf.has_value()) << conf.error().message;
    for (const auto& [key, value] : expected) {
        EXPECT_EQ(kafka_read_back(*conf, key), value) << key;
    }
}

TEST(KafkaConfig, ProducerSettingsReachLibrdkafka) {
    expect_settings(KafkaRole::Producer,
                    {{"bootstrap.servers", "127.0.0.1:1"},
                     {"client.id", "sijill"},
                     {"enable.idempotence", "true"},
                     {"acks", "-1"},  // librdkafka's word for "all"
                     {"partitioner", "murmur2_random"},
                     {"allow.auto.create.topics", "false"},
                     {"linger.ms", "1"},
                     {"message.timeout.ms", "60000"},
                     {"compression.codec", "lz4"},
                     {"message.max.bytes", "1048576"},
                     {"batch.num.messages", "10000"},
                     {"queue.buffering.max.messages", "1000000"},
                     {"socket.nagle.disable", "true"},
                     {"reconnect.backoff.max.ms", "500"}});
}

TEST(KafkaConfig, ReaderSettingsReachLibrdkafka) {
    expect_settings(KafkaRole::Reader,
                    {{"bootstrap.servers", "127.0.0.1:1"},
                     {"group.id", "sijill"},
                     {"client.id", "sijill"},
                     {"enable.auto.commit", "false"},
                     {"enable.auto.offset.store", "false"},
                     {"auto.offset.reset", "error"},
                     {"check.crcs", "true"},
                     {"allow.auto.create.topics", "false"},
                     {"isolation.level", "read_committed"},
                     {"enable.partition.eof", "true"},
                     {"queued.min.messages", "10000000"},
                     {"queued.max.messages.kbytes", "32768"},
                     {"fetch.message.max.bytes", "4194304"},
                     {"fetch.wait.max.ms", "100"},
                     {"socket.nagle.disable", "true"},
                     {"reconnect.backoff.max.ms", "500"}});
}

TEST(KafkaConfig, AReaderOfSingleRecordsFetchesLittleAndPromisesTheSame) {
    expect_settings(KafkaRole::LookBack,
                    {{"fetch.message.max.bytes", "65536"},
                     {"group.id", "sijill"},
                     {"enable.auto.commit", "false"},
                     {"auto.offset.reset", "error"},
                     {"check.crcs", "true"},
                     {"isolation.level", "read_committed"},
                     {"enable.partition.eof", "true"}});
}

TEST(KafkaConfig, AReaderFetchesAgainSoonAfterItsQueueWasFull) {
    const auto conf = kafka_conf(config(), KafkaRole::Reader);
    ASSERT_TRUE(conf.has_value());
    const auto backoff = kafka_read_back(*conf, "fetch.queue.backoff.ms");
    EXPECT_EQ(backoff.has_value(), log::kafka_has_queue_backoff());
    EXPECT_EQ(backoff.value_or("5"), "5");
}

TEST(KafkaConfig, LookupsSeeWhatReadersSeeAndCreateNothing) {
    expect_settings(KafkaRole::Lookup,
                    {{"isolation.level", "read_committed"}, {"allow.auto.create.topics", "false"}});
}

TEST(KafkaConfig, OwnSettingsReachLibrdkafka) {
    KafkaConfig own = config();
    own.client_id = "loader";
    own.group_id = "copy-2";
    own.linger = std::chrono::milliseconds(75);
    own.message_timeout = std::chrono::milliseconds(5'000);
    const auto producer = kafka_conf(own, KafkaRole::Producer);
    const auto reader = kafka_conf(own, KafkaRole::Reader);
    ASSERT_TRUE(producer.has_value() && reader.has_value());
    EXPECT_EQ(kafka_read_back(*producer, "client.id"), "loader");
    EXPECT_EQ(kafka_read_back(*producer, "linger.ms"), "75");
    EXPECT_EQ(kafka_read_back(*producer, "message.timeout.ms"), "5000");
    EXPECT_EQ(kafka_read_back(*reader, "group.id"), "copy-2");
}

TEST(KafkaConfig, ThePassThroughMapReachesLibrdkafkaAndChangesTuning) {
    KafkaConfig own = config();
    own.librdkafka = {{"queued.max.messages.kbytes", "1024"}, {"ssl.ca.location", "ca.pem"}};
    const auto reader = kafka_conf(own, KafkaRole::Reader);
    ASSERT_TRUE(reader.has_value()) << reader.error().message;
    EXPECT_EQ(kafka_read_back(*reader, "queued.max.messages.kbytes"), "1024");
    EXPECT_EQ(kafka_read_back(*reader, "ssl.ca.location"), "ca.pem");
}

class FixedSetting : public testing::TestWithParam<std::string> {};

TEST_P(FixedSetting, IsRefusedInThePassThroughMapByNameWithAReason) {
    KafkaConfig own = config();
    own.librdkafka = {{GetParam(), "true"}};
    const auto log = KafkaLog::open(own);
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().code, Errc::Config);
    const std::string start = "librdkafka setting " + GetParam() + " is fixed: ";
    EXPECT_EQ(log.error().message.substr(0, start.size()), start);
    EXPECT_GT(log.error().message.size(), start.size() + 10) << "a reason";
}

INSTANTIATE_TEST_SUITE_P(Kafka,
                         FixedSetting,
                         testing::Values("enable.idempotence",
                                         "acks",
                                         "request.required.acks",
                                         "partitioner",
                                         "partitioner_cb",
                                         "transactional.id",
                                         "enable.auto.commit",
                                         "auto.commit.enable",
                                         "enable.auto.offset.store",
                                         "auto.offset.reset",
                                         "check.crcs",
                                         "allow.auto.create.topics",
                                         "isolation.level",
                                         "enable.partition.eof",
                                         "delivery.report.only.error",
                                         "bootstrap.servers",
                                         "metadata.broker.list",
                                         "client.id",
                                         "group.id",
                                         "linger.ms",
                                         "queue.buffering.max.ms",
                                         "message.timeout.ms",
                                         "delivery.timeout.ms"),
                         [](const auto& param) {
                             std::string name = param.param;
                             for (char& c : name) {
                                 c = c == '.' ? '_' : c;
                             }
                             return name;
                         });

TEST(KafkaConfig, AllRefusedSettingsAreNamedAtOnce) {
    KafkaConfig own = config();
    own.librdkafka = {{"acks", "1"}, {"check.crcs", "false"}};
    const auto conf = kafka_conf(own, KafkaRole::Reader);
    ASSERT_FALSE(conf.has_value());
    EXPECT_NE(conf.error().message.find("acks"), std::string::npos);
    EXPECT_NE(conf.error().message.find("check.crcs"), std::string::npos);
}

TEST(KafkaConfig, AnUnknownSettingIsRefusedByName) {
    KafkaConfig own = config();
    own.librdkafka = {{"fetch.wiat.max.ms", "1"}};
    const auto log = KafkaLog::open(own);
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().code, Errc::Config);
    EXPECT_NE(log.error().message.find("fetch.wiat.max.ms"), std::string::npos);
    EXPECT_NE(log.error().message.find("No such configuration property"), std::string::npos);
}

TEST(KafkaConfig, ABadValueIsRefusedWithTheSettingsName) {
    KafkaConfig own = config();
    own.librdkafka = {{"fetch.wait.max.ms", "soon"}};
    const auto log = KafkaLog::open(own);
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().code, Errc::Config);
    EXPECT_NE(log.error().message.find("fetch.wait.max.ms"), std::string::npos);
}

TEST(KafkaConfig, NoBootstrapServerIsRefused) {
    EXPECT_EQ(KafkaLog::open({}).error().code, Errc::Config);
}

}  // namespace
}  // namespace sijill::log
