#include "cli/output.h"

#include "api/headings.h"
#include "api/labels.h"
#include "api/text.h"
#include "cli/site.h"
#include "events/json.h"
#include "projections/kpi.h"

#include <algorithm>
#include <cstdio>

namespace sijill::cli {

namespace {

using api::display_width;
using nlohmann::ordered_json;

std::string padded(const std::string& text, size_t width, bool right) {
    const size_t used = display_width(text);
    const std::string space(width > used ? width - used : 0, ' ');
    return right ? space + text : text + space;
}

// A number is a whole one, or null where there is none.
std::string cell_of(const ordered_json& value) {
    if (value.is_null()) {
        return "";
    }
    return value.is_string() ? value.get<std::string>() : value.dump();
}

Table table_of(const ordered_json& items) {
    Table table;
    if (items.empty()) {
        return table;
    }
    for (const auto& [name, value] : items.front().items()) {
        table.header.push_back(name);
    }
    table.right_aligned.resize(table.header.size());
    for (const ordered_json& item : items) {
        std::vector<std::string> row;
        for (const std::string& name : table.header) {
            const ordered_json& value = item.at(name);
            table.right_aligned[row.size()] = table.right_aligned[row.size()] || value.is_number();
            row.push_back(cell_of(value));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

void put(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

Result<void> show(const Question& question, const Options& options, const Shown& shown) {
    const auto answer = ask_json(question, options);
    if (!answer) {
        return Unexpected(answer.error());
    }
    try {
        if (options.format == Format::Json) {
            put((shown.json ? shown.json(*answer) : *answer).dump(2) + "\n");
            return {};
        }
        put(shown.text(*answer));
        if (shown.remark) {
            std::fprintf(stderr, "%s\n", shown.remark(*answer).c_str());
        }
        return {};
    } catch (const ordered_json::exception&) {  // only another version's answer lacks a member
        return fail(Errc::Unavailable,
                    options.api +
                        ": the server answers otherwise than this version of sijill "
                        "reads; --format csv prints what it says");
    }
}

}  // namespace

Table titled(Table table, std::string_view lang) {
    for (std::string& name : table.header) {
        name = api::heading(name, lang);
    }
    return table;
}

Shown shown_items(const std::string& lang, std::function<std::string(const ordered_json&)> remark) {
    const auto text = [lang](const ordered_json& answer) {
        const Table table = titled(table_of(answer.at("items")), lang);
        return table.rows.empty() ? std::string() : text_table(table);
    };
    return {.text = text,
            .json = [](const ordered_json& answer) { return answer.at("items"); },
            .remark = std::move(remark)};
}

int print_read(const Question& question, const Options& options, const Shown& shown) {
    if (options.format == Format::Text || options.format == Format::Json) {
        const auto done = show(question, options, shown);
        return done ? kOk : report_error(done.error());
    }
    const auto text = ask(question, options.format == Format::Csv ? "csv" : "ndjson", options);
    if (!text) {
        return report_error(text.error());
    }
    put(*text);
    return kOk;
}

std::string text_table(const Table& table) {
    std::vector<size_t> widths;
    std::vector<std::vector<std::string>> rows{table.header};
    rows.insert(rows.end(), table.rows.begin(), table.rows.end());
    for (auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) {
            row[i] = api::printable(row[i]);
            widths[i] = std::max(widths[i], display_width(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            const bool right = i < table.right_aligned.size() && table.right_aligned[i];
            line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], right);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

void print_table(const Table& table, Format format) {
    std::string text;
    switch (format) {
        case Format::Text:
            text = text_table(table);
            break;
        case Format::Csv:
            text = api::csv_table(table);
            break;
        case Format::Json:
            text = api::json_table(table);
            break;
        case Format::Ndjson:
            text = api::ndjson_table(table);
            break;
    }
    put(text);
}

void print_items(const ordered_json& items, Format format) {
    if (format == Format::Json) {
        return put(items.dump(2) + "\n");
    }
    if (format == Format::Ndjson) {
        for (const ordered_json& item : items) {
            put(api::json_text(item) + "\n");
        }
        return;
    }
    print_table(table_of(items), format);
}

void tell_how_to_see(const Options& options) {
    if (options.kafka.empty()) {
        std::fprintf(stderr,
                     "cases and figures have them after `sijill catch-up %s`\n",
                     place_flags(options).c_str());
    }
}

std::string in_words(std::string_view lang, std::string_view en, std::string_view ar) {
    return std::string(api::choose(lang, en, ar));
}

std::string more_rows(const ordered_json& answer, std::string_view lang) {
    return answer.at("next").is_null()
               ? ""
               : in_words(lang, "; for more: --limit", "؛ للمزيد: ‎--limit");
}

std::string position_line(const ordered_json& answer, std::string_view lang) {
    return in_words(lang, "Position ", "الموضع ") + answer.at("position").get<std::string>() + "\n";
}

std::string grouped(int64_t number) {
    return projections::decimal_text(number, 1, 0, true);
}

}  // namespace sijill::cli
