#pragma once
// cli/logging.h - where log lines go and how they look.

#include "cli/config.h"

namespace sijill::cli {

/// Log lines go to stderr, as text or as one JSON object a line (time, level, message; every value
/// escaped). Before the first thread.
void set_logging(LogLevel level, LogFormat format);

}  // namespace sijill::cli
