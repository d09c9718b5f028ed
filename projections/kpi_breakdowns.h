#pragma once
// projections/kpi_breakdowns.h - the inside of kpi.h: figures before any are hidden.

#include "projections/kpi.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sijill::projections {

/// What is added up for the periods of a question: these, or where their months are weighed alike,
/// the months.
struct Summed {
    std::vector<Period> periods;
    std::vector<size_t> months;  // of each period of the question; of a KPI that counts them
};

/// Errors: Invalid (a month lies behind the last year that there is).
[[nodiscard]] Result<Summed> summed_periods(const KpiQuery& query,
                                            const std::vector<Period>& periods);

/// The figures of the question's periods, of the sums over `summed`, split by the dimension.
[[nodiscard]] std::vector<Breakdown> figures_of_sums(const KpiQuery& query,
                                                     const Summed& summed,
                                                     const std::string& dimension,
                                                     std::vector<Breakdown> sums);

/// As breakdowns_of, of a question without faults, and nothing is hidden.
[[nodiscard]] Result<std::vector<Breakdown>> plain_breakdowns(const Shards& shards,
                                                              const KpiQuery& query,
                                                              const Summed& summed,
                                                              const std::string& dimension);

}  // namespace sijill::projections
