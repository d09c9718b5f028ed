#pragma once
// cli/changes_command.h - sijill period changes: what changed since a period was published.

#include "cli/context.h"

#include <cstdint>
#include <string>

namespace sijill::cli {

/// Folds the log again up to a revision of the period (0: the last), checks its digest, and prints
/// each figure that differs now with the events that changed it. Gives the exit code: kMismatch
/// when the digest does not come out.
[[nodiscard]] int print_changes(const std::string& period,
                                int64_t revision,
                                const Options& options);

}  // namespace sijill::cli
