#include "cli/writes.h"

#include "api/publish.h"
#include "cli/remote.h"
#include "consumers/worker.h"
#include "events/json.h"
#include "log/places.h"
#include "producers/publisher.h"

namespace sijill::cli {

using nlohmann::ordered_json;

namespace {

constexpr const char* kWait = "wait=10";

Unexpected without_effect(const Told& told) {
    return fail(Errc::Conflict,
                "event " + told.id + " is in the log without effect (" + told.verdict +
                    "): somebody else was faster; look again and decide anew");
}

Result<std::vector<events::NewRecord>> judged(const std::vector<std::string>& events,
                                              const producers::DuePolicy& due,
                                              std::vector<Told>& told) {
    std::vector<events::NewRecord> records;
    producers::Gateway gateway(due);
    for (const std::string& event : events) {
        producers::Checked checked = gateway.check(event);
        if (!checked.violations.empty()) {
            std::string text = "the event is not valid:";
            for (const events::Violation& each : checked.violations) {
                text += " " + (each.pointer.empty() ? "event" : each.pointer) + ": " + each.detail +
                        ";";
            }
            text.pop_back();
            return fail(Errc::Rejected, text);
        }
        told.push_back({checked.id, "", ""});
        records.push_back(std::move(checked.record));
    }
    return records;
}

Result<std::vector<Told>> publish_here(const std::vector<std::string>& events,
                                       const producers::DuePolicy& due,
                                       const Options& options) {
    std::vector<Told> told;
    const auto records = judged(events, due, told);
    if (!records) {
        return Unexpected(records.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return Unexpected(log.error());
    }
    const auto places = producers::Publisher(**log, {}).append(*records);
    const auto view = fold_and_view(**log, options);
    if (!view) {
        return Unexpected(view.error());
    }
    for (size_t i = 0; i < told.size(); ++i) {
        if (!places[i]) {
            return Unexpected(places[i].error());
        }
        log::append_to_position(told[i].position, places[i]->partition, places[i]->offset + 1);
        const auto verdict = api::verdict_of(*view, places[i]->partition, places[i]->offset);
        if (!verdict) {
            return Unexpected(verdict.error());
        }
        told[i].verdict = verdict->text();
        if (verdict->reason) {
            return without_effect(told[i]);
        }
    }
    return told;
}

Result<std::vector<Told>> publish_to_server(const std::vector<std::string>& events,
                                            const Options& options) {
    std::vector<Told> told;
    for (const std::string& event : events) {
        const auto answer = post_server(
            "publishEvents", {}, {"application/cloudevents+json", event, kWait}, options);
        if (!answer) {
            return Unexpected(answer.error());
        }
        told.push_back({answer->value("id", std::string()),
                        answer->value("position", std::string()),
                        answer->value("verdict", std::string())});
    }
    return told;
}

}  // namespace

Result<consumers::ShardView> fold_and_view(log::EventLog& log, const Options& options) {
    if (auto sound = require_sound_topic(options); !sound) {
        return Unexpected(sound.error());
    }
    consumers::WorkerConfig config;
    config.data_directory = options.data;
    config.fold.time_zone = options.time_zone;
    consumers::Worker worker(log, config);
    if (auto opened = worker.open(); !opened) {
        return Unexpected(opened.error());
    }
    if (auto folded = worker.run(consumers::RunUntil::AtEnds, stop_requested()); !folded) {
        return Unexpected(folded.error());
    }
    return worker.view();
}

Result<std::vector<Told>> publish_and_fold(const std::vector<std::string>& events,
                                           const producers::DuePolicy& due,
                                           const Options& options) {
    return options.api.empty() ? publish_here(events, due, options)
                               : publish_to_server(events, options);
}

}  // namespace sijill::cli
