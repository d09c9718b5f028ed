#include "api/report_answers.h"

#include "api/follow_up_answers.h"
#include "api/formats.h"
#include "api/labels.h"
#include "events/time.h"

namespace sijill::api {

namespace {

using projections::ReportLine;

void write_before(JsonWriter& json, const ReportLine& line) {
    if (!line.before) {
        json.member("before", std::optional<std::string>());
        return;
    }
    json.begin_object("before");
    write_counts(json, *line.before);
    json.member("prints", projections::print(*line.kpi, *line.before));
    json.member("change",
                projections::print_growth(projections::growth(line.figure, *line.before)));
    json.end_object();
}

void write_line(JsonWriter& json,
                const ReportLine& line,
                const projections::SiteKpis& site,
                const Wording& wording,
                std::string_view section) {
    json.begin_object();
    json.member("kpi", line.kpi->id);
    json.member("name", choose(wording.lang, line.kpi->name_en, line.kpi->name_ar));
    json.member("section", section);
    json.member("period", line.period.id);
    write_filters(json, line.filters);
    write_counts(json, line.figure);
    json.member("prints", line.prints);
    json.member("unit", projections::unit_name(line.kpi->unit));
    json.member("definitionVersion", int64_t{line.kpi->version});
    json.member("timeZone", wording.time_zone);
    if (!line.base.empty()) {
        json.member("base", line.base);
    }
    if (!line.variant.empty()) {
        json.member("variant", line.variant);
    }
    if (line.compared_with) {
        json.member("compare", "previous");
        json.member("comparedWith", line.compared_with->id);
    } else {
        const projections::KpiQuery query{
            line.kpi, line.period, line.filters, line.base, line.variant};
        write_target(json, site, query, line.figure);
    }
    write_before(json, line);
    json.end_object();
}

void write_last_revision(JsonWriter& json,
                         const std::optional<projections::PeriodState::Revision>& revision) {
    if (!revision) {
        json.member("revision", std::optional<std::string>());
        return;
    }
    json.begin_object("revision");
    json.member("number", revision->number);
    json.member("at", events::format_rfc3339({revision->at_ms}));
    json.member("digest", revision->digest);
    json.member("position", revision->position);
    json.end_object();
}

std::string before_text(const ReportLine& line) {
    return line.before ? projections::print(*line.kpi, *line.before) : "";
}

}  // namespace

std::string report_json(const ReportParts& parts,
                        const projections::SiteKpis& site,
                        const Wording& wording) {
    JsonWriter json;
    json.begin_object();
    json.key("period");
    write_period(json, parts.report.period, wording.time_zone);
    json.member("previous", projections::previous(parts.report.period).id);
    if (!parts.report.department.empty()) {
        json.member("department", parts.report.department);
    }
    json.member("digest", projections::digest_of(parts.report));
    write_last_revision(json, parts.revision);
    json.begin_array("figures");
    for (const auto& section : parts.report.sections) {
        for (const ReportLine& line : section.lines) {
            write_line(json,
                       line,
                       site,
                       wording,
                       choose(wording.lang, section.title_en, section.title_ar));
        }
    }
    json.end_array();
    json.begin_array("followUps");
    for (const auto& [department, counts] : parts.follow_ups) {
        json.begin_object();
        json.member("department", department);
        write_counts(json, counts);
        json.end_object();
    }
    json.end_array();
    if (parts.list) {
        write_rows(
            json, "items", work_list_table(*parts.list, site.catalogue, parts.at_ms, parts.opens));
    }
    json.end_object();
    return json.take();
}

Table report_table(const projections::Report& report, const std::string& lang) {
    Table table;
    table.header = {"kpi",
                    "period",
                    "filters",
                    "base",
                    "variant",
                    "compare",
                    "numerator",
                    "denominator",
                    "prints",
                    "previous",
                    "name"};
    table.right_aligned = {
        false, false, false, false, false, false, true, true, false, false, false};
    for (const auto& section : report.sections) {
        for (const ReportLine& line : section.lines) {
            table.rows.push_back({std::string(line.kpi->id),
                                  line.period.id,
                                  filter_pairs(line.filters),
                                  line.base,
                                  line.variant,
                                  line.compared_with ? "previous" : "",
                                  projections::numerator_text(line.figure),
                                  projections::denominator_text(line.figure),
                                  line.prints,
                                  before_text(line),
                                  std::string(choose(lang, line.kpi->name_en, line.kpi->name_ar))});
        }
    }
    return table;
}

}  // namespace sijill::api
