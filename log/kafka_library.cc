#include "log/kafka_library.h"

namespace sijill::log {

std::string kafka_library_version() {
    return rd_kafka_version_str();
}

bool kafka_refuses_scram(const KafkaConfig& config, int version) {
    constexpr int kMended = 0x020601ff;  // 2.6.1
    const auto asks = [&config](const char* key) {
        const auto found = config.librdkafka.find(key);
        return found != config.librdkafka.end() && found->second.starts_with("SCRAM-");
    };
    return (asks("sasl.mechanism") || asks("sasl.mechanisms")) &&
           (version == 0 ? rd_kafka_version() : version) < kMended;
}

}  // namespace sijill::log
