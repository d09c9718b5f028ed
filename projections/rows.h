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

/// The changes of one commit, in one buffer: rows to put and rows to delete. Reused from commit to
/// commit, so that a change costs no allocation.
class RowBatch {
  public:
    struct Change {
        std::string_view key;
        std::optional<std::string_view> value;  // none: the row is deleted
    };

    void put(std::string_view key, std::string_view value) {
        put_built([key](std::string& out) { out += key; },
                  [value](std::string& out) { out += value; });
    }
    void erase(std::string_view key) {
        erase_built([key](std::string& out) { out += key; });
    }
    /// The same for a key and a value that are appended to the buffer in place.
    template <class Key, class Value>
    void put_built(Key&& append_key, Value&& append_value) {
        Place place = begin(append_key);
        append_value(bytes_);
        place.value_size = static_cast<uint32_t>(bytes_.size() - place.begin) - place.key_size;
        places_.push_back(place);
    }
    template <class Key>
    void erase_built(Key&& append_key) {
        Place place = begin(append_key);
        place.value_size = kErased;
        places_.push_back(place);
    }
    void append(const RowBatch& other);
    void clear();

    /// Orders the changes by key. Of a key that changed several times the last change holds.
    void sort();

    [[nodiscard]] size_t size() const { return places_.size(); }
    /// In a sorted batch: the first change whose key is not before `key`; size() when there is
    /// none.
    [[nodiscard]] size_t first_from(std::string_view key) const;
    /// Views are good until the batch is changed.
    [[nodiscard]] Change operator[](size_t index) const;
    [[nodiscard]] size_t bytes() const { return bytes_.size() + places_.size() * sizeof(Place); }

  private:
    struct Place {
        uint64_t begin = 0;  // of the key in bytes_; the value follows. Grows with every change.
        uint32_t key_size = 0;
        uint32_t value_size = 0;
    };
    static constexpr uint32_t kErased = UINT32_MAX;

    template <class Key>
    Place begin(Key&& append_key) {
        Place place;
        place.begin = bytes_.size();
        append_key(bytes_);
        place.key_size = static_cast<uint32_t>(bytes_.size() - place.begin);
        return place;
    }
    [[nodiscard]] std::string_view key_of(const Place& place) const {
        return std::string_view(bytes_).substr(place.begin, place.key_size);
    }

    std::string bytes_;
    std::vector<Place> places_;
};

/// How a commit reaches the disk. Window: no write-ahead log, the flush goes on behind commit();
/// for catch-up. A crash may take the last commits, whole and from the last one back, in either
/// mode.
enum class CommitMode { Tail, Window };

/// Rows to read. Keys are bytes, compared unsigned. Any number of threads.
class RowReader {
  public:
    virtual ~RowReader() = default;
    /// The row's value, nullopt when there is none. Errors: Storage, Corrupt.
    [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
    /// Calls `row` for every row in [begin, end), in order, until it says false. Errors: Storage,
    /// Corrupt.
    [[nodiscard]] virtual Result<void> scan(
        std::string_view begin,
        std::string_view end,
        const std::function<bool(std::string_view key, std::string_view value)>& row) const = 0;
};

/// Rows that are also written, by one writer; readers in other threads see the last commit. Back
/// ends: store_rocksdb.h, and tests/support/memory_rows.h; both pass the rows contract suite.
class Rows : public RowReader {
  public:
    /// All changes or none. The changes must be sorted by key, each key once. Errors: Storage.
    [[nodiscard]] virtual Result<void> commit(const RowBatch& changes, CommitMode mode) = 0;
};

}  // namespace sijill::projections
