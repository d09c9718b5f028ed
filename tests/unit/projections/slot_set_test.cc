// Goal: a SlotSet is a std::set of slots. Method: random slots into both.

#include "projections/slot_set.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <random>
#include <set>
#include <vector>

namespace sijill::projections {
namespace {

TEST(SlotSet, IsWhatAnOrderedSetIs) {
    constexpr uint32_t kSeed = 20170331;
    SCOPED_TRACE("seed " + std::to_string(kSeed));
    std::mt19937 random(kSeed);
    for (int round = 0; round < 200; ++round) {
        SlotSet slots;
        std::set<int32_t> model;
        for (uint32_t left = random() % (2 * SlotSet::kSlots); left > 0; --left) {
            const auto slot = static_cast<int32_t>(random() % SlotSet::kSlots);
            slots.insert(slot);
            model.insert(slot);
        }
        std::vector<int32_t> listed;
        slots.for_each([&](int32_t slot) { listed.push_back(slot); });
        ASSERT_EQ(listed, std::vector<int32_t>(model.begin(), model.end()));
        for (int32_t slot = 0; slot < int32_t{SlotSet::kSlots}; ++slot) {
            ASSERT_EQ(slots.has(slot), model.contains(slot)) << slot;
            const auto before = std::distance(model.begin(), model.lower_bound(slot));
            ASSERT_EQ(slots.rank(slot), static_cast<size_t>(before)) << slot;
        }
    }
}

TEST(SlotSet, HoldsEverySlotThatThereIs) {
    SlotSet slots;
    for (int32_t slot = 0; slot < int32_t{SlotSet::kSlots}; ++slot) {
        slots.insert(slot);
    }
    EXPECT_EQ(slots.rank(int32_t{SlotSet::kSlots} - 1), SlotSet::kSlots - 1);
}

}  // namespace
}  // namespace sijill::projections
