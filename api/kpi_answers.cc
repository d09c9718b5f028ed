#include "api/kpi_answers.h"

#include "api/labels.h"

namespace sijill::api {

namespace {

using nlohmann::ordered_json;
using projections::Figure;
using projections::KpiDefinition;
using projections::Period;
using projections::ReportLine;

ordered_json number_or_null(const std::optional<int64_t>& number) {
    return number ? ordered_json(*number) : ordered_json(nullptr);
}

// The exact decimal as a JSON number: parsing keeps its digits, and people's tools read a number.
ordered_json value_json(const KpiDefinition& kpi, const Figure& figure) {
    const auto text = projections::value_text(kpi, figure);
    return text ? ordered_json::parse(*text) : ordered_json(nullptr);
}

ordered_json period_json(const Period& period, const std::string& zone) {
    return {{"id", period.id},
            {"start", projections::day_text(period.begin_day)},
            {"end", projections::day_text(period.end_day - 1)},
            {"timeZone", zone}};
}

ordered_json figure_json(const KpiDefinition& kpi, const Figure& figure) {
    return {{"numerator", figure.numerator},
            {"denominator", number_or_null(figure.denominator)},
            {"value", value_json(kpi, figure)}};
}

ordered_json line_json(const ReportLine& line, const std::string& zone) {
    ordered_json out{{"kpi", line.kpi->id},
                     {"period", line.period.id},
                     {"filters", line.filters},
                     {"numerator", line.figure.numerator},
                     {"denominator", number_or_null(line.figure.denominator)},
                     {"prints", line.prints},
                     {"unit", projections::unit_name(line.kpi->unit)},
                     {"definitionVersion", line.kpi->version},
                     {"timeZone", zone}};
    if (!line.base.empty()) {
        out["base"] = line.base;
    }
    if (!line.variant.empty()) {
        out["variant"] = line.variant;
    }
    if (line.compared_with) {
        out["compare"] = "previous";
        out["comparedWith"] = line.compared_with->id;
    }
    return out;
}

// For machines: dimension=value, joined by ";".
std::string filter_pairs(const std::map<std::string, std::string>& filters) {
    std::string out;
    for (const auto& [dimension, value] : filters) {
        out += out.empty() ? "" : ";";
        out += dimension;
        out += '=';
        out += value;
    }
    return out;
}

Result<Period> compared_period(const Period& period, const std::string& with) {
    if (with == "previous") {
        return projections::previous(period);
    }
    return with == "year-ago" ? projections::year_before(period) : projections::parse_period(with);
}

Result<void> compare(KpiAnswer& answer,
                     const projections::Shards& shards,
                     const std::string& with) {
    projections::KpiQuery before = answer.query;
    const auto period = compared_period(answer.query.period, with);
    if (!period) {
        return Unexpected(period.error());
    }
    before.period = *period;
    const auto figure = projections::figure_of(shards, before);
    if (!figure) {
        return Unexpected(figure.error());
    }
    answer.before = *figure;
    answer.compared_with = before.period;
    answer.figure = projections::growth(answer.figure, *figure);
    answer.prints = projections::print_growth(answer.figure);
    return {};
}

}  // namespace

std::string base_of(const projections::KpiQuery& query) {
    const bool default_base = query.base.empty() && !query.kpi->bases.empty();
    return default_base ? std::string(query.kpi->bases.front().name) : query.base;
}

Result<projections::KpiQuery> query_of(const KpiQuestion& asked) {
    projections::KpiQuery query;
    query.kpi = projections::find_kpi(asked.id);
    if (query.kpi == nullptr) {
        return fail(Errc::NotFound,
                    "there is no KPI '" + asked.id + "'; `sijill kpi list` shows those there are");
    }
    const auto period = projections::parse_period(asked.period);
    if (!period) {
        return Unexpected(period.error());
    }
    query.period = *period;
    query.base = asked.base;
    query.variant = asked.variant;
    for (const auto& [dimension, value] : asked.filters) {
        query.filters[dimension] = value;
    }
    return query;
}

Result<KpiAnswer> answer_of(const KpiQuestion& asked, const projections::Shards& shards) {
    const auto query = query_of(asked);
    if (!query) {
        return Unexpected(query.error());
    }
    KpiAnswer answer;
    answer.query = *query;
    const auto figure = projections::figure_of(shards, answer.query);
    if (!figure) {
        return Unexpected(figure.error());
    }
    answer.figure = *figure;
    answer.prints = projections::print(*answer.query.kpi, answer.figure);
    if (!asked.by.empty()) {
        auto by = projections::figures_by(shards, answer.query, asked.by);
        if (!by) {
            return Unexpected(by.error());
        }
        answer.by = std::move(*by);
        answer.dimension = asked.by;
    }
    if (!asked.compare.empty()) {
        if (auto compared = compare(answer, shards, asked.compare); !compared) {
            return Unexpected(compared.error());
        }
    }
    return answer;
}

Result<Table> behind_table(const projections::KpiQuery& query,
                           const std::string& side,
                           const projections::Shards& shards,
                           const projections::LocalTime& local_time) {
    const auto behind = projections::behind(
        shards,
        query,
        side == "denominator" ? projections::Side::Denominator : projections::Side::Numerator,
        local_time);
    if (!behind) {
        return Unexpected(behind.error());
    }
    Table table{{"kind", "subject", "amount"}, {}, {false, false, true}};
    for (const projections::Behind& each : *behind) {
        const std::string kind =
            each.kind ? std::string(projections::name_of(*each.kind)) : "person";
        table.rows.push_back({kind, each.subject, std::to_string(each.amount)});
    }
    return table;
}

Table catalogue_table(const std::string& lang) {
    Table table{{"id", "unit", "dimensions", "bases", "variants", "name"}, {}, {}};
    const auto joined = [](const auto& items, const auto& name) {
        std::string text;
        for (const auto& item : items) {
            text += (text.empty() ? "" : ",") + std::string(name(item));
        }
        return text;
    };
    for (const KpiDefinition& kpi : projections::all_kpis()) {
        table.rows.push_back(
            {std::string(kpi.id),
             std::string(projections::unit_name(kpi.unit)),
             joined(kpi.dimensions, [](std::string_view name) { return name; }),
             joined(kpi.bases, [](const auto& base) { return base.name; }),
             joined(kpi.variants, [](const auto& variant) { return variant.name; }),
             std::string(choose(lang, kpi.name_en, kpi.name_ar))});
    }
    return table;
}

Table report_table(const projections::Report& report) {
    Table table;
    table.header = {"kpi",
                    "period",
                    "filters",
                    "base",
                    "variant",
                    "compare",
                    "numerator",
                    "denominator",
                    "prints"};
    for (const auto& section : report.sections) {
        for (const ReportLine& line : section.lines) {
            table.rows.push_back(
                {std::string(line.kpi->id),
                 line.period.id,
                 filter_pairs(line.filters),
                 line.base,
                 line.variant,
                 line.compared_with ? "previous" : "",
                 std::to_string(line.figure.numerator),
                 line.figure.denominator ? std::to_string(*line.figure.denominator) : "",
                 line.prints});
        }
    }
    return table;
}

ordered_json answer_json(const KpiAnswer& answer,
                         const Wording& wording,
                         const std::string& position) {
    const KpiDefinition& kpi = *answer.query.kpi;
    ordered_json out{{"kpi", kpi.id},
                     {"name", choose(wording.lang, kpi.name_en, kpi.name_ar)},
                     {"period", period_json(answer.query.period, wording.time_zone)},
                     {"filters", answer.query.filters}};
    if (!kpi.bases.empty()) {
        out["base"] = base_of(answer.query);
    }
    if (!answer.query.variant.empty()) {
        out["variant"] = answer.query.variant;
    }
    if (answer.compared_with) {
        out["compare"] = period_json(*answer.compared_with, wording.time_zone);
        out["before"] = figure_json(kpi, *answer.before);
        const bool none = answer.figure.denominator.value_or(0) == 0;
        const auto value =
            none ? std::string("null")
                 : projections::decimal_text(
                       answer.figure.numerator * 100, *answer.figure.denominator, 6, false);
        out.update({{"numerator", answer.figure.numerator},
                    {"denominator", number_or_null(answer.figure.denominator)},
                    {"value", ordered_json::parse(value)}});
    } else {
        out.update(figure_json(kpi, answer.figure));
    }
    out.update({{"prints", answer.prints},
                {"unit", answer.compared_with ? "percent" : projections::unit_name(kpi.unit)},
                {"definition", choose(wording.lang, kpi.definition_en, kpi.definition_ar)},
                {"definitionVersion", kpi.version},
                {"basis", kpi.basis},
                {"mayExceed100", kpi.may_exceed_100},
                {"position", position}});
    if (answer.by) {
        out["by"] = answer.dimension;
        auto rows = ordered_json::array();
        for (const auto& [value, figure] : *answer.by) {
            ordered_json row{{answer.dimension, value}, {"label", label(value, wording.lang)}};
            row.update(figure_json(kpi, figure));
            row["prints"] = projections::print(kpi, figure);
            rows.push_back(std::move(row));
        }
        out["rows"] = std::move(rows);
    }
    return out;
}

Table answer_table(const KpiAnswer& answer) {
    const KpiDefinition& kpi = *answer.query.kpi;
    Table table;
    table.header = {"kpi",
                    "period",
                    answer.by ? answer.dimension : "filters",
                    "numerator",
                    "denominator",
                    "prints"};
    const auto row =
        [&](const std::string& third, const Figure& figure, const std::string& prints) {
            table.rows.push_back({std::string(kpi.id),
                                  answer.query.period.id,
                                  third,
                                  std::to_string(figure.numerator),
                                  figure.denominator ? std::to_string(*figure.denominator) : "",
                                  prints});
        };
    if (!answer.by) {
        row(filter_pairs(answer.query.filters), answer.figure, answer.prints);
        return table;
    }
    for (const auto& [value, figure] : *answer.by) {
        row(value, figure, projections::print(kpi, figure));
    }
    return table;
}

ordered_json report_json(const projections::Report& report,
                         const Wording& wording,
                         const std::string& position) {
    ordered_json out{{"period", period_json(report.period, wording.time_zone)},
                     {"position", position}};
    auto figures = ordered_json::array();
    for (const auto& section : report.sections) {
        for (const ReportLine& line : section.lines) {
            figures.push_back(line_json(line, wording.time_zone));
        }
    }
    out["figures"] = std::move(figures);
    return out;
}

}  // namespace sijill::api
