#include "log/embedded_reader.h"

#include "log/embedded_format.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <utility>

namespace sijill::log {
namespace {

bool copy_headers(const void* handle, size_t limit, std::vector<events::Header>& out) {
    return copy_stored_headers(*static_cast<const std::string_view*>(handle), limit, out);
}

}  // namespace

EmbeddedReader::EmbeddedReader(EmbeddedLog& log, std::span<const Place> places) : log_(log) {
    for (const Place& place : places) {
        cursors_.push_back({place.partition, place.next_offset});
    }
}

Result<ReadBatch> EmbeddedReader::read(size_t max_records, std::chrono::milliseconds max_wait) {
    places_.clear();
    rows_.clear();
    row_begins_.assign(1, 0);
    ends_.clear();
    std::vector<int64_t> ends;
    {
        std::unique_lock lock(log_.mutex_);
        log_.arrived_.wait_for(lock, max_wait, [this] {
            return std::any_of(cursors_.begin(), cursors_.end(), [this](const Cursor& cursor) {
                return cursor.has_news(log_.tails_[static_cast<size_t>(cursor.partition)].end);
            });
        });
        for (const EmbeddedLog::Tail& tail : log_.tails_) {
            ends.push_back(tail.end);
        }
    }
    // Another partition comes first each time, so that a busy one starves none.
    for (size_t i = 0; i < cursors_.size(); ++i) {
        Cursor& cursor = cursors_[(first_ + i) % cursors_.size()];
        const auto taken = take(cursor, ends[static_cast<size_t>(cursor.partition)], max_records);
        if (!taken) {
            return Unexpected(taken.error());
        }
    }
    first_ = cursors_.empty() ? 0 : (first_ + 1) % cursors_.size();
    if (const auto decoded = decode(); !decoded) {
        return Unexpected(decoded.error());
    }
    return ReadBatch{records_, ends_};
}

Result<void> EmbeddedReader::go_to(const Place& place) {
    if (auto checked = check_places(log_.options_.name, {&place, 1}, *log_.ranges()); !checked) {
        return checked;
    }
    cursors_.assign(1, {place.partition, place.next_offset});
    first_ = 0;
    return {};
}

bool EmbeddedReader::is_full(size_t max_records) const {
    return places_.size() >= max_records || rows_.size() >= kMostBytes;
}

Result<void> EmbeddedReader::take(Cursor& cursor, int64_t end, size_t max_records) {
    if (cursor.next_offset < end && !is_full(max_records)) {
        if (auto copied = copy_rows(cursor, end, max_records); !copied) {
            return copied;
        }
    }
    if (cursor.next_offset == end && cursor.reported_end != end) {
        cursor.reported_end = end;
        ends_.push_back({cursor.partition, end});
    }
    return {};
}

Result<void> EmbeddedReader::copy_rows(Cursor& cursor, int64_t end, size_t max_records) {
    const std::string bound = encode_record_key({cursor.partition, end});
    const rocksdb::Slice upper(bound);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at(log_.db_->NewIterator(options));
    at->Seek(encode_record_key({cursor.partition, cursor.next_offset}));
    for (; at->Valid() && !is_full(max_records); at->Next()) {
        const auto place = decode_record_key(at->key().ToStringView());
        // Offsets here have no holes: a missing row is a lost record, not a marker.
        if (!place || place->next_offset != cursor.next_offset) {
            break;
        }
        rows_.append(at->value().data(), at->value().size());
        row_begins_.push_back(rows_.size());
        places_.push_back(*place);
        ++cursor.next_offset;
    }
    if (cursor.next_offset < end && !is_full(max_records)) {
        return fail(Errc::Corrupt,
                    log_.options_.name + "[" + std::to_string(cursor.partition) + "]@" +
                        std::to_string(cursor.next_offset) + ": the record cannot be read: " +
                        (at->status().ok() ? "missing" : at->status().ToString()));
    }
    return {};
}

Result<void> EmbeddedReader::decode() {
    records_.clear();
    headers_.assign(places_.size(), {});
    for (size_t i = 0; i < places_.size(); ++i) {
        const auto stored = decode_record(
            std::string_view(rows_).substr(row_begins_[i], row_begins_[i + 1] - row_begins_[i]));
        if (!stored) {
            return fail(Errc::Corrupt,
                        log_.options_.name + "[" + std::to_string(places_[i].partition) + "]@" +
                            std::to_string(places_[i].next_offset) +
                            ": the row is not in the embedded log's format");
        }
        headers_[i] = stored->headers;
        events::Record record;
        record.partition = places_[i].partition;
        record.offset = places_[i].next_offset;
        record.append_time_ms = stored->append_time_ms;
        record.key = stored->key;
        record.value = stored->value;
        record.headers = {&headers_[i], copy_headers};
        records_.push_back(record);
    }
    return {};
}

}  // namespace sijill::log
