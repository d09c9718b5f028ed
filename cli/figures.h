#pragma once
// cli/figures.h - figures and reports as JSON, CSV and text.

#include "cli/context.h"
#include "projections/kpi.h"
#include "projections/report.h"

#include <map>
#include <optional>
#include <string>

namespace sijill::cli {

/// Everything an answer says besides the figure itself.
struct Answer {
    projections::KpiQuery query;
    std::optional<projections::Period> compared_with;
    projections::Figure figure;
    std::string prints;
    std::optional<projections::Figure> before;                     // of the compared period
    std::optional<std::map<std::string, projections::Figure>> by;  // a breakdown by `dimension`
    std::string dimension;
};

void print_answer(const Answer& answer, const Options& options, const std::string& position);

/// The report as text (tables), as a JSON array of figures, or as one CSV table.
void print_report(const projections::Report& report,
                  const Options& options,
                  const std::string& position);

}  // namespace sijill::cli
