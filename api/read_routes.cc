// api/read_routes.cc - the routes that answer from the views: cases, anomalies.

#include "api/anomaly_answers.h"
#include "api/case_answers.h"
#include "api/json_writer.h"
#include "api/kept_cases.h"
#include "api/pages.h"
#include "api/route.h"
#include "events/check.h"

#include <algorithm>
#include <charconv>

namespace sijill::api {

namespace {

// "<opened ms>.<id>": where the page before ended. A filter that changed meanwhile only moves on.
Result<CasePlace> place_of(std::string_view cursor) {
    auto parts = split_cursor(cursor);
    if (!parts) {
        return Unexpected(parts.error());
    }
    if (!events::may_be_told({parts->first})) {
        return wrong_cursor();
    }
    return CasePlace{parts->first, std::move(parts->second)};
}

std::string cursor_of(const CasePlace& place) {
    return join_cursor(place.opened_at_ms, place.id);
}

Result<Answer> cases(const Asked& asked, const Reading& reading) {
    const auto after = place_asked(asked, place_of);
    if (!after) {
        return Unexpected(after.error());
    }
    const CaseFilter filter{asked.get("status"),
                            asked.get("kind"),
                            asked.get("department"),
                            asked.get("period"),
                            asked.departments};
    auto list = list_cases(reading.shards, filter, reading.local_time, {*after, limit_of(asked)});
    if (!list) {
        return Unexpected(list.error());
    }
    return page_of(std::move(list->table),
                   list->next ? std::optional(cursor_of(*list->next)) : std::nullopt);
}

Result<Answer> one_case(const Asked& asked, const Reading& reading) {
    const std::string id = asked.get("caseId");
    const log::Place at = reading.shards.place_of(id);
    // A text does not tell whom the case was referred to, nor has it a table's cells.
    const bool keeps =
        reading.kept != nullptr && asked.departments.empty() && reading.media == Media::Json;
    Answer answer;
    if (auto kept = keeps ? reading.kept->find(id, at) : std::nullopt) {
        answer.json = std::move(*kept);
        return answer;
    }
    const auto found = find_case(reading.rows_of(id), id, WithHistory::No);
    if (!found) {
        return Unexpected(found.error());
    }
    // Its opening was refused or voided: it has a history, and is no case.
    const bool is_case = found->state().status != projections::CaseStatus::None;
    if (!is_case || !concerns(*found, asked.departments)) {
        return no_case(id);
    }
    answer.json = case_json(id, *found);
    if (keeps) {
        reading.kept->keep(id, at, answer.json);
    }
    if (reading.media != Media::Json) {
        answer.table = case_table(id, *found);
    }
    return answer;
}

// The offset of the last event of the page before.
struct EventPlace {
    int64_t offset = -1;
};

Result<EventPlace> event_place_of(std::string_view cursor) {
    EventPlace place;
    const char* const end = cursor.data() + cursor.size();
    const auto [stop, failed] = std::from_chars(cursor.data(), end, place.offset);
    if (failed != std::errc() || stop != end || place.offset < 0) {
        return wrong_cursor();
    }
    return place;
}

Result<Answer> case_events(const Asked& asked, const Reading& reading) {
    const auto after = place_asked(asked, event_place_of);
    if (!after) {
        return Unexpected(after.error());
    }
    const std::string id = asked.get("caseId");
    const auto found = find_case(reading.shards.shard_of(id), id, WithHistory::Yes);
    if (!found || !concerns(*found, asked.departments)) {
        return found ? no_case(id) : Unexpected(found.error());
    }
    CHECK(reading.log != nullptr, "a route that reads the log was asked without one");
    auto list =
        list_history(*found, id, reading.shards, *reading.log, {after->offset, limit_of(asked)});
    if (!list) {
        return Unexpected(list.error());
    }
    return page_of(std::move(list->table),
                   list->next ? std::optional(std::to_string(*list->next)) : std::nullopt,
                   [&id](JsonWriter& json) { json.member("case", id); });
}

Result<Answer> anomalies(const Asked& asked, const Reading& reading) {
    const auto after = place_asked(asked, anomaly_place_of);
    auto page = after ? anomaly_page(reading.shards, asked.get("reason"), *after, limit_of(asked))
                      : Result<AnomalyPage>(Unexpected(after.error()));
    if (!page) {
        return Unexpected(page.error());
    }
    return page_of(std::move(page->table),
                   page->next ? std::optional(cursor_of(*page->next)) : std::nullopt);
}

const Parameter kCaseId{"caseId", In::Path, "Case id", "case-1", true};
std::vector<Route> case_routes() {
    std::vector<Route> table;
    table.push_back(
        {"GET",
         "/v1/cases",
         "listCases",
         "Cases by opening time",
         Scope::Read,
         {{"status",
           In::Query,
           "Status",
           "REFERRED",
           false,
           {},
           {"NEW", "OPEN", "PENDING", "REFERRED", "RESOLVED", "CLOSED", "MERGED", "CANCELLED"}},
          {"kind",
           In::Query,
           "Kind",
           "complaint",
           false,
           {},
           {"enquiry", "request", "complaint", "suggestion"}},
          {"department", In::Query, "With an open referral to this department", ""},
          period_parameter(In::Query, false, "Opened in this SDMX period"),
          cursor_parameter("^-?[0-9]{1,18}[.]", judged_by<place_of>),
          limit_parameter()},
         Read(cases),
         "CaseList",
         {400},
         {{"/v1/cases?limit=5", 200},
          {"/v1/cases?status=REFERRED&limit=2&format=ndjson", 200},
          {"/v1/cases?status=LOST", 400},
          {"/v1/cases?limit=0", 400}},
         true});
    table.push_back({"GET",
                     "/v1/cases/{caseId}",
                     "getCase",
                     "Where a case stands",
                     Scope::Read,
                     {kCaseId},
                     Read(one_case),
                     "Case",
                     {404},
                     {{"/v1/cases/no-such-case", 404}},
                     true,
                     false,
                     true});
    table.push_back(
        {"GET",
         "/v1/cases/{caseId}/events",
         "listCaseEvents",
         "The events of a case, from the log, with the verdict of the fold",
         Scope::Read,
         {kCaseId, cursor_parameter("^[0-9]{1,18}$", judged_by<event_place_of>), limit_parameter()},
         Read(case_events),
         "CaseEvents",
         {400, 404, 503},
         {{"/v1/cases/no-such-case/events", 404},
          {"/v1/cases/no-such-case/events?cursor=here", 400}},
         true,
         true});
    for (Route& route : table) {
        route.for_auditors = true;
    }
    return table;
}

}  // namespace

std::vector<Route> read_routes() {
    std::vector<Route> table = case_routes();
    std::ranges::move(kpi_routes(), std::back_inserter(table));
    std::ranges::move(period_routes(), std::back_inserter(table));
    std::ranges::move(department_routes(), std::back_inserter(table));
    table.push_back(
        {"GET",
         "/v1/anomalies",
         "listAnomalies",
         "Duplicates, conflicts, illegal transitions and parked records",
         Scope::Read,
         {{.name = "reason",
           .description = "Only this reason",
           .example = "duplicate",
           .values = anomaly_reasons()},
          cursor_parameter("^[0-9]{1,9}:[0-9]{1,18}:[0-9]{1,3}$", judged_by<anomaly_place_of>),
          limit_parameter()},
         Read(anomalies),
         "Anomalies",
         {},
         {{"/v1/anomalies", 200},
          {"/v1/anomalies?reason=duplicate", 200},
          {"/v1/anomalies?limit=2&format=csv", 200},
          {"/v1/anomalies?cursor=here", 400}}});
    table.back().for_auditors = true;
    return table;
}

}  // namespace sijill::api
