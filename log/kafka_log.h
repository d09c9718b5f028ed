#pragma once
// log/kafka_log.h - the log in a Kafka topic.

#include "log/event_log.h"
#include "log/kafka_config.h"

#include <memory>
#include <mutex>
#include <vector>

namespace sijill::log {

class KafkaProducer;

/// Appends through one idempotent producer, started at the first append and replaced after a fatal
/// error; each reader has a consumer handle of its own.
///
/// The append time is the broker's (message.timestamp.type=LogAppendTime; kafka_topic.h checks it).
/// identity().id is the cluster's id. Threads: every function may be called from several threads.
class KafkaLog final : public EventLog {
  public:
    /// Checks the configuration and contacts no broker. Errors: Config.
    [[nodiscard]] static Result<std::unique_ptr<KafkaLog>> open(KafkaConfig config);
    ~KafkaLog() override;

    [[nodiscard]] std::vector<Result<Appended>> append(
        std::span<const events::NewRecord> records) override;
    [[nodiscard]] Result<std::unique_ptr<LogReader>> open_reader(
        std::span<const Place> places) override;
    [[nodiscard]] Result<std::unique_ptr<LogReader>> open_look_back(const Place& place) override;
    [[nodiscard]] Result<std::vector<OffsetRange>> ranges() override;
    [[nodiscard]] Result<std::vector<Place>> offsets_at(int64_t append_time_ms) override;
    [[nodiscard]] Result<LogIdentity> identity() override;

  private:
    KafkaLog(KafkaConfig config, KafkaClient lookup);
    [[nodiscard]] Result<std::shared_ptr<KafkaProducer>> producer();
    [[nodiscard]] Result<std::unique_ptr<LogReader>> open_as(KafkaRole role,
                                                             std::span<const Place> places);
    [[nodiscard]] Result<int32_t> partitions();
    [[nodiscard]] Result<std::vector<int64_t>> offsets(int32_t partitions, int64_t when);
    [[nodiscard]] Result<std::vector<int64_t>> offsets_once(int32_t partitions, int64_t when);
    [[nodiscard]] int timeout_ms() const;

    const KafkaConfig config_;
    KafkaClient lookup_;
    std::mutex mutex_;
    std::shared_ptr<KafkaProducer> producer_;
};

}  // namespace sijill::log
