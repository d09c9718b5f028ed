#include "api/table.h"

#include "api/text.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace sijill::api {

namespace {

using nlohmann::ordered_json;

std::string csv_cell(const std::string& cell) {
    std::string text = cell;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos) {
        // A growth such as +24.0 % is text as well: spreadsheets must not run it.
        text.insert(0, "'");
    }
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

std::string csv_row(const std::vector<std::string>& cells) {
    std::string row;
    for (const std::string& cell : cells) {
        row += (row.empty() && &cell == &cells.front() ? "" : ",") + csv_cell(cell);
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
