#pragma once
// api/kept_cases.h - where cases stand, as text, kept until a commit changes them.

#include "log/event_log.h"
#include "projections/rows.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// A bounded cache of what case_json() makes of a case's row. It is exact: a text is given only for
/// a position at which the row says just that. A commit names every row that it writes, and commits
/// are told in their order. So a text that was written at one offset of its shard, and that no
/// commit told since has changed, holds for every position from there to the last one told. Any
/// thread.
class KeptCases {
  public:
    /// 0: nothing is kept.
    explicit KeptCases(size_t most_bytes);

    /// A shard's commit: its rows, sorted by key, and its position. Without rows a worker has
    /// opened the shard: what was committed there before is not known.
    void note(int32_t partition, int64_t next_offset, const projections::RowBatch& changes);

    /// The text of a case as its shard's rows are at `at`; nullopt: read the row.
    [[nodiscard]] std::optional<std::string> find(std::string_view id, const log::Place& at);

    /// Keeps a text that was written from the rows at `at`, unless they have passed. What was not
    /// asked for since the last look at it makes room.
    void keep(std::string_view id, const log::Place& at, std::string_view json);

    /// What the texts take, with what is around them.
    [[nodiscard]] size_t bytes() const;

  private:
    /// What was told of a shard. Before the first word of a worker nothing is known.
    struct Shard {
        int64_t since = INT64_MAX;  // texts written before it do not hold
        int64_t told = INT64_MIN;
    };
    struct Kept {
        std::string text;  // the id, and behind it the JSON: one place in memory
        size_t id_size = 0;
        int64_t written_at = 0;  // the shard's offset
        bool asked = false;      // since the hand came by
        [[nodiscard]] size_t bytes() const;
        [[nodiscard]] std::string_view id() const { return {text.data(), id_size}; }
        [[nodiscard]] std::string_view json() const {
            return std::string_view(text).substr(id_size);
        }
    };

    [[nodiscard]] Shard& shard(int32_t partition);
    [[nodiscard]] uint32_t free_slot();
    void drop(uint32_t slot);
    void make_room();

    const size_t most_bytes_;
    mutable std::mutex mutex_;
    std::vector<Shard> shards_;              // by partition
    std::deque<std::optional<Kept>> slots_;  // never moved: places_ views into their ids
    std::vector<uint32_t> free_;             // slots that hold nothing
    boost::unordered_flat_map<std::string_view, uint32_t> places_;  // slots by id
    size_t bytes_ = 0;
    size_t hand_ = 0;  // the slot that is looked at next when room is needed
};

}  // namespace sijill::api
