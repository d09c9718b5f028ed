#pragma once
// cli/figures.h - figures and reports on a terminal, from the answers of the HTTP face.

#include "cli/context.h"
#include "cli/output.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace sijill::cli {

/// Each observation of an answer to getKpi: figure, breakdown, definition, position.
[[nodiscard]] std::string figures_text(const nlohmann::ordered_json& answer,
                                       const Options& options);

/// "12 / 34", or "12" of a count; "" when it is suppressed.
[[nodiscard]] std::string fraction_text(const nlohmann::ordered_json& figure);

/// Of an answer to getReport or getDepartmentReport: a table for each section, what departments
/// follow up, and what reproduces it.
[[nodiscard]] std::string report_text(const nlohmann::ordered_json& answer, const Options& options);

/// Its parts, for other forms of it.
[[nodiscard]] std::string report_title(const nlohmann::ordered_json& answer,
                                       const std::string& lang);
/// "2017-01-01 – 2017-03-31, Asia/Bahrain"
[[nodiscard]] std::string report_days(const nlohmann::ordered_json& answer);
[[nodiscard]] std::string report_line_title(const nlohmann::ordered_json& line,
                                            const std::string& period,
                                            const std::string& lang);
/// A row for each department with its counts.
[[nodiscard]] Table report_follow_ups(const nlohmann::ordered_json& answer,
                                      const std::string& lang);
/// The work list of a department's report; empty of the centre's.
[[nodiscard]] Table report_items(const nlohmann::ordered_json& answer, const std::string& lang);

/// "as of now", or with --as-of of when: the follow-ups of a report are judged by that instant.
[[nodiscard]] std::string report_when(const nlohmann::ordered_json& answer, const Options& options);
[[nodiscard]] std::string report_follow_ups_title(const std::string& lang, const std::string& when);
[[nodiscard]] std::string report_items_title(const std::string& lang, const std::string& when);

/// What a report is of, and how it is written.
struct ReportAsked {
    std::string period;
    std::string department = {};  // "" is the centre's
    bool html = false;            // a page instead of the format of the options
    int64_t revision = 0;         // that was published of the period; 0: as it is now
};

/// Prints the report; gives the exit code.
[[nodiscard]] int print_report(const ReportAsked& asked, const Options& options);

}  // namespace sijill::cli
