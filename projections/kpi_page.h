#pragma once
// projections/kpi_page.h - the catalogue as a page to read.

#include "projections/kpi.h"

#include <string>

namespace sijill::projections {

/// Markdown: each KPI with its names, formula, bases, variants and dimensions, and as an example
/// its figure in the period. Errors: as figure_of.
[[nodiscard]] Result<std::string> kpi_page(const Shards& shards,
                                           const KpiCatalogue& kpis,
                                           const Period& period);

}  // namespace sijill::projections
