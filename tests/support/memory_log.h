#pragma once
// tests/support/memory_log.h - the log in memory.

#include "log/event_log.h"
#include "log/places.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sijill::log {

/// A log that lives as long as the object. Append times come from the clock and never step back
/// within a partition.
///
/// Threads: every function may be called from several threads.
/// Besides EventLog it lets tests plant what only foreign producers write: null keys and values,
/// odd headers, records on the wrong partition, holes. A log that behaves in one way otherwise
/// derives from it.
class MemoryLog : public EventLog {
  public:
    /// `partitions` at least 1.
    explicit MemoryLog(int32_t partitions,
                       Clock clock = system_clock_ms,
                       std::string name = "memory");

    [[nodiscard]] std::vector<Result<Appended>> append(
        std::span<const events::NewRecord> records) override;
    [[nodiscard]] Result<std::unique_ptr<LogReader>> open_reader(
        std::span<const Place> places) override;
    [[nodiscard]] Result<std::vector<OffsetRange>> ranges() override;
    [[nodiscard]] Result<std::vector<Place>> offsets_at(int64_t append_time_ms) override;
    [[nodiscard]] Result<LogIdentity> identity() override;

    /// Appends to a chosen partition, whatever the key.
    Appended append_raw(int32_t partition,
                        std::optional<std::string> key,
                        std::optional<std::string> value,
                        std::vector<events::Header> headers = {});

    /// Leaves a hole of `count` offsets, as a transactional producer's marker does.
    void skip_offsets(int32_t partition, int64_t count);

  private:
    friend class MemoryReader;

    struct Stored {
        int64_t offset = 0;
        int64_t append_time_ms = 0;
        std::optional<std::string> key;
        std::optional<std::string> value;
        std::vector<events::Header> headers;
    };
    /// A deque, because readers borrow its elements while others append.
    struct Partition {
        std::deque<Stored> records;
        int64_t end = 0;
        int64_t last_time_ms = 0;
    };

    Appended store(int32_t partition, Stored record);
    [[nodiscard]] std::vector<OffsetRange> ranges_locked() const;

    const Clock clock_;
    const std::string name_;
    const std::string id_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Partition> partitions_;
};

}  // namespace sijill::log
