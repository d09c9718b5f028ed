#include "cli/context.h"

#include "cli/logging.h"
#include "log/embedded_log.h"
#include "log/kafka_log.h"
#include "log/kafka_topic.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace sijill::cli {

namespace {

std::atomic<bool> g_stop{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): a
                                  // signal handler's only channel

std::atomic<bool> g_reload{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void on_hangup(int /*signal*/) {
    g_reload = true;
}

void on_signal(int signal) {
    if (g_stop.exchange(true)) {
        std::_Exit(128 + signal);
    }
}

template <class L>
Result<std::unique_ptr<log::EventLog>> upcast(Result<std::unique_ptr<L>> opened) {
    if (!opened) {
        return Unexpected(opened.error());
    }
    return std::unique_ptr<log::EventLog>(std::move(*opened));
}

// Of an embedded log that another process holds. `brings`: the command is to append to it.
std::string remedy_of_held_log(const Options& options, bool brings) {
    if (options.given && options.given->has_api && options.as_of.empty()) {
        return ": stop that process, or ask it over HTTP (--api URL)";
    }
    return brings ? ": stop that process first"
                  : ": stop that process, or give as --data a copy of " + options.data +
                        " that was made while nothing ran on it";
}

Result<std::unique_ptr<log::EventLog>> open_log_as(const Options& options, bool make) {
    if (!options.kafka.empty()) {
        return upcast(log::KafkaLog::open(kafka_config(options)));
    }
    auto log = upcast(log::EmbeddedLog::open(
        {.directory = options.data + "/log", .partitions = options.partitions, .make = make}));
    if (!log && log.error().code == Errc::Conflict) {
        log.error().message += remedy_of_held_log(options, make);
    }
    return log;
}

}  // namespace

log::KafkaConfig kafka_config(const Options& options) {
    log::KafkaConfig config;
    config.bootstrap_servers = options.kafka;
    config.topic = options.topic;
    config.librdkafka = options.librdkafka;
    config.log = log_kafka_line;
    return config;
}

int exit_code_of(Errc code) {
    switch (code) {
        case Errc::Invalid:
            return kUsage;
        case Errc::Corrupt:
            return kMismatch;
        case Errc::NotFound:
            return kNotFound;
        case Errc::Conflict:
            return kConflict;
        case Errc::Unavailable:
        case Errc::Unknown:
            return kUnavailable;
        case Errc::Config:
            return kBadConfig;
        case Errc::Rejected:
        case Errc::TooLarge:
        case Errc::Storage:
            return kFailure;
    }
    return kFailure;
}

int report_error(const Error& error) {
    std::fprintf(stderr, "sijill: %s\n", error.message.c_str());
    return exit_code_of(error.code);
}

Result<std::unique_ptr<log::EventLog>> open_log(const Options& options) {
    auto log = open_log_as(options, false);
    if (!log && log.error().code == Errc::NotFound && options.kafka.empty()) {
        log.error().message +=
            ": name the data directory with --data or storage.path, or a broker with --kafka or "
            "kafka.bootstrap_servers; `sijill publish`, `import` and `serve` make a log";
    }
    return log;
}

Result<std::unique_ptr<log::EventLog>> open_or_make_log(const Options& options) {
    return open_log_as(options, true);
}

int64_t offsets_in(const std::vector<log::OffsetRange>& ranges) {
    int64_t sum = 0;
    for (const log::OffsetRange& range : ranges) {
        sum += range.end - range.begin;
    }
    return sum;
}

Result<void> require_sound_topic(const Options& options) {
    if (options.kafka.empty()) {
        return {};
    }
    log::TopicSpec spec;
    spec.partitions = std::nullopt;  // a shard knows the count it was folded from
    const auto deviations = log::check_topic(kafka_config(options), spec);
    if (!deviations) {
        return Unexpected(deviations.error());
    }
    if (deviations->empty() || options.dev) {
        return {};
    }
    std::string text = "topic " + options.topic + " is not safe to fold:";
    for (const auto& deviation : *deviations) {
        text += "\n  " + deviation.setting + " is " + deviation.actual + ", must be " +
                deviation.expected + ": " + deviation.why;
    }
    return fail(
        Errc::Config,
        text + "\nMend the topic (`sijill topic check` lists all), or fold it as it is with --dev");
}

Result<consumers::ShardView> open_shards(const Options& options) {
    auto shards = consumers::view_shards(options.data);
    if (!shards) {
        return shards;
    }
    const auto local_time = projections::LocalTime::of(options.time_zone);
    if (!local_time) {
        return Unexpected(local_time.error());
    }
    const auto of_others = [identity = projections::fold_identity(*local_time)](
                               const projections::Position& position) {
        return !position.identity.empty() && position.identity != identity;
    };
    if (std::ranges::any_of(shards->positions(), of_others)) {
        return fail(Errc::Config,
                    options.data + " was folded in another time zone than this command's, " +
                        options.time_zone +
                        ", by other rules of that zone (tzdata), or by another version of "
                        "Sijill's: give the zone it was folded in "
                        "(--time-zone, reporting.time_zone), or fold it again: move " +
                        options.data + "/shards away and run `sijill catch-up`");
    }
    return shards;
}

const std::atomic<bool>& stop_requested() {
    return g_stop;
}

void catch_reload_requests() {
    struct sigaction hangup {};
    hangup.sa_handler = on_hangup;
    sigaction(SIGHUP, &hangup, nullptr);
}

bool take_reload_request() {
    return g_reload.exchange(false);
}

void install_signal_handlers() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    // A limit of file sizes is a write that fails, and is told like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace sijill::cli
