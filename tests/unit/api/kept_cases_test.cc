// Whether a kept text is what the case's row says at the position that is asked for.

#include "api/kept_cases.h"

#include "projections/keys.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sijill::api {
namespace {

constexpr size_t kPlenty = size_t{1} << 20U;

projections::RowBatch commit_of(const std::vector<std::string>& cases) {
    projections::RowBatch changes;
    changes.put(projections::keys::position(), "");
    changes.put(projections::keys::anomaly(1, 3), "");
    changes.put(projections::keys::aggregate(projections::AggregateKind::Call, "call-1"), "");
    for (const std::string& id : cases) {
        changes.put(projections::keys::aggregate(projections::AggregateKind::Case, id), "");
    }
    changes.sort();
    return changes;
}

// A worker has opened shard 0 at offset 10.
void open(KeptCases& kept) {
    kept.note(0, 10, projections::RowBatch());
}

TEST(KeptCases, ATextIsGivenUntilACommitChangesItsCase) {
    KeptCases kept(kPlenty);
    open(kept);
    kept.keep("case-1", {0, 10}, "one");
    kept.keep("case-2", {0, 10}, "two");
    EXPECT_EQ(kept.find("case-1", {0, 10}), "one");
    kept.note(0, 12, commit_of({"case-2", "case-3"}));
    EXPECT_EQ(kept.find("case-1", {0, 12}), "one");
    EXPECT_EQ(kept.find("case-2", {0, 12}), std::nullopt);
    EXPECT_EQ(kept.find("case-3", {0, 12}), std::nullopt);
    kept.keep("case-2", {0, 12}, "two, changed");
    EXPECT_EQ(kept.find("case-2", {0, 12}), "two, changed");
}

TEST(KeptCases, ATextIsNotGivenForAPositionBeforeItWasWritten) {
    KeptCases kept(kPlenty);
    open(kept);
    kept.note(0, 12, commit_of({"case-1"}));
    kept.keep("case-1", {0, 12}, "new");
    EXPECT_EQ(kept.find("case-1", {0, 10}), std::nullopt) << "an older view is still asked";
}

TEST(KeptCases, AViewThatIsNewerThanTheLastCommitToldReadsItsRows) {
    KeptCases kept(kPlenty);
    open(kept);
    kept.keep("case-1", {0, 10}, "old");
    EXPECT_EQ(kept.find("case-1", {0, 12}), std::nullopt) << "who knows what changed up to 12?";
    kept.keep("case-1", {0, 12}, "new");
    EXPECT_EQ(kept.find("case-1", {0, 10}), std::nullopt);
    kept.note(0, 12, commit_of({"case-2"}));
    EXPECT_EQ(kept.find("case-1", {0, 12}), "new");
}

TEST(KeptCases, WhatWasReadBeforeACommitIsNotKeptBehindIt) {
    KeptCases kept(kPlenty);
    open(kept);
    kept.note(0, 12, commit_of({"case-1"}));
    kept.keep("case-1", {0, 10}, "old");
    EXPECT_EQ(kept.find("case-1", {0, 10}), std::nullopt);
    EXPECT_EQ(kept.find("case-1", {0, 12}), std::nullopt);
}

TEST(KeptCases, NothingIsGivenBeforeAWorkerHasOpenedTheShard) {
    KeptCases kept(kPlenty);
    kept.keep("case-1", {0, 10}, "one");
    EXPECT_EQ(kept.find("case-1", {0, 10}), std::nullopt);
}

TEST(KeptCases, AWorkerThatOpensAShardAgainMayHaveLeftOutACommit) {
    KeptCases kept(kPlenty);
    open(kept);
    kept.keep("case-1", {0, 10}, "old");
    kept.note(0, 12, projections::RowBatch());
    EXPECT_EQ(kept.find("case-1", {0, 12}), std::nullopt);
}

TEST(KeptCases, ACommitOfManyCasesLetsGoOfItsShardAlone) {
    KeptCases kept(kPlenty);
    open(kept);
    kept.note(1, 7, projections::RowBatch());
    kept.keep("case-1", {0, 10}, "one");
    kept.keep("case-2", {1, 7}, "two");
    std::vector<std::string> many;
    for (int i = 0; i < 5'000; ++i) {
        many.push_back("other-" + std::to_string(i));
    }
    kept.note(0, 6'000, commit_of(many));
    EXPECT_EQ(kept.find("case-1", {0, 6'000}), std::nullopt);
    EXPECT_EQ(kept.find("case-2", {1, 7}), "two");
}

TEST(KeptCases, StayWithinTheirBytesAndWhoIsAskedForStays) {
    constexpr size_t kBytes = 100'000;
    KeptCases kept(kBytes);
    open(kept);
    const std::string text(1'000, 'x');
    kept.keep("wanted", {0, 10}, text);
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_EQ(kept.find("wanted", {0, 10}), text) << i;
        kept.keep("case-" + std::to_string(i), {0, 10}, text);
        EXPECT_LE(kept.bytes(), kBytes);
    }
    EXPECT_GT(kept.bytes(), kBytes / 2);
    EXPECT_EQ(kept.find("case-0", {0, 10}), std::nullopt);
    kept.keep("huge", {0, 10}, std::string(kBytes, 'x'));
    EXPECT_EQ(kept.find("huge", {0, 10}), std::nullopt);
}

TEST(KeptCases, AllTheBytesComeBack) {
    KeptCases kept(kPlenty);
    open(kept);
    kept.keep("c", {0, 10}, "{}");
    kept.keep("c", {0, 10}, "{}");
    kept.keep("case-with-a-long-id-1", {0, 10}, std::string(500, 'x'));
    EXPECT_GT(kept.bytes(), 500U);
    kept.note(0, 12, commit_of({"c", "case-with-a-long-id-1"}));
    EXPECT_EQ(kept.bytes(), 0U);
}

TEST(KeptCases, WithoutMemoryNothingIsKept) {
    KeptCases kept(0);
    open(kept);
    kept.keep("case-1", {0, 10}, "one");
    EXPECT_EQ(kept.find("case-1", {0, 10}), std::nullopt);
    EXPECT_EQ(kept.bytes(), 0U);
}

// A shard whose commits are told late or not, and views of any of them that ask and keep: a text is
// always that of the view's own rows.
TEST(KeptCases, GiveWhatTheRowsOfTheViewSayWhateverIsToldWhen) {
    constexpr int kCases = 6;
    std::mt19937 random(20'170'101);
    const auto below = [&random](int64_t most) {
        return std::uniform_int_distribution<int64_t>(0, most - 1)(random);
    };
    size_t given = 0;
    for (int round = 0; round < 200; ++round) {
        KeptCases kept(1'500);  // of six texts some must go
        kept.note(0, 0, projections::RowBatch());
        std::vector<std::map<std::string, std::string>> rows(1);  // by offset
        std::map<int64_t, std::vector<std::string>> untold;
        for (int step = 0; step < 400; ++step) {
            const std::string id = "case-" + std::to_string(below(kCases));
            const auto end = static_cast<int64_t>(rows.size());
            if (below(8) == 0) {  // a commit
                rows.push_back(rows.back());
                rows.back()[id] = id + " at " + std::to_string(end);
                untold[end] = {id};
            } else if (below(6) == 0 && !untold.empty()) {
                const auto next = untold.extract(untold.begin());
                kept.note(0, next.key(), commit_of(next.mapped()));
            } else if (below(60) == 0) {  // the worker starts anew and does not tell what it did
                untold.clear();
                kept.note(0, end - 1, projections::RowBatch());
            } else {
                const int64_t at = end - 1 - std::min<int64_t>(end - 1, below(4));
                auto& view = rows[static_cast<size_t>(at)];
                if (const auto text = kept.find(id, {0, at})) {
                    ++given;
                    ASSERT_EQ(*text, view[id]) << "round " << round << ", step " << step;
                } else {
                    kept.keep(id, {0, at}, view[id]);
                }
            }
        }
    }
    EXPECT_GT(given, 5'000U);
}

}  // namespace
}  // namespace sijill::api
