// api/service_own.cc - what the service says about itself: positions, health, metrics, documents.

#include "api/openapi.h"
#include "api/problem.h"
#include "api/service_call.h"
#include "api/text.h"
#include "events/catalogue.h"
#include "events/check.h"
#include "events/json.h"
#include "log/places.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <map>
#include <utility>

namespace sijill::api {

using nlohmann::ordered_json;

namespace {

constexpr std::chrono::milliseconds kWatchEvery{1'000};

Response text_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                        {"Cache-Control", "no-store"}};
    response.body = std::move(body);
    return response;
}

std::map<std::string, std::string> all_schema_texts() {
    std::map<std::string, std::string> texts;
    for (const events::EventDescriptor& event : events::all_events()) {
        texts[events::full_type(event)] =
            json_text(ordered_json::parse(events::json_schema(event))) + "\n";
    }
    return texts;
}

Response text_of_json(const std::string& text) {
    Response response = json_response(200, nullptr);
    response.body = text;
    return response;
}

// A document that tools in a browser read from any place.
Response page_for_tools(const std::string& text) {
    Response response = text_of_json(text);
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    return response;
}

// Strangers may ask for it, in the I/O thread.
Response schema_answer(const std::string& type) {
    static const std::map<std::string, std::string> kTexts = all_schema_texts();
    const auto found = kTexts.find(type);
    return found == kTexts.end()
               ? problem("not-found", "there is no such event type; see /v1/asyncapi.json")
               : text_of_json(found->second);
}

Response problem_page(const std::string& name) {
    const auto kinds = problem_kinds();
    const auto at = std::ranges::find(kinds, name, &ProblemKind::name);
    if (at == kinds.end()) {
        return problem("not-found", "there is no such kind of problem");
    }
    return json_response(
        200,
        {{"name", at->name}, {"status", at->status}, {"title", at->title}, {"remedy", at->remedy}});
}

ordered_json or_null(const std::optional<std::string>& text) {
    return text ? ordered_json(*text) : ordered_json(nullptr);
}

std::string partition_label(int32_t partition) {
    return "partition=\"" + std::to_string(partition) + "\"";
}

}  // namespace

Response json_response(int status, const ordered_json& body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache"}};
    response.body = json_text(body) + "\n";
    return response;
}

Lag Service::lag_of(const std::vector<projections::Position>& positions) const {
    const std::lock_guard lock(mutex_);
    return ends_.lag_of(positions, log::system_clock_ms());
}

ordered_json Service::lag_json(const std::vector<projections::Position>& positions) const {
    const Lag lag = lag_of(positions);
    return {{"records", lag.records}, {"seconds", lag.seconds}};
}

Response Service::positions_answer() const {
    const auto moment = moments_.now();
    if (!moment) {
        return problem_of(moment.error());
    }
    const consumers::ShardView& view = (*moment)->view;
    auto lag = lag_json(view.positions());
    auto partitions = ordered_json::array();
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < view.positions().size(); ++i) {
        const int64_t next = view.positions()[i].next_offset;
        partitions.push_back({{"partition", view.partition_of_index(i)},
                              {"next", next},
                              {"end", ends_.end_of(i, next)}});
    }
    return json_response(200,
                         {{"position", (*moment)->standing.position},
                          {"asOf", or_null((*moment)->standing.as_of)},
                          {"lag", std::move(lag)},
                          {"partitions", std::move(partitions)}});
}

std::string Service::condition() const {
    return std::string("caught up once: ") + (caught_up_ ? "yes" : "no") +
           "; folding: " + (folding_ ? "yes" : "no, answers are as of the last position") +
           "; draining: " + (draining_ ? "yes" : "no") + "; taking events: " +
           (log_.stopped()
                ? "no, a write of the log failed (the log of the server says why); restart"
                : "yes");
}

Response Service::ready(bool verbose) const {
    if (!is_ready()) {
        return problem("not-ready", condition());
    }
    return text_response(200, verbose ? "ok\n" + condition() + "\n" : "ok\n");
}

Response Service::metrics() const {
    const auto moment = moments_.now();
    if (!moment) {
        return problem_of(moment.error());
    }
    const consumers::ShardView& view = (*moment)->view;
    std::map<std::string, double> lag;
    std::map<std::string, double> last;
    std::map<std::string, double> anomalies;
    {
        const std::lock_guard lock(mutex_);
        for (size_t i = 0; i < view.positions().size(); ++i) {
            const projections::Position& position = view.positions()[i];
            const std::string label = partition_label(view.partition_of_index(i));
            const int64_t next = position.next_offset;
            lag[label] = static_cast<double>(ends_.end_of(i, next) - next);
            last[label] = static_cast<double>(position.last_append_time_ms) / 1'000;
            anomalies[label] = static_cast<double>(position.anomalies);
        }
    }
    const auto one = [](double value) { return std::map<std::string, double>{{"", value}}; };
    std::string text = metric("sijill_build_info",
                              "gauge",
                              "The program; its value is 1.",
                              {{"version=\"" + config_.version + "\"", 1}});
    text += metric("sijill_events_appended_total",
                   "counter",
                   "Events that the log acknowledged.",
                   one(static_cast<double>(appended_.load())));
    text += metric("sijill_records_folded_total",
                   "counter",
                   "Records folded by this process.",
                   one(static_cast<double>(progress_.records.load())));
    text += metric("sijill_commits_total",
                   "counter",
                   "Commits of the shards.",
                   one(static_cast<double>(progress_.commits.load())));
    text += metric("sijill_folding", "gauge", "1 while the worker runs.", one(folding_ ? 1 : 0));
    text += metric("sijill_log_up",
                   "gauge",
                   "1 when the log said where it ends, and takes events.",
                   one(log_answers_ && !log_.stopped() ? 1 : 0));
    text += metric(
        "sse_clients", "gauge", "Open event streams.", one(static_cast<double>(feed_.listeners())));
    text += metric("sijill_projection_lag_records",
                   "gauge",
                   "Records between the views and the end of the log.",
                   lag);
    text += metric("sijill_projection_last_applied_timestamp_seconds",
                   "gauge",
                   "Append time of the last record folded.",
                   last);
    text += metric(
        "sijill_anomalies", "gauge", "Anomalies and parked records that are listed.", anomalies);
    text += config_.listed ? config_.listed->text() : "";
    text += storage_metrics(config_.data_directory);
    text += metrics_.text();
    Response response = text_response(200, std::move(text));
    response.headers.front().second = "text/plain; version=0.0.4; charset=utf-8";
    return response;
}

Response Service::document(const Call& call, Own own) const {
    switch (own) {
        case Own::Openapi: {
            static const std::string kDocument = openapi_document(config_.version).dump(2) + "\n";
            return page_for_tools(kDocument);
        }
        case Own::Asyncapi:
            return page_for_tools(asyncapi_);
        case Own::Schema:
            return schema_answer(call.asked.get("type"));
        case Own::Problem:
            return problem_page(call.asked.get("kind"));
        case Own::Version:
            return json_response(
                200, {{"version", config_.version}, {"foldVersion", projections::kFoldVersion}});
        case Own::Live:
        case Own::Publish:
        case Own::FollowUp:
        case Own::Validate:
        case Own::Stream:
        case Own::Positions:
        case Own::Ready:
        case Own::Metrics:
            break;
    }
    return text_response(200, "ok\n");
}

void Service::stream(const CallPtr& call) {
    const auto topics = parse_topics(call->asked.get("topics"));
    CHECK(topics.has_value(), "its judge has read it");
    const std::string* last = call->request.header("last-event-id");
    Response response;
    response.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
    response.stream = [this,
                       topics = *topics,
                       last = last == nullptr ? std::string() : *last,
                       allowed = still_allowed(*call)](const std::shared_ptr<EventStream>& stream) {
        feed_.add(stream, topics, last, allowed);
        if (!allowed()) {  // revoked since it was admitted; from here on end_disallowed() sees it
            stream->close();
        }
    };
    respond(call, std::move(response));
}

// What is seen once a second: whether the views caught up, and what listeners are told.
void Service::look(const Moment& moment, bool ends_known) {
    const auto& positions = moment.view.positions();
    caught_up_ = caught_up_ || (ends_known && lag_of(positions).records <= config_.ready_lag);
    if (feed_.listeners() > 0) {
        feed_.end_disallowed();  // an access token may have expired
        ordered_json lag = lag_json(positions);
        lag["asOf"] = or_null(moment.standing.as_of);
        feed_.tick(lag.dump());
    }
}

// Asks the log once a second where it ends, so that an answer can say how far behind it is.
void Service::watch() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        lock.unlock();
        const int64_t asked_at_ms = log::system_clock_ms();
        const auto ranges = log_.ranges();
        const Vector committed = positions_.committed();
        lock.lock();
        const bool known = ranges.has_value();
        log_answers_ = known;
        if (known) {
            ends_.note(*ranges, committed, asked_at_ms);
        }
        lock.unlock();
        if ((known && !caught_up_) || feed_.listeners() > 0) {
            if (const auto moment = moments_.now()) {
                look(**moment, known);
            }
        }
        moments_.drop_passed();
        lock.lock();
        const auto pause = caught_up_ ? kWatchEvery : kWatchEvery / 10;
        changed_.wait_for(lock, pause, [this] { return ending_; });
    }
}

}  // namespace sijill::api
