#include "log/kafka_library.h"

#include <gtest/gtest.h>

namespace sijill::log {
namespace {

TEST(KafkaLibrary, ScramOfAnOldLibraryIsNamed) {
    KafkaConfig config;
    EXPECT_FALSE(kafka_refuses_scram(config, 0x020002ff)) << "no log-in";
    config.librdkafka["sasl.mechanism"] = "PLAIN";
    EXPECT_FALSE(kafka_refuses_scram(config, 0x020002ff));
    for (const char* key : {"sasl.mechanism", "sasl.mechanisms"}) {
        config.librdkafka = {{key, "SCRAM-SHA-512"}};
        EXPECT_TRUE(kafka_refuses_scram(config, 0x020002ff)) << key;
        EXPECT_TRUE(kafka_refuses_scram(config, 0x020600ff)) << key;
        EXPECT_FALSE(kafka_refuses_scram(config, 0x020601ff)) << key;
        EXPECT_FALSE(kafka_refuses_scram(config, 0x020800ff)) << key;
    }
    EXPECT_FALSE(kafka_library_version().empty());
}

}  // namespace
}  // namespace sijill::log
