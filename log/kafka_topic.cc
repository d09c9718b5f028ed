#include "log/kafka_topic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

namespace sijill::log {
namespace {

constexpr int kPropagationPollMs = 20;

enum class Rule { Equal, AtLeast, AtMost };

struct Wanted {
    std::string setting;
    std::string value;
    Rule rule;
    std::string why;
};

/// The one table of topic settings: create_topic sets them, check_topic judges them.
std::vector<Wanted> wanted(const TopicSpec& spec) {
    std::vector<Wanted> table = {
        {"cleanup.policy",
         "delete",
         Rule::Equal,
         "compaction keeps one record a subject: the history of every case would be lost"},
        {"retention.ms", "-1", Rule::Equal, "records would be deleted by age"},
        {"retention.bytes", "-1", Rule::Equal, "records would be deleted by size"},
        {"message.timestamp.type",
         "LogAppendTime",
         Rule::Equal,
         "the time of recording would be what the channel claims"},
        {"unclean.leader.election.enable",
         "false",
         Rule::Equal,
         "a replica that lags could become leader, and acknowledged events would vanish"},
        {"min.insync.replicas",
         std::to_string(spec.min_insync_replicas),
         Rule::AtLeast,
         "an event could be acknowledged with fewer copies than configured"},
        {"max.message.bytes",
         std::to_string(spec.max_message_bytes),
         Rule::AtLeast,
         "batches of the size the producer makes would be refused"},
    };
    if (spec.flush_messages) {
        table.push_back({"flush.messages",
                         std::to_string(*spec.flush_messages),
                         Rule::AtMost,
                         "an acknowledged event could be in memory only"});
    }
    return table;
}

int64_t number(const std::string& text) {
    int64_t value = std::numeric_limits<int64_t>::min();
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool satisfies(const Wanted& want, const std::string& actual) {
    switch (want.rule) {
        case Rule::Equal:
            return actual == want.value;
        case Rule::AtLeast:
            return number(actual) >= number(want.value);
        case Rule::AtMost:
            return number(actual) <= number(want.value) && !actual.empty();
    }
    return false;
}

using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, KafkaDeleter>;

/// One administrative client, its options and the queue its answers come to.
struct Admin {
    KafkaClient client;
    KafkaQueue queue;
    AdminOptions options;
    int timeout_ms = 0;
    std::string where;
};

Result<Admin> admin(const KafkaConfig& config, rd_kafka_admin_op_t operation) {
    auto client = kafka_client(config, KafkaRole::Lookup);
    if (!client) {
        return Unexpected(client.error());
    }
    Admin made;
    made.client = std::move(*client);
    made.timeout_ms = static_cast<int>(config.request_timeout.count());
    made.where = "kafka topic " + config.topic;
    rd_kafka_t* const handle = made.client.handle.get();
    made.queue.reset(rd_kafka_queue_new(handle));
    made.options.reset(rd_kafka_AdminOptions_new(handle, operation));
    std::array<char, kKafkaReasonBytes> text{};
    auto error = rd_kafka_AdminOptions_set_request_timeout(
        made.options.get(), made.timeout_ms, text.data(), text.size());
    const bool waits =
        operation == RD_KAFKA_ADMIN_OP_CREATETOPICS || operation == RD_KAFKA_ADMIN_OP_DELETETOPICS;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && waits) {
        error = rd_kafka_AdminOptions_set_operation_timeout(
            made.options.get(), made.timeout_ms, text.data(), text.size());
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(Errc::Config, made.where + ": request timeout: " + text.data());
    }
    return made;
}

/// The broker's answer to the request just sent.
Result<KafkaEvent> answer(const Admin& admin) {
    // librdkafka's own timeout comes first; ours only bounds a bug.
    KafkaEvent event(rd_kafka_queue_poll(admin.queue.get(), 2 * admin.timeout_ms));
    if (!event) {
        return fail(Errc::Unavailable, admin.where + ": no answer");
    }
    const auto error = rd_kafka_event_error(event.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(kafka_errc(error),
                    admin.where + ": " + rd_kafka_event_error_string(event.get()));
    }
    return event;
}

Result<void> check_topic_results(const Admin& admin,
                                 const rd_kafka_topic_result_t** results,
                                 size_t count) {
    for (size_t i = 0; i < count; ++i) {
        const auto error = rd_kafka_topic_result_error(results[i]);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            const char* const text = rd_kafka_topic_result_error_string(results[i]);
            return fail(kafka_errc(error),
                        admin.where + ": " + (text == nullptr ? rd_kafka_err2str(error) : text));
        }
    }
    return {};
}

/// The topic as the cluster describes it. `partitions` without a leader count as not there yet.
struct Layout {
    int32_t partitions = 0;
    int32_t led_partitions = 0;
    int32_t fewest_replicas = 0;
};

Result<Layout> layout(const Admin& admin, const std::string& name) {
    rd_kafka_t* const handle = admin.client.handle.get();
    const KafkaTopic topic(rd_kafka_topic_new(handle, name.c_str(), nullptr));
    if (!topic) {
        return kafka_fail(admin.where, rd_kafka_last_error());
    }
    const rd_kafka_metadata_t* raw = nullptr;
    const auto error = rd_kafka_metadata(handle, 0, topic.get(), &raw, admin.timeout_ms);
    const KafkaMetadata metadata(raw);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_fail(admin.where, error);
    }
    if (metadata->topic_cnt != 1) {
        return fail(Errc::Unavailable, admin.where + ": the broker's answer does not name it");
    }
    const rd_kafka_metadata_topic& found = metadata->topics[0];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_fail(admin.where, found.err);
    }
    Layout result{found.partition_cnt, 0, std::numeric_limits<int32_t>::max()};
    for (int i = 0; i < found.partition_cnt; ++i) {
        result.led_partitions += found.partitions[i].leader >= 0 ? 1 : 0;
        result.fewest_replicas = std::min(result.fewest_replicas, found.partitions[i].replica_cnt);
    }
    return result;
}

Result<void> check_spec(const TopicSpec& spec) {
    if (spec.partitions.value_or(0) < 1 || spec.replication_factor < 1) {
        return fail(Errc::Config, "topic: at least 1 partition and 1 replica");
    }
    if (spec.min_insync_replicas < 1 || spec.min_insync_replicas > spec.replication_factor) {
        return fail(Errc::Config,
                    "topic: min_insync_replicas " + std::to_string(spec.min_insync_replicas) +
                        " with replication_factor " + std::to_string(spec.replication_factor) +
                        ": no append could succeed; at least 1 and at most the replicas");
    }
    return {};
}

/// A created topic takes a moment to reach every broker.
Result<void> wait_until_usable(const Admin& admin, const std::string& name, int32_t partitions) {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(admin.timeout_ms);
    while (std::chrono::steady_clock::now() < deadline) {
        const auto now = layout(admin, name);
        if (now && now->led_partitions == partitions) {
            return {};
        }
        rd_kafka_poll(admin.client.handle.get(), kPropagationPollMs);
    }
    return fail(Errc::Unavailable, admin.where + ": created, but has no leaders yet");
}

using ConfigEntry = std::pair<std::string, std::string>;

Result<std::vector<ConfigEntry>> describe(const Admin& admin, const std::string& topic) {
    const std::unique_ptr<rd_kafka_ConfigResource_t, KafkaDeleter> resource(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    rd_kafka_ConfigResource_t* asked = resource.get();
    rd_kafka_DescribeConfigs(
        admin.client.handle.get(), &asked, 1, admin.options.get(), admin.queue.get());
    const auto event = answer(admin);
    if (!event) {
        return Unexpected(event.error());
    }
    size_t resources = 0;
    const auto* const* const described = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event->get()), &resources);
    std::vector<ConfigEntry> entries;
    for (size_t r = 0; r < resources; ++r) {
        const auto error = rd_kafka_ConfigResource_error(described[r]);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return kafka_fail(admin.where, error);
        }
        size_t count = 0;
        const auto* const* const found = rd_kafka_ConfigResource_configs(described[r], &count);
        for (size_t i = 0; i < count; ++i) {
            const char* const value = rd_kafka_ConfigEntry_value(found[i]);
            entries.emplace_back(rd_kafka_ConfigEntry_name(found[i]),
                                 value == nullptr ? "" : value);
        }
    }
    return entries;
}

}  // namespace

Result<void> create_topic(const KafkaConfig& config, const TopicSpec& spec) {
    if (auto sound = check_spec(spec); !sound) {
        return sound;
    }
    const auto made = admin(config, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    if (!made) {
        return Unexpected(made.error());
    }
    std::array<char, kKafkaReasonBytes> text{};
    const std::unique_ptr<rd_kafka_NewTopic_t, KafkaDeleter> topic(rd_kafka_NewTopic_new(
        config.topic.c_str(), *spec.partitions, spec.replication_factor, text.data(), text.size()));
    if (!topic) {
        return fail(Errc::Config, made->where + ": " + text.data());
    }
    std::vector<Wanted> settings = wanted(spec);
    // The producer's compression is kept as it is; no deviation of it could lose anything.
    settings.push_back({"compression.type", "producer", Rule::Equal, ""});
    for (const Wanted& want : settings) {
        const auto error =
            rd_kafka_NewTopic_set_config(topic.get(), want.setting.c_str(), want.value.c_str());
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return kafka_fail(made->where + ": " + want.setting, error);
        }
    }
    rd_kafka_NewTopic_t* asked = topic.get();
    rd_kafka_CreateTopics(
        made->client.handle.get(), &asked, 1, made->options.get(), made->queue.get());
    const auto event = answer(*made);
    if (!event) {
        return Unexpected(event.error());
    }
    size_t count = 0;
    const rd_kafka_topic_result_t** const results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event->get()), &count);
    if (auto created = check_topic_results(*made, results, count); !created) {
        return created;
    }
    return wait_until_usable(*made, config.topic, *spec.partitions);
}

Result<std::vector<TopicDeviation>> check_topic(const KafkaConfig& config, const TopicSpec& spec) {
    const auto made = admin(config, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    if (!made) {
        return Unexpected(made.error());
    }
    const auto shape = layout(*made, config.topic);
    if (!shape) {
        return Unexpected(shape.error());
    }
    const auto entries = describe(*made, config.topic);
    if (!entries) {
        return Unexpected(entries.error());
    }
    std::vector<TopicDeviation> deviations;
    if (spec.partitions && shape->partitions != *spec.partitions) {
        deviations.push_back({"partitions",
                              std::to_string(*spec.partitions),
                              std::to_string(shape->partitions),
                              "subjects move to other partitions and their order is lost"});
    }
    if (shape->fewest_replicas < spec.replication_factor) {
        deviations.push_back({"replication factor",
                              std::to_string(spec.replication_factor),
                              std::to_string(shape->fewest_replicas),
                              "the loss of fewer disks than configured would lose events"});
    }
    for (const Wanted& want : wanted(spec)) {
        const auto found =
            std::find_if(entries->begin(), entries->end(), [&want](const ConfigEntry& entry) {
                return entry.first == want.setting;
            });
        const std::string actual = found == entries->end() ? "" : found->second;
        if (!satisfies(want, actual)) {
            deviations.push_back({want.setting, want.value, actual, want.why});
        }
    }
    return deviations;
}

Result<void> delete_topic(const KafkaConfig& config) {
    const auto made = admin(config, RD_KAFKA_ADMIN_OP_DELETETOPICS);
    if (!made) {
        return Unexpected(made.error());
    }
    const std::unique_ptr<rd_kafka_DeleteTopic_t, KafkaDeleter> topic(
        rd_kafka_DeleteTopic_new(config.topic.c_str()));
    rd_kafka_DeleteTopic_t* asked = topic.get();
    rd_kafka_DeleteTopics(
        made->client.handle.get(), &asked, 1, made->options.get(), made->queue.get());
    const auto event = answer(*made);
    if (!event) {
        return Unexpected(event.error());
    }
    size_t count = 0;
    const rd_kafka_topic_result_t** const results = rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result(event->get()), &count);
    return check_topic_results(*made, results, count);
}

}  // namespace sijill::log
