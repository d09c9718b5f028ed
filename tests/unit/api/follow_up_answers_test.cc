// Goal: the links of a work list open for the one who asks.

#include "api/follow_up_answers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sijill::api {
namespace {

projections::FollowUp figure(const std::string& kpi, const std::string& base = "") {
    projections::FollowUp each;
    each.status = projections::FollowUpStatus::Waiting;
    each.kind = projections::AggregateKind::KpiReferral;
    each.subject = "k-1";
    each.figure.emplace();
    each.figure->kpi = kpi;
    each.figure->base = base;
    each.figure->dimensions = R"({"queue":"general"})";
    each.figure->period = "2017-Q1";
    each.figure->figure = {90, 100};
    return each;
}

std::vector<std::string> links(const std::vector<projections::FollowUp>& items, Opens opens) {
    projections::WorkList list;
    list.items = items;
    const Table table = work_list_table(list, projections::KpiCatalogue(), 0, opens);
    std::vector<std::string> all;
    for (const auto& row : table.rows) {
        all.push_back(row.back());
    }
    return all;
}

TEST(WorkListLinks, OnlyWhatWouldOpenHasOne) {
    projections::FollowUp of_case;
    of_case.status = projections::FollowUpStatus::Waiting;
    of_case.kind = projections::AggregateKind::Case;
    of_case.subject = "case-1";
    const std::vector<projections::FollowUp> items{
        of_case,
        figure("answer-rate"),
        figure("purpose-share-mean-of-months"),
        figure("complaint-rate", "offered-in-a-mean-month"),
        figure("no-such-kpi")};
    const std::string opened = "/v1/kpis/answer-rate/cases?period=2017-Q1&queue=general";
    using Links = std::vector<std::string>;
    EXPECT_EQ(links(items, {true, true}), (Links{"/v1/cases/case-1", opened, "", "", ""}));
    EXPECT_EQ(links(items, {true, false}), (Links{"/v1/cases/case-1", "", "", "", ""}));
    EXPECT_EQ(links(items, {false, false}), (Links{"", "", "", "", ""}));
}

TEST(WorkListLinks, ADepartmentOpensCasesAndWhoMayNotReadNothing) {
    Asked asked;
    EXPECT_TRUE(opens_for(asked).figures);
    asked.departments = {"roads"};
    EXPECT_TRUE(opens_for(asked).cases);
    EXPECT_FALSE(opens_for(asked).figures);
    asked.departments = {};
    asked.reads = false;
    EXPECT_FALSE(opens_for(asked).cases || opens_for(asked).figures);
}

}  // namespace
}  // namespace sijill::api
