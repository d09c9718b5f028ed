#include "log/kafka_reader.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

namespace sijill::log {
namespace {

constexpr std::chrono::milliseconds kProbeWait{500};
// Delivered between two wakings: a fraction of the queue (kafka_config.cc), so that it is refilled
// long before it is empty, also when the request wakes another broker's thread.
constexpr size_t kWakeBytes = size_t{4} << 20;

bool copy_message_headers(const void* handle, size_t limit, std::vector<events::Header>& out) {
    const auto* const message = static_cast<const rd_kafka_message_t*>(handle);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return true;  // there are none
    }
    const size_t count = rd_kafka_header_cnt(headers);
    for (size_t i = 0; i < std::min(limit, count); ++i) {
        const char* name = nullptr;
        const void* value = nullptr;
        size_t size = 0;
        if (rd_kafka_header_get_all(headers, i, &name, &value, &size) !=
            RD_KAFKA_RESP_ERR_NO_ERROR) {
            break;
        }
        const std::string_view bytes =
            value == nullptr ? std::string_view{}
                             : std::string_view(static_cast<const char*>(value), size);
        out.push_back({name, std::string(bytes)});
    }
    return count <= limit;
}

std::optional<std::string_view> view(const void* bytes, size_t size) {
    if (bytes == nullptr) {
        return std::nullopt;
    }
    return std::string_view(static_cast<const char*>(bytes), size);
}

// Freeing a message reads what librdkafka keeps around it, and that is far away again by then.
// Where it lies is no promise: a wrong guess costs time alone.
void fetch_surroundings(const rd_kafka_message_t* message) {
    constexpr std::ptrdiff_t kLine = 64;
    const auto* at = reinterpret_cast<const char*>(message);
    for (std::ptrdiff_t line = -2; line <= 3; ++line) {
        __builtin_prefetch(at + line * kLine);
    }
}

}  // namespace

Result<std::unique_ptr<KafkaReader>> KafkaReader::start(const KafkaConfig& config,
                                                        KafkaRole role,
                                                        std::span<const Place> places) {
    auto client = kafka_client(config, role);
    if (!client) {
        return Unexpected(client.error());
    }
    rd_kafka_poll_set_consumer(client->handle.get());
    std::unique_ptr<KafkaReader> reader(new KafkaReader(config, std::move(*client)));
    if (const auto assigned = reader->assign(places); !assigned) {
        return Unexpected(assigned.error());
    }
    return reader;
}

KafkaReader::KafkaReader(const KafkaConfig& config, KafkaClient client)
    : topic_(config.topic),
      no_broker_limit_(config.no_broker_limit),
      client_(std::move(client)),
      queue_(rd_kafka_queue_get_consumer(client_.handle.get())),
      last_sign_(std::chrono::steady_clock::now()) {}

KafkaReader::~KafkaReader() {
    release_messages();
    const auto there = probe(kProbeWait);
    const bool gone = !there && there.error().code == Errc::Corrupt;
    if (gone || client_.hooks->lost_partition) {
        // librdkafka 2.0.2 to 2.6.0 never returns from destroying a consumer that lost a partition
        // (its issue 4724). Such a handle is left behind, idle; its process has an alarm to raise
        // and a restart before it.
        queue_.reset();
        rd_kafka_assign(client_.handle.get(), nullptr);
        static_cast<void>(client_.handle.release());
        static_cast<void>(client_.hooks.release());
    }
}

Result<void> KafkaReader::assign(std::span<const Place> places) {
    const KafkaPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(places.size())));
    for (const Place& place : places) {
        rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), place.partition)->offset =
            place.next_offset;
        const auto index = static_cast<size_t>(place.partition);
        if (index >= next_offsets_.size()) {
            next_offsets_.resize(index + 1, -1);
        }
        next_offsets_[index] = place.next_offset;
    }
    const auto error = rd_kafka_assign(client_.handle.get(), list.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_fail("read " + topic_, error);
    }
    return {};
}

// librdkafka drops what it had fetched for an earlier assignment before it gives more.
Result<void> KafkaReader::go_to(const Place& place) {
    next_offsets_.clear();
    last_sign_ = std::chrono::steady_clock::now();
    return assign({&place, 1});
}

void KafkaReader::release_messages() {
    constexpr size_t kTurns = 8;
    for (size_t i = 0; i < held_; ++i) {
        if (i + kTurns < held_) {
            fetch_surroundings(messages_[i + kTurns]);
        }
        rd_kafka_message_destroy(messages_[i]);
    }
    held_ = 0;
}

Result<ReadBatch> KafkaReader::read(size_t max_records, std::chrono::milliseconds max_wait) {
    release_messages();
    records_.clear();
    ends_.clear();
    if (failed_) {
        return Unexpected(*failed_);
    }
    held_ = fetch(max_records, max_wait);
    for (size_t i = 0; i < held_; ++i) {
        take(messages_[i]);
    }
    keep_fetching();
    if (!records_.empty() || !ends_.empty()) {
        last_sign_ = std::chrono::steady_clock::now();
        return ReadBatch{records_, ends_};
    }
    if (failed_) {
        return Unexpected(*failed_);
    }
    if (const auto answered = check_broker(); !answered) {
        return Unexpected(answered.error());
    }
    return ReadBatch{records_, ends_};
}

/// librdkafka's batch call waits until the batch is full or the time is over, even with messages in
/// hand: so it waits for the first one alone and then takes what else is there.
size_t KafkaReader::fetch(size_t max_records, std::chrono::milliseconds max_wait) {
    if (messages_.size() < max_records) {
        messages_.resize(max_records);
    }
    const auto wait_ms =
        static_cast<int>(std::clamp<int64_t>(max_wait.count(), 0, std::numeric_limits<int>::max()));
    const ssize_t first = rd_kafka_consume_batch_queue(queue_.get(), wait_ms, messages_.data(), 1);
    if (first < 1 || max_records == 1) {
        return first < 1 ? 0 : 1;
    }
    const ssize_t more =
        rd_kafka_consume_batch_queue(queue_.get(), 0, messages_.data() + 1, max_records - 1);
    return more < 0 ? 1 : 1 + static_cast<size_t>(more);
}

void KafkaReader::take(const rd_kafka_message_t* message) {
    const bool ours = message->rkt != nullptr && message->partition >= 0 &&
                      static_cast<size_t>(message->partition) < next_offsets_.size();
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && ours) {
        take_record(message, next_offsets_[static_cast<size_t>(message->partition)]);
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && ours) {
        take_end(message, next_offsets_[static_cast<size_t>(message->partition)]);
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        take_error(message);
    }
}

void KafkaReader::take_record(const rd_kafka_message_t* message, int64_t& next_offset) {
    if (message->offset < next_offset) {
        return;  // from the batch on the broker that begins before the position
    }
    events::Record& record = records_.emplace_back();
    record.partition = message->partition;
    record.offset = message->offset;
    record.append_time_ms = rd_kafka_message_timestamp(message, nullptr);
    record.key = view(message->key, message->key_len);
    record.value = view(message->payload, message->len);
    record.headers = {message, copy_message_headers};
    next_offset = message->offset + 1;
    bytes_since_wake_ += message->len + message->key_len;
}

void KafkaReader::take_end(const rd_kafka_message_t* message, int64_t& next_offset) {
    next_offset = std::max(next_offset, message->offset);
    const auto known = std::find_if(ends_.begin(), ends_.end(), [message](const Place& end) {
        return end.partition == message->partition;
    });
    if (known == ends_.end()) {
        ends_.push_back({message->partition, next_offset});
    } else {
        known->next_offset = next_offset;
    }
}

void KafkaReader::take_error(const rd_kafka_message_t* message) {
    const Errc code = kafka_errc(message->err);
    // What may pass, librdkafka retries by itself. The group is never joined, so its ACL is no
    // matter.
    const bool passes =
        code == Errc::Unavailable || message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    if (failed_ || (passes && message->err != RD_KAFKA_RESP_ERR__FATAL)) {
        return;
    }
    const auto index = static_cast<size_t>(message->partition);
    const int64_t offset = index < next_offsets_.size() ? next_offsets_[index] : -1;
    // An unknown topic here is one that was there when the reader was opened.
    failed_ =
        Error{code == Errc::NotFound ? Errc::Corrupt : code,
              topic_ + "[" + std::to_string(message->partition) + "]@" + std::to_string(offset) +
                  ": " + rd_kafka_err2name(message->err) + ": " + rd_kafka_message_errstr(message)};
}

/// librdkafka hides an outage while it reconnects, and its "all brokers down" misses brokers it
/// never tried. So after silence a metadata request tells an idle log from a log that is away or
/// gone.
Result<void> KafkaReader::check_broker() {
    const auto now = std::chrono::steady_clock::now();
    // Taken before the question: what is said to be lost while it is answered is asked for again.
    const bool lost = client_.hooks->lost_partition.exchange(false);
    if (now - last_sign_ < no_broker_limit_ && !lost) {
        return {};
    }
    auto answered = probe(kProbeWait);
    if (lost && !answered) {
        client_.hooks->lost_partition = true;
    }
    if (answered) {
        last_sign_ = now;
    } else if (answered.error().code == Errc::Unavailable) {
        if (now - last_sign_ < no_broker_limit_) {
            return {};
        }
        const auto silent = std::chrono::duration_cast<std::chrono::seconds>(now - last_sign_);
        answered.error().message += "; no broker for " + std::to_string(silent.count()) + " s";
    }
    return answered;
}

/// A librdkafka thread whose queue was full looks again after a second, however soon there is room;
/// any request for its broker wakes it. Its answer is not waited for. (From 2.2.0 on
/// fetch.queue.backoff.ms does this.)
void KafkaReader::keep_fetching() {
    if (bytes_since_wake_ < kWakeBytes || kafka_has_queue_backoff()) {
        return;
    }
    bytes_since_wake_ = 0;
    static_cast<void>(probe(std::chrono::milliseconds(0)));
}

Result<void> KafkaReader::probe(std::chrono::milliseconds wait) {
    // Asked by name: without one, librdkafka 2.0.2 lets the broker create the topics it knew.
    const KafkaTopic topic(rd_kafka_topic_new(client_.handle.get(), topic_.c_str(), nullptr));
    const rd_kafka_metadata_t* raw = nullptr;
    const auto error = rd_kafka_metadata(
        client_.handle.get(), 0, topic.get(), &raw, static_cast<int>(wait.count()));
    const KafkaMetadata metadata(raw);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(Errc::Unavailable, "read " + topic_ + ": " + rd_kafka_err2str(error));
    }
    if (metadata->topic_cnt == 1 && kafka_errc(metadata->topics[0].err) == Errc::NotFound) {
        return fail(Errc::Corrupt, "read " + topic_ + ": the topic is gone");
    }
    return {};
}

}  // namespace sijill::log
