#pragma once
// api/kpi_answers.h - questions about KPIs (kpi_questions.cc), their answers, and how answers are
// written.

#include "api/json_writer.h"
#include "api/table.h"
#include "projections/kpi.h"
#include "projections/local_time.h"
#include "projections/targets.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sijill::api {

/// What a reader sees besides the figures.
struct Wording {
    std::string lang = "en";  // "en" or "ar"
    std::string time_zone;
};

/// As asked, unchecked.
struct KpiQuestion {
    std::string id;
    std::vector<std::pair<std::string, std::string>> filters;  // dimension, value
    std::string base;
    std::string variant;
    std::string compare;  // "previous", "year-ago" or a period; "" is none
    std::string by;       // a dimension; "" is none
};

/// Everything an answer says besides the figure itself.
struct KpiAnswer {
    projections::KpiQuery query;
    projections::Figure figure;
    std::optional<projections::FiguresByValue> by;  // a breakdown by `dimension`
    std::string dimension;
    std::optional<projections::Period> compared_with;
    projections::Breakdown before;  // of that period, by the same values as `by`
};

/// The question as the read side takes it, but for its period; its KPI is nullptr when there is no
/// such.
[[nodiscard]] projections::KpiQuery query_of(const projections::KpiCatalogue& kpis,
                                             const KpiQuestion& asked);

/// With its period. Errors: NotFound (no such KPI), Invalid (period).
[[nodiscard]] Result<projections::KpiQuery> query_of(const projections::KpiCatalogue& kpis,
                                                     const KpiQuestion& asked,
                                                     const std::string& period);

/// The answer for each of the periods. Errors: as query_of and projections::figure_of.
[[nodiscard]] Result<std::vector<KpiAnswer>> answers_of(const projections::KpiCatalogue& kpis,
                                                        const KpiQuestion& asked,
                                                        const std::vector<std::string>& periods,
                                                        const projections::Shards& shards);

/// The answers by the inner dimension for each of the periods, and in it for each value of the
/// outer one. The question's own dimension is not read. Errors: as answers_of; Invalid: too many
/// figures.
[[nodiscard]] Result<std::vector<KpiAnswer>> answers_of_pair(
    const projections::KpiCatalogue& kpis,
    const KpiQuestion& asked,
    const std::vector<std::string>& periods,
    const projections::DimensionPair& pair,
    const projections::Shards& shards);

/// As a cursor: number of the kind (0: a person who is counted), point, subject.
[[nodiscard]] std::string cursor_of(const projections::BehindPlace& place);
/// Errors: Invalid.
[[nodiscard]] Result<projections::BehindPlace> behind_place_of(std::string_view cursor);

/// What adds to one side of a figure, a row each.
[[nodiscard]] Table behind_table(const projections::BehindList& list);

/// The KPIs with their dimensions, bases and variants.
[[nodiscard]] Table catalogue_table(const projections::KpiCatalogue& kpis, const std::string& lang);

/// Writes a period as a JSON object: id, first and last day, zone.
void write_period(JsonWriter& json, const projections::Period& period, const std::string& zone);

/// Writes the members numerator and denominator; of a suppressed figure null, and suppressed.
void write_counts(JsonWriter& json, const projections::Figure& figure);

/// Writes the member filters, an object.
void write_filters(JsonWriter& json, const std::map<std::string, std::string>& filters);

/// For machines: dimension=value, joined by ";".
[[nodiscard]] std::string filter_pairs(const std::map<std::string, std::string>& filters);

/// Writes the member target, an object, where a target of the site is for this figure.
void write_target(JsonWriter& json,
                  const projections::SiteKpis& site,
                  const projections::KpiQuery& query,
                  const projections::Figure& figure);

/// Writes the answer as a JSON object. Of a comparison its figure is the growth, which is relative
/// to the earlier figure and never in points; the figures of both periods stand beside it.
void write_answer(JsonWriter& json,
                  const KpiAnswer& answer,
                  const projections::SiteKpis& site,
                  const Wording& wording);
/// The columns of a table of answers by the dimension, "" being none; it has no rows yet.
[[nodiscard]] Table answer_columns(const std::string& dimension, bool compared);

/// The same as a row, or a row for each value of the dimension; of a comparison with the figures of
/// both periods and the growth as they print. The last column is the KPI's name in "en" or "ar".
[[nodiscard]] Table answer_table(const KpiAnswer& answer, const std::string& lang);

}  // namespace sijill::api
