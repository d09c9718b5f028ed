#include "cli/figures.h"

#include "api/labels.h"
#include "cli/output.h"

#include <cstdio>

namespace sijill::cli {

namespace {

using api::base_of;
using api::choose;
using api::KpiAnswer;
using api::label;
using projections::Figure;
using projections::KpiDefinition;
using projections::ReportLine;

void put(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
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

void print_answer_text(const KpiAnswer& answer,
                       const Options& options,
                       const std::string& position) {
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

std::string answer_json(const KpiAnswer& answer, const Options& options) {
    api::JsonWriter json;
    api::write_answer(json, answer, {options.lang, options.time_zone});
    return json.take();
}

}  // namespace

void print_answer(const KpiAnswer& answer, const Options& options, const std::string& position) {
    switch (options.format) {
        case Format::Text:
            return print_answer_text(answer, options, position);
        case Format::Json:
            return print_json(answer_json(answer, options), position);
        case Format::Csv:
            return put(api::csv_table(api::answer_table(answer)));
    }
}

void print_report(const projections::Report& report,
                  const Options& options,
                  const std::string& position) {
    switch (options.format) {
        case Format::Text:
            return print_report_text(report, options, position);
        case Format::Csv:
            return put(api::csv_table(api::report_table(report)));
        case Format::Json:
            break;
    }
    print_json(api::report_json(report, {options.lang, options.time_zone}), position);
}

}  // namespace sijill::cli
