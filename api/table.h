#pragma once
// api/table.h - answers as tables of texts, for CSV, terminals and lists of objects.

#include <string>
#include <vector>

namespace sijill::api {

/// A table of texts. All rows have as many cells as the header.
struct Table {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    std::vector<bool> right_aligned;  // per column: whole numbers or nothing; missing: texts
};

/// RFC 4180 with CRLF. A cell that a spreadsheet would run as a formula is prefixed with an
/// apostrophe: one that begins with = + - @ TAB or CR, unless it is a number from end to end
/// (-45084, +24.0 %, -0.2 min).
[[nodiscard]] std::string csv_table(const Table& table);

/// The JSON array of the rows as objects of texts.
[[nodiscard]] std::string json_table(const Table& table);

/// The same, an object a line.
[[nodiscard]] std::string ndjson_table(const Table& table);

}  // namespace sijill::api
