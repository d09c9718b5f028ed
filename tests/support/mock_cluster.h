#pragma once
// tests/support/mock_cluster.h - librdkafka's mock cluster: plumbing tests without a broker.

#include "log/kafka_handles.h"

#include <librdkafka/rdkafka_mock.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sijill::tests {

/// A cluster in this process, gone with the object.
///
/// It trims each partition at 5 MiB or 100,000 records, answers ListOffsets by time with -1, keeps
/// the producer's timestamps and checks no sequence numbers: never the judge of a promise.
class MockCluster {
  public:
    MockCluster(const std::string& topic, int32_t partitions, int brokers = 1);

    [[nodiscard]] std::string bootstrap() const;
    /// All brokers refuse connections, or answer again.
    void set_down(bool down);
    /// The next requests of this kind (a Kafka API key) fail with these errors, one each.
    void fail_next(int16_t api_key, const std::vector<rd_kafka_resp_err_t>& errors);
    /// Whoever asks for the topic is told this, until it is NO_ERROR again.
    void set_topic_error(const std::string& topic, rd_kafka_resp_err_t error);
    void take_leader(const std::string& topic, int32_t partition);
    /// The broker answers each request after this time; one beyond the client's patience loses the
    /// answer.
    void set_round_trip_ms(int milliseconds);

  private:
    struct Stop {
        void operator()(rd_kafka_mock_cluster_t* cluster) const {
            rd_kafka_mock_cluster_destroy(cluster);
        }
    };

    int brokers_;
    log::KafkaHandle host_;
    std::unique_ptr<rd_kafka_mock_cluster_t, Stop> cluster_;  // before its host
};

}  // namespace sijill::tests
