// cli/doctor_log.cc - looks at the log, and at the shards that were folded from it.

#include "cli/doctor.h"
#include "cli/output.h"
#include "consumers/audit_replay.h"
#include "log/embedded_log.h"
#include "log/kafka_library.h"
#include "log/kafka_log.h"
#include "log/kafka_topic.h"
#include "log/places.h"
#include "projections/shard_fold.h"
#include "projections/store_version.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace sijill::cli {

namespace {

Findings look_at_embedded(const Options& options, std::unique_ptr<log::EventLog>& opened) {
    const std::string directory = options.data + "/log";
    std::error_code failed;
    const bool there = std::filesystem::exists(directory, failed);
    if (failed) {
        return {{Verdict::Problem,
                 "log",
                 "cannot read " + directory + ": " + failed.message(),
                 "look again as the user that the server runs as"}};
    }
    Findings none{{Verdict::Ok, "log", directory + " is made by the first event", ""}};
    if (!there) {
        return none;
    }
    if (const auto holder = locked_by(directory)) {
        return {{Verdict::Warning,
                 "log",
                 directory + " is in use by process " + std::to_string(*holder),
                 "as it should be while the server runs; it was not looked into"}};
    }
    // What it would make there would be this user's, perhaps not the server's.
    auto log = log::EmbeddedLog::open({.directory = directory, .make = false, .read_only = true});
    const auto ranges =
        log ? (*log)->ranges() : Result<std::vector<log::OffsetRange>>(Unexpected(log.error()));
    if (!ranges && ranges.error().code == Errc::NotFound) {
        return none;
    }
    if (!ranges) {
        return {{Verdict::Problem,
                 "log",
                 ranges.error().message,
                 ranges.error().code == Errc::Corrupt
                     ? "the log is the truth: do not delete it; restore it from a copy"
                     : "mend what is named; the log is the truth: do not delete it"}};
    }
    opened = std::move(*log);
    return {{Verdict::Ok,
             "log",
             directory + " holds " + grouped(offsets_in(*ranges)) + " events in " +
                 std::to_string(ranges->size()) + " partitions",
             ""}};
}

Findings look_at_topic(const Options& options, int32_t partitions) {
    log::TopicSpec spec;
    spec.partitions = options.partitions;
    const auto deviations = log::check_topic(kafka_config(options), spec);
    if (!deviations) {
        return {{Verdict::Problem, "topic", deviations.error().message, "sijill topic check"}};
    }
    Findings found;
    for (const log::TopicDeviation& each : *deviations) {
        found.push_back(
            {Verdict::Problem,
             "topic",
             each.setting + " is " + each.actual + ", must be " + each.expected,
             "kafka-configs --alter, or a new topic by `sijill topic create`: " + each.why});
    }
    if (found.empty()) {
        found.push_back(
            {Verdict::Ok,
             "topic",
             options.topic + " keeps everything, in " + std::to_string(partitions) + " partitions",
             ""});
    }
    return found;
}

Findings look_at_kafka(const Options& options, std::unique_ptr<log::EventLog>& opened) {
    const std::string version = "librdkafka " + log::kafka_library_version();
    const log::KafkaConfig config = kafka_config(options);
    auto log = log::KafkaLog::open(config);
    const auto identity =
        log ? (*log)->identity() : Result<log::LogIdentity>(Unexpected(log.error()));
    const bool refused = log::kafka_refuses_scram(config);
    Findings found{{Verdict::Ok, "Kafka client", version, ""}};
    if (refused) {
        found.front() = {identity ? Verdict::Warning : Verdict::Problem,
                         "Kafka client",
                         version + " with SASL/SCRAM: Kafka 4 refuses its log-in",
                         "take librdkafka 2.6.1 or later (Debian 13), or another sasl.mechanism"};
    }
    if (identity) {
        found.push_back(
            {Verdict::Ok, "Kafka", options.kafka + " answers; cluster " + identity->id, ""});
        const auto topic = look_at_topic(options, identity->partitions);
        found.insert(found.end(), topic.begin(), topic.end());
        opened = std::move(*log);
    } else if (identity.error().code == Errc::NotFound) {
        found.push_back({Verdict::Problem,
                         "topic",
                         identity.error().message,
                         "sijill topic create --kafka … --topic " + options.topic});
    } else {
        found.push_back({Verdict::Problem,
                         "Kafka",
                         options.kafka + " does not answer: " + identity.error().message,
                         "check kafka.bootstrap_servers, the network, security.protocol and the "
                         "brokers' advertised.listeners"});
    }
    return found;
}

Finding unread_shards(const Options& options, const Error& error) {
    if (error.code == Errc::NotFound) {
        return {Verdict::Ok, "shards", "nothing was folded into " + options.data + " yet", ""};
    }
    return {Verdict::Problem,
            "shards",
            error.message,
            error.code == Errc::Storage ? "look again as the user that the server runs as"
                                        : "the log is the truth: shards can be folded again"};
}

Result<void> check_log_of(const consumers::ShardView& shards, log::EventLog* log) {
    if (log == nullptr) {
        return {};
    }
    const auto ranges = log->ranges();
    return ranges ? consumers::check_same_logs(*log, shards, *ranges) : Unexpected(ranges.error());
}

}  // namespace

std::optional<int> locked_by(const std::string& directory) {
    const int fd = open((directory + "/LOCK").c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return std::nullopt;
    }
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    const bool asked = fcntl(fd, F_GETLK, &lock) == 0;
    close(fd);
    return asked && lock.l_type != F_UNLCK ? std::optional(lock.l_pid) : std::nullopt;
}

Findings look_at_log(const Options& options, std::unique_ptr<log::EventLog>& opened) {
    return options.kafka.empty() ? look_at_embedded(options, opened)
                                 : look_at_kafka(options, opened);
}

Findings look_at_shards(const Options& options, log::EventLog* log) {
    const std::string store = "RocksDB " + projections::store_version() + ", rules " +
                              std::to_string(projections::kFoldVersion);
    Findings found{{Verdict::Ok, "store", store, ""}};
    const auto shards = open_shards(options);
    if (!shards) {
        found.push_back(unread_shards(options, shards.error()));
        return found;
    }
    if (const auto same = check_log_of(*shards, log); !same) {
        found.push_back({Verdict::Problem,
                         "shards",
                         same.error().message,
                         "restore the log they were folded from; if this one is the truth, move " +
                             options.data + "/shards away and run `sijill catch-up`"});
        return found;
    }
    int64_t records = 0;
    int64_t anomalies = 0;
    int64_t appended = 0;
    for (const projections::Position& position : shards->positions()) {
        records += position.records;
        anomalies += position.anomalies;
        appended = std::max(appended, position.last_append_time_ms);
    }
    const auto holder = locked_by(consumers::shard_directory(options.data, 0));
    found.push_back({Verdict::Ok,
                     "shards",
                     std::to_string(shards->positions().size()) + " shards hold " +
                         grouped(records) + " records, " + grouped(anomalies) + " anomalies" +
                         (holder ? "; process " + std::to_string(*holder) + " folds" : ""),
                     ""});
    const Findings ahead = judge_last_append(appended, log::system_clock_ms());
    found.insert(found.end(), ahead.begin(), ahead.end());
    return found;
}

}  // namespace sijill::cli
