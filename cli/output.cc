#include "cli/output.h"

#include "api/text.h"
#include "projections/kpi.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace sijill::cli {

namespace {

using api::display_width;

std::string padded(const std::string& text, size_t width, bool right) {
    const size_t used = display_width(text);
    const std::string space(width > used ? width - used : 0, ' ');
    return right ? space + text : text + space;
}

}  // namespace

std::string text_table(const Table& table) {
    std::vector<size_t> widths;
    std::vector<std::vector<std::string>> rows{table.header};
    rows.insert(rows.end(), table.rows.begin(), table.rows.end());
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) {
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
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_json(const std::string& object, const std::string& position) {
    auto whole = nlohmann::ordered_json::parse(object);
    whole["position"] = position;
    const std::string text = whole.dump(2) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string grouped(int64_t number) {
    return projections::decimal_text(number, 1, 0, true);
}

}  // namespace sijill::cli
