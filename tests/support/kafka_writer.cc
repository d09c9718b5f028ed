#include "tests/support/kafka_writer.h"

#include "events/check.h"
#include "log/places.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace sijill::tests {
namespace {

constexpr int kWriteDeadlineMs = 30'000;

void require(rd_kafka_error_t* raw) {
    const log::KafkaError error(raw);
    if (error) {
        std::fprintf(stderr, "kafka writer: %s\n", rd_kafka_error_string(error.get()));
    }
    CHECK(!error, "the foreign producer works");
}

void set(rd_kafka_conf_t* conf, const char* key, const std::string& value) {
    std::array<char, 256> text{};
    CHECK(rd_kafka_conf_set(conf, key, value.c_str(), text.data(), text.size()) == RD_KAFKA_CONF_OK,
          "librdkafka knows the setting");
}

rd_kafka_vu_t text_argument(rd_kafka_vtype_t type, const std::optional<std::string>& text) {
    rd_kafka_vu_t argument{};
    argument.vtype = type;
    argument.u.mem.ptr = text ? const_cast<char*>(text->data()) : nullptr;
    argument.u.mem.size = text ? text->size() : 0;
    return argument;
}

}  // namespace

KafkaWriter::KafkaWriter(const std::string& bootstrap,
                         std::string topic,
                         const std::string& transactional_id)
    : topic_(std::move(topic)), transactional_(!transactional_id.empty()) {
    log::KafkaConf conf(rd_kafka_conf_new());
    set(conf.get(), "bootstrap.servers", bootstrap);
    set(conf.get(), "linger.ms", "0");
    if (transactional_) {
        set(conf.get(), "transactional.id", transactional_id);
    }
    producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), nullptr, 0));
    CHECK(producer_ != nullptr, "the foreign producer starts");
    if (transactional_) {
        require(rd_kafka_init_transactions(producer_.get(), kWriteDeadlineMs));
    }
}

void KafkaWriter::write(const RawRecord& record) {
    if (transactional_ && !in_transaction_) {
        require(rd_kafka_begin_transaction(producer_.get()));
        in_transaction_ = true;
    }
    std::vector<rd_kafka_vu_t> arguments;
    arguments.emplace_back().vtype = RD_KAFKA_VTYPE_TOPIC;
    arguments.back().u.cstr = topic_.c_str();
    arguments.emplace_back().vtype = RD_KAFKA_VTYPE_PARTITION;
    arguments.back().u.i32 = record.partition;
    arguments.push_back(text_argument(RD_KAFKA_VTYPE_KEY, record.key));
    arguments.push_back(text_argument(RD_KAFKA_VTYPE_VALUE, record.value));
    arguments.emplace_back().vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    arguments.back().u.i = RD_KAFKA_MSG_F_COPY;
    for (const events::Header& header : record.headers) {
        rd_kafka_vu_t& argument = arguments.emplace_back();
        argument.vtype = RD_KAFKA_VTYPE_HEADER;
        argument.u.header.name = header.name.c_str();
        argument.u.header.val = header.value.data();
        argument.u.header.size = static_cast<ssize_t>(header.value.size());
    }
    require(rd_kafka_produceva(producer_.get(), arguments.data(), arguments.size()));
    CHECK(rd_kafka_flush(producer_.get(), kWriteDeadlineMs) == RD_KAFKA_RESP_ERR_NO_ERROR,
          "the record is acknowledged");
}

void KafkaWriter::commit() {
    require(rd_kafka_commit_transaction(producer_.get(), kWriteDeadlineMs));
    in_transaction_ = false;
}

void KafkaWriter::abort() {
    require(rd_kafka_abort_transaction(producer_.get(), kWriteDeadlineMs));
    in_transaction_ = false;
}

std::string fresh_topic(const std::string& purpose) {
    return "test." + purpose + "." + log::random_log_id();
}

std::optional<std::string> kafka_bootstrap() {
    const char* const address = std::getenv("KAFKA_BOOTSTRAP");
    if (address == nullptr || *address == '\0') {
        return std::nullopt;
    }
    return address;
}

}  // namespace sijill::tests
