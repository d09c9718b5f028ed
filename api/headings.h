#pragma once
// api/headings.h - what tables and their columns are called in a workbook.

#include <string>
#include <string_view>

namespace sijill::api {

/// Of a column or a parameter: its own name in "en", so that it is the same as in JSON and CSV.
[[nodiscard]] std::string heading(std::string_view name, std::string_view lang);

/// Of the table that a route answers, by the route's id: at most 31 characters.
[[nodiscard]] std::string sheet_name(std::string_view route, std::string_view lang);

}  // namespace sijill::api
