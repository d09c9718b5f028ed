#pragma once
// tests/support/kafka_writer.h - a foreign Kafka producer: null keys and values, headers,
// transactions.

#include "events/record.h"
#include "log/kafka_handles.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sijill::tests {

/// What a channel writes when it does not follow our rules.
struct RawRecord {
    int32_t partition = 0;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<events::Header> headers;
};

/// Fails the process on any error: it is no part of what is tested.
class KafkaWriter {
  public:
    /// `transactional_id`: begins a transaction with the first write.
    KafkaWriter(const std::string& bootstrap,
                std::string topic,
                const std::string& transactional_id = "");

    /// Returns when the record is acknowledged.
    void write(const RawRecord& record);
    void commit();
    void abort();

  private:
    std::string topic_;
    bool transactional_;
    bool in_transaction_ = false;
    log::KafkaHandle producer_;
};

/// A topic name no other test uses, also in another run against the same broker.
[[nodiscard]] std::string fresh_topic(const std::string& purpose);

/// The address of a real broker, or nullopt.
[[nodiscard]] std::optional<std::string> kafka_bootstrap();

}  // namespace sijill::tests
