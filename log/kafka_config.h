#pragma once
// log/kafka_config.h - what an operator sets for Kafka, and the librdkafka configuration made of
// it.

#include "events/result.h"
#include "log/kafka_handles.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sijill::log {

/// Receives librdkafka's log lines. Levels are syslog's (0 emergency … 7 debug). Called from
/// librdkafka's threads, several at a time.
using KafkaLogSink = std::function<void(int level, std::string_view line)>;

/// Warnings and worse go to stderr.
void log_to_stderr(int level, std::string_view line);

struct KafkaConfig {
    std::string bootstrap_servers;  // "host:port[,host:port…]"
    std::string topic = "sijill.events";
    std::string client_id = "sijill";
    /// Never joined: readers assign partitions themselves. Brokers with ACLs want READ on it.
    std::string group_id = "sijill";
    /// How long the producer gathers records into one batch. 0–1 ms for single appends, 50–100 ms
    /// for bulk loading.
    std::chrono::milliseconds linger{1};
    /// After this an append is given up: well above the longest failover.
    std::chrono::milliseconds message_timeout{60'000};
    /// Bound of look-ups and of topic administration.
    std::chrono::milliseconds request_timeout{10'000};
    /// A reader without any broker for longer than this reports Errc::Unavailable.
    std::chrono::milliseconds no_broker_limit{10'000};
    /// Any further librdkafka setting (security.protocol, sasl.*, ssl.*, tuning), under
    /// librdkafka's names. Settings that decide about durability, order or completeness are
    /// refused: kafka_fixed_settings().
    std::map<std::string, std::string> librdkafka;
    KafkaLogSink log = log_to_stderr;
};

/// Which client a configuration is for.
enum class KafkaRole {
    Producer,
    Reader,
    LookBack,  // a reader of single records
    Lookup,    // metadata, watermarks, administration: joins and reads nothing
};

/// The librdkafka configuration of one client. Errors: Config (a key librdkafka does not know, a
/// value it refuses, a key that is fixed here: the message names key and reason).
[[nodiscard]] Result<KafkaConf> kafka_conf(const KafkaConfig& config, KafkaRole role);

/// What librdkafka will use for `key`; nullopt when it knows no such key.
[[nodiscard]] std::optional<std::string> kafka_read_back(const KafkaConf& conf,
                                                         const std::string& key);

/// Whether the librdkafka at hand (2.2.0 and later) can be told how soon to fetch again after its
/// queue was full; before, it sleeps for a second (reader's keep_fetching).
[[nodiscard]] bool kafka_has_queue_backoff();

/// What a client's callbacks use.
struct KafkaHooks {
    KafkaLogSink log;
    /// librdkafka said that a partition or topic it was given is not there (any more), and no
    /// broker has said since that it is. Set in the thread that librdkafka calls back from.
    std::atomic<bool> lost_partition = false;
};

/// A client and its hooks, which must live longer.
struct KafkaClient {
    std::unique_ptr<KafkaHooks> hooks;
    KafkaHandle handle;
};

using KafkaDelivery = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void*);

/// Starts a client. It connects by itself, later; no broker is needed now. `delivered`: the
/// producer's report callback. Errors: Config.
[[nodiscard]] Result<KafkaClient> kafka_client(const KafkaConfig& config,
                                               KafkaRole role,
                                               KafkaDelivery delivered = nullptr);

}  // namespace sijill::log
