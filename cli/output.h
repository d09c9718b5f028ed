#pragma once
// cli/output.h - what commands print on a terminal.

#include "api/table.h"
#include "cli/context.h"

#include <string>
#include <vector>

namespace sijill::cli {

using api::Table;

/// Aligned columns, two spaces apart. A table with right-to-left text is not padded behind that
/// text's column: terminals lay it out themselves.
[[nodiscard]] std::string text_table(const Table& table);

/// Prints the table in the format of the options.
void print_table(const Table& table, Format format);

/// Prints a JSON object for people, with the position it holds at as its last member.
void print_json(const std::string& object, const std::string& position);

/// "1,234,567"
[[nodiscard]] std::string grouped(int64_t number);

}  // namespace sijill::cli
