#include "log/kafka_producer.h"

#include "log/places.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace sijill::log {
namespace {

constexpr int kPollMs = 100;

/// One append() call: librdkafka reports each of its records once, from the report thread.
struct Call {
    std::mutex mutex;
    std::condition_variable finished;
    size_t waiting = 0;
    std::vector<Result<Appended>> results;

    void settle(size_t index, Result<Appended> result) {
        const std::lock_guard lock(mutex);
        results[index] = std::move(result);
        if (--waiting == 0) {
            // Under the lock: the call is on its caller's stack and gone once the lock is free.
            finished.notify_one();
        }
    }
};

/// What librdkafka carries with each record.
struct Slot {
    Call* call = nullptr;
    size_t index = 0;
};

Result<Appended> verdict(const rd_kafka_message_t* message) {
    const std::string where = std::string("append to ") + rd_kafka_topic_name(message->rkt);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && message->offset >= 0) {
        rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        const int64_t time_ms = rd_kafka_message_timestamp(message, &type);
        return Appended{message->partition, message->offset, time_ms};
    }
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        // A retry the broker knew already (DUPLICATE_SEQUENCE): it is in the log, but where?
        return fail(Errc::Unknown,
                    where + ": appended, but the broker did not say at which offset");
    }
    if (rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED) {
        return fail(Errc::Unknown,
                    where + ": may have been appended: " + rd_kafka_err2str(message->err));
    }
    return kafka_fail(where + ": not appended", message->err);
}

void take_report(rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* /*opaque*/) {
    const Slot& slot = *static_cast<const Slot*>(message->_private);
    slot.call->settle(slot.index, verdict(message));
}

rd_kafka_vu_t text_argument(rd_kafka_vtype_t type, const std::string& text) {
    rd_kafka_vu_t argument{};
    argument.vtype = type;
    // librdkafka only reads it; its C interface has no const here.
    argument.u.mem.ptr = const_cast<char*>(text.data());
    argument.u.mem.size = text.size();
    return argument;
}

}  // namespace

Result<std::shared_ptr<KafkaProducer>> KafkaProducer::start(const KafkaConfig& config) {
    auto client = kafka_client(config, KafkaRole::Producer, take_report);
    if (!client) {
        return Unexpected(client.error());
    }
    KafkaTopic topic(rd_kafka_topic_new(client->handle.get(), config.topic.c_str(), nullptr));
    if (!topic) {
        return kafka_fail("kafka topic " + config.topic, rd_kafka_last_error());
    }
    return std::shared_ptr<KafkaProducer>(new KafkaProducer(std::move(*client), std::move(topic)));
}

KafkaProducer::KafkaProducer(KafkaClient client, KafkaTopic topic)
    : client_(std::move(client)), topic_(std::move(topic)), reports_([this] { serve_reports(); }) {}

KafkaProducer::~KafkaProducer() {
    stopping_ = true;
    reports_.join();
}

void KafkaProducer::serve_reports() {
    while (!stopping_) {
        rd_kafka_poll(client_.handle.get(), kPollMs);
    }
}

bool KafkaProducer::is_fatal() const {
    return rd_kafka_fatal_error(client_.handle.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::vector<Result<Appended>> KafkaProducer::append(std::span<const events::NewRecord> records) {
    Call call;
    call.waiting = records.size();
    call.results.resize(records.size());
    std::vector<Slot> slots(records.size());
    for (size_t i = 0; i < records.size(); ++i) {
        slots[i] = {&call, i};
        if (record_bytes(records[i]) > kMaxRecordBytes) {
            call.settle(i, too_large(records[i]));
            continue;
        }
        const auto error = send(records[i], &slots[i]);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            const std::string where = std::string("append to ") + rd_kafka_topic_name(topic_.get());
            call.settle(i, kafka_fail(where, error));
        }
    }
    std::unique_lock lock(call.mutex);
    call.finished.wait(lock, [&call] { return call.waiting == 0; });
    return std::move(call.results);
}

/// Hands one record over without copying its value: the caller's record outlives its report, for
/// which append() waits.
rd_kafka_resp_err_t KafkaProducer::send(const events::NewRecord& record, void* slot) {
    std::vector<rd_kafka_vu_t> arguments;
    arguments.reserve(6 + record.headers.size());
    arguments.emplace_back().vtype = RD_KAFKA_VTYPE_RKT;
    arguments.back().u.rkt = topic_.get();
    arguments.push_back(text_argument(RD_KAFKA_VTYPE_KEY, record.key));
    arguments.push_back(text_argument(RD_KAFKA_VTYPE_VALUE, record.value));
    arguments.emplace_back().vtype = RD_KAFKA_VTYPE_OPAQUE;
    arguments.back().u.ptr = slot;
    arguments.emplace_back().vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    // A full queue makes this thread wait; the report thread makes room.
    arguments.back().u.i = RD_KAFKA_MSG_F_BLOCK;
    for (const events::Header& header : record.headers) {
        rd_kafka_vu_t& argument = arguments.emplace_back();
        argument.vtype = RD_KAFKA_VTYPE_HEADER;
        argument.u.header.name = header.name.c_str();
        argument.u.header.val = header.value.data();
        argument.u.header.size = static_cast<ssize_t>(header.value.size());
    }
    const KafkaError error(
        rd_kafka_produceva(client_.handle.get(), arguments.data(), arguments.size()));
    return error ? rd_kafka_error_code(error.get()) : RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace sijill::log
