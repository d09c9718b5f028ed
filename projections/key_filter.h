#pragma once
// projections/key_filter.h - which keys may have a row, without asking the store.

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>

namespace sijill::projections {

/// What is new has no row, and in catch-up most of what is not in memory is new: of a store that
/// was empty at the start, the hashes of the keys that left memory tell which may be there. Four
/// bytes of a hash do: who is taken for another is looked for in vain. Threads: one owner.
class KeyFilter {
  public:
    /// `empty`: the store has no rows. Otherwise any key may have one.
    explicit KeyFilter(bool empty) : complete_(empty) {}

    /// From now on the store may have a row of this key.
    void add(uint64_t hash) {
        if (complete_) {
            hashes_.insert(part_of(hash));
        }
    }
    /// False: the store has no row of this key.
    [[nodiscard]] bool may_have(uint64_t hash) const {
        return !complete_ || hashes_.contains(part_of(hash));
    }
    /// Frees its memory when that is more than `budget`; then any key may have a row.
    void shrink(size_t budget) {
        if (bytes() > budget) {
            complete_ = false;
            hashes_ = {};
        }
    }
    [[nodiscard]] size_t bytes() const { return hashes_.bucket_count() * (sizeof(uint32_t) + 1); }

  private:
    static uint32_t part_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32U); }

    bool complete_;
    boost::unordered_flat_set<uint32_t> hashes_;
};

}  // namespace sijill::projections
