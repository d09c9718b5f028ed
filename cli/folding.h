#pragma once
// cli/folding.h - filling a log and folding it, with progress on stderr; shared by demo, generate
// and catch-up.

#include "cli/context.h"
#include "consumers/replay.h"
#include "consumers/worker.h"
#include "events/result.h"
#include "log/event_log.h"
#include "producers/scenario.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace sijill::cli {

/// Appends every event that `generate` gives to its sink, in batches. Gives how many.
[[nodiscard]] Result<int64_t> append_scenario(
    log::EventLog& log, const std::function<Result<void>(const producers::EventSink&)>& generate);

/// Runs a worker with a progress bar. One that is Stopped tells the service manager how it is.
[[nodiscard]] Result<void> fold(log::EventLog& log,
                                const consumers::WorkerConfig& config,
                                consumers::RunUntil until,
                                const std::atomic<bool>& stop);

/// The name of a directory beside the shards that nothing has: `what` ("as-of-" or "replay-"), then
/// an id. Process ids will not do, for in a container they are all 1. What processes that were
/// killed left there is removed.
[[nodiscard]] std::string scratch_directory(const Options& options, const char* what);

/// The views as of a position, or of an instant in RFC 3339 (what had been appended before it),
/// folded again with a progress bar into a directory beside the shards that goes with them. Errors:
/// Invalid (position), those of PastView::fold().
[[nodiscard]] Result<std::unique_ptr<consumers::PastView>> fold_as_of(log::EventLog& log,
                                                                      const std::string& as_of,
                                                                      const Options& options);

}  // namespace sijill::cli
