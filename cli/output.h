#pragma once
// cli/output.h - what commands print: text tables, CSV and JSON.

#include "cli/context.h"

#include <string>
#include <string_view>
#include <vector>

namespace sijill::cli {

/// A table of texts. All rows have as many cells as the header.
struct Table {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    std::vector<bool> right_aligned;  // per column; missing ones are left-aligned
};

/// Columns a terminal needs for a UTF-8 text: combining marks take none, East Asian wide characters
/// two.
[[nodiscard]] size_t display_width(std::string_view text);

/// Aligned columns, two spaces apart. A table with right-to-left text is not padded behind that
/// text's column: terminals lay it out themselves.
[[nodiscard]] std::string text_table(const Table& table);

/// RFC 4180 with CRLF. A cell that a spreadsheet would run as a formula is prefixed with an
/// apostrophe.
[[nodiscard]] std::string csv_table(const Table& table);

/// The JSON array of the rows as objects.
[[nodiscard]] std::string json_table(const Table& table);

/// Prints the table in the format of the options.
void print_table(const Table& table, Format format);

/// "1,234,567"
[[nodiscard]] std::string grouped(int64_t number);

}  // namespace sijill::cli
