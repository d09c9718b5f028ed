#include "api/openapi.h"

#include "api/period_schemas.h"
#include "api/problem.h"
#include "api/publish.h"
#include "api/route.h"
#include "api/schemas.h"
#include "api/xlsx_answer.h"
#include "events/catalogue.h"
#include "events/json.h"

#include <map>

namespace sijill::api {

namespace {

using nlohmann::ordered_json;

// What split_target() takes as a segment once it is percent-encoded, beside that "." and ".." are
// none.
constexpr std::string_view kSegment = "^.+$";

std::string_view name_of(In in) {
    switch (in) {
        case In::Path:
            return "path";
        case In::Query:
            return "query";
        case In::Header:
            break;
    }
    return "header";
}

ordered_json parameter_json(const Parameter& parameter) {
    ordered_json schema{{"type", parameter.whole ? "integer" : "string"}};
    if (parameter.whole) {
        schema["minimum"] = parameter.whole->minimum;
        schema["maximum"] = parameter.whole->maximum;
    }
    if (!parameter.values.empty()) {
        schema["enum"] = parameter.values;
    }
    if (const auto pattern = parameter.in == In::Path ? kSegment : parameter.pattern;
        !pattern.empty()) {
        schema["pattern"] = pattern;
    }
    if (parameter.required && parameter.in == In::Query) {
        schema["minLength"] = 1;
    }
    ordered_json out{{"name", parameter.name},
                     {"in", name_of(parameter.in)},
                     {"required", parameter.required},
                     {"description", parameter.description},
                     {"schema", std::move(schema)}};
    if (!parameter.example.empty()) {
        out["example"] = parameter.whole ? ordered_json::parse(parameter.example)
                                         : ordered_json(parameter.example);
    }
    return out;
}

// Headers that an answer always has, beside Content-Type.
ordered_json headers_json(const std::vector<std::pair<std::string_view, std::string_view>>& each) {
    ordered_json out;
    for (const auto& [name, description] : each) {
        out[std::string(name)] = {
            {"description", description}, {"required", true}, {"schema", {{"type", "string"}}}};
    }
    return out;
}

ordered_json view_headers() {
    return headers_json({{"ETag", "Holds while the views stand still"},
                         {"Position", "The prefix of the log that the views are the fold of"}});
}

ordered_json problem_answer(int status) {
    std::string text;
    for (const ProblemKind& kind : problem_kinds()) {
        if (kind.status == status) {
            text += (text.empty() ? "" : "; ") + std::string(kind.title);
        }
    }
    text += status == 429 ? " of the token, or of the address without a valid one" : "";
    ordered_json out{
        {"description", text},
        {"content",
         {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
    if (status == 401) {
        out["headers"] = headers_json({{"WWW-Authenticate", "Bearer"}});
    } else if (status == 429 || status == 503) {
        out["headers"] = headers_json({{"Retry-After", "Seconds after which it may go better"}});
    }
    return out;
}

ordered_json content_json(const Route& route, bool read) {
    ordered_json content;
    if (route.schema.empty()) {
        content[route.id == "getStream" ? "text/event-stream" : "text/plain"] = {
            {"schema", {{"type", "string"}}}};
    } else {
        content["application/json"] = {
            {"schema", {{"$ref", "#/components/schemas/" + std::string(route.schema)}}}};
    }
    if (read) {
        content["text/csv"] = {{"schema", {{"type", "string"}}}};
        content["application/x-ndjson"] = {{"schema", {{"type", "string"}}}};
        content[std::string(kXlsxType)] = ordered_json::object();  // bytes: no schema
    }
    return content;
}

ordered_json answers_json(const Route& route) {
    const bool read = std::holds_alternative<Read>(route.handler);
    std::map<int, ordered_json> answers;
    ordered_json good{{"description", route.summary}, {"content", content_json(route, read)}};
    if (read) {
        good["headers"] = view_headers();
    }
    answers[200] = good;
    if (route.id == "stepFollowUp") {
        answers.erase(200);
        answers[201] = good;
    }
    if (route.id == "publishEvents") {
        answers[200]["description"] = "The event was in the log already (with Prefer: wait)";
        answers[201] = good;
        answers[207] = good;
        answers[207]["description"] = "A batch: one result for each event";
    }
    if (read) {
        answers[304] = {{"description", "The views still stand where If-None-Match says"},
                        {"headers", view_headers()}};
        for (const int status : {400, 406, 503}) {
            answers[status] = problem_answer(status);
        }
    }
    for (const int status : route.problems) {
        answers[status] = problem_answer(status);
    }
    answers[400] = problem_answer(400);
    if (route.scope) {
        for (const int status : {401, 403, 429, 503}) {  // 503: a signature waits for a reader
            answers[status] = problem_answer(status);
        }
        if (hides_from_departments(route)) {
            answers[404] = problem_answer(404);
        }
    }
    ordered_json out;
    for (auto& [status, answer] : answers) {
        out[std::to_string(status)] = std::move(answer);
    }
    return out;
}

ordered_json body_json(const Route& route) {
    if (route.id == "stepFollowUp") {
        return {{"required", true},
                {"content",
                 {{"application/json",
                   {{"schema", {{"$ref", "#/components/schemas/FollowUpStep"}}}}}}}};
    }
    const ordered_json schema{{"$ref", "#/components/schemas/CloudEvent"}};
    ordered_json event{{"schema", schema}};
    for (const Example& example : route.examples) {
        if (example.content_type == "application/cloudevents+json" && example.status < 300) {
            event["example"] = ordered_json::parse(example.body);
        }
    }
    return {
        {"required", true},
        {"description", "Structured, a batch, or binary: ce- headers, and the data as the body"},
        {"content",
         {{"application/cloudevents+json", std::move(event)},
          {"application/cloudevents-batch+json",
           {{"schema", {{"type", "array"}, {"maxItems", kMostEvents}, {"items", schema}}}}},
          {"application/json", {{"schema", {{"type", "object"}}}}}}}};
}

ordered_json all_schemas() {
    ordered_json schemas = ordered_json::parse(kSchemas);
    schemas.update(ordered_json::parse(kPeriodSchemas));
    return schemas;
}

ordered_json operation_json(const Route& route) {
    ordered_json out{{"operationId", route.id}, {"summary", route.summary}};
    auto parameters = ordered_json::array();
    for (const Parameter& parameter : route.parameters) {
        parameters.push_back(parameter_json(parameter));
    }
    if (std::holds_alternative<Read>(route.handler)) {
        for (const Parameter& parameter : common_parameters()) {
            parameters.push_back(parameter_json(parameter));
        }
    }
    if (!parameters.empty()) {
        out["parameters"] = std::move(parameters);
    }
    if (route.method == "POST") {
        out["requestBody"] = body_json(route);
    }
    out["responses"] = answers_json(route);
    out["security"] = ordered_json::array();
    if (route.scope) {
        out["security"].push_back({{"bearer", ordered_json::array()}});
        out["x-scopes"] = names_of(scopes_of(route));  // any of them
    }
    auto examples = ordered_json::array();
    for (const Example& example : route.examples) {
        ordered_json each{{"target", example.target}, {"status", example.status}};
        if (!example.content_type.empty()) {
            each["contentType"] = example.content_type;
            each["body"] = example.body;
        }
        examples.push_back(std::move(each));
    }
    out["x-examples"] = std::move(examples);
    return out;
}

}  // namespace

ordered_json openapi_document(const std::string& version) {
    ordered_json paths;
    for (const Route& route : routes()) {
        std::string method(route.method);
        std::ranges::transform(
            method, method.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
        paths[std::string(route.path)][method] = operation_json(route);
    }
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "Sijill"},
              {"version", version},
              {"description",
               "Publish what happened in a contact centre as CloudEvents; read the status of every "
               "case and the KPIs with numerator and denominator."},
              {"license",
               {{"name", "Apache-2.0"}, {"url", "https://www.apache.org/licenses/LICENSE-2.0"}}}}},
            {"servers", {{{"url", "/"}}}},
            {"paths", std::move(paths)},
            {"components",
             {{"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}},
              {"schemas", all_schemas()}}}};
}

ordered_json asyncapi_document(const std::string& version, const std::string& topic) {
    ordered_json messages;
    ordered_json references;
    for (const events::EventDescriptor& event : events::all_events()) {
        const std::string type = events::full_type(event);
        messages[type] = {
            {"name", type},
            {"title", event.type},
            {"summary", event.summary},
            {"contentType", "application/cloudevents+json"},
            {"payload",
             {{"type", "object"},
              {"required", {"specversion", "id", "source", "type", "subject", "time", "data"}},
              {"properties",
               {{"type", {{"const", type}}},
                {"data", ordered_json::parse(events::json_schema(event))}}}}},
            {"bindings",
             {{"kafka",
               {{"key", {{"type", "string"}, {"description", "the subject"}}},
                {"bindingVersion", "0.4.0"}}}}}};
        references[type] = {{"$ref", "#/components/messages/" + type}};
    }
    return {{"asyncapi", "3.0.0"},
            {"info", {{"title", "Sijill events"}, {"version", version}}},
            {"defaultContentType", "application/cloudevents+json"},
            {"channels",
             {{"events",
               {{"address", topic},
                {"messages", std::move(references)},
                {"bindings", {{"kafka", {{"topic", topic}, {"bindingVersion", "0.4.0"}}}}}}}}},
            {"operations",
             {{"publishEvent", {{"action", "send"}, {"channel", {{"$ref", "#/channels/events"}}}}},
              {"receiveEvents",
               {{"action", "receive"}, {"channel", {{"$ref", "#/channels/events"}}}}}}},
            {"components", {{"messages", std::move(messages)}}}};
}

}  // namespace sijill::api
