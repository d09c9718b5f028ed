// bench/bare_consumer.cc - the ceiling: librdkafka with exactly our reader's settings, one byte of
// each payload touched.
//
//   bare_consumer BOOTSTRAP TOPIC    prints
//   {"records":…,"bytes":…,"seconds":…,"first_record_seconds":…}

#include "log/kafka_config.h"
#include "log/kafka_handles.h"
#include "log/kafka_log.h"

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Totals {
    int64_t records = 0;
    int64_t bytes = 0;
    uint64_t touched = 0;
    double first = 0;
};

// Reads every partition from its beginning to the ends that were asked for before.
Totals consume(rd_kafka_t* handle,
               const std::vector<sijill::log::OffsetRange>& ranges,
               const char* topic,
               Clock::time_point start) {
    rd_kafka_topic_partition_list_t* list =
        rd_kafka_topic_partition_list_new(static_cast<int>(ranges.size()));
    int64_t left = 0;
    for (const auto& range : ranges) {
        rd_kafka_topic_partition_list_add(list, topic, range.partition)->offset = range.begin;
        left += range.end - range.begin;
    }
    rd_kafka_assign(handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(handle);
    std::vector<rd_kafka_message_t*> messages(5000);
    Totals totals;
    while (totals.records < left) {
        const ssize_t got =
            rd_kafka_consume_batch_queue(queue, 100, messages.data(), messages.size());
        for (ssize_t i = 0; i < got; ++i) {
            rd_kafka_message_t* message = messages[static_cast<size_t>(i)];
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                totals.first = totals.records == 0 ? seconds_since(start) : totals.first;
                ++totals.records;
                totals.bytes += static_cast<int64_t>(message->len);
                totals.touched += *static_cast<const unsigned char*>(message->payload);
            }
            rd_kafka_message_destroy(message);
        }
    }
    rd_kafka_queue_destroy(queue);
    return totals;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: bare_consumer BOOTSTRAP TOPIC\n");
        return 2;
    }
    // NOLINTBEGIN(concurrency-mt-unsafe): before the first thread starts
    mallopt(M_MXFAST, 0);  // all as in cli/main.cc
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
    // NOLINTEND(concurrency-mt-unsafe)
    const auto start = Clock::now();
    sijill::log::KafkaConfig config;
    config.bootstrap_servers = argv[1];
    config.topic = argv[2];
    const auto log = sijill::log::KafkaLog::open(config);
    const auto ranges = log ? (*log)->ranges()
                            : sijill::Result<std::vector<sijill::log::OffsetRange>>(
                                  tl::unexpected<sijill::Error>(log.error()));
    auto client = sijill::log::kafka_client(config, sijill::log::KafkaRole::Reader);
    if (!ranges || !client) {
        std::fprintf(stderr,
                     "bare_consumer: %s\n",
                     (ranges ? client.error() : ranges.error()).message.c_str());
        return 1;
    }
    rd_kafka_poll_set_consumer(client->handle.get());
    const Totals totals = consume(client->handle.get(), *ranges, argv[2], start);
    std::printf(
        "{\"records\":%lld,\"bytes\":%lld,\"seconds\":%.6f,\"first_record_seconds\":%.6f,"
        "\"touched\":%llu}\n",
        static_cast<long long>(totals.records),
        static_cast<long long>(totals.bytes),
        seconds_since(start),
        totals.first,
        static_cast<unsigned long long>(totals.touched));
    return 0;
}
