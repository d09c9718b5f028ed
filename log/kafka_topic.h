#pragma once
// log/kafka_topic.h - makes the log's topic, and names everything about it that is not as it must
// be.

#include "events/result.h"
#include "log/kafka_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sijill::log {

/// What an operator chooses about the topic; the rest is fixed (kafka_topic.cc has the table with
/// reasons).
struct TopicSpec {
    /// Fixed for ever: it decides where a subject lives. nullopt, in a check: as many as there are.
    std::optional<int32_t> partitions = 12;
    int16_t replication_factor = 1;
    int32_t min_insync_replicas = 1;
    /// Bytes of one producer batch; at least kMaxRecordBytes and the batch's own bytes.
    int64_t max_message_bytes = 1'048'588;
    /// 1: the broker fsyncs before it acknowledges. nullopt: the broker's default, which never
    /// does.
    std::optional<int64_t> flush_messages = std::nullopt;
};

/// One thing about the topic that is not as the spec wants it.
struct TopicDeviation {
    std::string setting;
    std::string expected;
    std::string actual;
    std::string why;  // what could be lost by it
    bool operator==(const TopicDeviation&) const = default;
};

/// Creates config.topic and waits until it can be used. Errors: Conflict (it exists), Config (the
/// broker or our own rules refuse the spec), Unavailable.
[[nodiscard]] Result<void> create_topic(const KafkaConfig& config, const TopicSpec& spec);

/// Every deviation; empty when the topic may be used. More replicas and a stricter setting are no
/// deviation. One client and one round of questions: each start of a worker asks them. Errors:
/// NotFound (no such topic), Config (the broker refuses us), Unavailable.
[[nodiscard]] Result<std::vector<TopicDeviation>> check_topic(const KafkaConfig& config,
                                                              const TopicSpec& spec);

/// Deletes config.topic, for tests. Errors: NotFound, Config, Unavailable.
[[nodiscard]] Result<void> delete_topic(const KafkaConfig& config);

}  // namespace sijill::log
