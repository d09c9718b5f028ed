#pragma once
// cli/writes.h - events that a command makes, on their way into the log, and what the fold makes of
// them: of the data directory, or by a server (--api).

#include "cli/context.h"
#include "consumers/shard_set.h"
#include "events/result.h"
#include "producers/due_dates.h"

#include <string>
#include <vector>

namespace sijill::cli {

/// Where an event stands, and the verdict of the fold: api::EventVerdict::text(), or "pending".
struct Told {
    std::string id;
    std::string position;
    std::string verdict;
};

/// The view of the data directory once all that the log has now is folded. Errors: as Worker::run,
/// Conflict when a server has the directory.
[[nodiscard]] Result<consumers::ShardView> fold_and_view(log::EventLog& log,
                                                         const Options& options);

/// Appends structured events in their order, and folds them. One result each. Errors: Rejected (an
/// event is not valid: nothing was appended), Conflict (the fold gave an event no effect), those of
/// the log and of the server.
[[nodiscard]] Result<std::vector<Told>> publish_and_fold(const std::vector<std::string>& events,
                                                         const producers::DuePolicy& due,
                                                         const Options& options);

}  // namespace sijill::cli
