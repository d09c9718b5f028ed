// api/service_publish.cc - events on their way into the log, and what became of them.

#include "api/problem.h"
#include "api/publish.h"
#include "api/service_call.h"
#include "events/json.h"
#include "log/places.h"
#include "producers/publisher.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace sijill::api {

using nlohmann::ordered_json;
using std::chrono::steady_clock;

namespace {

const std::string kAppends = "appends";  // beside the routes' paths, in told_causes_

ordered_json place_json(const std::string& id, const log::Appended& place) {
    std::string position;
    log::append_to_position(position, place.partition, place.offset + 1);
    return {{"id", id},
            {"partition", place.partition},
            {"offset", place.offset},
            {"position", std::move(position)}};
}

Response invalid_event(const std::vector<events::Violation>& violations) {
    std::string detail = std::to_string(violations.size()) + " violations";
    if (violations.size() == 1) {
        detail = "1 violation";
    } else if (violations.size() > events::kMostViolations) {
        detail = "more than " + std::to_string(events::kMostViolations) + " violations";
    }
    return problem("invalid-event", detail, violations);
}

// The events of a request, judged: an item each, and a record for each that is good.
struct Judged {
    std::vector<ordered_json> items;
    std::vector<events::NewRecord> records;
    std::optional<Response> refused;  // the last one that is not good
};

Judged judge_all(const std::vector<std::string>& events, const producers::DuePolicy& policy) {
    Judged judged;
    producers::Gateway gateway(policy);
    for (const std::string& event : events) {
        producers::Checked checked = gateway.check(event);
        if (checked.violations.empty()) {
            judged.items.push_back({{"id", checked.id}});
            judged.records.push_back(std::move(checked.record));
        } else {
            judged.refused = invalid_event(checked.violations);
            judged.items.push_back({{"status", judged.refused->status},
                                    {"problem", ordered_json::parse(judged.refused->body)}});
        }
    }
    return judged;
}

// The problem that a verdict is told as; "" when it is told as a success.
std::string_view problem_of_verdict(const EventVerdict& verdict, bool precondition) {
    using projections::AnomalyReason;
    if (verdict.is(AnomalyReason::VersionConflict)) {
        return precondition ? "precondition-failed" : "version-conflict";
    }
    if (verdict.is(AnomalyReason::IllegalTransition)) {
        return "illegal-transition";
    }
    return verdict.is(AnomalyReason::DuplicateOtherContent) ? "event-id-conflict" : "";
}

// What another event might be spared: all else is the log's fault, or its broker's.
bool is_of_event(Errc code) {
    return code == Errc::TooLarge || code == Errc::Invalid || code == Errc::Rejected;
}

// Of an event that was not appended. That the log takes nothing is no secret of the server's:
// whoever reads this can have it mended, and sends the event again then.
Response append_problem(const Error& error) {
    if (is_of_event(error.code) || error.code == Errc::Unknown) {
        return problem_of(error);
    }
    if (error.code == Errc::Storage) {
        return problem("log-unavailable", "a write failed; the server must be restarted");
    }
    return problem("log-unavailable",
                   error.code == Errc::Unavailable
                       ? error.message
                       : "the log refuses the server, or is not there; the log of the server says "
                         "why");
}

// Of an event that is in the log; what the fold makes of it is not known yet.
Response pending(const std::string& id, const log::Appended& place) {
    ordered_json body = place_json(id, place);
    body["verdict"] = "pending";
    return json_response(201, body);
}

// Fills in what the log said of the events that were appended, in order.
void tell_items(std::vector<ordered_json>& items, const Appender::Results& results) {
    size_t next = 0;
    for (ordered_json& item : items) {
        if (item.contains("status")) {
            continue;
        }
        const auto& result = results[next++];
        const std::string id = item["id"];
        if (result) {
            item = place_json(id, *result);
            item["status"] = 201;
        } else {
            const Response failed = append_problem(result.error());
            item["status"] = failed.status;
            item["problem"] = ordered_json::parse(failed.body);
        }
    }
}

}  // namespace

void Service::judge(const CallPtr& call, bool only_validate) {
    Brought brought = bring(call->request);
    if (brought.refused) {
        return respond(call, std::move(*brought.refused));
    }
    Judged judged = judge_all(brought.events, config_.due);
    if (!brought.batch && judged.refused) {
        return respond(call, std::move(*judged.refused));
    }
    if (only_validate) {
        ordered_json validity{{"valid", !judged.refused}};
        if (brought.batch) {
            validity["items"] = std::move(judged.items);
        }
        return respond(call, json_response(200, validity));
    }
    if (!brought.batch) {
        call->event_id = judged.items.front()["id"];
        call->waits = call->request.header("if-match") != nullptr;  // else who would say 412?
        return append(call, std::move(judged.records), [this, call](const auto& results) {
            tell_single(call, results.front());
        });
    }
    auto told = [this, call, items = std::move(judged.items)](const auto& results) mutable {
        tell_items(items, results);
        respond(call, json_response(207, {{"items", items}}));
    };
    if (judged.records.empty()) {
        return told(Appender::Results());
    }
    append(call, std::move(judged.records), std::move(told));
}

void Service::append(const CallPtr& call,
                     std::vector<events::NewRecord> records,
                     Appender::Done told) {
    const bool taken =
        appender_.submit(std::move(records), [this, told = std::move(told)](auto results) {
            note_appended(results);
            told(std::move(results));
        });
    if (!taken) {
        respond(call, problem("overloaded", "too many events wait for the log"));
    }
}

void Service::tell_single(const CallPtr& call, const Result<log::Appended>& result) {
    if (!result) {
        return respond(call, append_problem(result.error()));
    }
    const log::Appended place = *result;
    const auto wait = preferred_wait(call->request);
    if (!wait && !call->waits) {
        return respond(call, json_response(201, place_json(call->event_id, place)));
    }
    positions_.wait(
        {{place.partition, place.offset + 1}},
        steady_clock::now() + (wait ? std::chrono::seconds(*wait) : config_.longest_wait),
        [this, call, place](bool reached) {
            // The event is in the log: a busy reader must not make it look refused.
            if (!reached || !submit(call, [this, call, place] { tell_verdict(call, place); })) {
                tell_waited(call, pending(call->event_id, place));
            }
        });
}

void Service::tell_verdict(const CallPtr& call, const log::Appended& appended) {
    const auto moment = moments_.now();
    const auto verdict = moment ? verdict_of((*moment)->view, appended.partition, appended.offset)
                                : Result<EventVerdict>(Unexpected(moment.error()));
    if (!verdict) {
        Response unjudged = pending(call->event_id, appended);
        unjudged.cause = verdict.error().message;
        return tell_waited(call, std::move(unjudged));
    }
    const bool precondition = call->request.header("if-match") != nullptr;
    if (const auto kind = problem_of_verdict(*verdict, precondition); !kind.empty()) {
        return tell_waited(call, problem(kind, "the event is in the log without effect"));
    }
    ordered_json body = place_json(call->event_id, appended);
    body["duplicate"] = verdict->repeated;
    body["verdict"] = verdict->text();
    tell_waited(call, json_response(verdict->repeated ? 200 : 201, body));
}

void Service::tell_waited(const CallPtr& call, Response response) {
    if (preferred_wait(call->request)) {
        response.headers.emplace_back("Preference-Applied", "wait");
    }
    respond(call, std::move(response));
}

// Counts what the log has, and tells once of each time that it no longer says so: clients are not
// told the cause, and an operator has nothing else to see it by. A log that takes the events of
// some partitions only fails again and again.
void Service::note_appended(const Appender::Results& results) {
    for (const Result<log::Appended>& result : results) {
        if (result) {
            ++appended_;
            appends_fail_ = false;
        } else if (!is_of_event(result.error().code) && !appends_fail_.exchange(true) &&
                   !take(told_causes_, kAppends)) {
            const auto stopped = log_.stopped();
            spdlog::error("events are not acknowledged: {}",
                          stopped ? stopped->message : result.error().message);
        }
    }
}

}  // namespace sijill::api
