#pragma once
// projections/aggregate_table.h - the aggregates in play: a bounded, exact write-back cache over
// the shard's rows.

#include "projections/row_codec.h"
#include "projections/rows.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sijill::projections {

/// One aggregate in memory, with its whole history: the duplicate check is exact for its whole
/// life.
struct LiveAggregate {
    AggregateKind kind{};
    std::string subject;
    Aggregate aggregate;
    size_t chunks_written = 0;  // full history chunks that the store already has
    bool dirty = false;
    uint64_t touched = 0;              // commit number of its last use
    std::unordered_set<uint64_t> ids;  // of a long history; short ones are searched

    /// The history entry of this event, or nullptr.
    [[nodiscard]] const HistoryEntry* find(const events::EventKey& key) const;
    void append(const HistoryEntry& entry);
    [[nodiscard]] size_t bytes() const;
};

/// Threads: the shard's owner only.
class AggregateTable {
  public:
    /// `complete`: what is not in memory does not exist. The rows must outlive the table.
    AggregateTable(const Rows& rows, Dictionary& dictionary, bool complete)
        : rows_(rows), dictionary_(dictionary), complete_(complete) {}

    /// The aggregate, made empty when there is none. Errors: Storage, Corrupt.
    [[nodiscard]] Result<LiveAggregate*> get_or_make(AggregateKind kind, std::string_view subject);

    /// The aggregate if it exists, else nullptr. Errors: Storage, Corrupt.
    [[nodiscard]] Result<LiveAggregate*> find(AggregateKind kind, std::string_view subject);

    void mark_dirty(LiveAggregate& live);

    /// Appends the changed rows and forgets that they changed.
    void take_changes(std::vector<RowChange>& out);

    /// Drops clean aggregates until at most `budget` bytes are left: first those not used since the
    /// last commit.
    void shrink(size_t budget);

    [[nodiscard]] size_t bytes() const { return bytes_; }
    [[nodiscard]] uint64_t gets() const { return gets_; }

  private:
    struct Hash {
        using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
        size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
    };

    [[nodiscard]] Result<std::unique_ptr<LiveAggregate>> load(AggregateKind kind,
                                                              std::string_view subject);

    const Rows& rows_;
    Dictionary& dictionary_;
    bool complete_;
    uint64_t commits_ = 1;
    uint64_t gets_ = 0;
    size_t bytes_ = 0;
    std::string key_;  // scratch: kind byte and subject
    std::unordered_map<std::string, std::unique_ptr<LiveAggregate>, Hash, std::equal_to<>> table_;
    std::vector<LiveAggregate*> dirty_;
};

}  // namespace sijill::projections
