#pragma once
// log/embedded_log.h - the log in a RocksDB directory of this process, for offices without a
// broker.

#include "log/event_log.h"
#include "log/places.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace rocksdb {
class DB;
class WriteBatch;
}  // namespace rocksdb

namespace sijill::log {

struct EmbeddedLogOptions {
    std::filesystem::path directory;
    std::string name = "sijill.events";
    /// The count is fixed for ever at creation. nullopt: as stored, and 12 for a new log.
    std::optional<int32_t> partitions = std::nullopt;
    Clock clock = system_clock_ms;
    bool make = true;        // a log where there is none, with its directories
    bool read_only = false;  // nothing in the directory is made or changed; append() fails
};

/// One process at a time owns the directory (RocksDB's LOCK).
///
/// append() returns after an fsync. Calls that arrive while another's fsync runs share the next
/// one: the disk's fsync rate bounds the latency, not the rate of appends. Threads: every function
/// may be called from several threads. Append times never step back within a partition, also across
/// a reopening with the system clock set back.
class EmbeddedLog final : public EventLog {
  public:
    /// Errors: NotFound (there is none, and none is to be made), Conflict (another process has the
    /// directory), Config (it has another partition count), Corrupt (no embedded log of ours, or
    /// damaged), Storage (the file system refused).
    [[nodiscard]] static Result<std::unique_ptr<EmbeddedLog>> open(EmbeddedLogOptions options);
    ~EmbeddedLog() override;

    [[nodiscard]] std::vector<Result<Appended>> append(
        std::span<const events::NewRecord> records) override;
    [[nodiscard]] std::optional<Error> stopped() const override;
    [[nodiscard]] Result<std::unique_ptr<LogReader>> open_reader(
        std::span<const Place> places) override;
    [[nodiscard]] Result<std::vector<OffsetRange>> ranges() override;
    [[nodiscard]] Result<std::vector<Place>> offsets_at(int64_t append_time_ms) override;
    [[nodiscard]] Result<LogIdentity> identity() override;

    /// How often append() calls have been brought to disk, as RocksDB counts its own fsyncs.
    [[nodiscard]] uint64_t syncs() const;

  private:
    friend class EmbeddedReader;

    /// One append() call waiting for its place in a commit.
    struct Waiting {
        std::span<const events::NewRecord> records;
        std::vector<Result<Appended>> results;
        bool done = false;
    };
    struct Tail {
        int64_t end = 0;
        int64_t last_time_ms = 0;
    };

    EmbeddedLog(EmbeddedLogOptions options, std::unique_ptr<rocksdb::DB> db);
    [[nodiscard]] Result<void> load_or_create();
    [[nodiscard]] Result<void> load_tails();
    [[nodiscard]] std::vector<Waiting*> next_group();
    void commit(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Result<void> write(const std::vector<Waiting*>& group, std::vector<Tail>& tails);
    [[nodiscard]] Result<int64_t> first_at(const OffsetRange& range, int64_t append_time_ms);
    [[nodiscard]] std::vector<OffsetRange> ranges_locked() const;

    const EmbeddedLogOptions options_;
    const std::unique_ptr<rocksdb::DB> db_;
    std::string id_;
    uint64_t syncs_before_ = 0;  // those of opening

    mutable std::mutex mutex_;
    std::condition_variable committed_;  // append() calls wait here
    std::condition_variable arrived_;    // readers wait here
    std::deque<Waiting*> queue_;
    bool committing_ = false;
    std::optional<Error> failed_;  // by the first write that failed; never anew
    std::vector<Tail> tails_;      // of what is on disk: readers never see more
};

}  // namespace sijill::log
