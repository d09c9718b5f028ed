// Goal: what people read in Arabic has Arabic words, in the forms that the numbers want.

#include "api/labels.h"

#include "api/headings.h"
#include "api/text.h"
#include "projections/cubes.h"
#include "projections/dimension_values.h"
#include "projections/follow_up.h"
#include "projections/state.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace sijill::api {
namespace {

TEST(Labels, AFigureHasItsUnitInTheLanguage) {
    EXPECT_EQ(figure_label("12.0 s", "en"), "12.0 s");
    EXPECT_EQ(figure_label("12.0 s", "ar"), "12.0 ثانية");
    EXPECT_EQ(figure_label("4.0 min", "ar"), "4.0 دقيقة");
    EXPECT_EQ(figure_label("180.6 h", "ar"), "180.6 ساعة");
    EXPECT_EQ(figure_label("3 h", "ar"), "3 ساعات");
    EXPECT_EQ(figure_label("10 s", "ar"), "10 ثوان");
    EXPECT_EQ(figure_label("11 min", "ar"), "11 دقيقة");
    EXPECT_EQ(figure_label("9 min", "ar"), "9 دقائق");
    for (const char* same : {"96.00 %", "25,352", "–", "<", "", "+24.0 %"}) {
        EXPECT_EQ(figure_label(same, "ar"), same);
    }
}

TEST(Labels, WhatAFigureMustReachIsToldInTheLanguage) {
    EXPECT_EQ(figure_label("91.20 % (at least 95 %)", "en"), "91.20 % (at least 95 %)");
    EXPECT_EQ(figure_label("91.20 % (at least 95 %)", "ar"), "91.20 % (لا يقل عن 95 %)");
    EXPECT_EQ(figure_label("180.6 h (at most 168 h)", "ar"), "180.6 ساعة (لا يزيد على 168 ساعة)");
    EXPECT_EQ(figure_label("11.0 min (at most 5 min)", "ar"), "11.0 دقيقة (لا يزيد على 5 دقائق)");
}

TEST(Labels, EveryStandingOfAFollowUpHasAnArabicWord) {
    for (uint8_t i = 1; i <= projections::kFollowUpStatusCount; ++i) {
        const auto code = projections::name_of(*projections::follow_up_status(i));
        EXPECT_EQ(follow_up_label(code, "en"), code);
        EXPECT_NE(follow_up_label(code, "ar"), code);
    }
    std::vector<std::string_view> others{"in-time", "late", "overdue"};
    for (const auto kind :
         {projections::AggregateKind::Case, projections::AggregateKind::KpiReferral}) {
        others.push_back(projections::name_of(kind));
    }
    for (const std::string_view code : others) {
        EXPECT_EQ(follow_up_label(code, "en"), code);
        EXPECT_NE(follow_up_label(code, "ar"), code);
    }
    EXPECT_EQ(follow_up_label("", "ar"), "");
    EXPECT_EQ(follow_up_label("0-2", "ar"), "0-2");
}

TEST(Labels, WhatTheProgramItselfNamesHasALabelInBothLanguages) {
    size_t values = 0;
    for (const projections::CubeDescriptor& cube : projections::all_cubes()) {
        std::vector<std::string_view> dimensions(cube.dimensions.begin(), cube.dimensions.end());
        dimensions.push_back(projections::kAgeDimension);
        for (const std::string_view dimension : dimensions) {
            for (const std::string_view value : projections::values_of(cube.cube, dimension)) {
                ++values;
                EXPECT_NE(label(value, "ar", dimension), value) << dimension;
                EXPECT_NE(label(value, "en", dimension), value) << dimension;
            }
        }
    }
    EXPECT_GT(values, 40U);
    EXPECT_EQ(label("le_14d", "en", "age"), "8 to 14 days");
}

TEST(Labels, AHeadingFitsWhateverStandsBelowIt) {
    EXPECT_EQ(heading("referrals", "ar"), "الإحالات");  // their number, and the list of them
    EXPECT_EQ(heading("referred", "ar"), "متى أحيل");   // an instant, and "before"
}

TEST(Labels, WhatWaitsForNoDepartmentIsNotUnknown) {
    EXPECT_EQ(label("", "en", "department"), "(no department)");
    EXPECT_EQ(label("", "ar", "department"), "(بلا إدارة)");
    EXPECT_EQ(label("", "en", "queue"), "(not known)");
    EXPECT_EQ(label("", "ar"), "(غير معروف)");
}

TEST(Labels, MarksOfDirectionTakeNoColumn) {
    EXPECT_EQ(display_width("\u206812.0 ثانية\u2069"), display_width("12.0 ثانية"));
}

TEST(Text, WhatIsPrintedNeitherMovesTheCursorNorBeginsALineNorTurnsWhatFollows) {
    EXPECT_EQ(printable("a\n\x1b[2J\x7f\tb"), R"(a\u000a\u001b[2J\u007f\u0009b)");
    EXPECT_EQ(printable("\u009b\u2028\u202e\u2067."), R"(\u009b\u2028\u202e\u2067.)");
    EXPECT_EQ(printable("\x9b"
                        "2J"),
              R"(\u009b2J)")
        << "a byte that is no UTF-8";
    const std::string ours = "\u206812.0 ثانية\u2069 é \"بلا\"";
    EXPECT_EQ(printable(ours), ours);
}

}  // namespace
}  // namespace sijill::api
