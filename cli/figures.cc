#include "cli/figures.h"

#include "api/labels.h"
#include "cli/output.h"
#include "projections/kpi.h"

#include <nlohmann/json.hpp>

namespace sijill::cli {

namespace {

using api::choose;
using api::label;
using nlohmann::ordered_json;

std::string word(const ordered_json& object, const char* name) {
    return object.value(name, std::string());
}

std::string fraction_text(const ordered_json& figure) {
    std::string text = grouped(figure.at("numerator").get<int64_t>());
    if (const ordered_json& denominator = figure.at("denominator"); !denominator.is_null()) {
        text += " / " + grouped(denominator.get<int64_t>());
    }
    return text;
}

std::string filters_text(const ordered_json& figure, const std::string& lang) {
    std::string text;
    for (const auto& [dimension, value] : figure.at("filters").items()) {
        text += (text.empty() ? "" : ", ") + label(value.get<std::string>(), lang);
    }
    return text;
}

// The label of the denominator, where the KPI has several to choose from.
std::string base_text(const ordered_json& figure, const std::string& lang) {
    const projections::KpiDefinition* kpi = projections::find_kpi(word(figure, "kpi"));
    const bool one = kpi != nullptr && kpi->bases.size() < 2;
    const std::string base = word(figure, "base");
    return one || base.empty() ? "" : label(base, lang);
}

std::string days_text(const ordered_json& period) {
    return word(period, "start") + " – " + word(period, "end") + ", " + word(period, "timeZone");
}

std::string line_title(const ordered_json& line,
                       const std::string& period,
                       const std::string& lang) {
    std::string title = word(line, "name");
    if (!line.at("filters").empty()) {
        title += ": " + filters_text(line, lang);
    }
    if (line.contains("variant")) {
        title += ": " + label(word(line, "variant"), lang);
    }
    if (line.contains("comparedWith")) {
        return title + std::string(choose(lang, ", change since ", "، التغير عن ")) +
               word(line, "comparedWith");
    }
    if (const std::string own = word(line, "period"); own != period) {
        title += ", " + own;
    }
    if (const std::string base = base_text(line, lang); !base.empty()) {
        title += " (" + std::string(choose(lang, "of ", "من ")) + base + ")";
    }
    return title;
}

std::string breakdown_text(const ordered_json& observation) {
    Table table;
    table.header = {"value", "numerator / denominator", word(observation, "by")};
    table.right_aligned = {true, true, false};
    for (const ordered_json& row : observation.at("rows")) {
        table.rows.push_back({word(row, "prints"), fraction_text(row), word(row, "label")});
    }
    return "\n" + text_table(table);
}

std::string observation_text(const ordered_json& observation, const std::string& lang) {
    const ordered_json& period = observation.at("period");
    std::string text =
        word(observation, "name") + ", " + word(period, "id") + " (" + days_text(period) + ")\n";
    if (!observation.at("filters").empty()) {
        text += "  " + filters_text(observation, lang) + "\n";
    }
    if (observation.contains("compare")) {
        text += "  " + word(observation, "prints") + " since " +
                word(observation.at("compare"), "id") + " (" +
                fraction_text(observation.at("before")) + ")\n";
    } else {
        const std::string base = base_text(observation, lang);
        text += "  " + word(observation, "prints") + "   " + fraction_text(observation) +
                (base.empty() ? "" : "   of " + base) + "\n";
    }
    if (observation.contains("by")) {
        text += breakdown_text(observation);
    }
    return text + "\n" + word(observation, "definition") + " (definition " +
           std::to_string(observation.at("definitionVersion").get<int64_t>()) + ", " +
           word(observation, "basis") + ")\n";
}

}  // namespace

std::string figures_text(const ordered_json& answer, const Options& options) {
    std::string text;
    for (const ordered_json& observation : answer.at("observations")) {
        text += (text.empty() ? "" : "\n") + observation_text(observation, options.lang);
    }
    return text + "Position " + word(answer, "position") + "\n";
}

std::string report_text(const ordered_json& answer, const Options& options) {
    const std::string& lang = options.lang;
    const ordered_json& period = answer.at("period");
    std::string text = std::string(choose(lang, "Contact centre report ", "تقرير مركز الاتصال ")) +
                       word(period, "id") + "  (" + days_text(period) + ")\n";
    // Figures stand first: terminals lay out right-to-left titles themselves, and nothing stands
    // behind them.
    Table table;
    table.right_aligned = {true, true, false};
    table.header = {std::string(choose(lang, "value", "القيمة")),
                    std::string(choose(lang, "numerator / denominator", "البسط / المقام")),
                    ""};
    std::string section;
    const auto end_section = [&] {
        if (!table.rows.empty()) {
            text += "\n" + section + "\n" + text_table(table);
        }
        table.rows.clear();
    };
    for (const ordered_json& line : answer.at("figures")) {
        if (word(line, "section") != section) {
            end_section();
            section = word(line, "section");
        }
        table.rows.push_back({word(line, "prints"),
                              fraction_text(line),
                              line_title(line, word(period, "id"), lang)});
    }
    end_section();
    return text + "\n" + std::string(choose(lang, "Position ", "الموضع ")) +
           word(answer, "position") + "\n";
}

int print_report(const std::string& period, const Options& options) {
    return print_read(
        {"getReport", {{"period", period}}}, options, {.text = [&](const ordered_json& answer) {
            return report_text(answer, options);
        }});
}

}  // namespace sijill::cli
