#pragma once
// cli/csv_mapping.h - the file that says which events the rows of a table give.

#include "producers/csv_mapping.h"

#include <memory>
#include <string>

namespace sijill::cli {

/// Reads a mapping and judges it by the declarations of the events. Errors: Config; the message has
/// one line for each problem, as `file:line:column: what`. `time_zone`: the site's, of dates that
/// have none in their cells and none in the mapping.
[[nodiscard]] Result<std::unique_ptr<producers::CsvMapping>> read_csv_mapping(
    const std::string& file, const std::string& time_zone);

}  // namespace sijill::cli
