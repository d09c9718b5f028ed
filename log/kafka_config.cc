#include "log/kafka_config.h"

#include <syslog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>
#include <vector>

namespace sijill::log {
namespace {

/// A setting this file decides. `why` completes "librdkafka setting KEY is fixed: …".
struct Fixed {
    std::string_view key;
    std::string_view why;
};

constexpr std::string_view kOwnSetting = "it has a setting of its own in the kafka section";

/// Refused in the pass-through map, under every name librdkafka knows them by.
constexpr std::array kFixed = {
    Fixed{"enable.idempotence", "without it a retry could double or reorder events"},
    Fixed{"acks", "an event is acknowledged only when all in-sync replicas have it"},
    Fixed{"request.required.acks",
          "an event is acknowledged only when all in-sync replicas have it"},
    Fixed{"partitioner", "a subject must land where the Java clients put it, or its order is lost"},
    Fixed{"partitioner_cb", "a subject must land where the Java clients put it"},
    Fixed{"transactional.id", "one event is one record; transactions would add nothing"},
    Fixed{"enable.auto.commit", "the position is stored with the views, in one write"},
    Fixed{"auto.commit.enable", "the position is stored with the views, in one write"},
    Fixed{"enable.auto.offset.store", "the position is stored with the views, in one write"},
    Fixed{"auto.offset.reset", "any reset would skip or repeat records in silence"},
    Fixed{"check.crcs", "a record damaged on its way must not be folded"},
    Fixed{"allow.auto.create.topics", "only sijill topic create makes the log, with its settings"},
    Fixed{"isolation.level", "records of an aborted transaction never happened"},
    Fixed{"enable.partition.eof", "readers report when they reached the end"},
    Fixed{"delivery.report.only.error", "an append waits for the report of each of its records"},
    Fixed{"bootstrap.servers", kOwnSetting},
    Fixed{"metadata.broker.list", kOwnSetting},
    Fixed{"client.id", kOwnSetting},
    Fixed{"group.id", kOwnSetting},
    Fixed{"linger.ms", kOwnSetting},
    Fixed{"queue.buffering.max.ms", kOwnSetting},
    Fixed{"message.timeout.ms", kOwnSetting},
    Fixed{"delivery.timeout.ms", kOwnSetting},
};

using Settings = std::vector<std::pair<std::string, std::string>>;

/// Tuning that the pass-through map may change.
Settings tuning(KafkaRole role) {
    Settings settings = {
        {"socket.nagle.disable", "true"},
        {"reconnect.backoff.max.ms",
         "500"},  // default 10 s: an idle client sleeps through a restart
    };
    if (role == KafkaRole::Producer) {
        settings.emplace_back("compression.codec", "lz4");
        settings.emplace_back("message.max.bytes", "1048576");
        settings.emplace_back("batch.num.messages", "10000");
        settings.emplace_back("queue.buffering.max.messages", "1000000");
    }
    if (role == KafkaRole::Reader) {
        // Bounded by bytes alone, and few of them: every page a queue fills for the first time
        // costs a fault, and what was parsed long ago has left the processor's caches.
        settings.emplace_back("queued.min.messages", "10000000");
        settings.emplace_back("queued.max.messages.kbytes", "32768");
        settings.emplace_back("fetch.message.max.bytes", "4194304");
        settings.emplace_back("fetch.wait.max.ms", "100");
        if (kafka_has_queue_backoff()) {
            settings.emplace_back("fetch.queue.backoff.ms", "5");
        }
    }
    if (role == KafkaRole::LookBack) {
        settings.emplace_back("fetch.message.max.bytes", "65536");
    }
    return settings;
}

/// What durability, order and completeness rest on.
Settings fixed(const KafkaConfig& config, KafkaRole role) {
    Settings settings = {{"bootstrap.servers", config.bootstrap_servers},
                         {"client.id", config.client_id},
                         {"allow.auto.create.topics", "false"}};  // a producer's default is true
    if (role == KafkaRole::Producer) {
        settings.emplace_back("enable.idempotence", "true");
        settings.emplace_back("acks", "all");
        settings.emplace_back("partitioner", "murmur2_random");
        settings.emplace_back("linger.ms", std::to_string(config.linger.count()));
        settings.emplace_back("message.timeout.ms", std::to_string(config.message_timeout.count()));
        return settings;
    }
    settings.emplace_back("isolation.level", "read_committed");
    if (role == KafkaRole::Reader || role == KafkaRole::LookBack) {
        settings.emplace_back("group.id", config.group_id);
        settings.emplace_back("enable.auto.commit", "false");
        settings.emplace_back("enable.auto.offset.store", "false");
        settings.emplace_back("auto.offset.reset", "error");
        settings.emplace_back("check.crcs", "true");
        settings.emplace_back("enable.partition.eof", "true");
    }
    return settings;
}

Result<void> refuse_fixed(const std::map<std::string, std::string>& given) {
    std::string message;
    for (const auto& [key, value] : given) {
        const auto* const found = std::find_if(
            kFixed.begin(), kFixed.end(), [&key = key](const Fixed& f) { return f.key == key; });
        if (found != kFixed.end()) {
            message += (message.empty() ? "" : "; ") + ("librdkafka setting " + key) +
                       " is fixed: " + std::string(found->why);
        }
    }
    return message.empty() ? Result<void>{} : fail(Errc::Config, message);
}

Result<void> set(rd_kafka_conf_t* conf, const std::string& key, const std::string& value) {
    std::array<char, kKafkaReasonBytes> text{};
    const auto outcome =
        rd_kafka_conf_set(conf, key.c_str(), value.c_str(), text.data(), text.size());
    if (outcome == RD_KAFKA_CONF_OK) {
        return {};
    }
    return fail(Errc::Config, "librdkafka setting " + key + ": " + text.data());
}

void forward_log(const rd_kafka_t* handle, int level, const char* facility, const char* line) {
    // Producer and reader share the pass-through map, so each is warned of the other's settings.
    const std::string_view text(line);
    if (std::string_view(facility) == "CONFWARN" &&
        text.find("property and will be ignored by this") != std::string_view::npos) {
        return;
    }
    const auto& hooks = *static_cast<const KafkaHooks*>(rd_kafka_opaque(handle));
    hooks.log(level, std::string(facility) + ": " + line);
}

void forward_error(rd_kafka_t* /*handle*/, int error, const char* reason, void* opaque) {
    auto& hooks = *static_cast<KafkaHooks*>(opaque);
    if (kafka_errc(static_cast<rd_kafka_resp_err_t>(error)) == Errc::NotFound) {
        hooks.lost_partition = true;
    }
    hooks.log(LOG_ERR, std::string("ERROR: ") + reason);
}

}  // namespace

void log_to_stderr(int level, std::string_view line) {
    if (level <= LOG_WARNING) {
        std::fprintf(stderr, "kafka: %.*s\n", static_cast<int>(line.size()), line.data());
    }
}

Result<KafkaConf> kafka_conf(const KafkaConfig& config, KafkaRole role) {
    if (config.bootstrap_servers.empty()) {
        return fail(Errc::Config, "kafka: bootstrap_servers is empty");
    }
    if (const auto allowed = refuse_fixed(config.librdkafka); !allowed) {
        return Unexpected(allowed.error());
    }
    Settings settings = tuning(role);
    settings.insert(settings.end(), config.librdkafka.begin(), config.librdkafka.end());
    const Settings last = fixed(config, role);
    settings.insert(settings.end(), last.begin(), last.end());
    KafkaConf conf(rd_kafka_conf_new());
    for (const auto& [key, value] : settings) {
        if (const auto taken = set(conf.get(), key, value); !taken) {
            return Unexpected(taken.error());
        }
    }
    return conf;
}

std::optional<std::string> kafka_read_back(const KafkaConf& conf, const std::string& key) {
    std::array<char, kKafkaReasonBytes> text{};
    size_t size = text.size();
    if (rd_kafka_conf_get(conf.get(), key.c_str(), text.data(), &size) != RD_KAFKA_CONF_OK) {
        return std::nullopt;
    }
    return std::string(text.data());
}

bool kafka_has_queue_backoff() {
    return rd_kafka_version() >= 0x02020000;
}

Result<KafkaClient> kafka_client(const KafkaConfig& config,
                                 KafkaRole role,
                                 KafkaDelivery delivered) {
    auto conf = kafka_conf(config, role);
    if (!conf) {
        return Unexpected(conf.error());
    }
    KafkaClient client;
    client.hooks = std::make_unique<KafkaHooks>();
    client.hooks->log = config.log ? config.log : log_to_stderr;
    rd_kafka_conf_set_opaque(conf->get(), client.hooks.get());
    rd_kafka_conf_set_log_cb(conf->get(), forward_log);
    rd_kafka_conf_set_error_cb(conf->get(), forward_error);
    if (delivered != nullptr) {
        rd_kafka_conf_set_dr_msg_cb(conf->get(), delivered);
    }
    std::array<char, kKafkaReasonBytes> text{};
    const auto type = role == KafkaRole::Producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
    client.handle.reset(rd_kafka_new(type, conf->get(), text.data(), text.size()));
    if (!client.handle) {
        return fail(Errc::Config, std::string("kafka: ") + text.data());
    }
    static_cast<void>(conf->release());  // the handle owns it now
    return client;
}

}  // namespace sijill::log
