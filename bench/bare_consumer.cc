// bench/bare_consumer.cc - the ceiling: librdkafka with exactly our reader's settings, one byte of
// each payload touched.
//
//   bare_consumer BOOTSTRAP TOPIC [HANDLES]    prints
//   {"records":…,"bytes":…,"first_ns":…,"end_ns":…}
//
// Each handle has a thread and its share of the partitions, as Sijill's workers do. first_ns and
// end_ns are on CLOCK_MONOTONIC, taken when the first and the last record have come.

#include "bench/bare_batch.h"
#include "log/allocator.h"
#include "log/kafka_config.h"
#include "log/kafka_handles.h"
#include "log/kafka_log.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace {

using sijill::log::OffsetRange;

long long now_ns() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

struct Totals {
    int64_t records = 0;
    int64_t bytes = 0;
    uint64_t touched = 0;
    long long first_ns = std::numeric_limits<long long>::max();
    long long end_ns = 0;
};

void note(const rd_kafka_message_t& message, Totals& totals) {
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
    if (totals.records == 0) {
        totals.first_ns = now_ns();
    }
    ++totals.records;
    totals.bytes += static_cast<int64_t>(message.len);
    totals.touched += *static_cast<const unsigned char*>(message.payload);
}

// Reads these partitions from their beginning to the ends that were asked for before.
void consume(rd_kafka_t* handle,
             const std::vector<OffsetRange>& ranges,
             const std::string& topic,
             Totals& totals) {
    rd_kafka_topic_partition_list_t* list =
        rd_kafka_topic_partition_list_new(static_cast<int>(ranges.size()));
    int64_t records = 0;
    for (const auto& range : ranges) {
        rd_kafka_topic_partition_list_add(list, topic.c_str(), range.partition)->offset =
            range.begin;
        records += range.end - range.begin;
    }
    rd_kafka_assign(handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(handle);
    std::vector<rd_kafka_message_t*> messages(5000);
    while (totals.records < records) {
        sijill::bench::take_batch(
            queue, 100, messages, [&](const auto& message) { note(message, totals); });
    }
    totals.end_ns = now_ns();
    rd_kafka_queue_destroy(queue);
}

// Partition p belongs to handle p mod handles.
std::vector<std::vector<OffsetRange>> deal(const std::vector<OffsetRange>& ranges, size_t handles) {
    std::vector<std::vector<OffsetRange>> dealt(handles);
    for (const auto& range : ranges) {
        dealt[static_cast<size_t>(range.partition) % handles].push_back(range);
    }
    return dealt;
}

sijill::Result<Totals> read_all(const sijill::log::KafkaConfig& config, size_t handles) {
    const auto log = sijill::log::KafkaLog::open(config);
    if (!log) {
        return sijill::Unexpected(log.error());
    }
    const auto ranges = (*log)->ranges();
    if (!ranges) {
        return sijill::Unexpected(ranges.error());
    }
    const auto dealt = deal(*ranges, handles);
    std::vector<sijill::log::KafkaClient> clients;
    for (size_t i = 0; i < handles; ++i) {
        auto client = sijill::log::kafka_client(config, sijill::log::KafkaRole::Reader);
        if (!client) {
            return sijill::Unexpected(client.error());
        }
        rd_kafka_poll_set_consumer(client->handle.get());
        clients.push_back(std::move(*client));
    }
    std::vector<Totals> totals(handles);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < handles; ++i) {
        threads.emplace_back(
            [&, i] { consume(clients[i].handle.get(), dealt[i], config.topic, totals[i]); });
    }
    Totals sum;
    for (size_t i = 0; i < handles; ++i) {
        threads[i].join();
        sum.records += totals[i].records;
        sum.bytes += totals[i].bytes;
        sum.touched += totals[i].touched;
        sum.first_ns = std::min(sum.first_ns, totals[i].first_ns);
        sum.end_ns = std::max(sum.end_ns, totals[i].end_ns);
    }
    std::printf(
        "{\"records\":%lld,\"bytes\":%lld,\"first_ns\":%lld,\"end_ns\":%lld,\"touched\":%llu}\n",
        static_cast<long long>(sum.records),
        static_cast<long long>(sum.bytes),
        sum.first_ns,
        sum.end_ns,
        static_cast<unsigned long long>(sum.touched));
    return sum;
}

}  // namespace

int main(int argc, char** argv) {
    const unsigned long handles = argc == 4 ? std::strtoul(argv[3], nullptr, 10) : 1;
    if (argc < 3 || argc > 4 || handles == 0) {
        std::fprintf(stderr, "usage: bare_consumer BOOTSTRAP TOPIC [HANDLES]\n");
        return 2;
    }
    sijill::log::suit_allocator_to_fetches();
    sijill::log::KafkaConfig config;
    config.bootstrap_servers = argv[1];
    config.topic = argv[2];
    const auto read = read_all(config, handles);
    if (!read) {
        std::fprintf(stderr, "bare_consumer: %s\n", read.error().message.c_str());
        return 1;
    }
    return 0;
}
