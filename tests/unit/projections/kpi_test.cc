// Goal: figures print exactly, questions that make no sense are answered with what does, the
// catalogue is sound.

#include "projections/kpi.h"

#include "tests/support/built_in_kpis.h"
#include "tests/support/memory_rows.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::projections {
namespace {

TEST(KpiFigures, AreRoundedExactlyHalfAwayFromZero) {
    EXPECT_EQ(decimal_text(12345, 100, 1, false), "123.5");
    EXPECT_EQ(decimal_text(-12345, 100, 1, false), "-123.5");
    EXPECT_EQ(decimal_text(1, 3, 2, false), "0.33");
    EXPECT_EQ(decimal_text(2, 3, 2, false), "0.67");
    EXPECT_EQ(decimal_text(1, 200, 2, false), "0.01");
    EXPECT_EQ(decimal_text(-1, 1000, 2, false), "0.00");
    EXPECT_EQ(decimal_text(25352, 1, 0, true), "25,352");
    EXPECT_EQ(decimal_text(1234567, 1, 0, true), "1,234,567");
    EXPECT_EQ(decimal_text(999, 1, 0, true), "999");
    EXPECT_EQ(decimal_text(INT64_MAX, 1, 2, false), "9223372036854775807.00");
    EXPECT_EQ(decimal_text(5'000'000'000'000'000'007, 1, 0, true), "5,000,000,000,000,000,007");
}

TEST(KpiFigures, PrintAsPublished) {
    EXPECT_EQ(print(*find_kpi("answer-rate"), {21216, 22100}), "96.00 %");
    EXPECT_EQ(print(*find_kpi("average-speed-of-answer"), {254592000, 21216}), "12.0 s");
    EXPECT_EQ(print(*find_kpi("chat-first-response"), {781200000, 1302}), "10.0 min");
    EXPECT_EQ(print(*find_kpi("transactions"), {25352, std::nullopt}), "25,352");
    EXPECT_EQ(print(*find_kpi("answer-rate"), {0, 0}), "–");
    EXPECT_EQ(value_text(*find_kpi("answer-rate"), {0, 0}), std::nullopt);
    EXPECT_EQ(value_text(*find_kpi("answer-rate"), {21216, 22100}), "96.0");
    EXPECT_EQ(value_text(*find_kpi("answer-rate"), {1, 3}), "33.333333");
    EXPECT_EQ(growth_text({1, 8}), "12.5");
    EXPECT_EQ(growth_text({}), std::nullopt);
}

TEST(KpiGrowth, IsExactForCountsAndRatios) {
    EXPECT_EQ(print_growth(growth({1302, std::nullopt}, {1050, std::nullopt})), "+24.0 %");
    EXPECT_EQ(print_growth(growth({90, 100}, {80, 100})), "+12.5 %");
    EXPECT_EQ(print_growth(growth({40, 100}, {80, 100})), "-50.0 %");
    EXPECT_EQ(print_growth(growth({5, std::nullopt}, {0, std::nullopt})), "–");
    // Of a score below 0, what rises has a plus all the same.
    EXPECT_EQ(print_growth(growth({-20, 100}, {-40, 100})), "+50.0 %");
    EXPECT_EQ(print_growth(growth({20, 100}, {-20, 100})), "+200.0 %");
    EXPECT_EQ(print_growth(growth({-20, 100}, {20, 100})), "-200.0 %");
    EXPECT_EQ(growth_text(growth({-40, 100}, {-20, 100})), "-100.0");
    EXPECT_EQ(print_growth(growth({8, 100}, {INT64_MAX, INT64_MAX})), "-92.0 %");
}

// Durations of a year of a large centre: their products leave 64 bits.
TEST(KpiGrowth, IsKnownHoweverLargeTheSumsAre) {
    const Figure before{599'940'000'000'000, 150'000};
    const Figure now{430'840'800'000'001, 130'000};
    EXPECT_EQ(print_growth(growth(now, before)), "-17.1 %");
    EXPECT_EQ(growth_text(growth(now, before)), "-17.137714");
    EXPECT_EQ(print_growth(growth({INT64_MAX, INT64_MAX}, {INT64_MAX, 3})), "-100.0 %");
    EXPECT_EQ(print_growth(growth({INT64_MAX - 1, 7}, {INT64_MAX, 11})), "+57.1 %");
}

TEST(KpiFigures, APercentageOfLargeSumsPrintsAsItsValue) {
    const Figure points{INT64_MAX / 2, INT64_MAX / 2};
    EXPECT_EQ(print(*find_kpi("qa-score"), points), "100.00 %");
    EXPECT_EQ(value_text(*find_kpi("qa-score"), points), "100.0");
}

TEST(KpiQuestions, ThatMakeNoSenseAreAnsweredWithWhatDoes) {
    const MemoryRows rows;
    KpiQuery query{
        find_kpi("purpose-share"), *parse_period("2017-Q1"), {{"colour", "red"}}, "", ""};
    auto figure = figure_of({&rows}, query);
    ASSERT_FALSE(figure);
    EXPECT_NE(figure.error().message.find("purpose, queue"), std::string::npos);
    query = {find_kpi("purpose-share"), *parse_period("2017-Q1"), {}, "moon", ""};
    figure = figure_of({&rows}, query);
    ASSERT_FALSE(figure);
    EXPECT_NE(figure.error().message.find("answered, offered"), std::string::npos);
    query = {find_kpi("appointments-booked"), *parse_period("2017-Q1"), {}, "", "moon"};
    ASSERT_FALSE(figure_of({&rows}, query));
}

// 0 would be believed: there were none.
TEST(KpiQuestions, OfAValueThatNoEventCanTellAreRefused) {
    const MemoryRows rows;
    KpiQuery query{
        find_kpi("cases-opened"), *parse_period("2017-Q1"), {{"kind", "complain"}}, "", ""};
    const auto refused = figure_of({&rows}, query);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "cases-opened has no kind 'complain'; there are: complaint, enquiry, request, "
              "suggestion");
    for (const char* kind : {"complaint", ""}) {
        query.filters = {{"kind", kind}};
        EXPECT_TRUE(figure_of({&rows}, query)) << kind;
    }
    query.filters = {{"priority", "a code of the site"}};
    EXPECT_TRUE(figure_of({&rows}, query));
    query.kpi = find_kpi("case-backlog");
    query.filters = {{"age", "le_1d"}};
    ASSERT_FALSE(figure_of({&rows}, query));
    query.filters = {{"age", "le_01d"}};
    EXPECT_TRUE(figure_of({&rows}, query));
}

TEST(KpiQuestions, OverNothingHaveZeroCountsAndNoRatio) {
    const MemoryRows rows;
    const KpiQuery query{find_kpi("answer-rate"), *parse_period("2017-Q1"), {}, "", ""};
    const auto figure = figure_of({&rows}, query);
    ASSERT_TRUE(figure);
    EXPECT_EQ(*figure, (Figure{0, 0}));
}

TEST(KpiCatalogue, SaysInArabicEachRuleThatItSaysInEnglish) {
    using Both = std::pair<std::string_view, std::string_view>;
    const std::vector<Both> rules{
        {"case counts when it was opened", "تحسب الحالة في وقت فتحها"},
        {"referral counts when it was requested", "تحسب الإحالة في وقت طلبها"},
        {"by the clock on the wall", "بالزمن الفعلي لا بساعات العمل"},
        {"not merged", "غير المدمجة"},
        {"last revision counts", "تحسب النسخة الأخيرة"},
        {"as of the last event", "بحسب آخر حدث"},
        {"at least once", "مرة واحدة على الأقل"},
        {"several times", "أكثر من مرة"},
        {"24 hours", "24 ساعة"},
        {"72 hours", "72 ساعة"},
        {"ithout working hours in its configuration", "إن لم تحدد ساعات العمل في الإعدادات"},
        {"is provisional", "مؤقت"},
        {"4 or 5 of 5 (or yes)", "4 أو 5 من 5 (أو نعم)"},
        {"from -100 to 100", "من -100 إلى 100"},
        {"short abandons included", "بما فيها الانقطاع السريع"},
        {"an automatic fail has none", "رسب تلقائيا"},
        {"cancelled and unrecorded ones are left out", "لا تحسب المواعيد الملغاة ولا التي لم تسجل"},
        {"cuts a month", "جزءا من شهر"},
        {"declined, returned, recalled", "رفض أو أعيد أو سحب"},
        {"the attainment lacks", "ما ينقص نسبة الالتزام"},
        {"requested or accepted", "المطلوبة أو المقبولة"},
    };
    std::set<std::string_view> met;
    for (const KpiDefinition& kpi : all_kpis()) {
        for (const auto& [en, ar] : {Both{kpi.definition_en, kpi.definition_ar},
                                     Both{kpi.variant_definition_en, kpi.variant_definition_ar}}) {
            for (const auto& [rule, in_arabic] : rules) {
                if (en.find(rule) != std::string_view::npos) {
                    met.insert(rule);
                    EXPECT_NE(ar.find(in_arabic), std::string_view::npos) << kpi.id << ": " << rule;
                }
            }
        }
    }
    EXPECT_EQ(met.size(), rules.size()) << "a rule that no definition has";
}

TEST(KpiCatalogue, NamesOnlyMeasuresAndDimensionsThatExist) {
    std::set<std::string_view> ids;
    for (const KpiDefinition& kpi : all_kpis()) {
        SCOPED_TRACE(kpi.id);
        EXPECT_TRUE(ids.insert(kpi.id).second) << "an id is used twice";
        EXPECT_FALSE(kpi.name_ar.empty() || kpi.definition_ar.empty() || kpi.name_en.empty() ||
                     kpi.definition_en.empty());
        EXPECT_EQ(kpi.unit == Unit::Count, kpi.bases.empty())
            << "a ratio has a base, a count has none";
        std::vector<SumTerm> terms = kpi.numerator;
        for (const KpiBase& base : kpi.bases) {
            terms.insert(terms.end(), base.terms.begin(), base.terms.end());
        }
        for (const KpiVariant& variant : kpi.variants) {
            EXPECT_NE(variant.filters.empty(), variant.numerator.empty())
                << variant.name << " narrows the numerator or replaces it";
            terms.insert(terms.end(), variant.numerator.begin(), variant.numerator.end());
        }
        for (const SumTerm& term : terms) {
            EXPECT_TRUE(measure_index(term.cube, term.measure)) << term.measure;
            for (const DimensionFilter& filter : term.filters) {
                EXPECT_TRUE(dimension_index(term.cube, filter.dimension)) << filter.dimension;
            }
        }
        for (const std::string_view dimension : kpi.dimensions) {
            for (const SumTerm& term : kpi.numerator) {
                EXPECT_TRUE(has_dimension(term.cube, dimension)) << dimension;
            }
        }
    }
}

}  // namespace
}  // namespace sijill::projections
