// Goal: the fold's figures equal those of the model, whatever comes, and are the sum of what the
// states add. Method: random histories with repeats, late events, corrections and voids; the model
// folds the same events. Copies of a history fill one day.

#include "projections/cubes.h"
#include "projections/dimension_values.h"
#include "tests/support/fold_harness.h"
#include "tests/support/model_fold.h"
#include "tests/support/random_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace sijill::projections {
namespace {

constexpr uint64_t kSeeds = 40;
constexpr int kEvents = 250;

TEST(FoldProperty, FiguresEqualTheModelsAfterEveryEvent) {
    int64_t invalid_patches = 0;
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
        EXPECT_EQ(harness.anomalies(AnomalyReason::OutOfScale), model.listed_out_of_scale());
        EXPECT_EQ(harness.anomalies(AnomalyReason::CorrectionWithoutTarget), model.without_target);
        EXPECT_EQ(harness.anomalies(AnomalyReason::InvalidPatch), model.invalid_patches);
        invalid_patches += model.invalid_patches;
        EXPECT_EQ(harness.parked(events::Refusal::InvalidEvent), 0)
            << "the generator makes valid events only";
    }
    EXPECT_GT(invalid_patches, 20) << "and corrections that would break them";
}

std::vector<std::string> parts_of(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

// Else a question for a value that there is would be refused.
TEST(FoldProperty, EveryValueOfAnEnumeratedDimensionIsNamed) {
    const auto cubes = all_cubes();
    model::Model model;
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        model::RandomHistory history(seed);
        for (int i = 0; i < kEvents; ++i) {
            model.add(history.next());
        }
    }
    std::map<std::string, std::set<std::string>> seen;
    for (const auto& [key, sum] : model.cells()) {
        const auto parts = parts_of(key, '|');
        const auto cube = std::ranges::find(cubes, parts[0], &CubeDescriptor::name);
        ASSERT_NE(cube, cubes.end()) << key;
        const auto values = parts_of(parts[parts.size() - 2], ',');
        for (size_t i = 0; i < std::min(values.size(), cube->dimensions.size()); ++i) {
            const std::string_view dimension = cube->dimensions[i];
            const auto known = values_of(cube->cube, dimension);
            if (!known.empty() && !values[i].empty()) {
                EXPECT_NE(std::ranges::find(known, values[i]), known.end()) << key;
                seen[std::string(dimension)].insert(values[i]);
            }
        }
    }
    for (const char* dimension :
         {"about", "booked_via", "channel", "instrument", "kind", "metric", "severity", "status"}) {
        EXPECT_FALSE(seen[dimension].empty()) << dimension;
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

TEST(FoldProperty, OnlyTheKindsOfACubeAddToIt) {
    const auto said = [](Cube cube, AggregateKind kind) {
        return std::string(describe(cube).name) + " of " + std::string(name_of(kind));
    };
    std::set<std::string> added;
    for (uint64_t seed = 1; seed <= 150; ++seed) {
        model::RandomHistory history(seed);
        FoldHarness harness;
        for (int i = 0; i < kEvents; ++i) {
            const auto event = history.next();
            harness.append(event["subject"], event.dump());
        }
        harness.fold_all();
        harness.commit();
        harness.each_standing([&](const auto& parts, const Contributions& adds, const auto&) {
            for (const Contribution& each : adds.cells) {
                added.insert(said(each.cell.cube, parts.kind));
            }
            for (const TimeSpan& each : adds.spans) {
                added.insert(said(each.cell.cube, parts.kind));
            }
        });
    }
    std::set<std::string> declared;
    for (const CubeDescriptor& cube : all_cubes()) {
        for (const AggregateKind kind : kinds_of(cube.cube)) {
            declared.insert(said(cube.cube, kind));
        }
    }
    EXPECT_EQ(added, declared);
}

// A history of subjects of their own, all of it on one day.
std::vector<std::pair<std::string, std::string>> on_one_day(int copy) {
    static const std::regex kSubject(
        "\"((?:call|chat|message|appointment|case|survey|evaluation|kpi)-[0-9])\"");
    static const std::regex kDay("\"2017-0[12]-[0-9]{2}T");
    model::RandomHistory history(1);
    std::vector<std::pair<std::string, std::string>> events;
    for (int i = 0; i < kEvents; ++i) {
        std::string text = history.next().dump();
        text = std::regex_replace(text, kSubject, "\"$1-" + std::to_string(copy) + "\"");
        text = std::regex_replace(text, kDay, "\"2017-01-15T");
        events.emplace_back(nlohmann::json::parse(text)["subject"], text);
    }
    return events;
}

// Bytes of rows that the dearest of these events writes in a commit of its own.
size_t most_written(FoldHarness& harness,
                    const std::vector<std::pair<std::string, std::string>>& events) {
    size_t most = 0;
    for (const auto& [subject, text] : events) {
        harness.append(subject, text);
        harness.fold_all();
        RowBatch changes;
        EXPECT_TRUE(harness.fold().take_changes(changes));
        most = std::max(most, changes.bytes());
        EXPECT_TRUE(harness.rows().commit(changes, CommitMode::Tail));
    }
    return most;
}

// At the end of the log each event is a commit: a row that grows with the day would be written anew
// for each event of it.
TEST(FoldProperty, WhatAnEventWritesDoesNotGrowWithItsDay) {
    FoldHarness harness;
    (void)most_written(harness, on_one_day(0));
    const size_t quiet = most_written(harness, on_one_day(1));
    for (int copy = 2; copy < 150; ++copy) {
        for (const auto& [subject, text] : on_one_day(copy)) {
            harness.append(subject, text);
        }
        harness.fold_all();
        harness.commit();
    }
    EXPECT_EQ(harness.parked(events::Refusal::InvalidEvent), 0);
    EXPECT_GT(harness.fold().position().applied, 20'000);
    EXPECT_LE(most_written(harness, on_one_day(150)), 2 * quiet);
}

}  // namespace
}  // namespace sijill::projections
