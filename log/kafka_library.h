#pragma once
// log/kafka_library.h - which librdkafka is at hand, and what it cannot do.

#include "log/kafka_config.h"

#include <string>

namespace sijill::log {

/// librdkafka's, "2.0.2".
[[nodiscard]] std::string kafka_library_version();

/// Whether the configuration logs in by SCRAM with a librdkafka (before 2.6.1) that Kafka 4 refuses
/// for it. `version` as rd_kafka_version() gives it; 0: that of the one at hand.
[[nodiscard]] bool kafka_refuses_scram(const KafkaConfig& config, int version = 0);

}  // namespace sijill::log
