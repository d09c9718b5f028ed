// Goal: whatever a KPI sums, something counts it. Method: every measure of every cube whose name
// says that it is no count.

#include "projections/kpi_hiding.h"

#include "projections/own_kpi.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sijill::projections {
namespace {

TEST(KpiHiding, EveryMeasureThatIsASumIsCountedByOneOfItsCube) {
    size_t sums = 0;
    for (const CubeDescriptor& cube : all_cubes()) {
        for (const std::string_view measure : cube.measures) {
            const std::string_view count = counted_by(measure);
            const bool sum = measure.ends_with("_ms") || measure.starts_with("weighted_") ||
                             measure.ends_with("score");
            EXPECT_EQ(sum, !count.empty()) << cube.name << "." << measure;
            const bool there = std::ranges::any_of(cube.measures, [&](std::string_view other) {
                return count.ends_with('_') ? other.starts_with(count) : other == count;
            });
            EXPECT_EQ(sum, there) << cube.name << "." << measure;
            sums += sum ? 1 : 0;
        }
    }
    EXPECT_GT(sums, 10U);
}

TEST(KpiHiding, AMinimumOfOneIsNone) {
    EXPECT_EQ(KpiCatalogue({}, {1}).rules().minimum_cell, 0);
    EXPECT_EQ(KpiCatalogue({}, {5}).find("answer-rate")->minimum_cell, 5);
    EXPECT_EQ(KpiCatalogue().find("answer-rate")->minimum_cell, 0);
}

TEST(KpiHiding, ASuppressedFigureHasNothingToTell) {
    const Figure figure{0, std::nullopt, true};
    const KpiDefinition& kpi = *KpiCatalogue().find("transactions");
    EXPECT_EQ(print(kpi, figure), "…");
    EXPECT_EQ(value_text(kpi, figure), std::nullopt);
    EXPECT_EQ(numerator_text(figure), "");
    EXPECT_EQ(print_growth(growth(figure, {5, std::nullopt})), "…");
    EXPECT_EQ(print_growth(growth({5, std::nullopt}, figure)), "…");
}

}  // namespace
}  // namespace sijill::projections
