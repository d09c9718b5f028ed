#pragma once
// cli/period_refer.h - sijill period refer: whom the missed targets of a period are referred to.

#include "cli/context.h"

#include <string>

namespace sijill::cli {

/// Refers the figures of the period that missed their targets; gives the code to exit with.
[[nodiscard]] int refer_misses(const std::string& period, const Options& options);

}  // namespace sijill::cli
