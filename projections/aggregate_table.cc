#include "projections/aggregate_table.h"

#define XXH_INLINE_ALL  // a call costs as much as the hash of a short text
#include "events/check.h"
#include "projections/fetch_ahead.h"
#include "projections/keys.h"

#include <xxhash.h>

#include <algorithm>
#include <array>

namespace sijill::projections {

namespace {

constexpr size_t kSearchedHistory =
    64;  // up to here a linear search is as fast as a set and needs no memory

constexpr size_t kUsualHistory = 8;     // what most calls and many cases have
constexpr size_t kFetchedHistory = 16;  // of an aggregate whose row is written

size_t hash_of(std::string_view subject) {
    return XXH3_64bits(subject.data(), subject.size());
}

// Its first entries, of at most so many.
void fetch_history(const LiveAggregate& live, size_t most) {
    const auto& history = live.aggregate.history;
    const size_t entries = std::min(history.size(), most);
    for (size_t i = 0; i < entries; i += kCacheLine / sizeof(HistoryEntry)) {
        __builtin_prefetch(history.data() + i);
    }
}

}  // namespace

void fetch_pieces(const LiveAggregate& live) {
    fetch_history(live, kFetchedHistory);
    // Of a case what most have; the others have little.
    if (const auto* state = std::get_if<CaseState>(&live.aggregate.state)) {
        __builtin_prefetch(state->purposes.data());
        __builtin_prefetch(state->citizen.data());
        __builtin_prefetch(state->ends.data());
        __builtin_prefetch(state->turns.data());
        __builtin_prefetch(state->contacts.bytes().data());
    }
}

const HistoryEntry* LiveAggregate::find(uint64_t key) const {
    const auto& history = aggregate.history;
    if (ids && !ids->contains(key)) {
        return nullptr;
    }
    const auto found = std::ranges::find(history, key, &HistoryEntry::key);
    return found == history.end() ? nullptr : &*found;
}

namespace {

// Its entry in the table, and what the texts and lists of a usual state keep on the heap.
constexpr size_t kUsualHeap = 192;

// Only a case has lists without an end.
size_t heap_of(const State& state) {
    const auto* const of_case = std::get_if<CaseState>(&state);
    return of_case == nullptr
               ? 0
               : of_case->contacts.heap_bytes() + of_case->referrals.capacity() * sizeof(Referral) +
                     of_case->turns.capacity() * sizeof(StatusTurn) +
                     of_case->ends.capacity() * sizeof(EpisodeEnd);
}

}  // namespace

void LiveAggregate::append(const HistoryEntry& entry) {
    std::vector<HistoryEntry>& history = aggregate.history;
    if (history.size() == history.capacity()) {  // by half: a vector would double
        history.reserve(std::max(kUsualHistory, history.size() + history.size() / 2));
    }
    history.push_back(entry);
    if (ids) {
        ids->insert(entry.key);
    } else if (history.size() > kSearchedHistory) {
        ids = std::make_unique<boost::unordered_flat_set<uint64_t>>();
        for (const HistoryEntry& each : history) {
            ids->insert(each.key);
        }
    }
}

size_t LiveAggregate::bytes() const {
    return sizeof(*this) + std::max(kUsualHeap, heap_of(aggregate.state)) +
           aggregate.history.capacity() * sizeof(HistoryEntry) +
           (ids ? ids->bucket_count() * 9 : 0);
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
    live->subject_text.assign(subject.begin(), subject.end());
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

void AggregateTable::prefetch(std::span<const events::Record> records) const {
    CHECK(records.size() <= kMostAnnounced, "more records announced than are looked up together");
    std::array<const LiveAggregate*, kMostAnnounced> found{};
    for (size_t i = 0; i < records.size(); ++i) {
        const std::string_view subject = records[i].key.value_or(std::string_view{});
        const auto at = table_.find(AnyOf{hash_of(subject)});
        if (at != table_.end()) {
            found[i] = at->live.get();
            fetch_ahead(*found[i]);
        }
    }
    for (size_t i = 0; i < records.size(); ++i) {
        if (found[i] != nullptr) {
            fetch_history(*found[i], kUsualHistory);
        }
    }
}

LiveAggregate* AggregateTable::insert(size_t hash, std::unique_ptr<LiveAggregate> live) {
    LiveAggregate* inserted = live.get();
    inserted->counted = inserted->bytes();
    bytes_ += inserted->counted;
    table_.insert(Entry{hash, ++uses_, std::move(live)});
    return inserted;
}

Result<LiveAggregate*> AggregateTable::find(AggregateKind kind, std::string_view subject) {
    const Key key{hash_of(subject), kind, subject};
    const auto found = table_.find(key);
    if (found != table_.end()) {
        found->last_use = ++uses_;
        return found->live.get();
    }
    if (!filter_.may_have(key.hash)) {
        return nullptr;
    }
    auto loaded = load(kind, subject);
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    return *loaded == nullptr ? nullptr : insert(key.hash, std::move(*loaded));
}

Result<LiveAggregate*> AggregateTable::get_or_make(AggregateKind kind, std::string_view subject) {
    auto found = find(kind, subject);
    if (!found || *found != nullptr) {
        return found;
    }
    auto made = std::make_unique<LiveAggregate>();
    made->kind = kind;
    made->subject_text.assign(subject.begin(), subject.end());
    made->aggregate.state = empty_state(kind);
    return insert(hash_of(subject), std::move(made));
}

void AggregateTable::mark_dirty(LiveAggregate& live) {
    const size_t bytes = live.bytes();
    bytes_ += bytes - live.counted;
    live.counted = bytes;
    if (!live.dirty) {
        live.dirty = true;
        dirty_.push_back(&live);
    }
}

void AggregateTable::put_row(LiveAggregate& live, RowBatch& out) {
    live.dirty = false;
    const size_t full = live.aggregate.history.size() / kHistoryChunk;
    for (size_t chunk = live.chunks_written; chunk < full; ++chunk) {
        out.put(keys::history(live.kind, live.subject(), static_cast<uint32_t>(chunk)),
                encode_chunk(live.aggregate, chunk));
    }
    live.chunks_written = full;
    out.put_built(
        [&live](std::string& key) { keys::put_aggregate(key, live.kind, live.subject()); },
        [this, &live](std::string& value) {
            encode_aggregate(live.aggregate, dictionary_, value);
        });
}

uint64_t AggregateTable::first_use_of_last(size_t count) const {
    if (count == 0) {
        return UINT64_MAX;
    }
    std::vector<uint64_t> uses;
    uses.reserve(table_.size());
    for (const Entry& entry : table_) {
        uses.push_back(entry.last_use);
    }
    const auto first = uses.end() - static_cast<std::ptrdiff_t>(count);
    std::ranges::nth_element(uses, first);
    return *first;
}

void AggregateTable::shrink(size_t budget) {
    CHECK(dirty_.empty(), "aggregates are dropped behind a commit");
    if (bytes_ <= budget) {
        return;
    }
    const size_t each = bytes_ / table_.size() + 1;
    const uint64_t keep_from = first_use_of_last(std::min(budget / each, table_.size()));
    std::vector<std::unique_ptr<LiveAggregate>> dropped;
    erase_if(table_, [&](const Entry& entry) {
        if (entry.last_use >= keep_from) {
            return false;
        }
        filter_.add(entry.hash);
        dropped.push_back(std::move(entry.live));
        return true;
    });
    for (size_t i = 0; i < dropped.size(); ++i) {
        fetch_later(dropped, i, fetch_pieces);
        bytes_ -= dropped[i]->counted;
        dropped[i].reset();
    }
    filter_.shrink(budget / 2);
}

}  // namespace sijill::projections
