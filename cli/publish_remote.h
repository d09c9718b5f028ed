#pragma once
// cli/publish_remote.h - lines of events to a server (--api), in batches.

#include "cli/context.h"

#include <istream>
#include <string>

namespace sijill::cli {

/// Why a publishing ended that was told to, for people.
inline constexpr const char* kStoppedEarly =
    "stopped before the end of the input: publish it again, repetitions have no effect";

/// Publishes structured events, one a line; blank lines are passed over. A batch whose outcome is
/// not known is sent again for a minute: a repetition has no second effect. Says on stderr what was
/// not taken, as `name:line: why`, and the totals. `strict`: ends with the first such line, and
/// sends each line by itself. Gives the code to exit with; kUnavailable too when it was told to
/// stop early.
[[nodiscard]] int publish_to_server(std::istream& in,
                                    const std::string& name,
                                    bool strict,
                                    const Options& options);

}  // namespace sijill::cli
