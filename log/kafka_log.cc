#include "log/kafka_log.h"

#include "log/kafka_producer.h"
#include "log/kafka_reader.h"
#include "log/places.h"

#include <chrono>
#include <utility>

namespace sijill::log {
namespace {

constexpr int kRetryPollMs = 50;

/// rd_kafka_mem_free is how librdkafka wants its strings back.
std::string take_string(rd_kafka_t* handle, char* text) {
    std::string copy(text == nullptr ? "" : text);
    if (text != nullptr) {
        rd_kafka_mem_free(handle, text);
    }
    return copy;
}

}  // namespace

Result<std::unique_ptr<KafkaLog>> KafkaLog::open(KafkaConfig config) {
    for (const KafkaRole role : {KafkaRole::Producer, KafkaRole::Reader}) {
        if (const auto conf = kafka_conf(config, role); !conf) {
            return Unexpected(conf.error());
        }
    }
    auto lookup = kafka_client(config, KafkaRole::Lookup);
    if (!lookup) {
        return Unexpected(lookup.error());
    }
    return std::unique_ptr<KafkaLog>(new KafkaLog(std::move(config), std::move(*lookup)));
}

KafkaLog::KafkaLog(KafkaConfig config, KafkaClient lookup)
    : config_(std::move(config)), lookup_(std::move(lookup)) {}

KafkaLog::~KafkaLog() = default;

int KafkaLog::timeout_ms() const {
    return static_cast<int>(config_.request_timeout.count());
}

Result<std::shared_ptr<KafkaProducer>> KafkaLog::producer() {
    const std::lock_guard lock(mutex_);
    // librdkafka 2.0.2 gives an idempotent producer up after a possibly persisted timeout. A new
    // one starts a new sequence; doubles are dropped by the fold, by source and id.
    if (!producer_ || producer_->is_fatal()) {
        auto started = KafkaProducer::start(config_);
        if (!started) {
            return Unexpected(started.error());
        }
        producer_ = std::move(*started);
    }
    return producer_;
}

std::vector<Result<Appended>> KafkaLog::append(std::span<const events::NewRecord> records) {
    const auto current = producer();
    if (!current) {
        return {records.size(), Unexpected(current.error())};
    }
    return (*current)->append(records);
}

Result<std::unique_ptr<LogReader>> KafkaLog::open_reader(std::span<const Place> places) {
    return open_as(KafkaRole::Reader, places);
}

Result<std::unique_ptr<LogReader>> KafkaLog::open_look_back(const Place& place) {
    return open_as(KafkaRole::LookBack, {&place, 1});
}

Result<std::unique_ptr<LogReader>> KafkaLog::open_as(KafkaRole role,
                                                     std::span<const Place> places) {
    const auto known = ranges();
    if (!known) {
        return Unexpected(known.error());
    }
    if (const auto checked = check_places(config_.topic, places, *known); !checked) {
        return Unexpected(checked.error());
    }
    return KafkaReader::start(config_, role, places);
}

Result<int32_t> KafkaLog::partitions() {
    const std::string where = "kafka topic " + config_.topic;
    rd_kafka_t* const handle = lookup_.handle.get();
    const KafkaTopic topic(rd_kafka_topic_new(handle, config_.topic.c_str(), nullptr));
    if (!topic) {
        return kafka_fail(where, rd_kafka_last_error());
    }
    const rd_kafka_metadata_t* raw = nullptr;
    const auto error = rd_kafka_metadata(handle, 0, topic.get(), &raw, timeout_ms());
    const KafkaMetadata metadata(raw);
    // Serves what has gathered on this client's queue: log lines of lost connections.
    rd_kafka_poll(handle, 0);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_fail(where, error);
    }
    if (metadata->topic_cnt != 1) {
        return fail(Errc::Unavailable, where + ": the broker's answer does not name it");
    }
    if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_fail(where, metadata->topics[0].err);
    }
    return metadata->topics[0].partition_cnt;
}

/// Of each partition the first offset at or after `when`; RD_KAFKA_OFFSET_END as an answer: none.
/// RD_KAFKA_OFFSET_BEGINNING and _END may be asked for like times: ListOffsets knows both, and one
/// request serves all partitions of a broker.
Result<std::vector<int64_t>> KafkaLog::offsets(int32_t partitions, int64_t when) {
    const auto deadline = std::chrono::steady_clock::now() + config_.request_timeout;
    auto found = offsets_once(partitions, when);
    // A partition whose leader moves, or that was made a moment ago, refuses ListOffsets (the
    // broker names it in its metadata before it has it); librdkafka does not repeat that request.
    const auto may_pass = [](Errc code) {
        return code == Errc::Unavailable || code == Errc::NotFound;
    };
    while (!found && may_pass(found.error().code) && std::chrono::steady_clock::now() < deadline) {
        rd_kafka_poll(lookup_.handle.get(), kRetryPollMs);
        found = offsets_once(partitions, when);
    }
    return found;
}

Result<std::vector<int64_t>> KafkaLog::offsets_once(int32_t partitions, int64_t when) {
    const std::string where = "kafka topic " + config_.topic + ": offsets";
    const KafkaPartitions list(rd_kafka_topic_partition_list_new(partitions));
    for (int32_t p = 0; p < partitions; ++p) {
        rd_kafka_topic_partition_list_add(list.get(), config_.topic.c_str(), p)->offset = when;
    }
    const auto error = rd_kafka_offsets_for_times(lookup_.handle.get(), list.get(), timeout_ms());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_fail(where, error);
    }
    std::vector<int64_t> found(static_cast<size_t>(partitions));
    for (int i = 0; i < list->cnt; ++i) {
        const rd_kafka_topic_partition_t& one = list->elems[i];
        if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return kafka_fail(where + " of partition " + std::to_string(one.partition), one.err);
        }
        found[static_cast<size_t>(one.partition)] = one.offset;
    }
    return found;
}

Result<std::vector<OffsetRange>> KafkaLog::ranges() {
    const auto count = partitions();
    if (!count) {
        return Unexpected(count.error());
    }
    const auto begins = offsets(*count, RD_KAFKA_OFFSET_BEGINNING);
    if (!begins) {
        return Unexpected(begins.error());
    }
    const auto ends = offsets(*count, RD_KAFKA_OFFSET_END);
    if (!ends) {
        return Unexpected(ends.error());
    }
    std::vector<OffsetRange> ranges;
    ranges.reserve(static_cast<size_t>(*count));
    for (int32_t p = 0; p < *count; ++p) {
        ranges.push_back({p, (*begins)[static_cast<size_t>(p)], (*ends)[static_cast<size_t>(p)]});
    }
    return ranges;
}

Result<std::vector<Place>> KafkaLog::offsets_at(int64_t append_time_ms) {
    // The ends first: a record that arrives between the two questions then lies behind the answer.
    const auto known = ranges();
    if (!known) {
        return Unexpected(known.error());
    }
    // Negative times have meanings of their own in ListOffsets; nothing was appended before 1970.
    const auto found = offsets(static_cast<int32_t>(known->size()),
                               append_time_ms < 0 ? RD_KAFKA_OFFSET_BEGINNING : append_time_ms);
    if (!found) {
        return Unexpected(found.error());
    }
    std::vector<Place> places;
    for (const OffsetRange& range : *known) {
        const int64_t offset = (*found)[static_cast<size_t>(range.partition)];
        places.push_back({range.partition, offset < 0 ? range.end : offset});
    }
    return places;
}

Result<LogIdentity> KafkaLog::identity() {
    const auto count = partitions();
    if (!count) {
        return Unexpected(count.error());
    }
    rd_kafka_t* const handle = lookup_.handle.get();
    const std::string id = take_string(handle, rd_kafka_clusterid(handle, timeout_ms()));
    if (id.empty()) {  // what tells this topic from another one of its name
        return fail(Errc::Unavailable,
                    "kafka topic " + config_.topic + ": no broker says which cluster it is of");
    }
    return LogIdentity{config_.topic, id, *count};
}

}  // namespace sijill::log
