// Goal: the store is asked for what may be there and for nothing else, and nothing that is there is
// taken for new. Method: an AggregateTable over rows in memory, whose gets are counted.

#include "projections/key_filter.h"

#include "projections/aggregate_table.h"
#include "tests/support/memory_rows.h"

#include <gtest/gtest.h>

#include <string>

namespace sijill::projections {
namespace {

constexpr uint64_t kPart = uint64_t{1} << 32U;  // hashes that differ in their upper half

TEST(KeyFilter, OfAnEmptyStoreKnowsWhatWasAdded) {
    KeyFilter filter(true);
    filter.add(1 * kPart);
    EXPECT_TRUE(filter.may_have(1 * kPart));
    EXPECT_FALSE(filter.may_have(2 * kPart));
}

TEST(KeyFilter, OfAFilledStoreAnyKeyMayHaveARow) {
    const KeyFilter filter(false);
    EXPECT_TRUE(filter.may_have(1 * kPart));
}

TEST(KeyFilter, AnyKeyMayHaveARowOnceTheMemoryIsTaken) {
    KeyFilter filter(true);
    for (uint64_t i = 0; i < 1'000; ++i) {
        filter.add(i * kPart);
    }
    filter.shrink(1'000'000);
    EXPECT_FALSE(filter.may_have(5'000 * kPart));
    filter.shrink(1'000);
    EXPECT_EQ(filter.bytes(), 0U);
    EXPECT_TRUE(filter.may_have(5'000 * kPart));
}

class Aggregates : public testing::Test {
  protected:
    static constexpr int kSubjects = 1'000;

    static std::string subject(int number) { return "call-" + std::to_string(number); }

    // Something has happened to each, and a commit has it.
    void commit_all() {
        for (int i = 0; i < kSubjects; ++i) {
            auto live = table_.get_or_make(AggregateKind::Call, subject(i));
            ASSERT_TRUE(live);
            (*live)->aggregate.version = i + 1;
            table_.mark_dirty(**live);
        }
        RowBatch changes;
        ASSERT_TRUE(table_.take_changes(changes, [](LiveAggregate&) { return Result<void>(); }));
        changes.sort();
        ASSERT_TRUE(rows_.commit(changes, CommitMode::Window));
    }

    MemoryRows rows_;
    Dictionary dictionary_;
    AggregateTable table_{rows_, dictionary_, true};
};

TEST_F(Aggregates, WhatIsNewIsNotLookedForInTheStore) {
    commit_all();
    table_.shrink(table_.bytes() / 2);
    for (int i = kSubjects; i < 2 * kSubjects; ++i) {
        ASSERT_TRUE(table_.get_or_make(AggregateKind::Call, subject(i)));
    }
    EXPECT_EQ(table_.gets(), 0U);
}

TEST_F(Aggregates, WhatLeftMemoryIsReadFromTheStoreAndWhatStayedIsNot) {
    commit_all();
    table_.shrink(table_.bytes() / 2);
    for (int i = 0; i < kSubjects; ++i) {
        const auto live = table_.find(AggregateKind::Call, subject(i));
        ASSERT_TRUE(live);
        ASSERT_NE(*live, nullptr) << subject(i);
        EXPECT_EQ((*live)->aggregate.version, i + 1);
    }
    EXPECT_GT(table_.gets(), kSubjects / 4U);
    EXPECT_LT(table_.gets(), kSubjects * 3U / 4U);
}

TEST_F(Aggregates, ThoseUsedLastStay) {
    commit_all();
    ASSERT_TRUE(table_.find(AggregateKind::Call, subject(0)));
    table_.shrink(table_.bytes() / 10);
    ASSERT_TRUE(table_.find(AggregateKind::Call, subject(0)));
    ASSERT_TRUE(table_.find(AggregateKind::Call, subject(kSubjects - 1)));
    EXPECT_EQ(table_.gets(), 0U);
    ASSERT_TRUE(table_.find(AggregateKind::Call, subject(1)));
    EXPECT_EQ(table_.gets(), 1U);
}

TEST_F(Aggregates, WhatAHistoryGrowsByIsCountedAndUncountedAgain) {
    commit_all();
    const size_t before = table_.bytes();
    auto live = table_.find(AggregateKind::Call, subject(0));
    ASSERT_TRUE(live);
    for (int i = 0; i < kSubjects; ++i) {
        (*live)->append({.offset = i, .key = static_cast<uint64_t>(i)});
        table_.mark_dirty(**live);
    }
    EXPECT_GE(table_.bytes(), before + kSubjects * sizeof(HistoryEntry));
    commit_all();
    table_.shrink(0);
    EXPECT_LT(table_.bytes(), before / 100);
}

TEST(LiveAggregate, CountsWhatALongListKeepsOnTheHeap) {
    LiveAggregate live;
    live.aggregate.state = CaseState();
    const size_t usual = live.bytes();
    auto& of_case = std::get<CaseState>(live.aggregate.state);
    for (int i = 0; i < 3; ++i) {
        of_case.contacts.add_new("call-0161629d-7780-7d76-8895-bd5c21a0280" + std::to_string(i));
    }
    EXPECT_EQ(live.bytes(), usual) << "a few lie in what is reckoned for each";
    for (int i = 0; i < 1'000; ++i) {
        of_case.contacts.add_new("contact " + std::to_string(i));
        of_case.referrals.emplace_back();
    }
    EXPECT_GT(live.bytes(), usual + 1'000 * (sizeof(Referral) + std::string("contact 999").size()));
}

}  // namespace
}  // namespace sijill::projections
