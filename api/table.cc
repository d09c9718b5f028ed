#include "api/table.h"

#include "api/text.h"
#include "events/json.h"
#include "producers/csv_reader.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sijill::api {

namespace {

using nlohmann::ordered_json;

size_t digits_at(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

// Takes the digits at the front, which may be grouped by thousands; false: there are none.
bool take_whole(std::string_view& text) {
    size_t digits = digits_at(text);
    if (digits == 0) {
        return false;
    }
    text.remove_prefix(digits);
    constexpr size_t kGroup = 3;
    while (digits <= kGroup && text.starts_with(',') && digits_at(text.substr(1)) == kGroup) {
        text.remove_prefix(1 + kGroup);
    }
    return true;
}

// Whether the cell is a number from end to end, or one with the unit of figures and growths:
// -45084, +1,240.0 %, -0.2 min.
bool is_number(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (!take_whole(text)) {
        return false;
    }
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const size_t digits = digits_at(text);
        text = digits == 0 ? "." : text.substr(digits);
    }
    constexpr std::array<std::string_view, 5> kUnits = {"", " %", " s", " min", " h"};
    return std::ranges::find(kUnits, text) != kUnits.end();
}

// Whether a spreadsheet would run the cell as a formula (OWASP, CSV injection).
bool is_formula(std::string_view cell) {
    constexpr std::string_view kBegins = "=+-@\t\r";
    return !cell.empty() && kBegins.find(cell.front()) != std::string_view::npos &&
           !is_number(cell);
}

std::string spreadsheet_cell(const std::string& cell) {
    return producers::csv_cell(is_formula(cell) ? "'" + cell : cell, ',');
}

std::string csv_row(const std::vector<std::string>& cells) {
    std::string row;
    for (const std::string& cell : cells) {
        row.append(row.empty() && &cell == &cells.front() ? "" : ",")
            .append(spreadsheet_cell(cell));
    }
    return row + "\r\n";
}

ordered_json texts_of(const Table& table, const std::vector<std::string>& row) {
    auto object = ordered_json::object();
    for (size_t i = 0; i < row.size(); ++i) {
        object[table.header[i]] = row[i];
    }
    return object;
}

}  // namespace

std::string csv_table(const Table& table) {
    std::string text = csv_row(table.header);
    for (const auto& row : table.rows) {
        text += csv_row(row);
    }
    return text;
}

std::string json_table(const Table& table) {
    auto array = ordered_json::array();
    for (const auto& row : table.rows) {
        array.push_back(texts_of(table, row));
    }
    return array.dump(2) + "\n";
}

std::string ndjson_table(const Table& table) {
    std::string lines;
    for (const auto& row : table.rows) {
        lines += json_text(texts_of(table, row)) + "\n";
    }
    return lines;
}

}  // namespace sijill::api
