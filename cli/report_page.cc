#include "cli/report_page.h"

#include "api/labels.h"
#include "cli/figures.h"
#include "cli/output.h"
#include "events/json.h"

#include <functional>
#include <vector>

namespace sijill::cli {

namespace {

using api::choose;
using nlohmann::ordered_json;

constexpr std::string_view kPageStyle = R"css(
@page { size: A4; margin: 18mm 16mm 20mm;
  @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
body { font: 10.5pt/1.45 "Noto Sans", "Noto Naskh Arabic", "Segoe UI", Tahoma, sans-serif;
  color: #1a1a1a; max-width: 178mm; margin: 8mm auto; }
h1 { font-size: 17pt; margin: 0 0 2mm; }
h2 { font-size: 12pt; margin: 7mm 0 2mm; break-after: avoid; }
p.about { color: #555; margin: 0 0 4mm; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th, td { text-align: start; padding: 1mm 2mm; border-bottom: .2mm solid #ccc; vertical-align: top; }
th { border-bottom: .4mm solid #555; font-weight: 600; }
td.number, th.number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.number { direction: ltr; unicode-bidi: isolate; }
dl.proof { font-size: 8.5pt; color: #444; margin-top: 8mm; border-top: .4mm solid #555; }
dl.proof dt { font-weight: 600; margin-top: 1.5mm; }
dl.proof dd { margin: 0; direction: ltr; text-align: start; overflow-wrap: anywhere;
  font-family: monospace; }
@media print { body { margin: 0; max-width: none; } }
)css";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

// Periods, dates and times keep their order inside Arabic text: each is isolated (U+2066, U+2069).
std::string isolated(std::string_view text) {
    const auto part = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == ':' || c == '.';
    };
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const size_t begin = at;
        while (at < text.size() && part(text[at])) {
            ++at;
        }
        const std::string_view run = text.substr(begin, at - begin);
        if (run.find('-') != std::string_view::npos && run.size() >= 6) {
            out.append("\u2066").append(run).append("\u2069");
        } else {
            out += run;
        }
        out += text.substr(at, at < text.size() ? 1 : 0);
        at += at < text.size() ? 1 : 0;
    }
    return out;
}

std::string element(std::string_view name, std::string_view text, std::string_view cls = "") {
    std::string out = "<";
    out += name;
    if (!cls.empty()) {
        out.append(" class=\"").append(cls).append("\"");
    }
    return out.append(">").append(escaped(text)).append("</").append(name).append(">");
}

struct Column {
    std::string title;
    bool number;
};

std::string html_table(const std::vector<Column>& columns,
                       const std::vector<std::vector<std::string>>& rows) {
    std::string out = "<table>\n<thead><tr>";
    for (const Column& column : columns) {
        out += element("th", column.title, column.number ? "number" : "");
    }
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : rows) {
        out += "<tr>";
        for (size_t i = 0; i < row.size(); ++i) {
            out += element("td", row[i], columns.at(i).number ? "number" : "");
        }
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n";
}

std::string figures_html(const ordered_json& answer,
                         const std::string& lang,
                         const std::function<std::string(const std::string&)>& in_order) {
    const std::string period = answer.at("period").at("id");
    const std::vector<Column> columns{
        {in_words(lang, "figure", "المؤشر"), false},
        {in_words(lang, "value", "القيمة"), true},
        {in_words(lang, "numerator / denominator", "البسط / المقام"), true},
        {in_order(answer.at("previous").get<std::string>()), true},
        {in_words(lang, "change", "التغير"), true}};
    std::string out;
    std::string section;
    std::vector<std::vector<std::string>> rows;
    const auto end_section = [&] {
        if (!rows.empty()) {
            out += element("h2", section) + "\n" + html_table(columns, rows);
        }
        rows.clear();
    };
    for (const ordered_json& line : answer.at("figures")) {
        if (line.at("section") != section) {
            end_section();
            section = line.at("section");
        }
        const ordered_json& before = line.at("before");
        rows.push_back({in_order(report_line_title(line, period, lang)),
                        api::figure_label(line.at("prints").get<std::string>(), lang),
                        fraction_text(line),
                        before.is_null()
                            ? ""
                            : api::figure_label(before.at("prints").get<std::string>(), lang),
                        before.is_null() ? "" : before.at("change").get<std::string>()});
    }
    end_section();
    return out;
}

// A table as report_follow_ups() and report_items() give it; nothing when it has no rows.
std::string table_html(const Table& table, std::string_view title) {
    if (table.rows.empty()) {
        return "";
    }
    std::vector<Column> columns;
    for (size_t i = 0; i < table.header.size(); ++i) {
        columns.push_back(
            {table.header[i], i < table.right_aligned.size() && table.right_aligned[i]});
    }
    return element("h2", title) + "\n" + html_table(columns, table.rows);
}

std::string proof_html(const ordered_json& answer, const std::string& lang) {
    const std::string comma(choose(lang, ", ", "، "));
    std::string out = "<dl class=\"proof\">\n";
    const auto row = [&out](std::string_view what, const std::string& value) {
        out += element("dt", what) + element("dd", value) + "\n";
    };
    if (const ordered_json& revision = answer.at("revision"); !revision.is_null()) {
        row(choose(lang, "Last published revision", "آخر نسخة منشورة"),
            std::to_string(revision.at("number").get<int64_t>()) + comma +
                revision.at("at").get<std::string>() + comma + "SHA-256 " +
                revision.at("digest").get<std::string>());
    }
    row(choose(lang, "Digest of this report (SHA-256)", "بصمة هذا التقرير (SHA-256)"),
        answer.at("digest"));
    row(choose(lang,
               "Position: the prefix of the log that gives these figures",
               "الموضع: بداية السجل التي تعطي هذه الأرقام"),
        answer.at("position"));
    return out + "</dl>\n";
}

}  // namespace

std::string report_page(const ordered_json& answer, const Options& options) {
    const std::string& lang = options.lang;
    const std::string when = report_when(answer, options);
    const auto in_order = [&lang](const std::string& text) {
        return lang == "ar" ? isolated(text) : text;
    };
    const std::string title = in_order(report_title(answer, lang));
    std::string out = "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"" +
                      lang + "\" dir=\"" + (lang == "ar" ? "rtl" : "ltr") +
                      "\">\n<head>\n<meta charset=\"utf-8\" />\n" + element("title", title) +
                      "\n<style>";
    out += kPageStyle;
    out += "</style>\n</head>\n<body>\n" + element("h1", title) + "\n" +
           element("p", in_order(report_days(answer)), "about") + "\n";
    out += figures_html(answer, lang, in_order);
    out += table_html(report_follow_ups(answer, lang), report_follow_ups_title(lang, when));
    out += table_html(report_items(answer, lang), report_items_title(lang, when));
    return out + proof_html(answer, lang) + "</body>\n</html>\n";
}

}  // namespace sijill::cli
