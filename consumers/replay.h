#pragma once
// consumers/replay.h - folds the log again: a prefix of one partition into rows of its own, or the
// views as they were at a position.

#include "consumers/shard_set.h"
#include "events/result.h"
#include "log/event_log.h"
#include "projections/shard_fold.h"
#include "projections/store_rocksdb.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace sijill::consumers {

/// A prefix of a partition, and by which rules it is folded.
struct ReplaySpan {
    projections::FoldConfig fold;
    projections::ShardFold::Place place;
    int64_t begin = 0;  // the log's first offset
    int64_t end = 0;    // the next offset to stand at; also inside a hole
    int64_t window_records = 1'000'000;
    size_t state_cache_bytes = kStateCacheBytes;
    size_t batch_records = 5'000;  // most records of one read
    const std::atomic<bool>* stop = nullptr;
};

/// A directory that this has made and holds (flock), and that goes with it. Nothing is ever removed
/// but what was made so.
class ScratchDirectory {
  public:
    /// Errors: Invalid (there is something of that name), Storage.
    [[nodiscard]] static Result<std::unique_ptr<ScratchDirectory>> make(const std::string& path);
    /// Removes one that was made by make() in a process that was killed. One that a process holds
    /// stays.
    static void remove_left(const std::string& path);
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory();

  private:
    ScratchDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
    std::string path_;
    int lock_;
};

/// Folds into empty rows; gives how many records. `folded` hears of each batch's. The log must
/// reach the span's end. Errors: as Worker::run; Unavailable when stopped.
[[nodiscard]] Result<int64_t> replay_partition(log::EventLog& log,
                                               const ReplaySpan& span,
                                               projections::RocksRows& rows,
                                               const std::function<void(int64_t)>& folded);

/// The views as they were at an earlier position, folded anew into a directory of their own that
/// goes with them.
class PastView {
  public:
    struct Config {
        std::string scratch_directory;  // made and removed; must not exist
        projections::FoldConfig fold;
        const std::atomic<bool>* stop = nullptr;
    };
    /// `position`: the next offset of every partition of the log. Errors: Invalid (a partition is
    /// missing, or the log does not reach so far), those of ScratchDirectory::make() and of
    /// replay_partition().
    [[nodiscard]] static Result<std::unique_ptr<PastView>> fold(
        log::EventLog& log,
        const Config& config,
        const std::map<int32_t, int64_t>& position,
        const std::function<void(int64_t)>& folded);
    [[nodiscard]] const ShardView& view() const { return view_; }

  private:
    explicit PastView(std::unique_ptr<ScratchDirectory> directory)
        : directory_(std::move(directory)) {}
    std::unique_ptr<ScratchDirectory> directory_;
    ShardView view_;  // goes first, and closes the files
};

}  // namespace sijill::consumers
