#include "tests/support/memory_log.h"

#include "events/check.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sijill::log {

namespace {

bool copy_kept_headers(const void* handle, size_t limit, std::vector<events::Header>& out) {
    const auto& headers = *static_cast<const std::vector<events::Header>*>(handle);
    const size_t count = std::min(limit, headers.size());
    out.insert(out.end(), headers.begin(), headers.begin() + static_cast<std::ptrdiff_t>(count));
    return headers.size() <= limit;
}

}  // namespace

class MemoryReader final : public LogReader {
  public:
    MemoryReader(MemoryLog& log, std::span<const Place> places) : log_(log) {
        for (const Place& place : places) {
            cursors_.push_back({place.partition, place.next_offset});
        }
    }

    Result<ReadBatch> read(size_t max_records, std::chrono::milliseconds max_wait) override {
        records_.clear();
        ends_.clear();
        std::unique_lock lock(log_.mutex_);
        log_.arrived_.wait_for(lock, max_wait, [this] { return has_news(); });
        // Another partition comes first each time, so that a busy one starves none.
        for (size_t i = 0; i < cursors_.size(); ++i) {
            take(cursors_[(first_ + i) % cursors_.size()], max_records);
        }
        first_ = cursors_.empty() ? 0 : (first_ + 1) % cursors_.size();
        return ReadBatch{records_, ends_};
    }

    Result<void> go_to(const Place& place) override {
        const std::lock_guard lock(log_.mutex_);
        if (auto checked = check_places(log_.name_, {&place, 1}, log_.ranges_locked()); !checked) {
            return checked;
        }
        cursors_.assign(1, {place.partition, place.next_offset});
        first_ = 0;
        return {};
    }

  private:
    [[nodiscard]] MemoryLog::Partition& partition_of(const Cursor& cursor) const {
        return log_.partitions_[static_cast<size_t>(cursor.partition)];
    }

    [[nodiscard]] bool has_news() const {
        return std::any_of(cursors_.begin(), cursors_.end(), [this](const Cursor& cursor) {
            return cursor.has_news(partition_of(cursor).end);
        });
    }

    void take(Cursor& cursor, size_t max_records) {
        const MemoryLog::Partition& partition = partition_of(cursor);
        auto at = std::lower_bound(partition.records.begin(),
                                   partition.records.end(),
                                   cursor.next_offset,
                                   [](const auto& record, int64_t o) { return record.offset < o; });
        for (; at != partition.records.end() && records_.size() < max_records; ++at) {
            events::Record record{cursor.partition, at->offset, at->append_time_ms, {}, {}, {}};
            record.key = at->key;
            record.value = at->value;
            record.headers = {&at->headers, copy_kept_headers};
            records_.push_back(record);
            cursor.next_offset = at->offset + 1;
        }
        if (at != partition.records.end()) {
            return;
        }
        cursor.next_offset = partition.end;
        if (cursor.reported_end != partition.end) {
            cursor.reported_end = partition.end;
            ends_.push_back({cursor.partition, partition.end});
        }
    }

    MemoryLog& log_;
    std::vector<Cursor> cursors_;
    size_t first_ = 0;
    std::vector<events::Record> records_;
    std::vector<Place> ends_;
};

MemoryLog::MemoryLog(int32_t partitions, Clock clock, std::string name)
    : clock_(std::move(clock)), name_(std::move(name)), id_(random_log_id()) {
    CHECK(partitions >= 1, "a log has partitions");
    partitions_.resize(static_cast<size_t>(partitions));
    for (Partition& partition : partitions_) {
        partition.last_time_ms = std::numeric_limits<int64_t>::min();
    }
}

Appended MemoryLog::store(int32_t partition, Stored record) {
    CHECK(partition >= 0 && static_cast<size_t>(partition) < partitions_.size(),
          "the log has that partition");
    Partition& target = partitions_[static_cast<size_t>(partition)];
    target.last_time_ms = std::max(target.last_time_ms, clock_());
    record.offset = target.end++;
    record.append_time_ms = target.last_time_ms;
    const Appended place{partition, record.offset, record.append_time_ms};
    target.records.push_back(std::move(record));
    return place;
}

std::vector<Result<Appended>> MemoryLog::append(std::span<const events::NewRecord> records) {
    std::vector<Result<Appended>> results;
    results.reserve(records.size());
    const std::lock_guard lock(mutex_);
    for (const events::NewRecord& record : records) {
        if (record_bytes(record) > kMaxRecordBytes) {
            results.emplace_back(too_large(record));
            continue;
        }
        const int32_t partition =
            events::partition_of(record.key, static_cast<int32_t>(partitions_.size()));
        results.emplace_back(store(partition, {0, 0, record.key, record.value, record.headers}));
    }
    arrived_.notify_all();
    return results;
}

Appended MemoryLog::append_raw(int32_t partition,
                               std::optional<std::string> key,
                               std::optional<std::string> value,
                               std::vector<events::Header> headers) {
    const std::lock_guard lock(mutex_);
    const Appended place =
        store(partition, {0, 0, std::move(key), std::move(value), std::move(headers)});
    arrived_.notify_all();
    return place;
}

void MemoryLog::skip_offsets(int32_t partition, int64_t count) {
    const std::lock_guard lock(mutex_);
    CHECK(partition >= 0 && static_cast<size_t>(partition) < partitions_.size(),
          "the log has that partition");
    CHECK(count >= 0, "offsets only grow");
    partitions_[static_cast<size_t>(partition)].end += count;
    arrived_.notify_all();
}

std::vector<OffsetRange> MemoryLog::ranges_locked() const {
    std::vector<OffsetRange> ranges;
    for (const Partition& partition : partitions_) {
        ranges.push_back({static_cast<int32_t>(ranges.size()), 0, partition.end});
    }
    return ranges;
}

Result<std::unique_ptr<LogReader>> MemoryLog::open_reader(std::span<const Place> places) {
    const std::lock_guard lock(mutex_);
    if (const auto checked = check_places(name_, places, ranges_locked()); !checked) {
        return Unexpected(checked.error());
    }
    return std::make_unique<MemoryReader>(*this, places);
}

Result<std::vector<OffsetRange>> MemoryLog::ranges() {
    const std::lock_guard lock(mutex_);
    return ranges_locked();
}

Result<std::vector<Place>> MemoryLog::offsets_at(int64_t append_time_ms) {
    const std::lock_guard lock(mutex_);
    std::vector<Place> places;
    for (const Partition& partition : partitions_) {
        const auto at = std::lower_bound(
            partition.records.begin(),
            partition.records.end(),
            append_time_ms,
            [](const Stored& record, int64_t t) { return record.append_time_ms < t; });
        places.push_back({static_cast<int32_t>(places.size()),
                          at == partition.records.end() ? partition.end : at->offset});
    }
    return places;
}

Result<LogIdentity> MemoryLog::identity() {
    return LogIdentity{name_, id_, static_cast<int32_t>(partitions_.size())};
}

}  // namespace sijill::log
