#include "projections/aggregate_table.h"

#include "projections/keys.h"

#include <algorithm>

namespace sijill::projections {

namespace {

constexpr size_t kSearchedHistory =
    64;  // up to here a linear search is as fast as a set and needs no memory

}  // namespace

const HistoryEntry* LiveAggregate::find(const events::EventKey& key) const {
    const auto& history = aggregate.history;
    if (!ids.empty() && !ids.contains(key.high)) {
        return nullptr;
    }
    const auto found = std::ranges::find(history, key, &HistoryEntry::key);
    return found == history.end() ? nullptr : &*found;
}

void LiveAggregate::append(const HistoryEntry& entry) {
    aggregate.history.push_back(entry);
    if (!ids.empty()) {
        ids.insert(entry.key.high);
    } else if (aggregate.history.size() > kSearchedHistory) {
        for (const HistoryEntry& each : aggregate.history) {
            ids.insert(each.key.high);
        }
    }
}

size_t LiveAggregate::bytes() const {
    return sizeof(*this) + 2 * subject.size() + 64 +
           aggregate.history.capacity() * sizeof(HistoryEntry) + ids.size() * 24;
}

Result<std::unique_ptr<LiveAggregate>> AggregateTable::load(AggregateKind kind,
                                                            std::string_view subject) {
    ++gets_;
    const auto row = rows_.get(keys::aggregate(kind, subject));
    if (!row) {
        return Unexpected(row.error());
    }
    if (!*row) {
        return nullptr;
    }
    auto decoded = decode_aggregate(kind, **row, dictionary_);
    if (!decoded) {
        return fail("aggregate " + std::string(subject), decoded.error());
    }
    auto live = std::make_unique<LiveAggregate>();
    live->kind = kind;
    live->subject = subject;
    live->chunks_written = decoded->full_chunks;
    std::vector<HistoryEntry> history;
    for (size_t chunk = 0; chunk < decoded->full_chunks; ++chunk) {
        ++gets_;
        const auto bytes = rows_.get(keys::history(kind, subject, static_cast<uint32_t>(chunk)));
        if (!bytes) {
            return Unexpected(bytes.error());
        }
        if (!*bytes) {
            return fail(Errc::Corrupt,
                        "aggregate " + std::string(subject) + ": a history chunk is missing");
        }
        if (const auto read = decode_chunk(**bytes, history); !read) {
            return Unexpected(read.error());
        }
    }
    history.insert(
        history.end(), decoded->aggregate.history.begin(), decoded->aggregate.history.end());
    live->aggregate = std::move(decoded->aggregate);
    live->aggregate.history.clear();
    for (const HistoryEntry& entry : history) {
        live->append(entry);
    }
    return live;
}

Result<LiveAggregate*> AggregateTable::find(AggregateKind kind, std::string_view subject) {
    key_.assign(1, static_cast<char>(kind));
    key_ += subject;
    const auto found = table_.find(std::string_view(key_));
    if (found != table_.end()) {
        found->second->touched = commits_;
        return found->second.get();
    }
    if (complete_) {
        return nullptr;
    }
    auto loaded = load(kind, subject);
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    if (*loaded == nullptr) {
        return nullptr;
    }
    LiveAggregate* live = loaded->get();
    live->touched = commits_;
    bytes_ += live->bytes();
    table_.emplace(key_, std::move(*loaded));
    return live;
}

Result<LiveAggregate*> AggregateTable::get_or_make(AggregateKind kind, std::string_view subject) {
    auto found = find(kind, subject);
    if (!found || *found != nullptr) {
        return found;
    }
    auto made = std::make_unique<LiveAggregate>();
    LiveAggregate* live = made.get();
    live->kind = kind;
    live->subject = subject;
    live->aggregate.state = empty_state(kind);
    live->touched = commits_;
    bytes_ += live->bytes();
    table_.emplace(key_, std::move(made));
    return live;
}

void AggregateTable::mark_dirty(LiveAggregate& live) {
    bytes_ += sizeof(HistoryEntry);
    if (!live.dirty) {
        live.dirty = true;
        dirty_.push_back(&live);
    }
}

void AggregateTable::take_changes(std::vector<RowChange>& out) {
    for (LiveAggregate* live : dirty_) {
        live->dirty = false;
        const size_t full = live->aggregate.history.size() / kHistoryChunk;
        for (size_t chunk = live->chunks_written; chunk < full; ++chunk) {
            out.push_back({keys::history(live->kind, live->subject, static_cast<uint32_t>(chunk)),
                           encode_chunk(live->aggregate, chunk)});
        }
        live->chunks_written = full;
        out.push_back({keys::aggregate(live->kind, live->subject),
                       encode_aggregate(live->aggregate, dictionary_)});
    }
    dirty_.clear();
    ++commits_;
}

void AggregateTable::shrink(size_t budget) {
    for (const uint64_t keep_from : {commits_ - 1, commits_ + 1}) {
        if (bytes_ <= budget) {
            return;
        }
        complete_ = false;
        std::erase_if(table_, [keep_from](const auto& entry) {
            return !entry.second->dirty && entry.second->touched < keep_from;
        });
        bytes_ = 0;
        for (const auto& [key, live] : table_) {
            bytes_ += live->bytes();
        }
    }
}

}  // namespace sijill::projections
