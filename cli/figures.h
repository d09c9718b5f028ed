#pragma once
// cli/figures.h - figures and reports on a terminal, from the answers of the HTTP face.

#include "cli/context.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace sijill::cli {

/// Each observation of an answer to getKpi: figure, breakdown, definition, position.
[[nodiscard]] std::string figures_text(const nlohmann::ordered_json& answer,
                                       const Options& options);

/// An answer to getReport: a table for each section.
[[nodiscard]] std::string report_text(const nlohmann::ordered_json& answer, const Options& options);

/// Prints the report of a period in the format of the options; gives the exit code.
[[nodiscard]] int print_report(const std::string& period, const Options& options);

}  // namespace sijill::cli
