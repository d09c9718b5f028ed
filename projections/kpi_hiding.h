#pragma once
// projections/kpi_hiding.h - which of the figures that are about to leave the query layer are of
// too few to be published, or would give such ones away. Only kpi.cc asks for all of it.

#include "projections/kpi.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// What a measure that is a sum (of ms, points, scores) is counted by: a measure of its cube, or
/// the beginning of those that together count. "": the measure is a count itself.
[[nodiscard]] std::string_view counted_by(std::string_view measure);

/// Of a figure that was told before there was a minimum: whether its sides by themselves are too
/// small now. Only of a KPI that has a minimum. The query's period is not read.
[[nodiscard]] bool is_small_figure(const KpiQuery& query, const Figure& figure);

/// Marks as suppressed, and empties, what may not be published of the breakdowns of these periods,
/// which are the query's by this dimension ("" is none). Only of a KPI that has a minimum. What is
/// narrowed is judged as the cell that it is of the breakdown by what narrows it. A table of two
/// dimensions is shown whole or not at all, one of three never. Errors: Storage, Corrupt.
[[nodiscard]] Result<void> hide_small(const Shards& shards,
                                      const KpiQuery& query,
                                      const std::vector<Period>& periods,
                                      const std::string& dimension,
                                      std::vector<Breakdown>& breakdowns);

/// The same of the breakdowns by the inner dimension under values of the outer one. What may be
/// shown is judged once for each period, whatever the number of values.
[[nodiscard]] Result<void> hide_small(const Shards& shards,
                                      const KpiQuery& query,
                                      const std::vector<Period>& periods,
                                      const DimensionPair& pair,
                                      std::map<std::string, std::vector<Breakdown>>& narrowed);

}  // namespace sijill::projections
