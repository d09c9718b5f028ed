#pragma once
// cli/figures.h - figures and reports on a terminal, or as JSON and CSV.

#include "api/kpi_answers.h"
#include "cli/context.h"

#include <string>

namespace sijill::cli {

void print_answer(const api::KpiAnswer& answer,
                  const Options& options,
                  const std::string& position);

/// The report as text (tables), as a JSON array of figures, or as one CSV table.
void print_report(const projections::Report& report,
                  const Options& options,
                  const std::string& position);

}  // namespace sijill::cli
