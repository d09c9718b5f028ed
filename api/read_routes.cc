// api/read_routes.cc - the routes that answer from the views.

#include "api/anomaly_answers.h"
#include "api/case_answers.h"
#include "api/labels.h"
#include "api/route.h"
#include "api/text.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace sijill::api {

namespace {

using nlohmann::ordered_json;

constexpr size_t kDefaultLimit = 50;
constexpr size_t kMostRows = 1'000;

// The words between the commas of a parameter; none when it was not given.
std::vector<std::string> words_of(const std::string& text) {
    if (text.empty()) {
        return {};
    }
    const auto words = split(text, ',');
    return {words.begin(), words.end()};
}

// The route's table has judged it.
size_t limit_of(const Asked& asked) {
    const std::string text = asked.get("limit");
    return text.empty() ? kDefaultLimit : std::stoull(text);
}

// "<opened ms>.<id>": where the page before ended. A filter that changed meanwhile only moves on.
Result<CasePlace> place_of(const std::string& cursor) {
    CasePlace place;
    const size_t dot = cursor.find('.');
    const auto [end, failed] =
        std::from_chars(cursor.data(), cursor.data() + cursor.size(), place.opened_at_ms);
    if (dot == std::string::npos || failed != std::errc() || end != cursor.data() + dot) {
        return fail(Errc::Invalid, "cursor must come from the next member of an earlier page");
    }
    place.id = cursor.substr(dot + 1);
    return place;
}

Result<Answer> cases(const Asked& asked, const Reading& reading) {
    const std::string cursor = asked.get("cursor");
    const auto after = cursor.empty() ? Result<CasePlace>(CasePlace{}) : place_of(cursor);
    if (!after) {
        return Unexpected(after.error());
    }
    const CaseFilter filter{asked.get("status"),
                            asked.get("kind"),
                            asked.get("department"),
                            asked.get("period"),
                            asked.departments};
    auto list = list_cases(reading.shards, filter, reading.local_time, *after, limit_of(asked));
    if (!list) {
        return Unexpected(list.error());
    }
    Answer answer;
    answer.body["items"] = ordered_json::array();
    answer.body["next"] =
        list->next ? ordered_json(std::to_string(list->next->opened_at_ms) + "." + list->next->id)
                   : ordered_json(nullptr);
    answer.table = std::move(list->table);
    answer.rows = "items";
    return answer;
}

Result<Answer> one_case(const Asked& asked, const Reading& reading) {
    const std::string id = asked.get("caseId");
    const auto found = find_case(reading.shards, id);
    if (!found) {
        return Unexpected(found.error());
    }
    if (!concerns(*found, asked.departments)) {
        return no_case(id);
    }
    Answer answer;
    answer.body = case_json(id, *found);
    answer.table = case_table(id, *found);
    return answer;
}

Result<Answer> case_events(const Asked& asked, const Reading& reading) {
    const std::string id = asked.get("caseId");
    const auto found = find_case(reading.shards, id);
    if (!found || !concerns(*found, asked.departments)) {
        return found ? no_case(id) : Unexpected(found.error());
    }
    auto table = history_table(*found, id, reading.shards, reading.log);
    if (!table) {
        return Unexpected(table.error());
    }
    Answer answer;
    answer.body["case"] = asked.get("caseId");
    answer.table = std::move(*table);
    answer.rows = "items";
    return answer;
}

Result<Answer> kpis(const Asked& asked, const Reading& /*reading*/) {
    Answer answer;
    auto items = ordered_json::array();
    for (const projections::KpiDefinition& kpi : projections::all_kpis()) {
        ordered_json item{{"id", kpi.id},
                          {"name", {{"en", kpi.name_en}, {"ar", kpi.name_ar}}},
                          {"definition", {{"en", kpi.definition_en}, {"ar", kpi.definition_ar}}},
                          {"definitionVersion", kpi.version},
                          {"unit", projections::unit_name(kpi.unit)},
                          {"basis", kpi.basis},
                          {"dimensions", kpi.dimensions},
                          {"bases", ordered_json::array()},
                          {"variants", ordered_json::array()}};
        for (const auto& base : kpi.bases) {
            item["bases"].push_back(base.name);
        }
        for (const auto& variant : kpi.variants) {
            item["variants"].push_back(variant.name);
        }
        items.push_back(std::move(item));
    }
    answer.body["items"] = std::move(items);
    answer.table = catalogue_table(asked.lang);
    return answer;
}

// Every dimension that some KPI has, once.
const std::set<std::string_view>& dimensions() {
    static const std::set<std::string_view> kDimensions = [] {
        std::set<std::string_view> names;
        for (const auto& kpi : projections::all_kpis()) {
            names.insert(kpi.dimensions.begin(), kpi.dimensions.end());
        }
        return names;
    }();
    return kDimensions;
}

KpiQuestion question_of(const Asked& asked) {
    KpiQuestion question;
    question.id = asked.get("kpiId");
    question.base = asked.get("base");
    question.variant = asked.get("variant");
    question.compare = asked.get("compare");
    for (const std::string_view dimension : dimensions()) {
        if (asked.parameters.contains(dimension)) {
            question.filters.emplace_back(dimension, asked.get(dimension));
        }
    }
    return question;
}

// Adds the answer to a question to an answer's observations and table.
Result<void> observe(const KpiQuestion& question,
                     const Asked& asked,
                     const Reading& reading,
                     Answer& out) {
    const auto answer = answer_of(question, reading.shards.rows());
    if (!answer) {
        return Unexpected(answer.error());
    }
    auto& observations = out.body["observations"];
    observations.push_back(
        answer_json(*answer, {asked.lang, reading.local_time.zone()}, reading.shards.position()));
    observations.back().erase("position");
    const Table rows = answer_table(*answer);
    out.table.header = rows.header;
    std::ranges::copy(rows.rows, std::back_inserter(out.table.rows));
    return {};
}

// The questions that a breakdown by up to two dimensions makes of one: of two dimensions, one for
// each value of the first.
Result<std::vector<KpiQuestion>> broken_down(KpiQuestion question,
                                             const std::vector<std::string>& by,
                                             const Reading& reading) {
    question.by = by.empty() ? "" : by[0];
    if (by.size() < 2) {
        return std::vector<KpiQuestion>{question};
    }
    const auto outer = answer_of(question, reading.shards.rows());
    if (!outer) {
        return Unexpected(outer.error());
    }
    std::vector<KpiQuestion> questions;
    for (const auto& [value, figure] : *outer->by) {
        questions.push_back(question);
        questions.back().filters.emplace_back(by[0], value);
        questions.back().by = by[1];
    }
    return questions;
}

Result<Answer> kpi(const Asked& asked, const Reading& reading) {
    KpiQuestion question = question_of(asked);
    const std::vector<std::string> by = words_of(asked.get("by"));
    const std::vector<std::string> periods = words_of(asked.get("period"));
    if (by.size() > 2 || periods.size() > kMostRows) {
        return fail(Errc::Invalid,
                    by.size() > 2 ? "by takes at most two dimensions" : "too many periods at once");
    }
    Answer answer;
    answer.body["kpi"] = question.id;
    answer.body["observations"] = ordered_json::array();
    for (const std::string& period : periods) {
        question.period = period;
        const auto questions = broken_down(question, by, reading);
        if (!questions) {
            return Unexpected(questions.error());
        }
        for (const KpiQuestion& each : *questions) {
            if (auto seen = observe(each, asked, reading, answer); !seen) {
                return Unexpected(seen.error());
            }
        }
    }
    return answer;
}

Result<Answer> kpi_cases(const Asked& asked, const Reading& reading) {
    KpiQuestion question = question_of(asked);
    question.period = asked.get("period");
    const auto query = query_of(question);
    if (!query) {
        return Unexpected(query.error());
    }
    auto table = behind_table(*query, asked.get("part"), reading.shards.rows(), reading.local_time);
    if (!table) {
        return Unexpected(table.error());
    }
    int64_t sum = 0;
    for (const auto& row : table->rows) {
        sum += std::stoll(row.back());
    }
    Answer answer;
    answer.body["kpi"] = question.id;
    answer.body["sum"] = sum;
    answer.table = std::move(*table);
    answer.rows = "items";
    return answer;
}

Result<Answer> follow_ups(const Asked& asked, const Reading& reading) {
    const auto& own = asked.departments;
    if (!own.empty() && std::ranges::find(own, asked.get("departmentId")) == own.end()) {
        return fail(Errc::NotFound, "there is no such department");
    }
    auto table = follow_up_table(reading.shards, asked.get("departmentId"));
    if (!table) {
        return Unexpected(table.error());
    }
    Answer answer;
    answer.body["department"] = asked.get("departmentId");
    answer.table = std::move(*table);
    answer.rows = "items";
    return answer;
}

Result<Answer> report(const Asked& asked, const Reading& reading) {
    const auto period = projections::parse_period(asked.get("period"));
    if (!period) {
        return Unexpected(period.error());
    }
    const auto made = projections::make_report(reading.shards.rows(), *period);
    if (!made) {
        return Unexpected(made.error());
    }
    Answer answer;
    answer.body =
        report_json(*made, {asked.lang, reading.local_time.zone()}, reading.shards.position());
    answer.body.erase("position");
    answer.table = report_table(*made);
    return answer;
}

Result<Answer> anomalies(const Asked& asked, const Reading& reading) {
    auto table = anomaly_table(reading.shards, asked.get("reason"));
    if (!table) {
        return Unexpected(table.error());
    }
    Answer answer;
    answer.table = std::move(*table);
    answer.rows = "items";
    return answer;
}

const Parameter kPeriod{"period",
                        In::Query,
                        "SDMX period: 2017, 2017-Q1, 2017-M02, 2017-W05, 2017-01-31",
                        "2017-Q1",
                        true};
const Parameter kCaseId{"caseId", In::Path, "Case id", "case-1", true};
const Parameter kKpiId{"kpiId", In::Path, "KPI id (see /v1/kpis)", "answer-rate", true};

std::vector<Parameter> kpi_parameters(std::vector<Parameter> own) {
    for (const std::string_view dimension : dimensions()) {
        own.push_back({dimension, In::Query, "Only this value of the dimension", ""});
    }
    own.push_back({"base", In::Query, "Denominator, where the KPI has several", ""});
    own.push_back({"variant", In::Query, "Narrower numerator, where the KPI has one", ""});
    return own;
}

std::vector<Route> kpi_routes() {
    std::vector<Route> table;
    table.push_back({"GET",
                     "/v1/kpis",
                     "listKpis",
                     "The KPIs: names, definitions, dimensions, bases and variants",
                     Scope::Read,
                     {},
                     Read(kpis),
                     "KpiCatalogue",
                     {},
                     {{"/v1/kpis", 200}, {"/v1/kpis?format=csv", 200}, {"/v1/kpis?x=1", 400}}});
    table.push_back(
        {"GET",
         "/v1/kpis/{kpiId}",
         "getKpi",
         "A KPI over one or several periods, by up to two dimensions",
         Scope::Read,
         kpi_parameters({kKpiId,
                         {"period", In::Query, "SDMX periods, joined by commas", "2017-Q1", true},
                         {"by", In::Query, "Up to two dimensions, joined by a comma", ""},
                         {"compare", In::Query, "previous, year-ago, or a period", "previous"}}),
         Read(kpi),
         "KpiValues",
         {400, 404},
         {{"/v1/kpis/answer-rate?period=2017-Q1", 200},
          {"/v1/kpis/answer-rate?period=2017-M01,2017-M02&by=queue", 200},
          {"/v1/kpis/inbound-offered?period=2017-Q1&compare=previous", 200},
          {"/v1/kpis/answer-rate", 400},
          {"/v1/kpis/answer-rate?period=2017-Q9", 400},
          {"/v1/kpis/none?period=2017-Q1", 404}}});
    table.push_back({"GET",
                     "/v1/kpis/{kpiId}/cases",
                     "listKpiCases",
                     "What is behind a figure: the amounts add up to it",
                     Scope::Read,
                     kpi_parameters({kKpiId,
                                     kPeriod,
                                     {"part",
                                      In::Query,
                                      "Side of the ratio",
                                      "numerator",
                                      false,
                                      {},
                                      {"numerator", "denominator"}}}),
                     Read(kpi_cases),
                     "KpiCases",
                     {400, 404},
                     {{"/v1/kpis/complaints/cases?period=2017-Q1", 200},
                      {"/v1/kpis/none/cases?period=2017-Q1", 404}}});
    return table;
}

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
          {"period", In::Query, "Opened in this SDMX period", "2017-Q1"},
          {"cursor",
           In::Query,
           "From next of the page before",
           "",
           false,
           {},
           {},
           "^-?[0-9]{1,18}[.]"},
          {"limit", In::Query, "Most items", "50", false, events::Bounds{1, kMostRows}}},
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
                     true});
    table.push_back({"GET",
                     "/v1/cases/{caseId}/events",
                     "listCaseEvents",
                     "The events of a case, from the log, with the verdict of the fold",
                     Scope::Read,
                     {kCaseId},
                     Read(case_events),
                     "CaseEvents",
                     {404, 503},
                     {{"/v1/cases/no-such-case/events", 404}},
                     true});
    return table;
}

}  // namespace

std::vector<Route> read_routes() {
    std::vector<Route> table = case_routes();
    std::ranges::move(kpi_routes(), std::back_inserter(table));
    table.push_back({"GET",
                     "/v1/departments/{departmentId}/follow-ups",
                     "listFollowUps",
                     "What a department must answer, the earliest due first",
                     Scope::FollowUp,
                     {{"departmentId", In::Path, "Department", "engineering", true}},
                     Read(follow_ups),
                     "FollowUps",
                     {},
                     {{"/v1/departments/engineering/follow-ups", 200}},
                     true});
    table.push_back({"GET",
                     "/v1/reports/{period}",
                     "getReport",
                     "The report of a period",
                     Scope::Read,
                     {{"period", In::Path, kPeriod.description, "2017-Q1", true}},
                     Read(report),
                     "Report",
                     {400},
                     {{"/v1/reports/2017-Q1", 200},
                      {"/v1/reports/2017-Q1?lang=ar&format=csv&bom=1", 200},
                      {"/v1/reports/spring", 400}}});
    table.push_back({"GET",
                     "/v1/anomalies",
                     "listAnomalies",
                     "Duplicates, conflicts, illegal transitions and parked records",
                     Scope::Read,
                     {{"reason", In::Query, "Only this reason", "duplicate"}},
                     Read(anomalies),
                     "Anomalies",
                     {},
                     {{"/v1/anomalies", 200}, {"/v1/anomalies?reason=duplicate", 200}}});
    return table;
}

}  // namespace sijill::api
