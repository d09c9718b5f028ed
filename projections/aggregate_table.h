#pragma once
// projections/aggregate_table.h - the aggregates in play: a bounded, exact write-back cache over
// the shard's rows.

#include "events/record.h"
#include "projections/fetch_ahead.h"
#include "projections/key_filter.h"
#include "projections/row_codec.h"
#include "projections/rows.h"

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

inline constexpr size_t kMostAnnounced = 16;

/// One aggregate in memory, with its whole history: the duplicate check is exact for its whole
/// life.
struct LiveAggregate {
    size_t counted = 0;  // bytes(), as its table has counted it
    AggregateKind kind{};
    bool dirty = false;
    uint32_t standing = 0;  // put by by Standings, under this number; 0: none is
    // In place and near the kind: a lookup reads one line of the cache or two.
    boost::container::small_vector<char, 48> subject_text;
    Aggregate aggregate;
    size_t chunks_written = 0;  // full history chunks that the store already has
    std::unique_ptr<boost::unordered_flat_set<uint64_t>> ids;  // of a long history only

    /// The history entry of this event, or nullptr.
    [[nodiscard]] const HistoryEntry* find(uint64_t key) const;
    void append(const HistoryEntry& entry);
    [[nodiscard]] std::string_view subject() const {
        return {subject_text.data(), subject_text.size()};
    }
    [[nodiscard]] size_t bytes() const;
};

/// Starts to bring what it has on the heap near the processor.
void fetch_pieces(const LiveAggregate& live);

/// Threads: the shard's owner only.
class AggregateTable {
  public:
    /// `empty`: there are no rows yet. The rows must outlive the table.
    AggregateTable(const RowReader& rows, Dictionary& dictionary, bool empty)
        : rows_(rows), dictionary_(dictionary), filter_(empty) {}

    /// The aggregate, made empty when there is none. Errors: Storage, Corrupt.
    [[nodiscard]] Result<LiveAggregate*> get_or_make(AggregateKind kind, std::string_view subject);

    /// The aggregate if it exists, else nullptr. Errors: Storage, Corrupt.
    [[nodiscard]] Result<LiveAggregate*> find(AggregateKind kind, std::string_view subject);

    /// To be called behind each change of an aggregate.
    void mark_dirty(LiveAggregate& live);

    /// Starts to bring what is in memory of these records' subjects, at most kMostAnnounced, near
    /// the processor: their waits overlap.
    void prefetch(std::span<const events::Record> records) const;

    /// Appends the changed rows and forgets that they changed. `settle` sees each aggregate before
    /// that: memory is slower than both, so each is fetched once. Errors: what it says.
    template <class Settle>
    [[nodiscard]] Result<void> take_changes(RowBatch& out, Settle&& settle) {
        for (size_t i = 0; i < dirty_.size(); ++i) {
            fetch_later(dirty_, i, fetch_pieces);
            if (auto settled = settle(*dirty_[i]); !settled) {
                return settled;
            }
            put_row(*dirty_[i], out);
        }
        dirty_.clear();
        return {};
    }

    /// Keeps about those used last in `budget` bytes; only behind take_changes().
    void shrink(size_t budget);

    [[nodiscard]] size_t bytes() const { return bytes_ + filter_.bytes(); }
    [[nodiscard]] uint64_t gets() const { return gets_; }

  private:
    struct Key {
        size_t hash;  // of the subject alone: few subjects are of several kinds
        AggregateKind kind;
        std::string_view subject;
    };
    struct AnyOf {
        size_t hash;
    };
    struct Entry {
        // Kept here, for memory that was not used for long is far from the processor: most lookups
        // of another subject, and shrink(), know enough without it.
        size_t hash;
        mutable uint64_t last_use;                    // the number of it
        mutable std::unique_ptr<LiveAggregate> live;  // shrink() takes it out
    };
    struct Hash {
        using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
        size_t operator()(const Key& key) const { return key.hash; }
        size_t operator()(const AnyOf& key) const { return key.hash; }
        size_t operator()(const Entry& entry) const { return entry.hash; }
    };
    struct Equal {
        using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
        bool operator()(const Entry& entry, const Key& key) const {
            return entry.hash == key.hash && entry.live->kind == key.kind &&
                   entry.live->subject() == key.subject;
        }
        bool operator()(const Key& key, const Entry& entry) const { return (*this)(entry, key); }
        bool operator()(const Entry& entry, const AnyOf& key) const {
            return entry.hash == key.hash;
        }
        bool operator()(const AnyOf& key, const Entry& entry) const { return (*this)(entry, key); }
        bool operator()(const Entry& a, const Entry& b) const { return a.live == b.live; }
    };

    void put_row(LiveAggregate& live, RowBatch& out);
    /// The use from which on `count` of the aggregates were used last.
    [[nodiscard]] uint64_t first_use_of_last(size_t count) const;
    LiveAggregate* insert(size_t hash, std::unique_ptr<LiveAggregate> live);
    [[nodiscard]] Result<std::unique_ptr<LiveAggregate>> load(AggregateKind kind,
                                                              std::string_view subject);

    const RowReader& rows_;
    Dictionary& dictionary_;
    KeyFilter filter_;  // of the hashes of subjects
    uint64_t uses_ = 0;
    uint64_t gets_ = 0;
    size_t bytes_ = 0;
    boost::unordered_flat_set<Entry, Hash, Equal> table_;
    std::vector<LiveAggregate*> dirty_;
};

}  // namespace sijill::projections
