#pragma once
// consumers/known_ends.h - where the partitions of a log end, as last heard.

#include "events/result.h"
#include "log/event_log.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace sijill::consumers {

/// Asked for once a second in a thread of its own, for a broker that has lost a partition's leader
/// lets the question wait, and the others' folds must not. An answer that does not come leaves what
/// was known; the readers report the outage.
class KnownEnds {
  public:
    /// `ranges`: of all partitions, ordered.
    KnownEnds(log::EventLog& log, std::span<const log::OffsetRange> ranges);
    ~KnownEnds();
    KnownEnds(const KnownEnds&) = delete;
    KnownEnds& operator=(const KnownEnds&) = delete;

    /// Begins to ask. Else the ends stay as they were given.
    void follow();

    /// Any thread.
    [[nodiscard]] int64_t of(int32_t partition) const {
        return ends_[static_cast<size_t>(partition)].load(std::memory_order_relaxed);
    }

    /// Errors: Config when the log has another number of partitions than it had. Any thread.
    [[nodiscard]] Result<void> check_count() const;

  private:
    void ask();
    log::EventLog& log_;
    std::vector<std::atomic<int64_t>> ends_;
    std::atomic<size_t> count_;  // of partitions, as last heard
    std::mutex mutex_;
    std::condition_variable_any stopping_;
    std::jthread asking_;  // goes first
};

/// Kafka lets an operator add partitions: then a key's events go to another one than before.
/// Errors: Config.
[[nodiscard]] Result<void> check_partition_count(size_t now, size_t opened);

}  // namespace sijill::consumers
