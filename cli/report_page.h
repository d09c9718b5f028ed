#pragma once
// cli/report_page.h - a report as one HTML page to read, print and file.

#include "cli/context.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace sijill::cli {

/// XHTML that stands alone: no script, nothing fetched; A4 with page numbers in print. `answer`:
/// of getReport or getDepartmentReport. In "ar" it goes from right to left.
[[nodiscard]] std::string report_page(const nlohmann::ordered_json& answer, const Options& options);

}  // namespace sijill::cli
