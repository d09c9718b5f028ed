#pragma once
// projections/store_rocksdb.h - Rows of one shard in one RocksDB directory, one column family.

#include "projections/rows.h"

#include <cstdint>
#include <memory>
#include <string>

namespace sijill::projections {

/// Memory that all shards of a process share. Bytes.
struct StoreMemory {
    size_t block_cache = size_t{256} << 20U;
    size_t write_buffers = size_t{512} << 20U;
};

/// One block cache and one write-buffer budget for all the shards that are opened with it.
class SharedStoreMemory {
  public:
    explicit SharedStoreMemory(StoreMemory limits = {});
    ~SharedStoreMemory();
    SharedStoreMemory(const SharedStoreMemory&) = delete;
    SharedStoreMemory& operator=(const SharedStoreMemory&) = delete;

  private:
    friend class RocksRows;
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

/// A commit is one WriteBatch. Tail: with the write-ahead log, not synced (the log is the truth; a
/// power cut costs the tail, never a hole). Window: no write-ahead log, then a flush that is not
/// waited for: a failed one fails the next commit or flush(). A Tail commit waits for it, or its
/// rows would survive a crash that the window before it did not. Files of many windows lie unmerged
/// for longer until the next Tail commit. Threads: one writer, any readers.
class RocksRows final : public Rows {
  public:
    enum class Access { ReadWrite, ReadOnly };

    /// ReadOnly sees what is there now, also beside a process that folds: that may merge and delete
    /// files at any time, and then a later read fails with Unavailable. Errors: Conflict (another
    /// process has the directory), NotFound (ReadOnly and nothing there), Corrupt, Storage.
    [[nodiscard]] static Result<std::unique_ptr<RocksRows>> open(const std::string& directory,
                                                                 Access access,
                                                                 const SharedStoreMemory& memory);
    ~RocksRows() override;

    [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override;
    [[nodiscard]] Result<void> scan(
        std::string_view begin,
        std::string_view end,
        const std::function<bool(std::string_view key, std::string_view value)>& row)
        const override;
    [[nodiscard]] Result<void> commit(const RowBatch& changes, CommitMode mode) override;

    /// Returns when all that was committed is in files. Errors: Storage.
    [[nodiscard]] Result<void> flush() { return flush(true); }

    /// The rows as the last commit left them, for ever: readers that must see one moment. `cached`
    /// reads no file: where that is needed it fails with Unavailable. Any thread; they may outlive
    /// these rows, and keep the directory open until then.
    struct Snapshot {
        std::unique_ptr<RowReader> rows;
        std::unique_ptr<RowReader> cached;
    };
    [[nodiscard]] Snapshot snapshot() const;

  private:
    class SnapshotReader;
    struct Database;
    explicit RocksRows(std::shared_ptr<Database> database);
    [[nodiscard]] Result<void> flush(bool wait);
    [[nodiscard]] Result<void> begin_tail();
    [[nodiscard]] Result<void> begin_window();
    /// So many files that no merge has touched are merged.
    [[nodiscard]] Result<void> merge_from(int files);
    std::shared_ptr<Database> database_;
    bool flushing_ = false;  // a window's flush may not have ended
    int64_t windows_ = 0;    // since the last Tail commit
};

}  // namespace sijill::projections
