#include "api/change_feed.h"
#include "api/positions.h"
#include "api/publish.h"
#include "api/route.h"
#include "api/text.h"
#include "events/time.h"
#include "log/places.h"
#include "projections/period.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace sijill::api {

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    return split(path.substr(std::min<size_t>(1, path.size())), '/');
}

bool fits(std::string_view pattern,
          const std::vector<std::string_view>& segments,
          std::map<std::string, std::string, std::less<>>& parameters) {
    const auto wanted = segments_of(pattern);
    if (wanted.size() != segments.size()) {
        return false;
    }
    parameters.clear();
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{')) {
            parameters.emplace(wanted[i].substr(1, wanted[i].size() - 2),
                               percent_decode(segments[i], false).value_or(""));
        } else if (wanted[i] != segments[i]) {
            return false;
        }
    }
    return true;
}

bool is_between(const std::string& text, events::Bounds bounds) {
    int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() && number >= bounds.minimum &&
           number <= bounds.maximum;
}

std::string whole_number(events::Bounds bounds) {
    return "must be a whole number between " + std::to_string(bounds.minimum) + " and " +
           std::to_string(bounds.maximum);
}

std::string listed(const std::vector<std::string_view>& values) {
    std::string text;
    for (const std::string_view value : values) {
        text += (text.empty() ? "" : ", ") + std::string(value);
    }
    return text;
}

const Parameter* find_parameter(const Route& route, std::string_view name) {
    const auto at = std::ranges::find(route.parameters, name, &Parameter::name);
    if (at != route.parameters.end()) {
        return &*at;
    }
    if (!std::holds_alternative<Read>(route.handler)) {
        return nullptr;
    }
    const auto& common = common_parameters();
    const auto shared = std::ranges::find(common, name, &Parameter::name);
    return shared == common.end() ? nullptr : &*shared;
}

std::string known_parameters(const Route& route) {
    std::vector<std::string_view> names;
    for (const Parameter& parameter : route.parameters) {
        if (parameter.in == In::Query) {
            names.push_back(parameter.name);
        }
    }
    if (std::holds_alternative<Read>(route.handler)) {
        for (const Parameter& parameter : common_parameters()) {
            if (parameter.in == In::Query) {
                names.push_back(parameter.name);
            }
        }
    }
    return names.empty() ? "this path takes none" : "this path takes " + listed(names);
}

struct Name {
    std::string_view method;
    std::string_view path;
    std::string_view id;
    std::string_view summary;
};

Route own(const Name& name,
          std::optional<Scope> scope,
          Own handler,
          std::string_view schema,
          std::vector<Example> examples) {
    return Route{name.method,
                 name.path,
                 name.id,
                 name.summary,
                 scope,
                 {},
                 handler,
                 schema,
                 {},
                 std::move(examples)};
}

constexpr std::string_view kExampleEvent =
    R"({"specversion":"1.0","id":"0190a6b0-0000-7000-8000-000000000001",)"
    R"("source":"urn:sijill:example","type":"gov.cc.case.opened.v1",)"
    R"("subject":"case-example-1","time":"2024-02-01T08:00:00.000Z",)"
    R"("datacontenttype":"application/json","actor":"agent:7",)"
    R"("data":{"case_id":"case-example-1","opened_at":"2024-02-01T08:00:00.000Z","kind":"request",)"
    R"("purposes":["new_application"],"priority":"normal","opened_via":"call"}})";

// What a route reads from the headers of an event, beside its media type.
std::vector<Parameter> event_headers() {
    std::vector<Parameter> headers = {
        if_match_parameter("The subject's version that a single event expects")};
    for (const std::string_view name :
         {"ce-specversion", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time", "ce-actor"}) {
        headers.push_back({name, In::Header, "In binary mode: the event's attribute", ""});
    }
    return headers;
}

std::vector<Route> event_routes() {
    std::vector<Route> table;
    table.push_back(own({"POST",
                         "/v1/events",
                         "publishEvents",
                         "Publish CloudEvents: structured, binary, or a batch of up to 500"},
                        Scope::Publish,
                        Own::Publish,
                        "Appended",
                        {{"/v1/events", 201, kExampleEvent, "application/cloudevents+json"},
                         {"/v1/events", 400, "{}", "application/cloudevents+json"},
                         {"/v1/events", 415, "x", "text/plain"}}));
    table.back().problems = {400, 409, 412, 413, 415, 503};
    table.back().parameters = event_headers();
    static const std::string kPrefer =
        "Answer when the fold has judged it, or after so many seconds, at most " +
        std::to_string(kLongestWait) + "; of a batch when the log has it, without verdicts";
    table.back().parameters.push_back({"Prefer", In::Header, kPrefer, "wait=10"});
    table.push_back(own(
        {"POST", "/v1/events/validate", "validateEvent", "Judge an event without publishing it"},
        Scope::Publish,
        Own::Validate,
        "Validity",
        {{"/v1/events/validate", 200, kExampleEvent, "application/cloudevents+json"},
         {"/v1/events/validate", 400, "{}", "application/cloudevents+json"}}));
    table.back().problems = {400, 413, 415, 503};
    table.back().parameters = event_headers();
    return table;
}

std::vector<Route> document_routes() {
    std::vector<Route> table;
    table.push_back(own({"GET",
                         "/v1/positions",
                         "getPositions",
                         "How far each partition is folded, and how far its log reaches"},
                        Scope::Read,
                        Own::Positions,
                        "Positions",
                        {{"/v1/positions", 200}}));
    table.back().problems = {503};
    table.back().for_auditors = true;
    table.push_back(own({"GET", "/v1/openapi.json", "getOpenapi", "This interface as OpenAPI 3.1"},
                        std::nullopt,
                        Own::Openapi,
                        "Document",
                        {{"/v1/openapi.json", 200}}));
    table.push_back(
        own({"GET", "/v1/asyncapi.json", "getAsyncapi", "The topic and its events as AsyncAPI 3.0"},
            std::nullopt,
            Own::Asyncapi,
            "Document",
            {{"/v1/asyncapi.json", 200}}));
    table.push_back(
        own({"GET", "/v1/schemas/{type}", "getSchema", "The JSON Schema of an event's data"},
            std::nullopt,
            Own::Schema,
            "Document",
            {{"/v1/schemas/gov.cc.case.opened.v1", 200}, {"/v1/schemas/gov.cc.nothing.v1", 404}}));
    table.back().parameters = {
        {"type", In::Path, "CloudEvents type", "gov.cc.case.opened.v1", true}};
    table.back().problems = {404};
    table.push_back(own(
        {"GET", "/v1/problems/{kind}", "getProblem", "What a kind of problem means and what to do"},
        std::nullopt,
        Own::Problem,
        "ProblemKind",
        {{"/v1/problems/invalid-event", 200}, {"/v1/problems/none", 404}}));
    table.back().parameters = {{"kind", In::Path, "Name of the kind", "invalid-event", true}};
    table.back().problems = {404};
    return table;
}

std::vector<Route> stream_routes() {
    std::vector<Route> table;
    table.push_back(own({"GET",
                         "/v1/stream",
                         "getStream",
                         "What the fold changes, as server-sent events: kpis, cases, lag, reset"},
                        Scope::Read,
                        Own::Stream,
                        "",
                        {{"/v1/stream?topics=weather", 400}}));
    table.back().parameters = {
        {.name = "topics",
         .description = "Of kpis, cases, lag; joined by commas",
         .example = "kpis,lag",
         .judge = judged_by<parse_topics>},
        {"Last-Event-ID", In::Header, "The id of the last event that was seen", "0:7,1:9"}};
    table.back().problems = {400};
    return table;
}

std::vector<Route> health_routes() {
    std::vector<Route> table;
    for (const auto& [path, id, summary, handler] :
         {std::tuple{"/livez", "getLive", "The process answers", Own::Live},
          std::tuple{"/readyz", "getReady", "The views were caught up once", Own::Ready},
          std::tuple{"/metrics", "getMetrics", "Prometheus metrics", Own::Metrics}}) {
        table.push_back(own({"GET", path, id, summary}, std::nullopt, handler, "", {{path, 200}}));
    }
    const auto ready = std::ranges::find(table, "getReady", &Route::id);
    ready->parameters = {{"verbose", In::Query, "With a line that tells each check", ""}};
    ready->problems = {503};
    std::ranges::find(table, "getMetrics", &Route::id)->problems = {503};
    table.push_back(own({"GET", "/version", "getVersion", "Which program answers"},
                        std::nullopt,
                        Own::Version,
                        "Version",
                        {{"/version", 200}}));
    return table;
}

// What is required and empty is told as missing.
void judge_values(const std::vector<Parameter>& parameters,
                  const Asked& asked,
                  std::vector<events::Violation>& violations) {
    for (const Parameter& parameter : parameters) {
        if (parameter.judge == nullptr) {
            continue;
        }
        const auto given = asked.parameters.find(parameter.name);
        if (given == asked.parameters.end() || (parameter.required && given->second.empty())) {
            continue;
        }
        if (const auto judged = parameter.judge(given->second); !judged) {
            violations.push_back(
                {std::string(parameter.name), "parameter-value", judged.error().message});
        }
    }
}

}  // namespace

Parameter if_match_parameter(std::string_view description) {
    return {"If-Match", In::Header, description, "\"3\"", false, {}, {}, "^\"[0-9]+\"$"};
}

Parameter period_parameter(In in, bool required, std::string_view description) {
    static const std::string kForms = "SDMX period: " + std::string(projections::kPeriodForms);
    return {.name = "period",
            .in = in,
            .description = description.empty() ? std::string_view(kForms) : description,
            .example = "2017-Q1",
            .required = required,
            .judge = judged_by<projections::parse_period>};
}

Parameter day_period_parameter(In in) {
    static const std::string kForms = "SDMX period: " + std::string(projections::kDayPeriodForms);
    Parameter parameter = period_parameter(in, true, kForms);
    parameter.judge = judged_by<projections::parse_day_period>;
    return parameter;
}

std::string Asked::get(std::string_view name) const {
    const auto at = parameters.find(name);
    return at == parameters.end() ? std::string() : at->second;
}

const std::vector<Route>& routes() {
    static const std::vector<Route> kRoutes = [] {
        std::vector<Route> table = event_routes();
        std::ranges::move(read_routes(), std::back_inserter(table));
        std::ranges::move(document_routes(), std::back_inserter(table));
        std::ranges::move(stream_routes(), std::back_inserter(table));
        std::ranges::move(health_routes(), std::back_inserter(table));
        return table;
    }();
    return kRoutes;
}

int64_t this_minute_ms() {
    return events::floor_div(log::system_clock_ms(), events::kMsPerMinute) * events::kMsPerMinute;
}

Scopes scopes_of(const Route& route) {
    Scopes scopes;
    if (route.scope) {
        scopes.add(*route.scope);
        scopes.add(Scope::Admin);
    }
    if (route.for_auditors) {
        scopes.add(Scope::Audit);
    }
    return scopes;
}

bool hides_from_departments(const Route& route) {
    return route.scope && !route.by_department;
}

const std::vector<Parameter>& common_parameters() {
    static const std::vector<Parameter> kCommon = {
        {"format",
         In::Query,
         "Instead of Accept",
         "json",
         false,
         {},
         {"json", "csv", "ndjson", "xlsx"}},
        {"bom", In::Query, "1: CSV begins with a UTF-8 byte order mark", "1", false, {}, {"1"}},
        {"lang", In::Query, "Language of names and labels", "ar", false, {}, {"en", "ar"}},
        {.name = "minPosition",
         .description = "Answer only when the views have reached this position: partition:offset,…",
         .example = "0:0",
         .pattern = "^[0-9]{1,9}:[0-9]{1,18}(,[0-9]{1,9}:[0-9]{1,18})*$",
         .judge = judged_by<parse_position>},
        {"If-None-Match", In::Header, "The ETag of an answer that the asker has", "W/\"0\""},
    };
    return kCommon;
}

Match match(std::string_view method, std::string_view path) {
    const auto segments = segments_of(path);
    Match found;
    for (const Route& route : routes()) {
        std::map<std::string, std::string, std::less<>> parameters;
        if (!fits(route.path, segments, parameters)) {
            continue;
        }
        if (route.method == method || (method == "HEAD" && route.method == "GET")) {
            return {&route, std::move(parameters), ""};
        }
        found.allow += (found.allow.empty() ? "" : ", ") + std::string(route.method);
        if (route.method == "GET") {
            found.allow += ", HEAD";
        }
    }
    return found;
}

std::vector<events::Violation> check_parameters(const Route& route,
                                                const Request& request,
                                                Asked& asked) {
    std::vector<events::Violation> violations;
    for (const auto& [name, value] : request.query) {
        const Parameter* parameter = find_parameter(route, name);
        if (parameter == nullptr || parameter->in != In::Query) {
            violations.push_back({name, "parameter-unknown", known_parameters(route)});
        } else if (!asked.parameters.emplace(name, value).second) {
            violations.push_back({name, "parameter-repeated", "give it once"});
        } else if (parameter->whole && !is_between(value, *parameter->whole)) {
            violations.push_back({name, "parameter-value", whole_number(*parameter->whole)});
        } else if (!parameter->values.empty() &&
                   std::ranges::find(parameter->values, value) == parameter->values.end()) {
            violations.push_back(
                {name, "parameter-value", "must be one of " + listed(parameter->values)});
        }
    }
    for (const Parameter& parameter : route.parameters) {
        if (parameter.required && asked.get(parameter.name).empty()) {
            violations.push_back({std::string(parameter.name),
                                  "parameter-missing",
                                  "must be given: " + std::string(parameter.description)});
        }
    }
    for (const auto* parameters : {&route.parameters, &common_parameters()}) {
        judge_values(*parameters, asked, violations);
    }
    asked.lang = asked.get("lang") == "ar" ? "ar" : "en";
    return violations;
}

void add_judged(const Route& route,
                const Asked& asked,
                const projections::SiteKpis& site,
                std::vector<events::Violation>& violations) {
    if (route.judge == nullptr) {
        return;
    }
    const std::vector<events::Violation> told = violations;
    for (events::Violation& each : route.judge(asked, site)) {
        if (std::ranges::find(told, each.pointer, &events::Violation::pointer) == told.end()) {
            violations.push_back(std::move(each));
        }
    }
}

}  // namespace sijill::api
