// api/period_routes.cc - the route of a period: what was published of it, and whether that still
// holds.

#include "api/json_writer.h"
#include "api/kpi_answers.h"
#include "api/route.h"
#include "events/time.h"
#include "projections/publication.h"
#include "projections/shard_fold.h"

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
    const auto period = projections::parse_period(asked.get("period"));
    if (!period) {
        return Unexpected(period.error());
    }
    const auto figures = projections::published_figures(reading.shards.rows(), *period);
    const auto revisions = projections::revisions_of(reading.shards.shard_of(period->id), *period);
    if (!figures || !revisions) {
        return Unexpected(figures ? revisions.error() : figures.error());
    }
    const std::string digest = projections::digest_of(*figures);
    const std::string rules =
        projections::rules_digest(projections::fold_identity({reading.local_time.zone()}));
    JsonWriter json;
    json.begin_object();
    json.key("period");
    write_period(json, *period, reading.local_time.zone());
    json.member("standing", name_of(projections::standing_of(*revisions, digest, rules)));
    json.member("digest", digest);
    json.member("rules", rules);
    json.begin_array("revisions");
    for (const PeriodState::Revision& each : *revisions) {
        write_revision(json, each);
    }
    json.end_array();
    json.end_object();
    Answer answer;
    answer.json = json.take();
    answer.table = revision_table(*revisions);
    return answer;
}

}  // namespace

std::vector<Route> period_routes() {
    std::vector<Route> table;
    table.push_back({"GET",
                     "/v1/periods/{period}",
                     "getPeriod",
                     "What was published of a period, and whether its figures are still those",
                     Scope::Read,
                     {{"period",
                       In::Path,
                       "SDMX period: 2017, 2017-Q1, 2017-M02, 2017-W05, 2017-01-31",
                       "2017-Q1",
                       true}},
                     Read(one_period),
                     "PublishedPeriod",
                     {400},
                     {{"/v1/periods/2017-Q1", 200},
                      {"/v1/periods/2017-Q1?format=csv", 200},
                      {"/v1/periods/spring", 400}}});
    return table;
}

}  // namespace sijill::api
