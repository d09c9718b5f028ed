#include "api/service.h"

#include "api/entity_tag.h"
#include "api/formats.h"
#include "api/openapi.h"
#include "api/problem.h"
#include "api/service_call.h"
#include "api/text.h"
#include "events/check.h"
#include "events/json.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <spdlog/spdlog.h>

#include <utility>

namespace sijill::api {

using std::chrono::steady_clock;

namespace {

Response wrong_parameters(const std::vector<events::Violation>& violations) {
    return problem("invalid-parameter",
                   violations.size() == 1
                       ? "1 parameter is wrong"
                       : std::to_string(violations.size()) + " parameters are wrong",
                   violations);
}

// Where everybody on this machine may ask, a browser may not ask for others: a page whose name was
// made to mean 127.0.0.1 sends its own name as Host.
bool is_loopback_name(std::string_view host) {
    const size_t bracket = host.starts_with('[') ? host.find(']') : 0;
    const std::string name = lower(host.substr(0, host.find(':', bracket)));
    in_addr address{};
    return name == "localhost" || name == "[::1]" ||
           (inet_pton(AF_INET, name.c_str(), &address) == 1 &&
            ntohl(address.s_addr) >> 24U == IN_LOOPBACKNET);
}

constexpr size_t kMostHeaders = 12;  // that an answer usually has
constexpr int kToldAtOnce = 10;      // causes of one route; then one a second

// What an answer depends on beside the position: the clock, and whether the asker gets links.
std::string beside_position(const Asked& asked, int64_t now_ms) {
    return std::to_string(now_ms) + (asked.reads ? "" : " no links");
}

// RFC 8288: the same question with the cursor of the next page.
std::string next_page(const Request& request, const std::string& next) {
    std::string query;
    for (const auto& [name, value] : request.query) {
        if (name != "cursor") {
            query += percent_encode(name) + "=" + percent_encode(value) + "&";
        }
    }
    return "<?" + query + "cursor=" + percent_encode(next) + ">; rel=\"next\"";
}

}  // namespace

Service::Service(ServiceConfig config,
                 log::EventLog& log,
                 const consumers::Worker& worker,
                 Positions& positions,
                 ChangeFeed& feed)
    : config_(std::move(config)),
      rules_(config_.version + " " + projections::fold_identity(config_.local_time) + " " +
             digest_of(config_.site)),
      asyncapi_(json_text(asyncapi_document(config_.version, config_.topic)) + "\n"),
      log_(log),
      progress_(worker.progress()),
      partitions_(worker.partitions()),
      positions_(positions),
      moments_(worker, positions),
      feed_(feed),
      limiter_(config_.rate),
      strangers_(config_.address_rate),
      told_causes_({1, kToldAtOnce}),
      appender_(log, config_.partitions_apart ? partitions_ : size_t{1}, config_.append_room),
      readers_(config_.readers, config_.queue),
      watcher_([this] { watch(); }) {}

Service::~Service() {
    positions_.end();  // its callbacks hold this service
    appender_.end();   // they need the readers; see there
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
}

void Service::respond(const CallPtr& call, Response response) {
    const std::string_view path = call->route == nullptr ? "" : call->route->path;
    metrics_.add(call->request.method, path, response.status, steady_clock::now() - call->start);
    if (!response.cause.empty() && !take(told_causes_, std::string(path))) {
        spdlog::error("{} {}: {}", call->request.method, path, response.cause);
    }
    response.headers.reserve(kMostHeaders);
    for (const auto& [name, value] : {std::pair{"X-Content-Type-Options", "nosniff"},
                                      std::pair{"Referrer-Policy", "no-referrer"},
                                      std::pair{"Vary", "Accept, Authorization"}}) {
        response.headers.emplace_back(name, value);
    }
    response.headers.emplace_back("API-Version", config_.version);
    call->respond(std::move(response));
}

void Service::handle(Request request, Respond respond_to) {
    const auto call = std::make_shared<Call>();
    call->request = std::move(request);
    call->respond = std::move(respond_to);
    if (find_route(call)) {
        work(call, [this, &call] {
            const bool for_all = !config_.authenticator || !call->route->scope;
            for_all ? admitted(call) : identify(call);
        });
    }
}

bool Service::find_route(const CallPtr& call) {
    if (call->request.path.empty()) {
        respond(call, problem("malformed-request", "the target is malformed"));
        return false;
    }
    const std::string* const host = call->request.header("host");
    if (!config_.authenticator && host != nullptr && !is_loopback_name(*host)) {
        respond(call, problem("misdirected-request", "the Host is no name of loopback"));
        return false;
    }
    Match found = match(call->request.method, call->request.path);
    if (found.route == nullptr) {
        Response none = found.allow.empty()
                            ? problem("not-found", "there is no such path; see /v1/openapi.json")
                            : problem("method-not-allowed", "this path takes " + found.allow);
        if (!found.allow.empty()) {
            none.headers.emplace_back("Allow", found.allow);
        }
        respond(call, std::move(none));
        return false;
    }
    call->route = found.route;
    call->asked.parameters = std::move(found.parameters);
    return true;
}

void Service::admitted(const CallPtr& call) {
    auto violations = check_parameters(*call->route, call->request, call->asked);
    if (!violations.empty()) {
        if (call->route->judge == nullptr) {
            return respond(call, wrong_parameters(violations));
        }
        return in_reader(call, [this, call, violations = std::move(violations)]() mutable {
            add_judged(*call->route, call->asked, config_.site, violations);
            respond(call, wrong_parameters(violations));
        });
    }
    if (const Own* mine = std::get_if<Own>(&call->route->handler)) {
        return own(call, *mine);
    }
    read(call);
}

void Service::work(const CallPtr& call, const std::function<void()>& work) {
    try {
        work();
    } catch (const std::exception& error) {  // nlohmann throws; nothing else should
        respond(call, internal_problem(error.what()));
    }
}

bool Service::submit(const CallPtr& call, std::function<void()> todo) {
    return readers_.submit([this, call, todo = std::move(todo)] { work(call, todo); });
}

void Service::in_reader(const CallPtr& call, std::function<void()> todo) {
    if (readers_.has_this_thread()) {
        return work(call, todo);
    }
    if (!submit(call, std::move(todo))) {
        respond(call, problem("overloaded", "all readers are busy"));
    }
}

void Service::own(const CallPtr& call, Own own) {
    switch (own) {
        case Own::Publish:
            return in_reader(call, [this, call] { judge(call, false); });
        case Own::Validate:
            return in_reader(call, [this, call] { judge(call, true); });
        case Own::Stream:
            return stream(call);
        case Own::FollowUp:
            return in_reader(call, [this, call] { take_step(call); });
        case Own::Positions:
            return in_reader(call, [this, call] { respond(call, positions_answer()); });
        case Own::Ready:
            return respond(call, ready(call->asked.parameters.contains("verbose")));
        case Own::Metrics:
            return in_reader(call, [this, call] { respond(call, metrics()); });
        case Own::Openapi:
        case Own::Asyncapi:
        case Own::Schema:
        case Own::Problem:
        case Own::Live:
        case Own::Version:
            return respond(call, document(*call, own));
    }
}

void Service::read(const CallPtr& call) {
    const auto media = wanted_media(call->request, call->asked);
    if (!media) {
        return respond(call, problem("not-acceptable", "Accept names no format that is offered"));
    }
    call->media = *media;
    const std::string least = call->asked.get("minPosition");
    if (least.empty()) {
        return answered_from_memory(call) ? void() : answer(call);
    }
    auto position = parse_position(least);
    CHECK(position.has_value(), "its judge has read it");
    // Only one that the log has can be waited for.
    for (const auto& [partition, next_offset] : *position) {
        if (static_cast<size_t>(partition) >= partitions_) {
            return respond(call,
                           wrong_parameters(
                               {{"minPosition",
                                 "parameter-value",
                                 "names partition " + std::to_string(partition) + "; the log has " +
                                     std::to_string(partitions_) + ", from 0"}}));
        }
    }
    positions_.wait(std::move(*position),
                    steady_clock::now() + config_.longest_wait,
                    [this, call](bool reached) {
                        if (reached) {
                            return answer(call);
                        }
                        respond(call,
                                problem("view-behind", "the views have not reached minPosition"));
                    });
}

void Service::answer(const CallPtr& call) {
    in_reader(call, [this, call] { respond(call, read_answer(*call)); });
}

bool Service::answered_from_memory(const CallPtr& call) {
    const auto moment = call->route->one_row ? moments_.current() : nullptr;
    if (!moment || call->media == Media::Xlsx) {  // a workbook takes long to write
        return false;
    }
    bool answered = true;
    work(call, [&] {
        auto response = answer_at(*call, *moment, true);
        if (!response && response.error().code == Errc::Unavailable) {
            answered = false;
            return;
        }
        respond(call, response ? std::move(*response) : problem_of(response.error()));
    });
    return answered;
}

Response Service::read_answer(const Call& call) {
    const auto moment = moments_.now();
    if (!moment) {
        return problem_of(moment.error());
    }
    auto response = answer_at(call, **moment, false);
    if (!response && response.error().code == Errc::Invalid) {
        std::vector<events::Violation> violations;
        add_judged(*call.route, call.asked, config_.site, violations);
        return violations.empty() ? problem_of(response.error()) : wrong_parameters(violations);
    }
    return response ? std::move(*response) : problem_of(response.error());
}

Result<Response> Service::answer_at(const Call& call, const Moment& moment, bool only_cached) {
    const int64_t now_ms = call.route->by_clock ? this_minute_ms() : 0;
    const Standing& now = moment.standing;
    // A log that was made again may stand where another stood: its events were appended later.
    const std::string at = now.position + " " + now.as_of.value_or("") + " ";
    const std::string tag = tag_of(rules_,
                                   at + beside_position(call.asked, now_ms),
                                   call.request.target,
                                   call.media,
                                   call.asked.departments);
    Response response;
    if (has_answer(call.request, tag)) {
        response.status = 304;
    } else {
        const Reading reading{moment.view,
                              &log_,
                              config_.local_time,
                              config_.site,
                              call.media,
                              only_cached,
                              now_ms,
                              config_.kept.get()};
        auto answered = std::get<Read>(call.route->handler)(call.asked, reading);
        if (!answered) {
            return Unexpected(answered.error());
        }
        const Lag lag = lag_of(moment.view.positions());
        Standing behind;
        if (lag.records > 0) {
            behind = {
                moment.standing.position, moment.standing.as_of, lag.records, lag.seconds, ""};
        }
        const Standing& standing = lag.records > 0 ? behind : moment.standing;
        const std::string next = answered->next;
        response = write_answer(std::move(*answered),
                                call.media,
                                {*call.route, call.asked, config_.local_time.zone(), standing});
        if (response.status != 200) {
            return response;
        }
        if (!next.empty()) {
            response.headers.emplace_back("Link", next_page(call.request, next));
        }
        if (has_any_answer(call.request)) {
            response = Response();
            response.status = 304;
        }
    }
    response.headers.reserve(kMostHeaders);
    response.headers.emplace_back("ETag", tag);
    response.headers.emplace_back("Cache-Control", "no-cache");
    response.headers.emplace_back("Position", moment.standing.position);
    return response;
}

}  // namespace sijill::api
