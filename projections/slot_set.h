#pragma once
// projections/slot_set.h - which slots of a row of cells there are: one bit each.

#include "projections/cubes.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace sijill::projections {

/// A set of slots below slots_of() of any grain.
class SlotSet {
  public:
    static constexpr size_t kSlots = 256;
    static_assert(slots_of(Grain::Hour) <= int32_t{kSlots} &&
                  slots_of(Grain::Day) <= int32_t{kSlots} &&
                  slots_of(Grain::Change) <= int32_t{kSlots});

    [[nodiscard]] bool has(int32_t slot) const {
        return (words_[word_of(slot)] & bit_of(slot)) != 0;
    }
    void insert(int32_t slot) {
        if (has(slot)) {
            return;
        }
        words_[word_of(slot)] |= bit_of(slot);
        for (size_t word = word_of(slot) + 1; word < words_.size(); ++word) {
            ++before_[word];
        }
    }

    /// How many of its slots lie before this one.
    [[nodiscard]] size_t rank(int32_t slot) const {
        const uint64_t lower = words_[word_of(slot)] & (bit_of(slot) - 1);
        return before_[word_of(slot)] + static_cast<size_t>(std::popcount(lower));
    }

    /// Calls `each(slot)`, ascending.
    template <class Each>
    void for_each(Each&& each) const {
        for (size_t i = 0; i < words_.size(); ++i) {
            for (uint64_t left = words_[i]; left != 0; left &= left - 1) {
                each(static_cast<int32_t>(i * kBits) + std::countr_zero(left));
            }
        }
    }

  private:
    static constexpr size_t kBits = 64;

    static size_t word_of(int32_t slot) { return static_cast<size_t>(slot) / kBits; }
    static uint64_t bit_of(int32_t slot) {
        return uint64_t{1} << (static_cast<size_t>(slot) % kBits);
    }

    std::array<uint64_t, kSlots / kBits> words_{};
    std::array<uint8_t, kSlots / kBits> before_{};  // slots in the words before each
};

}  // namespace sijill::projections
