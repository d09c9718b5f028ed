// Goal: a KPI that a site defines gives the figure that its words say, opened to the same cases,
// and counts among the rules of what is published.

#include "projections/own_kpi.h"

#include "projections/publication.h"
#include "projections/report.h"
#include "tests/support/kpi_figures.h"

#include <utility>

namespace sijill::projections {
namespace {

OwnKpi long_waits() {
    OwnKpi kpi;
    kpi.id = "unanswered-share";
    kpi.name_en = "Calls that were not answered";
    kpi.name_ar = "نسبة المكالمات غير المجابة";
    kpi.definition_en = "Offered calls that were not answered, of those offered.";
    kpi.definition_ar = "المكالمات غير المجابة من المكالمات الواردة.";
    kpi.unit = Unit::Percent;
    kpi.decimals = 1;
    kpi.numerator = {{"calls.offered", {}, {{"queue", "vip"}}},
                     {"calls.answered", {}, {{"queue", "vip"}}, true}};
    kpi.denominator = {{"calls.offered"}};
    return kpi;
}

class OwnKpis : public KpiFigures {
  protected:
    Result<Figure> asked(const KpiCatalogue& kpis,
                         std::map<std::string, std::string> filters = {}) {
        return figure_of(
            {&harness_.rows()},
            {kpis.find("unanswered-share"), *parse_period("2017-Q1"), std::move(filters), "", ""});
    }
};

TEST_F(OwnKpis, AreSumsOfMeasuresWithFilters) {
    answered_after(1'000);
    answered_after(2'000);
    abandoned_after(30'000);
    new_call("vip");
    ASSERT_EQ(flaws_of(long_waits()), std::vector<OwnFlaw>());
    const KpiCatalogue kpis({long_waits()});
    EXPECT_EQ(*asked(kpis), (Figure{1, 4}));
    EXPECT_EQ(*asked(kpis, {{"queue", "vip"}}), (Figure{0, 1}));
    const KpiDefinition& kpi = *kpis.find("unanswered-share");
    EXPECT_EQ(print(kpi, *asked(kpis)), "25.0 %");
    EXPECT_EQ(kpi.dimensions, (std::vector<std::string_view>{"queue", "language"}));
    EXPECT_EQ(kpi.basis, "cohort");
    EXPECT_EQ(KpiCatalogue().find("unanswered-share"), nullptr);
    const auto by =
        figures_by({&harness_.rows()}, {&kpi, *parse_period("2017-Q1"), {}, "", ""}, "queue");
    EXPECT_EQ(by->at("vip"), (Figure{0, 1}));
}

TEST_F(OwnKpis, OutliveTheCatalogueTheyWereCopiedFrom) {
    answered_after(1'000);
    KpiCatalogue copy;
    {
        const KpiCatalogue kpis({long_waits()});
        copy = kpis;
    }
    EXPECT_EQ(*asked(copy), (Figure{0, 1}));
}

TEST_F(OwnKpis, StandInReportsAndInTheRulesOfWhatIsPublished) {
    answered_after(1'000);
    const KpiCatalogue kpis({long_waits()});
    const auto report = make_report({&harness_.rows()}, kpis, *parse_period("2017-Q1"));
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->sections.back().lines.at(0).kpi->id, "unanswered-share");
    const std::string without = rules_digest("f", KpiCatalogue());
    EXPECT_NE(rules_digest("f", kpis), without);
    OwnKpi other = long_waits();
    other.numerator.pop_back();
    EXPECT_NE(rules_digest("f", KpiCatalogue({other})), rules_digest("f", kpis));
    OwnKpi renamed = long_waits();
    renamed.name_en = "Another name";
    EXPECT_EQ(rules_digest("f", KpiCatalogue({renamed})), rules_digest("f", kpis));
}

}  // namespace
}  // namespace sijill::projections
