#include "api/problem.h"

#include "api/text.h"
#include "events/check.h"
#include "events/json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sijill::api {

namespace {

constexpr auto kKinds = std::to_array<ProblemKind>({
    {"invalid-parameter",
     400,
     "A parameter is unknown, missing or malformed",
     "Compare the request with /v1/openapi.json; errors names each parameter."},
    {"invalid-event",
     400,
     "The event does not follow its declaration",
     "errors lists every violation with its place; /v1/schemas/{type} has the declaration."},
    {"malformed-request",
     400,
     "The request cannot be read",
     "Send HTTP/1.1 with a Host header and a well-formed target."},
    {"unauthorized",
     401,
     "No valid token",
     "Send Authorization: Bearer TOKEN; `sijill token create` makes one."},
    {"forbidden", 403, "The token has not the scope", "Ask for a token with the scope."},
    {"for-the-centre",
     403,
     "The step is not a department's to take",
     "Whoever has a token without departments takes it."},
    {"not-found", 404, "There is no such thing", "Check the id and the path."},
    {"method-not-allowed",
     405,
     "The method is not for this path",
     "The Allow header names the methods."},
    {"not-acceptable",
     406,
     "The format is not offered, or cannot hold the answer",
     "Ask for application/json, text/csv, application/x-ndjson or "
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet."},
    {"request-timeout", 408, "The request came too slowly", "Send it again at once."},
    {"version-conflict",
     409,
     "The subject has another version",
     "Read the subject again and decide anew."},
    {"illegal-transition",
     409,
     "The subject's state does not allow the event",
     "The event is in the log and listed in /v1/anomalies; read the subject's state."},
    {"step-refused",
     409,
     "The follow-up does not stand where the step leads on from",
     "Nothing was appended; read the follow-up again and decide anew."},
    {"event-id-conflict",
     409,
     "Another event of this subject and kind has this source and id",
     "Sent before, it is in the log already: under another id it would count twice. Else give each "
     "event an id of its own; UUIDv7 will do."},
    {"precondition-failed",
     412,
     "The subject has not the version of If-Match",
     "Read the subject again and decide anew."},
    {"payload-too-large", 413, "The body is too large", "Send smaller events or batches."},
    {"uri-too-long", 414, "The target is too long", "Ask for less at once."},
    {"unsupported-media-type",
     415,
     "The body's media type is not read here",
     "Send application/cloudevents+json, application/cloudevents-batch+json, or application/json "
     "with ce- headers."},
    {"expectation-failed", 417, "The expectation is not met", "Send no Expect header."},
    {"misdirected-request",
     421,
     "The Host is not this machine",
     "Without tokens only its own names are served: ask localhost, 127.0.0.1 or [::1], or set "
     "auth.mode."},
    {"too-many-requests", 429, "Too many requests", "Wait as Retry-After says."},
    {"headers-too-large", 431, "The headers are too large", "Send fewer headers."},
    {"internal", 500, "The server failed", "The log of the server says more."},
    {"overloaded", 503, "Too busy", "Try again as Retry-After says."},
    {"view-behind",
     503,
     "The views have not reached the position yet",
     "Try again; /v1/positions tells how far they are."},
    {"log-unavailable",
     503,
     "The log does not take events now",
     "Send the same event again; nothing was appended."},
    {"log-unreadable",
     503,
     "The log cannot be read now",
     "Ask again; what is answered from the views is answered all the same."},
    {"outcome-unknown",
     503,
     "Whether the event is in the log is not known",
     "Send the same event again, unchanged: a repetition has no second effect."},
    {"not-ready", 503, "Not ready", "Wait until /readyz says ok."},
});

const ProblemKind* find_kind(std::string_view name) {
    const auto at = std::ranges::find(kKinds, name, &ProblemKind::name);
    return at == kKinds.end() ? nullptr : &*at;
}

// Seconds after which it may go better.
std::string_view retry_after(int status) {
    return status == 503 || status == 429 ? "1" : "";
}

Response problem_response(const ProblemKind& kind,
                          int status,
                          std::string_view detail,
                          const std::vector<events::Violation>& violations) {
    nlohmann::ordered_json body{{"type", "/v1/problems/" + std::string(kind.name)},
                                {"title", kind.title},
                                {"status", status},
                                {"detail", detail}};
    for (const events::Violation& violation : violations) {
        const bool parameter = violation.code.starts_with("parameter");
        body["errors"].push_back({{parameter ? "parameter" : "pointer",
                                   parameter ? violation.pointer : "#" + violation.pointer},
                                  {"code", violation.code},
                                  {"detail", violation.detail}});
    }
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/problem+json"},
                        {"Cache-Control", "no-store"}};
    if (const auto after = retry_after(status); !after.empty()) {
        response.headers.emplace_back("Retry-After", after);
    }
    response.body = json_text(body) + "\n";
    return response;
}

}  // namespace

std::span<const ProblemKind> problem_kinds() {
    return kKinds;
}

Response problem(std::string_view kind,
                 std::string_view detail,
                 const std::vector<events::Violation>& violations) {
    const ProblemKind* found = find_kind(kind);
    CHECK(found != nullptr, "a problem kind that is not in the table");
    return problem_response(*found, found->status, detail, violations);
}

Response problem_of(const Error& error) {
    switch (error.code) {
        case Errc::Invalid:
        case Errc::Rejected:
            return problem("invalid-parameter", error.message);
        case Errc::NotFound:
            return problem("not-found", error.message);
        case Errc::TooLarge:
            return problem("payload-too-large", error.message);
        case Errc::Unavailable:
            return problem("log-unreadable", error.message);
        case Errc::Unknown:
            return problem("outcome-unknown", error.message);
        case Errc::Conflict:
        case Errc::Corrupt:
        case Errc::Storage:
        case Errc::Config:
            break;
    }
    return internal_problem(error.message);
}

Response internal_problem(std::string cause) {
    Response response = problem("internal", "the request could not be answered");
    response.cause = std::move(cause);
    return response;
}

Response refusal(int status, std::string_view detail) {
    // Several kinds share 400 and 503: these are the server's own.
    if (status == 400) {
        return problem("malformed-request", detail);
    }
    if (status == 503) {
        return problem("overloaded", detail);
    }
    const auto at = std::ranges::find(kKinds, status, &ProblemKind::status);
    return at == kKinds.end()
               ? problem_response(*find_kind("malformed-request"), status, detail, {})
               : problem_response(*at, status, detail, {});
}

}  // namespace sijill::api
