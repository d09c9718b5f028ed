#pragma once
// projections/rows.h - the ordered table of rows that one shard keeps.

#include "events/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// A row to put, or to delete when there is no value.
struct RowChange {
    std::string key;
    std::optional<std::string> value;
};

/// How a commit reaches the disk. Window: no write-ahead log, flushed before commit() returns; for
/// catch-up.
enum class CommitMode { Tail, Window };

/// Keys are bytes, compared unsigned. Back ends: store_memory.h, store_rocksdb.h; both pass the
/// rows contract suite. One writer; get() and scan() may run in other threads and see the last
/// commit.
class Rows {
  public:
    virtual ~Rows() = default;
    /// The row's value, nullopt when there is none. Errors: Storage, Corrupt.
    [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
    /// Calls `row` for every row in [begin, end), in order, until it says false. Errors: Storage,
    /// Corrupt.
    [[nodiscard]] virtual Result<void> scan(
        std::string_view begin,
        std::string_view end,
        const std::function<bool(std::string_view key, std::string_view value)>& row) const = 0;
    /// All changes or none. The changes must be sorted by key, each key once. Errors: Storage.
    [[nodiscard]] virtual Result<void> commit(const std::vector<RowChange>& changes,
                                              CommitMode mode) = 0;
};

}  // namespace sijill::projections
