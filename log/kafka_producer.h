#pragma once
// log/kafka_producer.h - one idempotent librdkafka producer, from its start to its first fatal
// error.

#include "log/event_log.h"
#include "log/kafka_config.h"

#include <atomic>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace sijill::log {

/// Threads: append() may be called from several threads. Lifetime: destroyed after the last
/// append() has returned.
class KafkaProducer {
  public:
    /// Errors: Config.
    [[nodiscard]] static Result<std::shared_ptr<KafkaProducer>> start(const KafkaConfig& config);
    KafkaProducer(const KafkaProducer&) = delete;
    KafkaProducer& operator=(const KafkaProducer&) = delete;
    ~KafkaProducer();

    /// As EventLog::append. Returns at the latest when message_timeout has passed.
    [[nodiscard]] std::vector<Result<Appended>> append(std::span<const events::NewRecord> records);

    /// True for ever after librdkafka gave this producer up; it takes no further record.
    [[nodiscard]] bool is_fatal() const;

  private:
    KafkaProducer(KafkaClient client, KafkaTopic topic);
    void serve_reports();
    [[nodiscard]] rd_kafka_resp_err_t send(const events::NewRecord& record, void* slot);

    KafkaClient client_;
    KafkaTopic topic_;
    std::atomic<bool> stopping_ = false;
    std::thread reports_;
};

}  // namespace sijill::log
