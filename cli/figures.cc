#include "cli/figures.h"

#include "cli/labels.h"
#include "cli/output.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace sijill::cli {

namespace {

using nlohmann::ordered_json;
using projections::Figure;
using projections::KpiDefinition;
using projections::Period;
using projections::ReportLine;

void put(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

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

std::string fraction_text(const Figure& figure) {
    std::string text = grouped(figure.numerator);
    if (figure.denominator) {
        text += " / " + grouped(*figure.denominator);
    }
    return text;
}

std::string filters_text(const std::map<std::string, std::string>& filters,
                         const std::string& lang) {
    std::string text;
    for (const auto& [dimension, value] : filters) {
        text += (text.empty() ? "" : ", ") + label(value, lang);
    }
    return text;
}

std::string base_of(const projections::KpiQuery& query) {
    const bool default_base = query.base.empty() && !query.kpi->bases.empty();
    return default_base ? std::string(query.kpi->bases.front().name) : query.base;
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

std::string line_title(const ReportLine& line,
                       const projections::Report& report,
                       const std::string& lang) {
    std::string title(choose(lang, line.kpi->name_en, line.kpi->name_ar));
    if (!line.filters.empty()) {
        title += ": " + filters_text(line.filters, lang);
    }
    if (!line.variant.empty()) {
        title += ": " + label(line.variant, lang);
    }
    if (line.compared_with) {
        title +=
            std::string(choose(lang, ", change since ", "، التغير عن ")) + line.compared_with->id;
    } else if (line.period != report.period) {
        title += ", " + line.period.id;
    }
    const bool several_bases = line.kpi->bases.size() > 1;
    if (several_bases && !line.compared_with) {
        title += " (" + std::string(choose(lang, "of ", "من ")) + label(line.base, lang) + ")";
    }
    return title;
}

void print_report_text(const projections::Report& report,
                       const Options& options,
                       const std::string& position) {
    const std::string& lang = options.lang;
    put(std::string(choose(lang, "Contact centre report ", "تقرير مركز الاتصال ")) +
        report.period.id + "  (" + projections::day_text(report.period.begin_day) + " – " +
        projections::day_text(report.period.end_day - 1) + ", " + options.time_zone + ")\n");
    for (const auto& section : report.sections) {
        put("\n" + std::string(choose(lang, section.title_en, section.title_ar)) + "\n");
        // Figures stand first: terminals lay out right-to-left titles themselves, and nothing
        // stands behind them.
        Table table;
        table.right_aligned = {true, true, false};
        table.header = {std::string(choose(lang, "value", "القيمة")),
                        std::string(choose(lang, "numerator / denominator", "البسط / المقام")),
                        ""};
        for (const ReportLine& line : section.lines) {
            table.rows.push_back(
                {line.prints, fraction_text(line.figure), line_title(line, report, lang)});
        }
        put(text_table(table));
    }
    put("\n" + std::string(choose(lang, "Position ", "الموضع ")) + position + "\n");
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

ordered_json answer_json(const Answer& answer,
                         const Options& options,
                         const std::string& position) {
    const KpiDefinition& kpi = *answer.query.kpi;
    ordered_json out{{"kpi", kpi.id},
                     {"name", choose(options.lang, kpi.name_en, kpi.name_ar)},
                     {"period", period_json(answer.query.period, options.time_zone)},
                     {"filters", answer.query.filters}};
    if (!kpi.bases.empty()) {
        out["base"] = base_of(answer.query);
    }
    if (!answer.query.variant.empty()) {
        out["variant"] = answer.query.variant;
    }
    if (answer.compared_with) {
        out["compare"] = period_json(*answer.compared_with, options.time_zone);
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
                {"definition", choose(options.lang, kpi.definition_en, kpi.definition_ar)},
                {"definitionVersion", kpi.version},
                {"basis", kpi.basis},
                {"mayExceed100", kpi.may_exceed_100},
                {"position", position}});
    if (answer.by) {
        out["by"] = answer.dimension;
        auto rows = ordered_json::array();
        for (const auto& [value, figure] : *answer.by) {
            ordered_json row{{answer.dimension, value}, {"label", label(value, options.lang)}};
            row.update(figure_json(kpi, figure));
            row["prints"] = projections::print(kpi, figure);
            rows.push_back(std::move(row));
        }
        out["rows"] = std::move(rows);
    }
    return out;
}

Table answer_table(const Answer& answer) {
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

void print_answer_text(const Answer& answer, const Options& options, const std::string& position) {
    const KpiDefinition& kpi = *answer.query.kpi;
    put(std::string(choose(options.lang, kpi.name_en, kpi.name_ar)) + ", " +
        answer.query.period.id + " (" + projections::day_text(answer.query.period.begin_day) +
        " – " + projections::day_text(answer.query.period.end_day - 1) + ", " + options.time_zone +
        ")\n");
    if (!answer.query.filters.empty()) {
        put("  " + filters_text(answer.query.filters, options.lang) + "\n");
    }
    if (answer.compared_with) {
        put("  " + answer.prints + " since " + answer.compared_with->id + " (" +
            fraction_text(*answer.before) + ")\n");
    } else {
        put("  " + answer.prints + "   " + fraction_text(answer.figure) +
            (kpi.bases.size() > 1 ? "   of " + label(base_of(answer.query), options.lang) : "") +
            "\n");
    }
    if (answer.by) {
        Table table;
        table.header = {"value", "numerator / denominator", answer.dimension};
        table.right_aligned = {true, true, false};
        for (const auto& [value, figure] : *answer.by) {
            table.rows.push_back({projections::print(kpi, figure),
                                  fraction_text(figure),
                                  label(value, options.lang)});
        }
        put("\n" + text_table(table));
    }
    put("\n" + std::string(choose(options.lang, kpi.definition_en, kpi.definition_ar)) +
        " (definition " + std::to_string(kpi.version) + ", " + std::string(kpi.basis) +
        ")\nPosition " + position + "\n");
}

}  // namespace

void print_answer(const Answer& answer, const Options& options, const std::string& position) {
    switch (options.format) {
        case Format::Text:
            return print_answer_text(answer, options, position);
        case Format::Json:
            return put(answer_json(answer, options, position).dump(2) + "\n");
        case Format::Csv:
            return put(csv_table(answer_table(answer)));
    }
}

void print_report(const projections::Report& report,
                  const Options& options,
                  const std::string& position) {
    switch (options.format) {
        case Format::Text:
            return print_report_text(report, options, position);
        case Format::Csv:
            return put(csv_table(report_table(report)));
        case Format::Json:
            break;
    }
    ordered_json out{{"period", period_json(report.period, options.time_zone)},
                     {"position", position}};
    auto figures = ordered_json::array();
    for (const auto& section : report.sections) {
        for (const ReportLine& line : section.lines) {
            figures.push_back(line_json(line, options.time_zone));
        }
    }
    out["figures"] = std::move(figures);
    put(out.dump(2) + "\n");
}

}  // namespace sijill::cli
