#pragma once
// api/route.h - the routes as a table: what is matched, checked, documented and called.

#include "api/auth.h"
#include "api/http.h"
#include "api/kpi_answers.h"
#include "api/table.h"
#include "consumers/shard_set.h"
#include "events/validate.h"
#include "events/values.h"
#include "log/event_log.h"
#include "projections/local_time.h"
#include "projections/targets.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sijill::api {

enum class In { Path, Query, Header };

/// A parameter of path or query, or a header that the route reads (which is documented here and
/// judged where it is read).
struct Parameter {
    std::string_view name;
    In in = In::Query;
    std::string_view description;
    std::string_view example = "";
    bool required = false;
    std::optional<events::Bounds> whole = {};                 // a whole number between them
    std::vector<std::string_view> values = {};                // the only ones, when there are any
    std::string_view pattern = {};                            // for the document
    Result<void> (*judge)(std::string_view value) = nullptr;  // says what is wrong with a value
};

/// A judge that reads values as their handler does.
template <auto Parse>
[[nodiscard]] Result<void> judged_by(std::string_view value) {
    const auto read = Parse(value);
    return read ? Result<void>() : Unexpected(read.error());
}

/// If-Match with a version, as in "7".
[[nodiscard]] Parameter if_match_parameter(std::string_view description);

/// A period, such as 2017-Q1. `description`: "" for its forms.
[[nodiscard]] Parameter period_parameter(In in, bool required, std::string_view description = "");

/// A required period of whole days.
[[nodiscard]] Parameter day_period_parameter(In in);

/// A request that fits its route: every parameter known, each at most once, values checked.
struct Asked {
    std::map<std::string, std::string, std::less<>> parameters;
    std::string lang;                      // "en" or "ar"
    std::vector<std::string> departments;  // whose cases the asker may see; empty: all
    bool reads = true;                     // cases, and figures unless there are departments

    /// "" when it was not given.
    [[nodiscard]] std::string get(std::string_view name) const;
};

/// What an answer is written as.
enum class Media { Json, Csv, Ndjson, Xlsx };

class KeptCases;

/// What the read side answers from: one moment of all shards.
struct Reading {
    const consumers::ShardView& shards;
    log::EventLog* log;                 // nullptr when the route does not read it
    projections::LocalTime local_time;  // of this request's own: it is used by one thread
    const projections::SiteKpis& site;  // its KPIs and targets
    Media media;                        // JSON takes no table, unless it takes the rows from it
    bool only_cached = false;           // a route of one row: answers from memory or not at all
    int64_t now_ms = 0;                 // the clock, in whole minutes; for routes that are by_clock
    KeptCases* kept = nullptr;          // nullptr: nothing is kept

    /// The rows of the shard a subject lives in, for a route of one row.
    [[nodiscard]] const projections::RowReader& rows_of(std::string_view subject) const {
        return only_cached ? shards.cached_shard_of(subject) : shards.shard_of(subject);
    }
};

/// What `now_ms` of a route that is by_clock is: the clock, in whole minutes.
[[nodiscard]] int64_t this_minute_ms();

/// An answer before it is written in a format. `table`: for CSV and NDJSON; `rows` names the member
/// that `json` gets from the table, "" when it is whole.
struct Answer {
    std::string json = "{}";  // an object
    std::string next = "";    // cursor of the page behind this one, where there may be one
    Table table;
    std::string rows;
};

/// Where the views stood: members of every answer.
struct Standing {
    std::string position;
    std::optional<std::string> as_of;  // append time of the last event folded
    int64_t lag_records = 0;
    double lag_seconds = 0;
    std::string written = "";  // standing_members() of it, if known
};

/// Names the parameters by which a handler refused a question as Invalid, values that each would do
/// by themselves; none: the error says all.
using Judge = std::vector<events::Violation> (*)(const Asked& asked,
                                                 const projections::SiteKpis& site);

/// Answers a question from the views, in a reader thread.
using Read = std::function<Result<Answer>(const Asked& asked, const Reading& reading)>;

/// What the service does itself.
enum class Own {
    Publish,
    Validate,
    Stream,
    FollowUp,
    Positions,
    Openapi,
    Asyncapi,
    Schema,
    Problem,
    Live,
    Ready,
    Metrics,
    Version
};

struct Example {
    std::string_view target;  // with query
    int status;
    std::string_view body = {};  // of a POST
    std::string_view content_type = {};
};

struct Route {
    std::string_view method;
    std::string_view path;  // "/v1/cases/{caseId}"
    std::string_view id;    // OpenAPI operationId
    std::string_view summary;
    std::optional<Scope> scope;  // whose token may ask (scopes_of); none: open to everybody
    std::vector<Parameter> parameters;
    std::variant<Read, Own> handler;
    std::string_view schema;    // of the answer, in openapi.cc; "" is text
    std::vector<int> problems;  // statuses beside those that any route may have
    std::vector<Example> examples;
    /// The handler shows a token with departments its own things only; such a token finds no other
    /// route that has a scope.
    bool by_department = false;
    bool reads_log = false;  // not only the views
    bool one_row = false;    // answered at once when that row is in memory, without a reader
    bool by_clock = false;   // the answer depends on now: its ETag holds for a minute
    Judge judge = nullptr;
    bool for_auditors = false;  // `audit` opens it too
};

/// Any of these opens the route: its own scope, `admin`, and `audit` where it is for auditors. None
/// where the route needs no token.
[[nodiscard]] Scopes scopes_of(const Route& route);

[[nodiscard]] const std::vector<Route>& routes();

/// What a token with departments is answered with 404.
[[nodiscard]] bool hides_from_departments(const Route& route);

/// The routes that answer from the views; read_routes() has those of the others too.
[[nodiscard]] std::vector<Route> read_routes();
[[nodiscard]] std::vector<Route> kpi_routes();
[[nodiscard]] std::vector<Route> period_routes();
/// What a department must do, and the steps that it takes.
[[nodiscard]] std::vector<Route> department_routes();

/// How a path fits the table.
struct Match {
    const Route* route = nullptr;                                // nullptr: none
    std::map<std::string, std::string, std::less<>> parameters;  // of the path
    std::string allow;  // methods of the path, when only the method did not fit
};

/// HEAD fits where GET does.
[[nodiscard]] Match match(std::string_view method, std::string_view path);

/// Checks the query against the route's parameters and those that every read takes. Violations have
/// a code that begins with "parameter".
[[nodiscard]] std::vector<events::Violation> check_parameters(const Route& route,
                                                              const Request& request,
                                                              Asked& asked);

/// Adds what the route's own judge finds, but for parameters of which something is told already.
void add_judged(const Route& route,
                const Asked& asked,
                const projections::SiteKpis& site,
                std::vector<events::Violation>& violations);

/// Parameters that every route with a Read takes: format, bom, lang, minPosition, If-None-Match.
[[nodiscard]] const std::vector<Parameter>& common_parameters();

}  // namespace sijill::api
