// Goal: what a case's end, a merge or an assessment does to the figures is what a person counts by
// hand. Method: as in kpi_case_figures_test.cc.

#include "tests/support/kpi_figures.h"

namespace sijill::projections {
namespace {

class CaseEnds : public KpiFigures {};

// The last append is on 14 July, in the morning.
TEST_F(CaseEnds, OfWhatIsNotOverYetNothingIsOverdue) {
    at_ = "2017-07-10T09:00:00.000Z";
    const std::string id = new_case();
    refer(id, "ahead", "projects", "2017-07-14T10:00:00.000Z");
    answer(id, "ahead", "2017-07-14T22:40:00.000Z");  // by a clock 20 hours fast
    period_ = "2017-M07";
    EXPECT_EQ(count("referrals-overdue"), 0) << "it fell due today";
    refer(id, "today", "projects", "2017-07-12T09:00:00.000Z");
    EXPECT_EQ(count("referrals-overdue"), 1);
    answer(id, "today", "2017-07-14T02:00:00.000Z");
    EXPECT_EQ(count("referrals-overdue"), 0) << "an answer of today is known";
}

TEST_F(CaseEnds, OnlyAnEndBehindAComplaintDropsItsPromise) {
    const std::string id = new_case("complaint");
    resolve(id, true);
    complain(id, kDaysOn);
    period_ = "2017-01-20";
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 1}));
    EXPECT_EQ(count("sla-breaches"), 1);
    tell("case.closed", id, {{"reason", "resolved"}});
    EXPECT_EQ(count("sla-breaches"), 1) << "it had ended, and was only filed";
    reopen(id, 2);
    EXPECT_EQ(count("sla-breaches"), 1);
    tell("case.closed", id, {{"reason", "withdrawn"}});
    EXPECT_EQ(count("sla-breaches"), 0) << "this end is behind it";
}

TEST_F(CaseEnds, WhatIsNotAdmissibleIsOwedNoAnswer) {
    const auto assessed = [this](bool admissible, const char* at) {
        std::string id = new_case("complaint");
        complain(id, kTwoHoursOn);
        tell("complaint.assessed",
             id,
             {{"severity", "high"}, {"admissible", admissible}, {"due_at", kDaysOn}},
             at);
        return id;
    };
    assessed(false, kTwoHoursOn);
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 0}));
    assessed(false, kDaysOn);
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 1})) << "it was broken before";
    tell("complaint.assessed",
         assessed(false, kAt),
         {{"severity", "high"}, {"admissible", true}, {"due_at", kDaysOn}});
    assessed(true, kAt);
    period_ = "2017-01-20";
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 2}))
        << "the last admissible one says until when";
}

// An own KPI may ask for these.
TEST_F(CaseEnds, EveryEndStaysInItsHour) {
    const std::string id = new_case();
    tell("case.closed", id, {{"reason", "withdrawn"}}, "2017-01-16T09:00:00.000Z");
    at_ = "2017-03-01T09:00:00.000Z";
    reopen(id, 2);
    resolve_at(id, "2017-03-02T09:00:00.000Z");
    tell("case.closed", id, {{"reason", "resolved"}}, "2017-03-03T09:00:00.000Z");
    reopen(id, 3);
    resolve_at(id, "2017-03-04T09:00:00.000Z");
    at_ = kAt;
    tell("case.merged_into", new_case(), {{"other_case_id", id}, {"merge_id", "m"}, {"by", "x"}});
    tell("case.cancelled", new_case(), {{"reason", "test"}});
    const auto cells = harness_.cells();
    const auto happened = [&cells](int day, const std::string& what) {
        const int hour = (17'167 + day) * 24 + 12;  // 1 January 2017 was day 17167
        const auto cell = cells.find("case_flow|" + std::to_string(hour) + "|enquiry|" + what);
        return cell == cells.end() ? 0 : cell->second;
    };
    EXPECT_EQ(happened(15, "closed"), 1) << "a reopening takes nothing back";
    EXPECT_EQ(happened(60, "resolved"), 1);
    EXPECT_EQ(happened(61, "closed"), 1);
    EXPECT_EQ(happened(62, "resolved"), 1) << "each resolution, not the first alone";
    EXPECT_EQ(happened(14, "closed"), 0) << "merged and cancelled is not closed";
    EXPECT_EQ(happened(14, "merged"), 1);
    EXPECT_EQ(happened(14, "cancelled"), 1);
}

TEST_F(CaseEnds, MergedCasesAreInNoCohortOfResolutions) {
    const std::string survivor = new_case();
    tell("case.merged_into",
         new_case(),
         {{"other_case_id", survivor}, {"merge_id", "m"}, {"by", "x"}});
    resolve(survivor, true);
    EXPECT_EQ(figure("resolution-rate"), (Figure{1, 1}));
    EXPECT_EQ(figure("resolved-in-time", "opened-not-merged"), (Figure{1, 1}));
    EXPECT_EQ(figure("first-contact-resolution"), (Figure{1, 1}));
    EXPECT_EQ(count("cases-opened"), 2) << "opened they were";
}

}  // namespace
}  // namespace sijill::projections
