// cli/import_asterisk.cc - sijill import asterisk: the queue log of a PBX.

#include "cli/import_commands.h"
#include "cli/import_run.h"
#include "cli/site.h"
#include "events/grammar.h"
#include "producers/queue_import.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

namespace sijill::cli {

namespace {

constexpr std::chrono::milliseconds kPause{200};  // between two looks at a followed log

struct AsteriskOptions {
    std::vector<std::string> files;
    bool follow = false;
    std::string source;
    std::vector<std::string> queues;
    std::vector<std::string> agents;
    std::vector<std::string> transfers;
    std::vector<std::string> exits;
    std::string recording_event;
};

// NAME=VALUE, split at the last '=': a queue's or member's own name may hold one.
Result<std::map<std::string, std::string>> pairs(const std::vector<std::string>& given,
                                                 const std::string& option,
                                                 bool (*is_value)(std::string_view),
                                                 const std::string& grammar) {
    std::map<std::string, std::string> map;
    for (const std::string& each : given) {
        const size_t equals = each.rfind('=');
        if (equals == std::string::npos || equals == 0 || !is_value(each.substr(equals + 1))) {
            return fail(Errc::Invalid,
                        option + " is NAME=VALUE with " + grammar + ", got '" + each + "'");
        }
        map[each.substr(0, equals)] = each.substr(equals + 1);
    }
    return map;
}

Result<void> set_exit(const std::string& each, producers::QueueRules& rules) {
    const size_t equals = each.find('=');
    const std::string reason = each.substr(0, equals);
    const std::string target = equals == std::string::npos ? "" : each.substr(equals + 1);
    events::FlowOutTarget* const place = reason == "timeout" ? &rules.on_timeout
                                         : reason == "key"   ? &rules.on_key
                                         : reason == "empty" ? &rules.on_empty
                                                             : nullptr;
    for (const auto value : {events::FlowOutTarget::Callback,
                             events::FlowOutTarget::Voicemail,
                             events::FlowOutTarget::Queue}) {
        if (place != nullptr && events::name_of(value) == target) {
            *place = value;
            return {};
        }
    }
    return fail(Errc::Invalid,
                "--exit-to is timeout|key|empty=callback|voicemail|queue, got '" + each + "'");
}

Result<producers::QueueRules> queue_rules(const AsteriskOptions& asked) {
    producers::QueueRules rules;
    rules.source = asked.source;
    rules.recording_event = asked.recording_event;
    const std::string code = "a code of a-z 0-9 _ . -";
    auto queues = pairs(asked.queues, "--queue-map", events::is_code, code);
    auto agents =
        pairs(asked.agents, "--agent-map", events::is_identifier, "a token without spaces");
    auto transfers = pairs(asked.transfers, "--transfer-map", events::is_code, code);
    for (const auto* each : {&queues, &agents, &transfers}) {
        if (!*each) {
            return Unexpected(each->error());
        }
    }
    rules.queues = std::move(*queues);
    rules.agents = std::move(*agents);
    rules.transfers = std::move(*transfers);
    for (const std::string& each : asked.exits) {
        if (auto set = set_exit(each, rules); !set) {
            return Unexpected(set.error());
        }
    }
    return rules;
}

// Events were appended after they happened, and after what was remembered last; a day for clocks
// that disagree.
int64_t look_from(const AsteriskOptions& asked, const std::string& state_file, bool followed) {
    int64_t from = INT64_MAX;
    const size_t whole = asked.files.size() - (followed ? 1 : 0);
    for (size_t i = 0; i < whole; ++i) {
        from = std::min(from, producers::first_instant(asked.files[i]));
    }
    if (followed) {
        from = std::min(from, saved_at_ms(state_file).value_or(from));
    }
    return std::max<int64_t>(0, from - events::kMsPerDay);
}

void tell_remarks(const producers::QueueRemarks& remarks, const producers::ImportTotals& totals) {
    if (remarks.callers_dropped > 0) {
        std::fprintf(
            stderr,
            "%llu lines carry a caller's number: it was left out, for there are no keys to "
            "seal it with\n",
            static_cast<unsigned long long>(remarks.callers_dropped));
    }
    if (remarks.clock_set_back > 0) {
        std::fprintf(stderr,
                     "%llu lines tell a negative duration: the PBX's clock was set back; taken as "
                     "0\n",
                     static_cast<unsigned long long>(remarks.clock_set_back));
    }
    if (totals.waiting > 0) {
        std::fprintf(stderr,
                     "%llu lines wait for the ENTERQUEUE line of their call: import the log before "
                     "this one, and they are published with it\n",
                     static_cast<unsigned long long>(totals.waiting));
    }
}

Result<void> run_import(producers::QueueImport& import,
                        const AsteriskOptions& asked,
                        ByteProgress& progress) {
    const size_t whole = asked.files.size() - (asked.follow ? 1 : 0);
    for (size_t i = 0; i < whole; ++i) {
        if (stop_requested()) {
            return fail(Errc::Unavailable, "stopped before " + asked.files[i]);
        }
        if (auto done = import.import_file(asked.files[i]); !done) {
            return done;
        }
    }
    if (!asked.follow) {
        progress.end();
        return {};
    }
    std::fprintf(stderr, "following %s\n", asked.files.back().c_str());
    return import.follow(asked.files.back(), stop_requested());
}

int import_asterisk(const AsteriskOptions& asked, const Options& options) {
    const auto sound = check_source(asked.source);
    auto rules =
        sound ? queue_rules(asked) : Result<producers::QueueRules>(Unexpected(sound.error()));
    if (!rules) {
        return report_error(rules.error());
    }
    const auto file = producers::QueueStateFile::open(options.data, asked.source);
    auto state = file ? file->load() : Result<producers::QueueState>(Unexpected(file.error()));
    if (!state) {
        return report_error(state.error());
    }
    const bool resumes = asked.follow && state->position.offset > 0;
    auto log = open_import_log(
        options, producers::KnownEvents(asked.source), look_from(asked, file->path(), resumes));
    auto publish =
        log ? publish_rules(options) : Result<producers::PublishRules>(Unexpected(log.error()));
    if (!publish) {
        return report_error(publish.error());
    }
    RejectList rejects;
    publish->stop = &stop_requested();
    publish->attempts = asked.follow ? 60 : publish->attempts;
    producers::Importer importer(
        *log->log,
        std::move(*publish),
        std::move(log->known),
        [&rejects](const auto& place, const std::string& reason) { rejects.tell(place, reason); });
    int64_t bytes = 0;
    for (const std::string& each : asked.files) {
        bytes += size_of_file(each);
    }
    ByteProgress progress("importing", bytes - (resumes ? state->position.offset : 0));
    producers::ImportHooks hooks;
    hooks.bytes_read = [&progress](int64_t more) { progress.add(more); };
    hooks.remark = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
    hooks.idle = [&progress, &rejects] {
        progress.end();
        rejects.pass_time();
        std::this_thread::sleep_for(kPause);
    };
    producers::QueueImport import(importer, *file, std::move(*state), std::move(*rules), hooks);
    if (auto opened = import.open(); !opened) {
        progress.end();
        return report_error(opened.error());
    }
    const auto done = run_import(import, asked, progress);
    progress.end();
    tell_remarks(import.remarks(), importer.totals());
    const int code = print_totals(importer.totals(), "lines", options);
    return done ? code : report_error(done.error());
}

}  // namespace

void add_import_asterisk(CLI::App& parent, Options& options, Action& action) {
    CLI::App* command = parent.add_subcommand(
        "asterisk", "The queue log of an Asterisk PBX; importing again has no effect");
    const auto asked = std::make_shared<AsteriskOptions>();
    command->add_option("files", asked->files, "Queue logs, the oldest first")->required();
    command->add_flag("--follow",
                      asked->follow,
                      "Go on with what the last file gets, through rotation, until SIGTERM");
    command->add_option("--source", asked->source, "URI that names the PBX, such as /pbx/manama-1")
        ->required();
    command->add_option("--queue-map", asked->queues, "QUEUE=CODE for a queue, may be repeated");
    command->add_option("--agent-map", asked->agents, "MEMBER=TOKEN for an agent");
    command->add_option(
        "--transfer-map", asked->transfers, "EXTENSION=CODE of the queue behind an extension");
    command->add_option("--exit-to",
                        asked->exits,
                        "timeout|key|empty=callback|voicemail|queue: where such callers go");
    command->add_option("--recording-event",
                        asked->recording_event,
                        "Event word of a stored recording: recording id|seconds|SHA-256");
    add_site_options(*command, options);
    add_output_options(*command, options);
    command->callback([&action, &options, asked] {
        action = [&, asked] { return import_asterisk(*asked, options); };
    });
}

}  // namespace sijill::cli
