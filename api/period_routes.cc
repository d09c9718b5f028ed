// api/period_routes.cc - the routes of a period: its reports, what was published of it, and whether
// that still holds.

#include "api/json_writer.h"
#include "api/report_answers.h"
#include "api/route.h"
#include "events/time.h"
#include "projections/publication.h"
#include "projections/shard_fold.h"

#include <algorithm>

namespace sijill::api {

namespace {

using projections::PeriodState;

void write_revision(JsonWriter& json, const PeriodState::Revision& revision) {
    json.begin_object();
    json.member("number", revision.number);
    json.member("at", events::format_rfc3339({revision.at_ms}));
    json.member("digest", revision.digest);
    json.member("position", revision.position);
    json.member("rules", revision.rules.empty() ? std::nullopt : std::optional(revision.rules));
    json.end_object();
}

Table revision_table(const std::vector<PeriodState::Revision>& revisions) {
    Table table{{"number", "at", "digest", "position", "rules"}, {}, {true}};
    for (const PeriodState::Revision& each : revisions) {
        table.rows.push_back({std::to_string(each.number),
                              events::format_rfc3339({each.at_ms}),
                              each.digest,
                              each.position,
                              each.rules});
    }
    return table;
}

Result<Answer> one_period(const Asked& asked, const Reading& reading) {
    const auto period = projections::parse_day_period(asked.get("period"));
    if (!period) {
        return Unexpected(period.error());
    }
    const projections::KpiCatalogue& kpis = reading.site.catalogue;
    const auto figures = projections::published_figures(reading.shards.rows(), kpis, *period);
    const auto publication =
        projections::publication_of(reading.shards.shard_of(period->id), *period);
    if (!figures || !publication) {
        return Unexpected(figures ? publication.error() : figures.error());
    }
    const auto& revisions = publication->revisions;
    const std::string digest = projections::digest_of(*figures);
    const std::string rules =
        projections::rules_digest(projections::fold_identity(reading.local_time), kpis);
    JsonWriter json;
    json.begin_object();
    json.key("period");
    write_period(json, *period, reading.local_time.zone());
    json.member("standing", name_of(projections::standing_of(revisions, digest, rules)));
    json.member("version", publication->version);
    json.member("digest", digest);
    json.member("rules", rules);
    json.begin_array("revisions");
    for (const PeriodState::Revision& each : revisions) {
        write_revision(json, each);
    }
    json.end_array();
    json.end_object();
    Answer answer;
    answer.json = json.take();
    answer.table = revision_table(revisions);
    return answer;
}

// What stands in every report beside its figures. Errors: as the projections'.
Result<void> add_follow_up(ReportParts& parts, const Reading& reading) {
    const projections::Period& period = parts.report.period;
    const auto publication =
        projections::publication_of(reading.shards.shard_of(period.id), period);
    auto counts = projections::follow_up_counts(reading.shards.rows(), reading.now_ms);
    if (!publication || !counts) {
        return Unexpected(publication ? counts.error() : publication.error());
    }
    if (!publication->revisions.empty()) {
        parts.revision = publication->revisions.back();
    }
    parts.follow_ups = std::move(*counts);
    parts.at_ms = reading.now_ms;
    return {};
}

Result<Answer> centre_report(const Asked& asked, const Reading& reading) {
    const auto period = projections::parse_day_period(asked.get("period"));
    if (!period) {
        return Unexpected(period.error());
    }
    auto report = projections::make_report(reading.shards.rows(), reading.site.catalogue, *period);
    if (!report) {
        return Unexpected(report.error());
    }
    ReportParts parts;
    parts.report = std::move(*report);
    if (auto added = add_follow_up(parts, reading); !added) {
        return Unexpected(added.error());
    }
    return Answer{report_json(parts, reading.site, {asked.lang, reading.local_time.zone()}),
                  "",
                  report_table(parts.report, asked.lang),
                  ""};
}

Result<Answer> department_report(const Asked& asked, const Reading& reading) {
    const std::string department = asked.get("departmentId");
    const auto& own = asked.departments;
    if (!own.empty() && std::ranges::find(own, department) == own.end()) {
        return fail(Errc::NotFound, "there is no such department");
    }
    const auto period = projections::parse_day_period(asked.get("period"));
    if (!period) {
        return Unexpected(period.error());
    }
    auto report = projections::make_department_report(
        reading.shards.rows(), reading.site.catalogue, *period, department);
    projections::WorkListFilter filter;
    filter.settled_in = *period;
    auto list = projections::work_list_of(
        reading.shards.rows(), department, filter, reading.local_time, reading.now_ms);
    if (!report || !list) {
        return Unexpected(report ? list.error() : report.error());
    }
    ReportParts parts;
    parts.report = std::move(*report);
    parts.list = std::move(*list);
    parts.opens = opens_for(asked);
    if (auto added = add_follow_up(parts, reading); !added) {
        return Unexpected(added.error());
    }
    std::erase_if(parts.follow_ups, [&](const auto& each) { return each.first != department; });
    return Answer{report_json(parts, reading.site, {asked.lang, reading.local_time.zone()}),
                  "",
                  report_table(parts.report, asked.lang),
                  ""};
}

Route centre_report_route() {
    Route route{"GET",
                "/v1/reports/{period}",
                "getReport",
                "The report of a period",
                Scope::Read,
                {day_period_parameter(In::Path)},
                Read(centre_report),
                "Report",
                {400},
                {{"/v1/reports/2017-Q1", 200},
                 {"/v1/reports/2017-01-31T09", 400},
                 {"/v1/reports/2017-Q1?lang=ar&format=csv&bom=1", 200},
                 {"/v1/reports/2017-Q1?lang=ar&format=xlsx", 200},
                 {"/v1/reports/spring", 400}}};
    route.by_clock = true;
    route.for_auditors = true;
    return route;
}

Route department_report_route() {
    Route route{"GET",
                "/v1/departments/{departmentId}/report",
                "getDepartmentReport",
                "A department's page: its KPIs, its open follow-ups and those settled in a period",
                Scope::FollowUp,
                {{"departmentId", In::Path, "Department", "engineering", true},
                 day_period_parameter(In::Query)},
                Read(department_report),
                "Report",
                {400, 404},
                {{"/v1/departments/engineering/report?period=2017-Q1", 200},
                 {"/v1/departments/engineering/report?period=2017-Q1&format=xlsx", 200},
                 {"/v1/departments/engineering/report", 400}},
                true};
    route.by_clock = true;
    return route;
}

}  // namespace

std::vector<Route> period_routes() {
    std::vector<Route> table{centre_report_route(), department_report_route()};
    table.push_back({"GET",
                     "/v1/periods/{period}",
                     "getPeriod",
                     "What was published of a period, and whether its figures are still those",
                     Scope::Read,
                     {day_period_parameter(In::Path)},
                     Read(one_period),
                     "PublishedPeriod",
                     {400},
                     {{"/v1/periods/2017-Q1", 200},
                      {"/v1/periods/2017-Q1?format=csv", 200},
                      {"/v1/periods/spring", 400}}});
    table.back().for_auditors = true;
    return table;
}

}  // namespace sijill::api
