#include "log/embedded_log.h"

#include "events/check.h"
#include "log/embedded_format.h"
#include "log/embedded_reader.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/statistics.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace sijill::log {
namespace {

constexpr int32_t kDefaultPartitions = 12;
/// A commit takes no further call once it has this many bytes: bounds memory and the wait of those
/// in it.
constexpr size_t kCommitBytes = 8U << 20U;

rocksdb::Options database_options() {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kLZ4Compression;
    // The default stops at the first damaged WAL record and opens without what follows: that would
    // lose acknowledged events in silence. This one forgives a torn tail, which was never
    // acknowledged, and refuses everything else.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.keep_log_file_num = 4;
    options.statistics = rocksdb::CreateDBStatistics();  // syncs()
    options.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
    return options;
}

/// The one place where a RocksDB status becomes an Error.
Unexpected refusal(const std::filesystem::path& directory, const rocksdb::Status& status) {
    const std::string text = status.ToString();
    const std::string where = "embedded log " + directory.string() + ": ";
    // RocksDB has no code for a held lock; both its messages for it say "lock".
    if (status.IsIOError() && (text.find("lock file") != std::string::npos ||
                               text.find("lock hold by") != std::string::npos)) {
        return fail(Errc::Conflict, where + "another process is using it (" + text + ")");
    }
    if (text.find("Permission denied") != std::string::npos) {
        return fail(Errc::Storage,
                    where +
                        "this user may not write there; run as the user that owns it, or give "
                        "it to this one with chown (" +
                        text + ")");
    }
    return fail(status.IsCorruption() ? Errc::Corrupt : Errc::Storage, where + text);
}

}  // namespace

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::open(EmbeddedLogOptions options) {
    if (options.partitions && *options.partitions < 1) {
        return fail(Errc::Config,
                    "embedded log: a partition count of " + std::to_string(*options.partitions) +
                        "; at least 1");
    }
    std::error_code error;
    if (options.make && !options.read_only) {
        std::filesystem::create_directories(options.directory, error);
    } else if (!std::filesystem::exists(options.directory / "CURRENT", error) && !error) {
        return fail(Errc::NotFound, "there is no log in " + options.directory.string());
    }
    if (error) {
        return fail(Errc::Storage,
                    "embedded log " + options.directory.string() + ": " + error.message());
    }
    rocksdb::DB* raw = nullptr;
    const std::string directory = options.directory.string();
    const auto status = options.read_only
                            ? rocksdb::DB::OpenForReadOnly(database_options(), directory, &raw)
                            : rocksdb::DB::Open(database_options(), directory, &raw);
    std::unique_ptr<rocksdb::DB> db(raw);
    if (!status.ok()) {
        return refusal(options.directory, status);
    }
    std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(std::move(options), std::move(db)));
    if (const auto loaded = log->load_or_create(); !loaded) {
        return Unexpected(loaded.error());
    }
    log->syncs_before_ = log->syncs();
    return log;
}

EmbeddedLog::EmbeddedLog(EmbeddedLogOptions options, std::unique_ptr<rocksdb::DB> db)
    : options_(std::move(options)), db_(std::move(db)) {}

EmbeddedLog::~EmbeddedLog() = default;

uint64_t EmbeddedLog::syncs() const {
    return db_->GetDBOptions().statistics->getTickerCount(rocksdb::WAL_FILE_SYNCED) - syncs_before_;
}

Result<void> EmbeddedLog::load_or_create() {
    std::string row;
    const auto status = db_->Get({}, std::string(kEmbeddedDescriptionKey), &row);
    EmbeddedDescription description{random_log_id(),
                                    options_.partitions.value_or(kDefaultPartitions)};
    if (status.IsNotFound()) {
        const std::unique_ptr<rocksdb::Iterator> any(db_->NewIterator({}));
        any->SeekToFirst();
        if (any->Valid() || !any->status().ok()) {
            return fail(Errc::Corrupt,
                        "embedded log " + options_.directory.string() +
                            ": the directory holds a RocksDB database that is no embedded log");
        }
        if (options_.read_only) {
            return fail(Errc::NotFound, "there is no log in " + options_.directory.string());
        }
        rocksdb::WriteOptions durable;
        durable.sync = true;
        const auto put = db_->Put(
            durable, std::string(kEmbeddedDescriptionKey), encode_description(description));
        if (!put.ok()) {
            return refusal(options_.directory, put);
        }
    } else if (!status.ok()) {
        return refusal(options_.directory, status);
    } else if (const auto stored = decode_description(row)) {
        description = *stored;
    } else {
        return fail(Errc::Corrupt,
                    "embedded log " + options_.directory.string() +
                        ": its description is damaged or of a newer version");
    }
    if (options_.partitions.value_or(description.partitions) != description.partitions) {
        return fail(Errc::Config,
                    "embedded log " + options_.directory.string() + " has " +
                        std::to_string(description.partitions) + " partitions, asked for " +
                        std::to_string(*options_.partitions) +
                        "; the count is fixed at creation, for it decides where a subject lives");
    }
    id_ = description.id;
    tails_.resize(static_cast<size_t>(description.partitions));
    return load_tails();
}

Result<void> EmbeddedLog::load_tails() {
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}));
    for (size_t p = 0; p < tails_.size(); ++p) {
        tails_[p] = {0, std::numeric_limits<int64_t>::min()};
        const auto partition = static_cast<int32_t>(p);
        at->SeekForPrev(encode_record_key({partition, std::numeric_limits<int64_t>::max()}));
        if (!at->status().ok()) {
            return refusal(options_.directory, at->status());
        }
        if (!at->Valid()) {
            continue;
        }
        const auto place = decode_record_key(at->key().ToStringView());
        if (!place || place->partition != partition) {
            continue;
        }
        const auto record = decode_record(at->value().ToStringView());
        if (!record) {
            return fail(Errc::Corrupt,
                        "embedded log " + options_.directory.string() + ": partition " +
                            std::to_string(partition) + " offset " +
                            std::to_string(place->next_offset) + " is damaged");
        }
        tails_[p] = {place->next_offset + 1, record->append_time_ms};
    }
    return {};
}

std::vector<Result<Appended>> EmbeddedLog::append(std::span<const events::NewRecord> records) {
    if (records.empty()) {
        return {};
    }
    Waiting mine{records, {}, false};
    mine.results.reserve(records.size());
    std::unique_lock lock(mutex_);
    queue_.push_back(&mine);
    while (!mine.done) {
        if (committing_) {
            committed_.wait(lock);
        } else {
            commit(lock);
        }
    }
    return std::move(mine.results);
}

/// The calls of the next commit: all that wait, up to the bound.
std::vector<EmbeddedLog::Waiting*> EmbeddedLog::next_group() {
    std::vector<Waiting*> group;
    size_t bytes = 0;
    while (!queue_.empty() && bytes < kCommitBytes) {
        for (const events::NewRecord& record : queue_.front()->records) {
            bytes += record_bytes(record);
        }
        group.push_back(queue_.front());
        queue_.pop_front();
    }
    return group;
}

/// Leads one commit. The lock is free while the disk works: that is when the next group gathers.
void EmbeddedLog::commit(std::unique_lock<std::mutex>& lock) {
    committing_ = true;
    const std::vector<Waiting*> group = next_group();
    std::vector<Tail> tails = tails_;
    Result<void> written;
    if (failed_) {
        written = Unexpected(*failed_);
    } else {
        lock.unlock();
        written = write(group, tails);
        lock.lock();
    }
    if (written) {
        tails_ = std::move(tails);
    } else if (!failed_) {
        // The rows may or may not be in the WAL. Offsets given out again could then name two
        // records, so nothing more is accepted until the log is opened again.
        failed_ = Error{Errc::Storage,
                        "the embedded log accepts nothing since a write failed; restart (" +
                            written.error().message + ")"};
    }
    for (Waiting* call : group) {
        if (!written) {
            call->results.resize(call->records.size(), Unexpected(written.error()));
            std::replace_if(
                call->results.begin(),
                call->results.end(),
                [](const Result<Appended>& result) { return result.has_value(); },
                Result<Appended>(Unexpected(written.error())));
        }
        call->done = true;
    }
    committing_ = false;
    committed_.notify_all();
    arrived_.notify_all();
}

Result<void> EmbeddedLog::write(const std::vector<Waiting*>& group, std::vector<Tail>& tails) {
    rocksdb::WriteBatch batch;
    for (Waiting* call : group) {
        for (const events::NewRecord& record : call->records) {
            if (record_bytes(record) > kMaxRecordBytes) {
                call->results.emplace_back(too_large(record));
                continue;
            }
            const int32_t partition =
                events::partition_of(record.key, static_cast<int32_t>(tails.size()));
            Tail& tail = tails[static_cast<size_t>(partition)];
            tail.last_time_ms = std::max(tail.last_time_ms, options_.clock());
            const auto put = batch.Put(encode_record_key({partition, tail.end}),
                                       encode_record(record, tail.last_time_ms));
            CHECK(put.ok(), "a write batch takes a row in memory");
            call->results.emplace_back(Appended{partition, tail.end, tail.last_time_ms});
            ++tail.end;
        }
    }
    if (batch.Count() == 0) {
        return {};
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const auto status = db_->Write(durable, &batch);
    if (!status.ok()) {
        return fail(Errc::Unknown,
                    "embedded log " + options_.directory.string() +
                        ": the write failed, it may have reached the disk: " + status.ToString());
    }
    return {};
}

std::optional<Error> EmbeddedLog::stopped() const {
    const std::lock_guard lock(mutex_);
    return failed_;
}

std::vector<OffsetRange> EmbeddedLog::ranges_locked() const {
    std::vector<OffsetRange> ranges;
    for (const Tail& tail : tails_) {
        ranges.push_back({static_cast<int32_t>(ranges.size()), 0, tail.end});
    }
    return ranges;
}

Result<std::unique_ptr<LogReader>> EmbeddedLog::open_reader(std::span<const Place> places) {
    const auto known = ranges();
    if (const auto checked = check_places(options_.name, places, *known); !checked) {
        return Unexpected(checked.error());
    }
    return std::make_unique<EmbeddedReader>(*this, places);
}

Result<std::vector<OffsetRange>> EmbeddedLog::ranges() {
    const std::lock_guard lock(mutex_);
    return ranges_locked();
}

Result<std::vector<Place>> EmbeddedLog::offsets_at(int64_t append_time_ms) {
    const auto known = ranges();
    std::vector<Place> places;
    for (const OffsetRange& range : *known) {
        const auto offset = first_at(range, append_time_ms);
        if (!offset) {
            return Unexpected(offset.error());
        }
        places.push_back({range.partition, *offset});
    }
    return places;
}

/// Bisection: offsets have no holes here and append times never step back.
Result<int64_t> EmbeddedLog::first_at(const OffsetRange& range, int64_t append_time_ms) {
    int64_t low = range.begin;
    int64_t high = range.end;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        std::string row;
        const auto status = db_->Get({}, encode_record_key({range.partition, middle}), &row);
        const auto record = status.ok() ? decode_record(row) : std::nullopt;
        if (!record) {
            return fail(Errc::Corrupt,
                        options_.name + "[" + std::to_string(range.partition) + "]@" +
                            std::to_string(middle) +
                            ": the record cannot be read: " + status.ToString());
        }
        if (record->append_time_ms < append_time_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Result<LogIdentity> EmbeddedLog::identity() {
    return LogIdentity{options_.name, id_, static_cast<int32_t>(tails_.size())};
}

}  // namespace sijill::log
