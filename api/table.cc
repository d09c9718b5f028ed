#include "api/table.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace sijill::api {

namespace {

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

}  // namespace

std::string csv_table(const Table& table) {
    std::string text = csv_row(table.header);
    for (const auto& row : table.rows) {
        text += csv_row(row);
    }
    return text;
}

std::string json_table(const Table& table) {
    auto array = nlohmann::ordered_json::array();
    for (const auto& row : table.rows) {
        auto object = nlohmann::ordered_json::object();
        for (size_t i = 0; i < row.size(); ++i) {
            object[table.header[i]] = row[i];
        }
        array.push_back(std::move(object));
    }
    return array.dump(2) + "\n";
}

}  // namespace sijill::api
