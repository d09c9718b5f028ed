// cli/log_commands.cc - what moves events: sijill generate, publish, catch-up; topic create|check;
// events.

#include "api/text.h"
#include "cli/commands.h"
#include "cli/folding.h"
#include "cli/output.h"
#include "cli/publish_remote.h"
#include "cli/site.h"
#include "events/catalogue.h"
#include "log/kafka_topic.h"
#include "producers/input.h"
#include "producers/publisher.h"
#include "producers/scenario.h"

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

namespace sijill::cli {

namespace {

constexpr uint64_t kMostEvents = 10'000'000'000;
constexpr uint32_t kMostNames = 1'000'000;
constexpr uint32_t kMostDays = 36'500;

struct GenerateOptions {
    std::string scenario = "q1-2017";
    uint64_t seed = 1;
    std::string out = "-";
    std::string key_delimiter;
    bool publish = false;
    uint64_t events = 1'000'000;
    uint64_t subjects = 0;
    uint32_t agents = producers::LoadSpec{}.agents;
    uint32_t queues = producers::LoadSpec{}.queues;
    uint32_t days = producers::LoadSpec{}.days;
};

Result<void> generate_scenario(const GenerateOptions& asked, const producers::EventSink& sink) {
    if (asked.scenario == "q1-2017") {
        return producers::generate_quarter(asked.seed, sink);
    }
    producers::LoadSpec spec;
    spec.seed = asked.seed;
    spec.events = asked.events;
    spec.cases = asked.subjects;
    spec.agents = asked.agents;
    spec.queues = asked.queues;
    spec.days = asked.days;
    return producers::generate_load(spec, sink);
}

int generate_to_file(const GenerateOptions& asked) {
    std::ofstream file;
    if (asked.out != "-") {
        file.open(asked.out, std::ios::binary);
        if (!file) {
            return report_error({Errc::Storage, "cannot write " + asked.out});
        }
    }
    std::ostream& out = asked.out == "-" ? std::cout : file;
    const auto taken = [&out] {
        return out ? Result<void>{} : Result<void>(fail(Errc::Storage, "the output takes no more"));
    };
    auto done = generate_scenario(asked, [&](events::NewRecord&& record) {
        if (!asked.key_delimiter.empty()) {
            out << record.key << asked.key_delimiter;
        }
        out << record.value << '\n';
        return taken();
    });
    out.flush();
    done = done ? taken() : done;
    return done ? kOk : report_error(done.error());
}

int generate(const GenerateOptions& asked, const Options& options) {
    if (!asked.publish) {
        return generate_to_file(asked);
    }
    const auto log = open_or_make_log(options);
    if (!log) {
        return report_error(log.error());
    }
    const auto appended = append_scenario(
        **log, [&](const producers::EventSink& sink) { return generate_scenario(asked, sink); });
    if (!appended) {
        return report_error(appended.error());
    }
    std::fprintf(stderr, "%s events appended\n", grouped(*appended).c_str());
    return kOk;
}

void tell_failure(const std::string& name, const producers::LineFailure& failure) {
    std::string what;
    for (const events::Violation& violation : failure.violations) {
        what += (what.empty() ? "" : "; ") +
                (violation.pointer.empty() ? "event" : violation.pointer) + " " + violation.code +
                " (" + violation.detail + ")";
    }
    std::fprintf(stderr,
                 "%s:%llu: %s\n",
                 name.c_str(),
                 static_cast<unsigned long long>(failure.line),
                 api::printable(what.empty() ? failure.error.message : what).c_str());
}

// The totals; gives the code to exit with.
int tell_published(const producers::Published& result, const Options& options) {
    std::fprintf(
        stderr,
        "read %llu, published %llu, rejected %llu, refused by the log %llu, unknown %llu%s\n",
        static_cast<unsigned long long>(result.read),
        static_cast<unsigned long long>(result.published),
        static_cast<unsigned long long>(result.rejected),
        static_cast<unsigned long long>(result.failed),
        static_cast<unsigned long long>(result.unknown),
        result.unknown > 0 ? ": publish the file again, repetitions have no effect" : "");
    if (result.published > 0) {
        tell_how_to_see(options);
    }
    if (result.told_to_stop) {
        return report_error({Errc::Unavailable, kStoppedEarly});
    }
    if (result.failed + result.unknown > 0) {
        return kUnavailable;
    }
    return result.rejected > 0 ? kFailure : kOk;
}

int publish_to_log(std::istream& in, const std::string& name, bool strict, const Options& options) {
    const auto log = open_or_make_log(options);
    if (!log) {
        return report_error(log.error());
    }
    auto rules = publish_rules(options);
    if (!rules) {
        return report_error(rules.error());
    }
    rules->strict = strict;
    rules->stop = &stop_requested();
    producers::Publisher publisher(**log, std::move(*rules));
    const auto result = publisher.publish_lines(
        in, [&name](const producers::LineFailure& failure) { tell_failure(name, failure); });
    return tell_published(result, options);
}

int publish(const std::string& file, bool strict, const Options& options) {
    auto opened = file == "-" ? Result<std::ifstream>() : producers::open_input(file);
    if (!opened) {
        return report_error(opened.error());
    }
    std::istream& in = file == "-" ? std::cin : *opened;
    const std::string name = file == "-" ? "stdin" : file;
    const int code = options.api.empty() ? publish_to_log(in, name, strict, options)
                                         : publish_to_server(in, name, strict, options);
    if (!producers::broke_off(in) || (stop_requested() && code == kUnavailable)) {
        return code;
    }
    // Who waits for stdin is woken by a signal as by an error.
    const int early = report_error(
        stop_requested()
            ? Error{Errc::Unavailable, kStoppedEarly}
            : Error{Errc::Storage,
                    "reading " + name +
                        " broke off, and what stands behind is not published: publish it again "
                        "when it can be read, repetitions have no effect"});
    return code == kOk ? early : code;
}

struct CatchUpOptions {
    std::optional<int> threads;
    std::optional<int64_t> cache_mib;
    int64_t window = 1'000'000;
    int64_t batch = 5'000;
    bool follow = false;
};

int catch_up(const CatchUpOptions& asked, const Options& options) {
    if (auto sound = require_sound_topic(options); !sound) {
        return report_error(sound.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return report_error(log.error());
    }
    const auto site = config_of(options);
    if (!site) {
        return report_error(site.error());
    }
    consumers::WorkerConfig config;
    config.data_directory = options.data;
    config.fold.time_zone = options.time_zone;
    config.threads = asked.threads.value_or(site->worker.threads);
    config.state_cache_bytes =
        asked.cache_mib ? static_cast<size_t>(*asked.cache_mib) << 20U : site->worker.state_cache;
    config.window_records = asked.window;
    config.batch_records = static_cast<size_t>(asked.batch);
    config.process_ends = true;
    const auto until = asked.follow ? consumers::RunUntil::Stopped : consumers::RunUntil::AtEnds;
    const auto folded = fold(**log, config, until, stop_requested());
    if (!folded) {
        return report_error(folded.error());
    }
    return kOk;
}

Result<void> require_kafka(const Options& options) {
    return options.kafka.empty()
               ? fail(Errc::Invalid,
                      "no Kafka is named: give --kafka, or set kafka.bootstrap_servers")
               : Result<void>{};
}

int topic_create(const log::TopicSpec& spec, const Options& options) {
    if (const auto named = require_kafka(options); !named) {
        return report_error(named.error());
    }
    log::TopicSpec asked = spec;
    if (options.partitions) {
        asked.partitions = options.partitions;
    }
    if (auto made = log::create_topic(kafka_config(options), asked); !made) {
        return report_error(made.error());
    }
    std::fprintf(stderr,
                 "topic %s created: %d partitions, for ever\n",
                 options.topic.c_str(),
                 asked.partitions.value_or(0));
    return kOk;
}

int topic_check(const log::TopicSpec& spec, const Options& options) {
    if (const auto named = require_kafka(options); !named) {
        return report_error(named.error());
    }
    log::TopicSpec asked = spec;
    asked.partitions = options.partitions;  // without: it was chosen when the topic was made
    const auto deviations = log::check_topic(kafka_config(options), asked);
    if (!deviations) {
        return report_error(deviations.error());
    }
    Table table{{"setting", "expected", "actual", "why"}, {}, {}};
    for (const log::TopicDeviation& deviation : *deviations) {
        table.rows.push_back(
            {deviation.setting, deviation.expected, deviation.actual, deviation.why});
    }
    if (deviations->empty()) {
        std::fprintf(stderr, "topic %s is as it must be\n", options.topic.c_str());
        return kOk;
    }
    print_table(table, options.format);
    return kBadConfig;
}

int print_events(const std::string& what, const std::string& type) {
    if (what == "catalogue") {
        std::fputs(events::catalogue_page().c_str(), stdout);
        return kOk;
    }
    const events::EventDescriptor* event = events::find_event(type);
    if (event == nullptr) {
        return report_error(
            {Errc::NotFound,
             "there is no event type '" + type + "'; `sijill events catalogue` lists them"});
    }
    std::fputs(events::json_schema(*event).c_str(), stdout);
    return kOk;
}

}  // namespace

void add_generate(CLI::App& app, Options& options, Action& action) {
    CLI::App* command =
        app.add_subcommand("generate", "Events of a scenario, as lines of JSON or into the log");
    const auto asked = std::make_shared<GenerateOptions>();
    command->add_option("--scenario", asked->scenario, "q1-2017 or load")
        ->check(CLI::IsMember({"q1-2017", "load"}))
        ->capture_default_str();
    command->add_option("--seed", asked->seed, "The same seed gives the same bytes")
        ->check(CLI::Range(uint64_t{0}, kMostSeed))
        ->capture_default_str();
    command->add_option("--out", asked->out, "File, or - for stdout")->capture_default_str();
    command->add_option("--key-delimiter",
                        asked->key_delimiter,
                        "Write subject and this before each event (kcat -K)");
    command->add_flag("--publish", asked->publish, "Append to the log instead of writing lines");
    command->add_option("--events", asked->events, "load: how many events")
        ->check(CLI::Range(uint64_t{1}, kMostEvents))
        ->capture_default_str();
    command
        ->add_option("--subjects", asked->subjects, "load: how many cases (0: one for ten events)")
        ->check(CLI::Range(uint64_t{0}, kMostEvents))
        ->capture_default_str();
    command->add_option("--agents", asked->agents, "load: how many agents")
        ->check(CLI::Range(1U, kMostNames))
        ->capture_default_str();
    command->add_option("--queues", asked->queues, "load: how many queues")
        ->check(CLI::Range(1U, kMostNames))
        ->capture_default_str();
    command->add_option("--days", asked->days, "load: over how many days")
        ->check(CLI::Range(1U, kMostDays))
        ->capture_default_str();
    add_data_options(*command, options);
    add_kafka_options(*command, options);
    ignore_environment(*command);
    command->callback(
        [&action, &options, asked] { action = [&, asked] { return generate(*asked, options); }; });
}

void add_publish(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "publish", "Validate CloudEvents, one a line, and append them to the log");
    const auto file = std::make_shared<std::string>();
    const auto strict = std::make_shared<bool>(false);
    command->add_option("file", *file, "NDJSON file, or - for stdin")->required();
    command->add_flag("--strict", *strict, "Stop at the first line that fails");
    add_site_options(*command, options);
    add_server_options(*command, options, "Publish through the server at this URL instead");
    command->callback([&action, &options, file, strict] {
        action = [&, file, strict] { return publish(*file, *strict, options); };
    });
}

void add_catch_up(CLI::App& app, Options& options, Action& action) {
    CLI::App* command =
        app.add_subcommand("catch-up", "Fold the log up to the ends it has now, then exit");
    const auto asked = std::make_shared<CatchUpOptions>();
    command
        ->add_option("--workers",
                     asked->threads,
                     "Threads; partitions are dealt out to them (default worker.threads)")
        ->check(CLI::Range(1, 64));
    command
        ->add_option("--state-cache",
                     asked->cache_mib,
                     "Memory for states in play, MiB (default worker.state_cache)")
        ->check(CLI::Range(1, 1 << 20));
    command
        ->add_option("--window", asked->window, "Most events between two commits while catching up")
        ->check(CLI::Range(1, 100'000'000))
        ->capture_default_str();
    command->add_option("--batch", asked->batch, "Most events of one read")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_flag("--follow", asked->follow, "Go on with what arrives until SIGTERM");
    command->add_flag(
        "--dev", options.dev, "Fold a topic whose settings deviate (never in production)");
    add_site_options(*command, options);
    command->callback(
        [&action, &options, asked] { action = [&, asked] { return catch_up(*asked, options); }; });
}

void add_topic(CLI::App& app, Options& options, Action& action) {
    CLI::App* command =
        app.add_subcommand("topic", "The Kafka topic: make it, or check its settings");
    command->require_subcommand(1);
    const auto spec = std::make_shared<log::TopicSpec>();
    CLI::App* create =
        command->add_subcommand("create", "Create the topic with the settings an event log needs");
    CLI::App* check =
        command->add_subcommand("check", "Name every setting that deviates; exit 78 when one does");
    for (CLI::App* each : {create, check}) {
        each->add_option("--replication-factor", spec->replication_factor, "Replicas")
            ->capture_default_str();
        each->add_option("--min-insync-replicas",
                         spec->min_insync_replicas,
                         "Replicas that must acknowledge")
            ->capture_default_str();
        add_site_options(*each, options);
    }
    add_output_options(*check, options);
    create->callback(
        [&action, &options, spec] { action = [&, spec] { return topic_create(*spec, options); }; });
    check->callback(
        [&action, &options, spec] { action = [&, spec] { return topic_check(*spec, options); }; });
}

void add_events(CLI::App& app, Options& /*options*/, Action& action) {
    CLI::App* command =
        app.add_subcommand("events", "The event catalogue, and the JSON Schema of an event");
    command->require_subcommand(1);
    command->add_subcommand("catalogue", "docs/events.md")->callback([&action] {
        action = [] { return print_events("catalogue", ""); };
    });
    const auto type = std::make_shared<std::string>();
    CLI::App* schema = command->add_subcommand("schema", "JSON Schema of an event's data");
    schema->add_option("type", *type, "Full type, such as gov.cc.call.offered.v1")->required();
    schema->callback(
        [&action, type] { action = [type] { return print_events("schema", *type); }; });
}

}  // namespace sijill::cli
