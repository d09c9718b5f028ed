#include "tests/support/mock_cluster.h"

#include "events/check.h"

#include <vector>

namespace sijill::tests {
namespace {

/// The mock cluster lives in a client that itself connects to nothing.
rd_kafka_t* quiet_host() {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", nullptr, 0);
    return rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
}

}  // namespace

MockCluster::MockCluster(const std::string& topic, int32_t partitions, int brokers)
    : brokers_(brokers),
      host_(quiet_host()),
      cluster_(rd_kafka_mock_cluster_new(host_.get(), brokers)) {
    CHECK(cluster_ != nullptr, "the mock cluster starts");
    const auto error = rd_kafka_mock_topic_create(cluster_.get(), topic.c_str(), partitions, 1);
    CHECK(error == RD_KAFKA_RESP_ERR_NO_ERROR, "the mock cluster has the topic");
}

std::string MockCluster::bootstrap() const {
    return rd_kafka_mock_cluster_bootstraps(cluster_.get());
}

void MockCluster::set_down(bool down) {
    for (int32_t broker = 1; broker <= brokers_; ++broker) {
        const auto error = down ? rd_kafka_mock_broker_set_down(cluster_.get(), broker)
                                : rd_kafka_mock_broker_set_up(cluster_.get(), broker);
        CHECK(error == RD_KAFKA_RESP_ERR_NO_ERROR, "the mock broker follows");
    }
}

void MockCluster::fail_next(int16_t api_key, const std::vector<rd_kafka_resp_err_t>& errors) {
    rd_kafka_mock_push_request_errors_array(cluster_.get(), api_key, errors.size(), errors.data());
}

void MockCluster::set_topic_error(const std::string& topic, rd_kafka_resp_err_t error) {
    rd_kafka_mock_topic_set_error(cluster_.get(), topic.c_str(), error);
}

void MockCluster::take_leader(const std::string& topic, int32_t partition) {
    rd_kafka_mock_partition_set_leader(cluster_.get(), topic.c_str(), partition, -1);
}

void MockCluster::set_round_trip_ms(int milliseconds) {
    for (int32_t broker = 1; broker <= brokers_; ++broker) {
        rd_kafka_mock_broker_set_rtt(cluster_.get(), broker, milliseconds);
    }
}

}  // namespace sijill::tests
