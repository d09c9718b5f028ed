#pragma once
// log/kafka_reader.h - reads assigned partitions of a Kafka topic, zero-copy.

#include "log/event_log.h"
#include "log/kafka_config.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sijill::log {

/// One consumer handle of its own: librdkafka parses everything of a broker in one thread per
/// handle, so readers in parallel need handles in parallel.
///
/// Records point into librdkafka's fetch buffers, which live until the next read().
class KafkaReader final : public LogReader {
  public:
    /// `places` must be inside the log (KafkaLog::open_reader checks them); `role` is Reader or
    /// LookBack. Errors: Config, Unavailable.
    [[nodiscard]] static Result<std::unique_ptr<KafkaReader>> start(const KafkaConfig& config,
                                                                    KafkaRole role,
                                                                    std::span<const Place> places);
    KafkaReader(const KafkaReader&) = delete;
    KafkaReader& operator=(const KafkaReader&) = delete;
    ~KafkaReader() override;

    [[nodiscard]] Result<ReadBatch> read(size_t max_records,
                                         std::chrono::milliseconds max_wait) override;
    [[nodiscard]] Result<void> go_to(const Place& place) override;

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    KafkaReader(const KafkaConfig& config, KafkaClient client);
    [[nodiscard]] Result<void> assign(std::span<const Place> places);
    void release_messages();
    size_t fetch(size_t max_records, std::chrono::milliseconds max_wait);
    void take(const rd_kafka_message_t* message);
    void take_record(const rd_kafka_message_t* message, int64_t& next_offset);
    void take_end(const rd_kafka_message_t* message, int64_t& next_offset);
    void take_error(const rd_kafka_message_t* message);
    [[nodiscard]] Result<void> check_broker();
    void keep_fetching();
    /// Asks a broker whether the topic is there. Errors: Corrupt (it is not), Unavailable (nobody
    /// answered in time).
    [[nodiscard]] Result<void> probe(std::chrono::milliseconds wait);

    const std::string topic_;
    const std::chrono::milliseconds no_broker_limit_;
    KafkaClient client_;  // destroyed after the queue and the messages below
    KafkaQueue queue_;
    std::vector<rd_kafka_message_t*> messages_;  // the first held_ are ours to destroy
    size_t held_ = 0;
    std::vector<int64_t> next_offsets_;  // by partition; -1: not ours
    std::vector<events::Record> records_;
    std::vector<Place> ends_;
    std::optional<Error> failed_;  // told once what was read before it has been delivered
    SteadyTime last_sign_;         // of life, from any broker
    size_t bytes_since_wake_ = 0;
};

}  // namespace sijill::log
