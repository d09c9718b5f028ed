// Goal: the fold's figures equal those of the model, whatever comes, and are the sum of what the
// states add. Method: random histories with repeats, late events, corrections and voids; the model
// folds the same events.

#include "tests/support/fold_harness.h"
#include "tests/support/model_fold.h"
#include "tests/support/random_history.h"

#include <gtest/gtest.h>

namespace sijill::projections {
namespace {

constexpr uint64_t kSeeds = 40;
constexpr int kEvents = 250;

TEST(FoldProperty, FiguresEqualTheModelsAfterEveryEvent) {
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        model::RandomHistory history(seed);
        model::Model model;
        FoldHarness harness;
        for (int i = 0; i < kEvents; ++i) {
            const auto event = history.next();
            model.add(event);
            harness.tell(event["subject"], event.dump());
            // Every event of the first seeds, then every tenth: the model folds everything anew
            // each time.
            if (seed <= 4 || i % 10 == 9) {
                ASSERT_EQ(harness.cells(), model.cells())
                    << "after event " << i << ": " << event.dump();
            }
        }
        EXPECT_EQ(harness.cells_of_states(), harness.cells());
        EXPECT_EQ(harness.badly_listed(), std::vector<std::string>{});
        EXPECT_EQ(harness.anomalies(AnomalyReason::Duplicate), model.duplicates);
        EXPECT_EQ(harness.anomalies(AnomalyReason::VersionConflict), model.conflicts);
        EXPECT_EQ(harness.anomalies(AnomalyReason::IllegalTransition), model.illegal());
        EXPECT_EQ(harness.anomalies(AnomalyReason::CorrectionWithoutTarget), model.without_target);
        EXPECT_EQ(harness.parked(events::Refusal::InvalidEvent), 0)
            << "the generator makes valid events only";
    }
}

TEST(FoldProperty, AnySplitIntoCommitsGivesTheSameRows) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::map<std::string, std::string> expected;
        for (const int step : {1, 7, 500, 100'000}) {
            model::RandomHistory history(seed);
            FoldHarness harness;
            for (int i = 1; i <= kEvents; ++i) {
                const auto event = history.next();
                harness.append(event["subject"], event.dump());
                harness.fold_all();
                if (i % step == 0) {
                    harness.commit();
                    // The cache is exact: what was dropped comes back from the rows.
                    harness.fold().shrink(step == 7 ? 0 : size_t{1} << 30U);
                }
            }
            harness.commit();
            if (expected.empty()) {
                expected = harness.all_rows();
            }
            EXPECT_EQ(harness.all_rows(), expected) << "commits of " << step;
        }
    }
}

TEST(FoldProperty, ReopeningAtAnyEventGivesTheSameRows) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        model::RandomHistory one(seed);
        model::RandomHistory two(seed);
        FoldHarness straight;
        FoldHarness broken;
        for (int i = 0; i < kEvents; ++i) {
            const auto event = one.next();
            straight.tell(event["subject"], event.dump());
            const auto again = two.next();
            broken.append(again["subject"], again.dump());
            broken.fold_all();
            if (i % 5 == 0) {
                broken.commit();
            }
            if (i % 13 == 0) {
                broken.reopen();  // what was not committed is folded again
            }
        }
        broken.fold_all();
        broken.commit();
        EXPECT_EQ(broken.all_rows(), straight.all_rows());
    }
}

}  // namespace
}  // namespace sijill::projections
