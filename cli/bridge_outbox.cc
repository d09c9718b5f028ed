// cli/bridge_outbox.cc - sijill bridge outbox: the topic of a transactional outbox.

#include "cli/import_commands.h"
#include "cli/import_run.h"
#include "cli/site.h"
#include "events/grammar.h"
#include "log/kafka_log.h"
#include "producers/outbox_bridge.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

namespace sijill::cli {

namespace {

constexpr size_t kRemembered = 1'000'000;  // events whose repetition by the connector is left out

constexpr int64_t kQuick = 5'000;  // records of a second's work

struct OutboxOptions {
    std::string from_topic;
    std::string source;
    std::vector<std::string> headers;
    bool once = false;
    bool strict = false;
};

Result<producers::OutboxRules> outbox_rules(const OutboxOptions& asked) {
    producers::OutboxRules rules;
    rules.source = asked.source;
    for (const std::string& each : asked.headers) {
        const size_t equals = each.rfind('=');
        const std::string attribute = equals == std::string::npos ? "" : each.substr(equals + 1);
        const bool is_name = !attribute.empty() && attribute.find_first_not_of(
                                                       "abcdefghijklmnopqrstuvwxyz"
                                                       "0123456789") == std::string::npos;
        if (equals == 0 || !is_name) {
            return fail(Errc::Invalid,
                        "--header is HEADER=ATTRIBUTE with a CloudEvents attribute of a-z 0-9, got "
                        "'" +
                            each + "'");
        }
        // What is said of an attribute takes the place of what goes for it otherwise.
        std::erase_if(rules.headers, [&](const auto& rule) { return rule.second == attribute; });
        rules.headers[each.substr(0, equals)] = attribute;
    }
    return rules;
}

Result<void> check_outbox(const OutboxOptions& asked, const Options& options) {
    if (options.kafka.empty()) {
        return fail(Errc::Invalid, "an outbox topic is in Kafka: name the cluster with --kafka");
    }
    if (asked.from_topic == options.topic) {
        return fail(Errc::Invalid,
                    "--from-topic and --topic are the same: the events would come back for ever");
    }
    return check_source(asked.source);
}

// What was appended behind the last saved place was so after it was saved; a day for clocks that
// disagree. All of the log, when nothing was saved.
int64_t remembered_from(const std::string& state_file) {
    return std::max<int64_t>(0, saved_at_ms(state_file).value_or(0) - events::kMsPerDay);
}

// The cluster by its id: its brokers can be named in many ways.
Result<producers::StateFile> state_file_of(log::EventLog& outbox, const std::string& data) {
    const auto identity = outbox.identity();
    return identity ? producers::StateFile::open(
                          data, "outbox", identity->name + " of the cluster " + identity->id)
                    : Unexpected(identity.error());
}

int carry_outbox(log::EventLog& outbox, const OutboxOptions& asked, const Options& options) {
    auto rules = outbox_rules(asked);
    const auto file = rules ? state_file_of(outbox, options.data)
                            : Result<producers::StateFile>(Unexpected(rules.error()));
    if (!file) {
        return report_error(file.error());
    }
    auto log = open_import_log(
        options, producers::KnownEvents("", kRemembered), remembered_from(file->path()));
    auto publish =
        log ? publish_rules(options) : Result<producers::PublishRules>(Unexpected(log.error()));
    if (!publish) {
        return report_error(publish.error());
    }
    RejectList rejects;
    publish->stop = &stop_requested();
    publish->attempts = asked.once ? publish->attempts : 60;
    producers::Importer importer(
        *log->log,
        std::move(*publish),
        std::move(log->known),
        [&rejects](const auto& place, const std::string& reason) { rejects.tell(place, reason); });
    producers::OutboxBridge bridge(outbox, importer, *file);
    if (auto opened = bridge.open(); !opened) {
        return report_error(opened.error());
    }
    std::fprintf(stderr,
                 "carrying %s to %s; %lld records wait\n",
                 asked.from_topic.c_str(),
                 options.topic.c_str(),
                 static_cast<long long>(bridge.waiting()));
    std::atomic<int64_t> carried{0};
    std::optional<Progress> bar;
    if (const int64_t waiting = bridge.waiting(); asked.once && waiting > kQuick) {
        bar.emplace(
            "carrying", [&carried] { return carried.load(); }, [waiting] { return waiting; });
    }
    const auto done = bridge.run({std::move(*rules),
                                  asked.once,
                                  asked.strict,
                                  [&carried, &rejects](int64_t records) {
                                      carried += records;
                                      rejects.pass_time();
                                  }},
                                 stop_requested());
    bar.reset();
    const int code = print_totals(importer.totals(), "records", options);
    return done ? code : report_error(done.error());
}

int bridge_outbox(const OutboxOptions& asked, const Options& options) {
    if (auto sound = check_outbox(asked, options); !sound) {
        return report_error(sound.error());
    }
    log::KafkaConfig config = kafka_config(options);
    config.topic = asked.from_topic;
    const auto outbox = log::KafkaLog::open(std::move(config));
    return outbox ? carry_outbox(**outbox, asked, options) : report_error(outbox.error());
}

void add_bridge_outbox(CLI::App& parent, Options& options, Action& action) {
    CLI::App* command = parent.add_subcommand(
        "outbox",
        "A topic that Debezium's outbox event router writes, or one of CloudEvents; until SIGTERM");
    const auto asked = std::make_shared<OutboxOptions>();
    command->add_option("--from-topic", asked->from_topic, "The topic to carry over")->required();
    command
        ->add_option("--source",
                     asked->source,
                     "URI that names the database, such as /db/housing: of events without one")
        ->required();
    command->add_option("--header",
                        asked->headers,
                        "HEADER=ATTRIBUTE: a record header as a CloudEvents attribute, may be "
                        "repeated (id=id, eventType=type and eventTime=time without being named)");
    command->add_flag("--once", asked->once, "End where the topic ends now");
    command->add_flag(
        "--strict", asked->strict, "End before the first record that is no good event");
    add_site_options(*command, options);
    add_output_options(*command, options);
    command->callback([&action, &options, asked] {
        action = [&, asked] { return bridge_outbox(*asked, options); };
    });
}

}  // namespace

void add_bridge(CLI::App& app, Options& options, Action& action) {
    CLI::App* command =
        app.add_subcommand("bridge", "Carry what other systems publish into the log");
    command->require_subcommand(1);
    add_bridge_outbox(*command, options, action);
}

}  // namespace sijill::cli
