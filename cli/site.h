#pragma once
// cli/site.h - the KPIs and targets of the site, for commands that answer from the data directory.

#include "cli/context.h"
#include "events/result.h"
#include "projections/targets.h"

namespace sijill::cli {

/// Of the configuration file that the options name, or of the usual one. Errors: Config.
[[nodiscard]] Result<projections::SiteKpis> site_of(const Options& options);

}  // namespace sijill::cli
