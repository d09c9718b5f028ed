#include "projections/store_rocksdb.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

namespace sijill::projections {

namespace {

namespace fs = std::filesystem;

// A process that only reads has its own list of the files, and whoever folds merges them and
// deletes what was merged.
bool lacks_file(const rocksdb::Status& status) {
    return !status.ok() && status.ToString().find("No such file") != std::string::npos;
}

constexpr int kOpenings = 50;
constexpr std::chrono::milliseconds kOpenAgain{20};

// Which list of files counts, and how long it is: it only grows. "" where nothing was folded.
std::string file_list(const std::string& directory) {
    std::ifstream current(directory + "/CURRENT");
    std::string name;
    std::getline(current, name);
    std::error_code ignored;
    return name.empty()
               ? name
               : name + ' ' + std::to_string(fs::file_size(directory + "/" + name, ignored));
}

// RocksDB reads the list of files, then the files, then the write-ahead logs. What is flushed or
// merged between those steps is missing in all of them, so it is read again until nothing was.
rocksdb::Status open_for_reading(const rocksdb::Options& options,
                                 const std::string& directory,
                                 std::unique_ptr<rocksdb::DB>& out) {
    for (int opening = 0; opening < kOpenings; ++opening) {
        const std::string before = file_list(directory);
        rocksdb::DB* db = nullptr;
        rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, directory, &db);
        out.reset(db);
        if (before == file_list(directory)) {
            return status;
        }
        out.reset();
        std::this_thread::sleep_for(kOpenAgain);
    }
    return rocksdb::Status::TryAgain();
}

// The one place where RocksDB's outcome becomes ours.
Unexpected translate(const rocksdb::Status& status, const std::string& what) {
    const std::string told = status.ToString();
    const std::string text = what + ": " + told;
    if (status.IsCorruption() || lacks_file(status)) {
        return fail(Errc::Corrupt,
                    text +
                        ". Remove that directory and run `sijill catch-up`: it is folded again "
                        "from the log");
    }
    if (status.IsTryAgain()) {
        return fail(Errc::Unavailable,
                    what +
                        ": its files change faster than they are read; ask again, or ask the "
                        "server with --api");
    }
    if (told.find("Permission denied") != std::string::npos) {
        return fail(Errc::Storage, what + ": this user may not write there (" + text + ")");
    }
    // RocksDB has no code for a held lock; its messages for it say one of these. The directory's
    // name is no part of what is looked at: it may have "lock" in it.
    if (status.IsIOError() && (told.find("lock file") != std::string::npos ||
                               told.find("lock hold by") != std::string::npos)) {
        return fail(Errc::Conflict, text + ". Another process has this data directory open");
    }
    if (status.IsIncomplete()) {
        return fail(Errc::Unavailable, what + ": not in memory");
    }
    return fail(Errc::Storage, text);
}

rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

std::string_view view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

// A window of catch-up makes one file, and a query looks into each file. Merging them takes from
// the fold, so a long catch-up lets more of them lie than a tail, which has the time. To change
// that takes RocksDB milliseconds, which a short one and the first event of a tail are spared.
constexpr int kFilesOfTail = 8;
constexpr int kFilesOfWindows = 16;
constexpr int kWindowsOfLong = 4;

}  // namespace

struct SharedStoreMemory::Handles {
    std::shared_ptr<rocksdb::Cache> cache;
    std::shared_ptr<rocksdb::WriteBufferManager> buffers;
};

SharedStoreMemory::SharedStoreMemory(StoreMemory limits) : handles_(std::make_unique<Handles>()) {
    handles_->cache = rocksdb::NewLRUCache(limits.block_cache);
    handles_->buffers =
        std::make_shared<rocksdb::WriteBufferManager>(limits.write_buffers, handles_->cache);
}

SharedStoreMemory::~SharedStoreMemory() = default;

struct RocksRows::Database {
    std::string directory;
    bool read_only = false;
    std::unique_ptr<rocksdb::DB> db;

    [[nodiscard]] Unexpected unread(const rocksdb::Status& status) const {
        if (read_only && lacks_file(status)) {
            return fail(Errc::Unavailable,
                        "shard " + directory +
                            ": whoever folds here has merged its files meanwhile; ask again, or "
                            "ask the server with --api");
        }
        return translate(status, "shard " + directory);
    }

    [[nodiscard]] Result<std::optional<std::string>> get(const rocksdb::ReadOptions& options,
                                                         std::string_view key) const;
    [[nodiscard]] Result<void> scan(
        rocksdb::ReadOptions options,
        std::string_view begin,
        std::string_view end,
        const std::function<bool(std::string_view, std::string_view)>& row) const;
};

RocksRows::RocksRows(std::shared_ptr<Database> database) : database_(std::move(database)) {}

// RocksDB drops a flush that has not begun when it closes. What an error loses here is folded
// again, or was to be: who needs it in the files calls flush() and looks at what that says.
RocksRows::~RocksRows() {
    if (flushing_) {
        static_cast<void>(flush(true));
    }
}

Result<std::unique_ptr<RocksRows>> RocksRows::open(const std::string& directory,
                                                   Access access,
                                                   const SharedStoreMemory& memory) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = memory.handles_->cache;
    table.block_size = size_t{64} << 10U;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::Options options;
    options.create_if_missing = access == Access::ReadWrite;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.write_buffer_manager = memory.handles_->buffers;
    options.write_buffer_size = size_t{64} << 20U;
    options.max_background_jobs = 2;
    options.level0_file_num_compaction_trigger = kFilesOfTail;
    options.level0_slowdown_writes_trigger = 2 * kFilesOfWindows;
    options.level0_stop_writes_trigger = 3 * kFilesOfWindows;
    options.paranoid_checks = true;
    // Rows are mostly identifiers and hashes that nothing makes smaller. For the rest zstd's first
    // fast level in large blocks is the cheapest that leaves a tenth less than LZ4.
    options.compression = rocksdb::kZSTD;
    options.compression_opts.level = -1;
    options.keep_log_file_num = 2;
    options.max_open_files = 256;
    // A torn tail of the write-ahead log is cut off: what is lost there is read again from the log.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    auto database = std::make_shared<Database>();
    database->directory = directory;
    database->read_only = access == Access::ReadOnly;
    if (access == Access::ReadOnly && file_list(directory).empty()) {
        if (::access((directory + "/CURRENT").c_str(), R_OK) != 0 && errno != ENOENT) {
            return fail(Errc::Storage,
                        "shard " + directory +
                            ": cannot be read: " + std::generic_category().message(errno));
        }
        return fail(Errc::NotFound, "shard " + directory + ": nothing was folded there yet");
    }
    rocksdb::Status status;
    if (access == Access::ReadWrite) {
        rocksdb::DB* db = nullptr;
        status = rocksdb::DB::Open(options, directory, &db);
        database->db.reset(db);
    } else {
        status = open_for_reading(options, directory, database->db);
    }
    if (!status.ok()) {
        return translate(status, "shard " + directory);
    }
    return std::unique_ptr<RocksRows>(new RocksRows(std::move(database)));
}

Result<std::optional<std::string>> RocksRows::Database::get(const rocksdb::ReadOptions& options,
                                                            std::string_view key) const {
    std::string value;
    const rocksdb::Status status = db->Get(options, slice(key), &value);
    if (status.IsNotFound()) {
        return std::optional<std::string>();
    }
    if (!status.ok()) {
        return unread(status);
    }
    return std::optional(std::move(value));
}

Result<void> RocksRows::Database::scan(
    rocksdb::ReadOptions options,
    std::string_view begin,
    std::string_view end,
    const std::function<bool(std::string_view, std::string_view)>& row) const {
    const rocksdb::Slice upper = slice(end);
    options.iterate_upper_bound = &upper;
    options.ignore_range_deletions = true;  // a shard has none: RowBatch cannot say it
    const std::unique_ptr<rocksdb::Iterator> at(db->NewIterator(options));
    for (at->Seek(slice(begin)); at->Valid(); at->Next()) {
        if (!row(view(at->key()), view(at->value()))) {
            break;
        }
    }
    if (!at->status().ok()) {
        return unread(at->status());
    }
    return {};
}

class RocksRows::SnapshotReader final : public RowReader {
  public:
    SnapshotReader(std::shared_ptr<Database> database,
                   std::shared_ptr<const rocksdb::Snapshot> moment,
                   rocksdb::ReadTier tier)
        : database_(std::move(database)), moment_(std::move(moment)) {
        options_.snapshot = moment_.get();
        options_.read_tier = tier;
    }

    [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override {
        return database_->get(options_, key);
    }
    [[nodiscard]] Result<void> scan(
        std::string_view begin,
        std::string_view end,
        const std::function<bool(std::string_view, std::string_view)>& row) const override {
        return database_->scan(options_, begin, end, row);
    }

  private:
    std::shared_ptr<Database> database_;
    std::shared_ptr<const rocksdb::Snapshot> moment_;
    rocksdb::ReadOptions options_;
};

RocksRows::Snapshot RocksRows::snapshot() const {
    const std::shared_ptr<const rocksdb::Snapshot> moment(
        database_->db->GetSnapshot(), [database = database_](const rocksdb::Snapshot* snapshot) {
            database->db->ReleaseSnapshot(snapshot);
        });
    return {std::make_unique<SnapshotReader>(database_, moment, rocksdb::kReadAllTier),
            std::make_unique<SnapshotReader>(database_, moment, rocksdb::kBlockCacheTier)};
}

Result<std::optional<std::string>> RocksRows::get(std::string_view key) const {
    return database_->get(rocksdb::ReadOptions(), key);
}

Result<void> RocksRows::scan(
    std::string_view begin,
    std::string_view end,
    const std::function<bool(std::string_view, std::string_view)>& row) const {
    return database_->scan(rocksdb::ReadOptions(), begin, end, row);
}

Result<void> RocksRows::commit(const RowBatch& changes, CommitMode mode) {
    if (auto ready = mode == CommitMode::Tail ? begin_tail() : begin_window(); !ready) {
        return ready;
    }
    rocksdb::WriteBatch batch(changes.bytes());
    for (size_t i = 0; i < changes.size(); ++i) {
        const auto [key, value] = changes[i];
        const rocksdb::Status status =
            value ? batch.Put(slice(key), slice(*value)) : batch.Delete(slice(key));
        if (!status.ok()) {
            return translate(status, "shard " + database_->directory);
        }
    }
    rocksdb::WriteOptions options;
    options.disableWAL = mode == CommitMode::Window;
    const rocksdb::Status status = database_->db->Write(options, &batch);
    if (!status.ok()) {
        return translate(status, "shard " + database_->directory);
    }
    return mode == CommitMode::Window ? flush(false) : Result<void>{};
}

Result<void> RocksRows::begin_tail() {
    if (flushing_) {
        if (auto flushed = flush(true); !flushed) {
            return flushed;
        }
    }
    return std::exchange(windows_, 0) < kWindowsOfLong ? Result<void>() : merge_from(kFilesOfTail);
}

Result<void> RocksRows::begin_window() {
    return ++windows_ == kWindowsOfLong ? merge_from(kFilesOfWindows) : Result<void>();
}

Result<void> RocksRows::merge_from(int files) {
    const rocksdb::Status status =
        database_->db->SetOptions({{"level0_file_num_compaction_trigger", std::to_string(files)}});
    return status.ok() ? Result<void>() : translate(status, "shard " + database_->directory);
}

Result<void> RocksRows::flush(bool wait) {
    rocksdb::FlushOptions options;
    options.wait = wait;
    flushing_ = true;
    const rocksdb::Status status = database_->db->Flush(options);
    if (!status.ok()) {
        return translate(status, "shard " + database_->directory);
    }
    flushing_ = !wait;
    return {};
}

}  // namespace sijill::projections
