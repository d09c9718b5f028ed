#pragma once
// consumers/worker.h - folds the partitions of a log into the shards of a data directory, on one or
// more threads.

#include "consumers/shard_set.h"
#include "events/result.h"
#include "log/event_log.h"
#include "projections/shard_fold.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sijill::consumers {

/// Threads of one worker.
inline constexpr size_t kMostThreads = 64;

struct WorkerConfig {
    std::string data_directory;
    projections::FoldConfig fold;
    int threads = 1;  // 1 to kMostThreads; partitions are dealt out to them in turn
    size_t state_cache_bytes = kStateCacheBytes;  // of all shards together
    int64_t window_records = 1'000'000;           // most records between two commits in catch-up
    int64_t catch_up_lag = 50'000;  // records behind: from here on a thread folds in windows
    size_t batch_records = 5'000;   // most records of one read
    std::chrono::milliseconds tail_wait{5};  // how long a read waits for the first record
    /// Nothing comes behind the run: the states are left to the system, which takes memory back at
    /// once. To free them one by one is a twentieth of a catch-up.
    bool process_ends = false;
    /// Called by the threads for every shard: at its start, without changes, and behind each commit
    /// with the rows that it wrote.
    std::function<void(
        int32_t partition, int64_t next_offset, const projections::RowBatch& changes)>
        committed;
};

/// What the threads have done so far. Written by them, read by whoever shows progress.
struct WorkerProgress {
    std::atomic<int64_t> records{0};
    std::atomic<int64_t> target{
        0};  // records to fold, as known at the start (offsets: holes count)
    std::atomic<int64_t> commits{0};
    std::atomic<int64_t> store_gets{0};
    std::atomic<int64_t> store_puts{0};
    /// One for each thread, which counts in it whenever it gets round to more records, or to none:
    /// a count that stands still is a thread that hangs. The first `turning` of them are in use.
    std::array<std::atomic<int64_t>, kMostThreads> turns{};
    std::atomic<size_t> turning{0};
};

/// When run() comes back by itself. AtEnds: when the ends that the log had at the start are folded
/// and committed.
enum class RunUntil { AtEnds, Stopped };

/// Folds the log. Each partition's rows and its next offset are written together, so it may be
/// killed at any moment.
class Worker {
  public:
    Worker(log::EventLog& log, WorkerConfig config) : log_(log), config_(std::move(config)) {}

    /// Opens the shards, so that view() can be asked while run() folds; else run() opens and closes
    /// them. Errors: as run().
    [[nodiscard]] Result<void> open();

    /// Of the log. Only after open().
    [[nodiscard]] size_t partitions() const { return shards_->size(); }

    /// What is committed now. Only after open(); any thread. Errors: Corrupt, Storage.
    [[nodiscard]] Result<ShardView> view() const { return shards_->view(); }

    /// Blocks. After Unavailable it may be called again. `stop` ends it after the batch at hand is
    /// committed, which is Unavailable where the ends asked for are not reached: whoever goes on to
    /// tell of the views would tell of a part. Errors: what stopped a shard, with its partition:
    /// Config (fold identity, partition count, zone), Conflict (directory in use), Corrupt (the log
    /// is not the one that was folded), Storage, Unavailable.
    [[nodiscard]] Result<void> run(RunUntil until, const std::atomic<bool>& stop);

    [[nodiscard]] const WorkerProgress& progress() const { return progress_; }

  private:
    [[nodiscard]] Result<void> fold(RunUntil until, const std::atomic<bool>& stop);

    log::EventLog& log_;
    WorkerConfig config_;
    std::optional<ShardSet> shards_;
    WorkerProgress progress_;
};

/// Reads records of one partition again, for corrections: log::read_again of this log, which must
/// outlive what is returned.
[[nodiscard]] projections::ReadAgain read_again_from(log::EventLog& log, int32_t partition);

/// Checks that the record last folded still stands in the log as it was. Errors: Corrupt when the
/// topic was recreated or cut, naming topic, partition and offset; Unavailable.
[[nodiscard]] Result<void> check_same_log(log::EventLog& log,
                                          int32_t partition,
                                          const projections::Position& position);

}  // namespace sijill::consumers
