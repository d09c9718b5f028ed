#include "cli/figures.h"

#include "api/headings.h"
#include "api/labels.h"
#include "cli/output.h"
#include "cli/report_page.h"
#include "cli/revisions.h"
#include "events/json.h"
#include "events/time.h"
#include "projections/kpi.h"

namespace sijill::cli {

namespace {

using api::label;
using nlohmann::ordered_json;

std::string word(const ordered_json& object, const char* name) {
    return object.value(name, std::string());
}

std::string filters_text(const ordered_json& figure, const std::string& lang) {
    std::string text;
    for (const auto& [dimension, value] : figure.at("filters").items()) {
        text += (text.empty() ? "" : in_words(lang, ", ", "، ")) +
                label(value.get<std::string>(), lang, dimension);
    }
    return text;
}

// A figure beside others in a line: words of the other direction stand by themselves in it (U+2068,
// U+2069), so that no terminal changes the order of the columns.
std::string prints_text(const ordered_json& figure, const std::string& lang) {
    const std::string prints = word(figure, "prints");
    const std::string text = api::figure_label(prints, lang);
    return text == prints ? text : "\u2068" + text + "\u2069";
}

// The label of the denominator, where the KPI has several to choose from: those of a site have one.
std::string base_text(const ordered_json& figure, const std::string& lang) {
    const projections::KpiCatalogue built_in;
    const projections::KpiDefinition* kpi = built_in.find(word(figure, "kpi"));
    const bool one = kpi == nullptr || kpi->bases.size() < 2;
    const std::string base = word(figure, "base");
    return one || base.empty() ? "" : api::catalogue_label(base, lang);
}

// ": within 10 seconds"; "" without a variant.
std::string variant_suffix(const ordered_json& figure, const std::string& lang) {
    const std::string variant = word(figure, "variant");
    return variant.empty() ? "" : ": " + api::catalogue_label(variant, lang);
}

// " (of calls offered)"; "" where there is nothing to choose.
std::string base_suffix(const ordered_json& figure, const std::string& lang) {
    const std::string base = base_text(figure, lang);
    return base.empty() ? "" : " (" + in_words(lang, "of ", "من ") + base + ")";
}

std::string days_text(const ordered_json& period) {
    return word(period, "start") + " – " + word(period, "end") + ", " + word(period, "timeZone");
}

// The titles of what stands first in each table of figures.
std::vector<std::string> value_titles(const std::string& lang) {
    return {in_words(lang, "value", "القيمة"),
            in_words(lang, "numerator / denominator", "البسط / المقام")};
}

std::string breakdown_text(const ordered_json& observation, const std::string& lang) {
    Table table;
    table.header = value_titles(lang);
    const bool compared = observation.contains("compare");
    if (compared) {
        table.header.insert(table.header.end(),
                            {word(observation.at("compare"), "id"),
                             in_words(lang, "change, relative", "التغير النسبي")});
    }
    table.right_aligned.resize(table.header.size(), true);
    table.header.push_back(api::heading(word(observation, "by"), lang));
    for (const ordered_json& row : observation.at("rows")) {
        std::vector<std::string> cells{prints_text(row, lang), fraction_text(row)};
        if (compared) {
            const ordered_json& before = row.at("before");
            cells.insert(cells.end(), {prints_text(before, lang), word(before, "change")});
        }
        cells.push_back(word(row, "label"));
        table.rows.push_back(std::move(cells));
    }
    return "\n" + text_table(table);
}

// "96.00 %   21,216 / 22,100"; compared, with the other period's in parentheses.
std::string whole_text(const ordered_json& observation, const std::string& lang) {
    if (!observation.contains("compare")) {
        return prints_text(observation, lang) + "   " + fraction_text(observation);
    }
    const ordered_json& now = observation.at("now");
    const ordered_json& before = observation.at("before");
    const std::string earlier = fraction_text(before);
    return prints_text(now, lang) + " (" + prints_text(before, lang) +
           in_words(lang, " in ", " في ") + word(observation.at("compare"), "id") +
           in_words(lang, "; ", "؛ ") + word(before, "change") +
           in_words(lang, " relative)   ", " نسبيا)   ") + fraction_text(now) +
           (earlier.empty() ? "" : " (" + earlier + ")");
}

// Which instant places an outcome in a period.
std::string basis_text(const std::string& basis, const std::string& lang) {
    if (basis == "cohort") {
        return in_words(lang, basis, "بحسب وقت البدء");
    }
    if (basis == "activity") {
        return in_words(lang, basis, "بحسب وقت الحدوث");
    }
    if (basis == "snapshot") {
        return in_words(lang, basis, "في نهاية الفترة");
    }
    return basis;  // a newer server's
}

std::string definition_line(const ordered_json& observation, const std::string& lang) {
    return word(observation, "definition") + in_words(lang, " (definition ", " (التعريف ") +
           std::to_string(observation.at("definitionVersion").get<int64_t>()) +
           in_words(lang, ", ", "، ") + basis_text(word(observation, "basis"), lang) + ")\n";
}

std::string observation_text(const ordered_json& observation, const std::string& lang) {
    const ordered_json& period = observation.at("period");
    std::string text = word(observation, "name") + variant_suffix(observation, lang) +
                       base_suffix(observation, lang) + in_words(lang, ", ", "، ") +
                       word(period, "id") + " (" + days_text(period) + ")\n";
    if (!observation.at("filters").empty()) {
        text += "  " + filters_text(observation, lang) + "\n";
    }
    text += "  " + whole_text(observation, lang) + "\n";
    if (observation.contains("by")) {
        text += breakdown_text(observation, lang);
    }
    return text + "\n" + definition_line(observation, lang);
}

}  // namespace

std::string fraction_text(const ordered_json& figure) {
    if (figure.at("numerator").is_null()) {  // suppressed
        return "";
    }
    std::string text = grouped(figure.at("numerator").get<int64_t>());
    if (const ordered_json& denominator = figure.at("denominator"); !denominator.is_null()) {
        text += " / " + grouped(denominator.get<int64_t>());
    }
    return text;
}

std::string report_line_title(const ordered_json& line,
                              const std::string& period,
                              const std::string& lang) {
    std::string title = word(line, "name");
    if (!line.at("filters").empty()) {
        title += ": " + filters_text(line, lang);
    }
    title += variant_suffix(line, lang);
    if (line.contains("comparedWith")) {
        return title + in_words(lang, ", change since ", "، التغير عن ") +
               word(line, "comparedWith");
    }
    if (const std::string own = word(line, "period"); own != period) {
        title += in_words(lang, ", ", "، ") + own;
    }
    return title + base_suffix(line, lang);
}

std::string figures_text(const ordered_json& answer, const Options& options) {
    std::string text;
    for (const ordered_json& observation : answer.at("observations")) {
        text += (text.empty() ? "" : "\n") + observation_text(observation, options.lang);
    }
    return text + position_line(answer, options.lang);
}

std::string report_title(const ordered_json& answer, const std::string& lang) {
    const std::string period = word(answer.at("period"), "id");
    const std::string department = word(answer, "department");
    return department.empty()
               ? in_words(lang, "Contact centre report ", "تقرير مركز الاتصال ") + period
               : in_words(lang, "Department ", "الإدارة ") + label(department, lang) +
                     in_words(lang, ", ", "، ") + period;
}

std::string report_days(const ordered_json& answer) {
    return days_text(answer.at("period"));
}

Table report_follow_ups(const ordered_json& answer, const std::string& lang) {
    Table table;
    table.header = {in_words(lang, "department", "الإدارة"),
                    in_words(lang, "waiting", "بانتظار القبول"),
                    in_words(lang, "accepted", "مقبولة"),
                    in_words(lang, "overdue", "متأخرة"),
                    in_words(lang, "answered", "مجابة"),
                    in_words(lang, "returned", "معادة"),
                    in_words(lang, "declined", "مرفوضة")};
    table.right_aligned = {false, true, true, true, true, true, true};
    for (const ordered_json& each : answer.at("followUps")) {
        std::vector<std::string> row{label(word(each, "department"), lang)};
        for (const char* status :
             {"waiting", "accepted", "overdue", "answered", "returned", "declined"}) {
            row.push_back(grouped(each.at("counts").at(status).get<int64_t>()));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table report_items(const ordered_json& answer, const std::string& lang) {
    Table table;
    table.header = {in_words(lang, "status", "الوضع"),
                    in_words(lang, "timing", "الالتزام بالموعد"),
                    in_words(lang, "days", "الأيام"),
                    in_words(lang, "due", "موعد الاستحقاق"),
                    in_words(lang, "subject", "الموضوع"),
                    in_words(lang, "about", "عن")};
    table.right_aligned = {false, false, true, false, false, false};
    for (const ordered_json& item : answer.value("items", ordered_json::array())) {
        const std::string figure = word(item, "figure");
        table.rows.push_back({api::follow_up_label(word(item, "status"), lang),
                              api::follow_up_label(word(item, "timing"), lang),
                              std::to_string(item.at("days").get<int64_t>()),
                              word(item, "due").substr(0, 10),
                              word(item, "subject"),
                              figure.empty()
                                  ? label(word(item, "about"), lang)
                                  : word(item, "about") + ": " + api::figure_label(figure, lang)});
    }
    return table;
}

std::string report_when(const ordered_json& answer, const Options& options) {
    const ordered_json& as_of = answer.at("asOf");
    const auto past =
        instant_as_of(options.as_of, as_of.is_string() ? as_of.get<std::string>() : "");
    return options.as_of.empty() || !past
               ? in_words(options.lang, "as of now", "حتى الآن")
               : in_words(options.lang, "as of ", "حتى ") + events::format_rfc3339({*past});
}

std::string report_follow_ups_title(const std::string& lang, const std::string& when) {
    return in_words(lang, "Follow-up by departments, ", "متابعة الإدارات ") + when;
}

std::string report_items_title(const std::string& lang, const std::string& when) {
    return in_words(lang, "Work list, ", "قائمة العمل ") + when;
}

namespace {

// What follows the figures: tables with rows, and what reproduces the report.
std::string report_end(const ordered_json& answer,
                       const std::string& lang,
                       const std::string& when) {
    std::string text;
    const auto add = [&text](const Table& table, std::string_view title) {
        if (!table.rows.empty()) {
            text.append("\n").append(title).append("\n").append(text_table(table));
        }
    };
    add(report_follow_ups(answer, lang), report_follow_ups_title(lang, when));
    add(report_items(answer, lang), report_items_title(lang, when));
    text.append("\n");
    if (const ordered_json& revision = answer.at("revision"); !revision.is_null()) {
        text += in_words(lang, "Last published revision ", "آخر نسخة منشورة ") +
                std::to_string(revision.at("number").get<int64_t>()) + in_words(lang, ", ", "، ") +
                word(revision, "at") + "\n";
    }
    text += in_words(lang, "Digest ", "البصمة ") + word(answer, "digest") + "\n";
    return text + position_line(answer, lang);
}

}  // namespace

std::string report_text(const ordered_json& answer, const Options& options) {
    const std::string& lang = options.lang;
    const ordered_json& period = answer.at("period");
    std::string text = report_title(answer, lang) + "  (" + days_text(period) + ")\n";
    // Figures stand first: terminals lay out right-to-left titles themselves, and nothing stands
    // behind them.
    Table table;
    table.right_aligned = {true, true, true, false};
    table.header = value_titles(lang);
    table.header.insert(table.header.end(), {word(answer, "previous"), ""});
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
        const ordered_json& before = line.at("before");
        table.rows.push_back({prints_text(line, lang),
                              fraction_text(line),
                              before.is_null() ? "" : prints_text(before, lang),
                              report_line_title(line, word(period, "id"), lang)});
    }
    end_section();
    return text + report_end(answer, lang, report_when(answer, options));
}

int print_report(const ReportAsked& asked, const Options& options) {
    Question question{"getReport", {{"period", asked.period}}};
    if (!asked.department.empty()) {
        question.route = "getDepartmentReport";
        question.parameters.emplace_back("departmentId", asked.department);
    }
    const auto at = options_as_of(asked.period, asked.revision, options);
    if (!at) {
        return report_error(at.error());
    }
    if (!asked.html) {
        return print_read(question, *at, {.text = [&](const ordered_json& answer) {
                              return report_text(answer, *at);
                          }});
    }
    Options as_text = *at;
    as_text.format = Format::Text;
    return print_read(question, as_text, {.text = [&](const ordered_json& answer) {
                          return report_page(answer, *at);
                      }});
}

}  // namespace sijill::cli
