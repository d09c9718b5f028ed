#pragma once
// consumers/audit_replay.h - folds the log again beside a live shard and compares every row.

#include "consumers/shard_set.h"
#include "events/result.h"
#include "log/event_log.h"
#include "projections/shard_fold.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sijill::consumers {

/// The first row in which the live shard and the replay differ. Keys and values in lower-case
/// hexadecimal.
struct RowDifference {
    std::string key;
    std::optional<std::string> live;  // nullopt: the row is missing there
    std::optional<std::string> replay;
};

/// What the replay of one partition found.
struct ReplayReport {
    int32_t partition = 0;
    int64_t next_offset = 0;  // the position both were compared at
    int64_t records = 0;
    int64_t live_rows = 0;
    int64_t replay_rows = 0;
    std::string live_digest;  // SHA-256 over every key and value in order
    std::string replay_digest;
    std::optional<RowDifference> first_difference;
    [[nodiscard]] bool match() const { return !first_difference.has_value(); }
};

struct ReplayConfig {
    std::string scratch_directory;  // made and removed; must not exist
    projections::FoldConfig fold;
    int64_t window_records = 1'000'000;
    size_t state_cache_bytes = kStateCacheBytes;  // of the partition that is folded again
    size_t batch_records = 5'000;                 // most records of one read
    const std::atomic<bool>* stop = nullptr;
};

/// Checks that the views were folded from this log, whose `ranges` were asked for behind them: one
/// that ends before the views, or has other partitions, would be waited for without end. Errors:
/// Corrupt (another log, or one that has lost events), those of the log.
[[nodiscard]] Result<void> check_same_logs(log::EventLog& log,
                                           const ShardView& live,
                                           const std::vector<log::OffsetRange>& ranges);

/// Folds every partition of the log from its start up to the live shard's position into a scratch
/// store, and compares. `progress` hears of folded records and of how many there are. Errors: as
/// Worker::run (Corrupt: the views are of another log, or of a longer one), those of
/// ScratchDirectory::make(), Unavailable when stopped.
[[nodiscard]] Result<std::vector<ReplayReport>> audit_replay(
    log::EventLog& log,
    const ShardView& live,
    const ReplayConfig& config,
    const std::function<void(int64_t folded, int64_t total)>& progress);

}  // namespace sijill::consumers
