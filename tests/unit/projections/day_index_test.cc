// Goal: the pages of a day list in log order, and do not depend on commits or restarts. Method: the
// same listings with commits and new indexes at random places.

#include "projections/day_index.h"

#include "projections/keys.h"
#include "tests/support/memory_rows.h"

#include <gtest/gtest.h>

#include <random>

namespace sijill::projections {
namespace {

std::vector<std::string> listed(const RowReader& rows, int32_t day) {
    std::vector<std::string> subjects;
    EXPECT_TRUE(rows.scan(keys::day_from(AggregateKind::Call, day),
                          keys::day_from(AggregateKind::Call, day + 1),
                          [&](std::string_view, std::string_view page) {
                              EXPECT_TRUE(decode_subjects(
                                  page, [&](auto subject) { subjects.emplace_back(subject); }));
                              return true;
                          }));
    return subjects;
}

void commit(DayIndex& index, MemoryRows& rows) {
    RowBatch changes;
    index.take_changes(changes);
    changes.sort();
    ASSERT_TRUE(rows.commit(changes, CommitMode::Tail));
}

TEST(DayIndex, ListsInLogOrder) {
    MemoryRows rows;
    DayIndex index(rows, 0);
    ASSERT_TRUE(index.list(AggregateKind::Call, "b", 7, 0));
    ASSERT_TRUE(index.list(AggregateKind::Call, "b", 8, 1));
    ASSERT_TRUE(index.list(AggregateKind::Call, "a", 8, 2));
    commit(index, rows);
    EXPECT_EQ(listed(rows, 7), std::vector<std::string>{"b"});
    EXPECT_EQ(listed(rows, 8), (std::vector<std::string>{"b", "a"}));
    EXPECT_TRUE(listed(rows, 9).empty());
    EXPECT_EQ(index.gets(), 0U);
}

TEST(DayIndex, PagesDoNotDependOnCommitsOrRestarts) {
    const auto pages = [](uint64_t seed, bool disturbed) {
        std::mt19937_64 moves(1);
        std::mt19937_64 disturbance(seed);
        MemoryRows rows;
        auto index = std::make_unique<DayIndex>(rows, 0);
        for (int64_t offset = 0; offset < 5'000; offset += 1 + static_cast<int64_t>(moves() % 3)) {
            const auto day = static_cast<int32_t>(moves() % 3);
            EXPECT_TRUE(index->list(
                AggregateKind::Call, "subject-" + std::to_string(moves() % 500), day, offset));
            if (disturbed && disturbance() % 50 == 0) {
                commit(*index, rows);
                if (disturbance() % 3 == 0) {
                    index = std::make_unique<DayIndex>(rows, offset + 1);
                }
            }
        }
        commit(*index, rows);
        std::map<std::string, std::string> all;
        EXPECT_TRUE(rows.scan("", "\xff", [&](std::string_view key, std::string_view value) {
            all.emplace(key, value);
            return true;
        }));
        return all;
    };
    const auto expected = pages(0, false);
    EXPECT_GT(expected.size(), 12U) << "several spans";
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        ASSERT_EQ(pages(seed, true), expected) << "seed " << seed;
    }
}

TEST(DayIndex, DamagedPagesAreNotMisread) {
    MemoryRows rows;
    DayIndex index(rows, 0);
    ASSERT_TRUE(index.list(AggregateKind::Call, "abc", 7, 0));
    RowBatch changes;
    index.take_changes(changes);
    const std::string page(*changes[0].value);
    const auto ignore = [](std::string_view) {};
    EXPECT_TRUE(decode_subjects(page, ignore));
    for (size_t size = 2; size < page.size(); ++size) {
        EXPECT_FALSE(decode_subjects(page.substr(0, size), ignore)) << size;
    }
    EXPECT_FALSE(decode_subjects("", ignore));
    EXPECT_FALSE(decode_subjects(page.substr(1), ignore));
    EXPECT_FALSE(decode_subjects(page + '\0', ignore)) << "a subject is never empty";
}

}  // namespace
}  // namespace sijill::projections
