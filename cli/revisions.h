#pragma once
// cli/revisions.h - what was published of a period, and reads as of it.

#include "cli/context.h"
#include "events/result.h"
#include "projections/governance_states.h"
#include "projections/kpi_catalogue.h"
#include "projections/local_time.h"
#include "projections/period.h"

#include <cstdint>
#include <string>

namespace sijill::cli {

/// A revision of a period; number 0 asks for the last. Errors: NotFound (with those there are),
/// those of the view.
[[nodiscard]] Result<projections::PeriodState::Revision> revision_of(
    const consumers::ShardView& view, const projections::Period& period, int64_t number);

/// Whether it was published under the rules of now: this zone, these KPIs, this version of Sijill.
[[nodiscard]] bool is_under_rules_of_now(const projections::PeriodState::Revision& revision,
                                         const projections::LocalTime& local_time,
                                         const projections::KpiCatalogue& kpis);

/// The options with the position of a revision to read as of; unchanged for revision 0. Says on
/// stderr when that was published under other rules. Errors: as
/// revision_of(), Invalid (period; --api, which cannot fold again).
[[nodiscard]] Result<Options> options_as_of(const std::string& period,
                                            int64_t revision,
                                            const Options& options);

}  // namespace sijill::cli
