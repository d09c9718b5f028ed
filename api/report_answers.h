#pragma once
// api/report_answers.h - the report of a period, of the centre or of one department, as an answer.

#include "api/follow_up_answers.h"
#include "api/kpi_answers.h"
#include "projections/publication.h"
#include "projections/report.h"
#include "projections/targets.h"
#include "projections/work_list.h"

#include <map>
#include <optional>
#include <string>

namespace sijill::api {

/// Everything that stands in a report.
struct ReportParts {
    projections::Report report;
    std::optional<projections::PeriodState::Revision> revision;     // the last that was published
    std::map<std::string, projections::WorkListCounts> follow_ups;  // by department
    std::optional<projections::WorkList> list;                      // of the report's department
    int64_t at_ms = 0;                                              // for what is overdue
    Opens opens;                                                    // of the asker's
};

/// A JSON object; digest is that of the report's own lines.
[[nodiscard]] std::string report_json(const ReportParts& parts,
                                      const projections::SiteKpis& site,
                                      const Wording& wording);

/// A row for each figure, with that of the previous period beside it; the last column is the KPI's
/// name in "en" or "ar".
[[nodiscard]] Table report_table(const projections::Report& report, const std::string& lang);

}  // namespace sijill::api
