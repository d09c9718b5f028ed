// Goal: a work list shows each follow-up where it stands, and targets, referrals and publications
// follow their rules to the last digit. Method: a few events as JSON, folded; values by hand.

#include "projections/work_list.h"

#include "projections/publication.h"
#include "projections/targets.h"
#include "tests/support/built_in_kpis.h"
#include "tests/support/event_text.h"
#include "tests/support/fold_harness.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sijill::projections {
namespace {

using nlohmann::json;

constexpr const char* kAsked = "2017-01-15T09:00:00.000Z";
constexpr int64_t kAskedMs = 1'484'470'800'000;
constexpr int64_t kDay = 86'400'000;
constexpr const char* kDue = "2017-01-18T09:00:00.000Z";
constexpr int64_t kDueMs = kAskedMs + 3 * kDay;

class WorkLists : public testing::Test {
  protected:
    void tell(const std::string& name,
              const std::string& subject,
              json data,
              const char* at = kAsked) {
        const std::string id = "event-" + std::to_string(++ids_);
        harness_.tell(subject, event_json(name, subject, id, at, std::move(data)).dump());
    }
    void refer(const std::string& of_case, const std::string& referral, bool due = true) {
        tell("case.opened",
             of_case,
             {{"case_id", of_case},
              {"kind", "complaint"},
              {"purposes", {"other"}},
              {"priority", "normal"},
              {"opened_at", kAsked},
              {"opened_via", "phone"}});
        json data{{"referral_id", referral},
                  {"case_id", of_case},
                  {"from_unit", "centre"},
                  {"to_department", "roads"},
                  {"reason", "other"},
                  {"requested_at", kAsked}};
        if (due) {
            data["due_at"] = kDue;
        }
        tell("referral.requested", of_case, std::move(data));
    }
    void refer_figure(const std::string& id) {
        tell("kpi.referred",
             id,
             {{"kpi_referral_id", id},
              {"kpi", "answer-rate"},
              {"definition_version", 1},
              {"period", "2017-M01"},
              {"dimensions", {{"queue", "general"}}},
              {"numerator", 90},
              {"denominator", 100},
              {"target", 95'500},
              {"direction", "at_least"},
              {"base", "offered"},
              {"to_department", "roads"},
              {"referred_at", kAsked},
              {"position", "0:1"},
              {"due_at", kDue}});
    }
    WorkList list(int64_t now_ms, const WorkListFilter& filter = {}) {
        harness_.commit();
        const auto local_time = LocalTime::of("Asia/Bahrain");
        auto found = work_list_of({&harness_.rows()}, "roads", filter, *local_time, now_ms);
        EXPECT_TRUE(found) << found.error().message;
        return found ? *found : WorkList();
    }
    FoldHarness harness_;
    int ids_ = 0;
};

TEST_F(WorkLists, OverdueBeginsBehindTheDueInstant) {
    refer("case-1", "r-1");
    EXPECT_EQ(list(kDueMs).counts.overdue, 0);
    const WorkList late = list(kDueMs + 1);
    EXPECT_EQ(late.counts.overdue, 1);
    EXPECT_TRUE(late.items.at(0).late(kDueMs + 1));
    EXPECT_EQ(list(kDueMs + 1, {.only_overdue = true}).items.size(), 1U);
    EXPECT_TRUE(list(kDueMs, {.only_overdue = true}).items.empty());
}

TEST_F(WorkLists, WithoutADueDateNothingIsEverLate) {
    refer("case-1", "r-1", false);
    const WorkList far = list(kAskedMs + 10'000 * kDay);
    EXPECT_EQ(far.counts.overdue, 0);
    EXPECT_EQ(far.counts.open_by_age.back(), 1);
}

TEST_F(WorkLists, AgesAreWholeDaysWithTheEdgeIncluded) {
    EXPECT_EQ(age_bucket(0), 0U);
    EXPECT_EQ(age_bucket(3 * kDay - 1), 0U);
    EXPECT_EQ(age_bucket(3 * kDay), 1U);
    EXPECT_EQ(age_bucket(31 * kDay - 1), 3U);
    EXPECT_EQ(age_bucket(31 * kDay), 4U);
    EXPECT_EQ(age_bucket_name(0) + " " + age_bucket_name(1) + " " + age_bucket_name(4),
              "0-2 3-7 31+");
    refer("case-1", "r-1");
    EXPECT_EQ(list(kAskedMs - kDay).items.at(0).age_ms(kAskedMs - kDay), 0) << "a clock before it";
}

TEST_F(WorkLists, AnAnsweredReferralIsSettledWhenItWasAnswered) {
    refer("case-1", "r-1");
    tell("referral.accepted", "case-1", {{"referral_id", "r-1"}, {"at", kAsked}});
    EXPECT_EQ(list(kAskedMs).items.at(0).status, FollowUpStatus::Accepted);
    tell("referral.answered",
         "case-1",
         {{"referral_id", "r-1"}, {"at", "2017-01-20T09:00:00.000Z"}, {"outcome", "actioned"}},
         "2017-01-20T09:00:00.000Z");
    const WorkList done = list(kAskedMs + 100 * kDay);
    ASSERT_EQ(done.items.size(), 1U);
    EXPECT_EQ(done.items[0].status, FollowUpStatus::Answered);
    EXPECT_EQ(done.items[0].settled_at_ms, kAskedMs + 5 * kDay);
    EXPECT_EQ(done.items[0].age_ms(kAskedMs + 100 * kDay), 5 * kDay);
    EXPECT_TRUE(done.items[0].late(0)) << "two days behind its due date, whatever the clock";
    EXPECT_EQ(done.counts.overdue, 0) << "what is settled is not overdue any more";
    EXPECT_TRUE(list(0, {.only_open = true}).items.empty());
    const auto january = parse_period("2017-01-20");
    const auto other = parse_period("2017-01-21");
    EXPECT_EQ(list(0, {.settled_in = *january}).items.size(), 1U);
    EXPECT_TRUE(list(0, {.settled_in = *other}).items.empty());
    EXPECT_EQ(list(0, {.settled_in = *parse_period("2017-01-20T12")}).items.size(), 1U);
    EXPECT_TRUE(list(0, {.settled_in = *parse_period("2017-01-20T13")}).items.empty());
}

TEST_F(WorkLists, AVoidedReferralLeavesTheList) {
    refer("case-1", "r-1");
    tell("event.voided",
         "case-1",
         {{"target_source", "/test"}, {"target_id", "event-2"}, {"reason", "mistake"}});
    EXPECT_TRUE(list(kAskedMs).items.empty());
}

TEST_F(WorkLists, AFigureIsListedBesideCasesUntilTheCentreClosesIt) {
    refer("case-1", "r-1");
    refer_figure("k-1");
    const WorkList both = list(kAskedMs);
    ASSERT_EQ(both.items.size(), 2U);
    ASSERT_TRUE(both.items[1].figure);
    EXPECT_EQ(both.items[1].referral, "");
    const ReferredFigure& figure = *both.items[1].figure;
    EXPECT_EQ(figure.figure, (Figure{90, 100}));
    EXPECT_EQ(figure.target, 95'500);
    EXPECT_EQ(figure.direction, TargetDirection::AtLeast);
    EXPECT_EQ(figure.base, "offered");
    EXPECT_EQ(json::parse(figure.dimensions), (json{{"queue", "general"}}));
    tell("kpi.referral_closed", "k-1", {{"at", kDue}, {"outcome", "withdrawn"}}, kDue);
    const WorkList closed = list(kDueMs, {.status = FollowUpStatus::Closed});
    ASSERT_EQ(closed.items.size(), 1U);
    EXPECT_EQ(closed.items[0].settled_at_ms, kDueMs);
}

TEST_F(WorkLists, PagesTogetherAreTheListAndEachHasTheWholeCounts) {
    for (int i = 0; i < 7; ++i) {  // of one instant: the subjects decide
        refer("case-" + std::to_string(i), "r-" + std::to_string(i % 3));
    }
    refer("case-3", "r-9");
    refer_figure("k-1");
    const WorkList whole = list(kAskedMs);
    ASSERT_EQ(whole.items.size(), 9U);
    EXPECT_FALSE(whole.next);
    for (const size_t limit : {1U, 2U, 8U, 9U}) {
        WorkListFilter filter{.limit = limit};
        std::vector<FollowUp> together;
        for (bool more = true; more;) {
            const WorkList page = list(kAskedMs, filter);
            EXPECT_EQ(page.counts, whole.counts);
            EXPECT_LE(page.items.size(), limit);
            together.insert(together.end(), page.items.begin(), page.items.end());
            more = page.next.has_value();
            filter.after = page.next.value_or(FollowUpPlace());
            ASSERT_LE(together.size(), whole.items.size());
        }
        EXPECT_EQ(together, whole.items) << limit;
    }
}

TEST_F(WorkLists, APeriodsRevisionsCountUpAndKeepTheirRules) {
    const auto publish = [this](const std::string& name, int revision, const std::string& digit) {
        tell(name,
             "2017-Q1",
             {{"period", "2017-Q1"},
              {"revision", revision},
              {"digest", std::string(64, digit[0])},
              {"position", "0:1"},
              {"rules", std::string(64, 'f')}});
    };
    publish("period.restated", 1, "a");  // nothing to restate: illegal
    publish("period.sealed", 1, "a");
    publish("period.restated", 3, "b");  // 2 is next: illegal
    publish("period.restated", 2, "c");
    const auto publication = publication_of(harness_.rows(), *parse_period("2017-Q1"));
    ASSERT_TRUE(publication);
    EXPECT_EQ(publication->version, 2) << "what is illegal is no version";
    const auto& revisions = publication->revisions;
    ASSERT_EQ(revisions.size(), 2U);
    const std::string rules(64, 'f');
    EXPECT_EQ(standing_of({}, "", rules), PeriodStanding::Open);
    EXPECT_EQ(standing_of(revisions, std::string(64, 'c'), rules), PeriodStanding::Sealed);
    EXPECT_EQ(standing_of(revisions, std::string(64, 'a'), rules), PeriodStanding::Changed);
    EXPECT_EQ(standing_of(revisions, std::string(64, 'c'), "0"), PeriodStanding::OtherRules);
}

TEST_F(WorkLists, ChangesNameEachFigureThatDiffersOnce) {
    const auto period = parse_period("2017-Q1");
    harness_.commit();
    const auto before = published_figures({&harness_.rows()}, built_in(), *period);
    refer("case-1", "r-1");
    harness_.commit();
    const auto after = published_figures({&harness_.rows()}, built_in(), *period);
    ASSERT_TRUE(before && after);
    EXPECT_NE(digest_of(*before), digest_of(*after));
    EXPECT_TRUE(changes_between(*after, *after).empty());
    const auto changes = changes_between(*before, *after);
    const auto opened = std::ranges::find_if(changes, [](const ChangedFigure& each) {
        return each.name.kpi->id == "cases-opened" && each.name.dimension.empty();
    });
    ASSERT_NE(opened, changes.end());
    EXPECT_EQ(opened->before, (Figure{0, std::nullopt}));
    EXPECT_EQ(opened->after, (Figure{1, std::nullopt}));
    const auto kind = std::ranges::find_if(changes, [](const ChangedFigure& each) {
        return each.name.kpi->id == "cases-opened" && each.name.value == "complaint";
    });
    ASSERT_NE(kind, changes.end());
    EXPECT_FALSE(kind->before) << "no case of this kind was there";
    const auto back = changes_between(*after, *before);
    EXPECT_EQ(back.size(), changes.size());
}

KpiTarget target(const std::string& kpi, TargetDirection direction, int64_t thousandths) {
    KpiTarget made;
    made.kpi = kpi;
    made.department = "roads";
    made.direction = direction;
    made.thousandths = thousandths;
    return made;
}

TEST(Targets, AFigureOnItsTargetReachesIt) {
    const KpiDefinition& rate = *find_kpi("answer-rate");
    const KpiTarget least = target("answer-rate", TargetDirection::AtLeast, 95'500);
    EXPECT_FALSE(misses(least, rate, {955, 1000}));
    EXPECT_TRUE(misses(least, rate, {954'999'999, 1'000'000'000}));
    const KpiTarget most = target("average-speed-of-answer", TargetDirection::AtMost, 12'000);
    const KpiDefinition& speed = *find_kpi("average-speed-of-answer");
    EXPECT_FALSE(misses(most, speed, {int64_t{12'000} * 7, 7}));
    EXPECT_TRUE(misses(most, speed, {int64_t{12'000} * 7 + 1, 7}));
    const KpiDefinition& count = *find_kpi("complaints");
    const KpiTarget complaints = target("complaints", TargetDirection::AtMost, 55'000);
    EXPECT_FALSE(misses(complaints, count, {55, std::nullopt}));
    EXPECT_TRUE(misses(complaints, count, {56, std::nullopt}));
}

TEST(Targets, WhatHasNoValueOrIsOverTooFewIsNotJudged) {
    const KpiDefinition& rate = *find_kpi("answer-rate");
    KpiTarget least = target("answer-rate", TargetDirection::AtLeast, 95'000);
    EXPECT_FALSE(misses(least, rate, {0, 0}));
    EXPECT_FALSE(misses(least, rate, {0, std::nullopt}));
    least.least = 30;
    EXPECT_FALSE(misses(least, rate, {0, 29}));
    EXPECT_TRUE(misses(least, rate, {0, 30}));
}

TEST(Targets, TheirDecimalsAreExact) {
    EXPECT_EQ(parse_thousandths("95"), 95'000);
    EXPECT_EQ(parse_thousandths("-12.5"), -12'500);
    EXPECT_EQ(parse_thousandths("0.001"), 1);
    for (const char* bad :
         {"", ".", "1.", ".5", "1.2345", "1e3", "+1", "1234567890", "1 ", "--1"}) {
        EXPECT_FALSE(parse_thousandths(bad)) << bad;
    }
    for (const int64_t value :
         std::initializer_list<int64_t>{0, 1, -1, 100, 95500, -12000, 999999999999}) {
        EXPECT_EQ(parse_thousandths(format_thousandths(value)), value);
    }
    EXPECT_EQ(print_target(TargetDirection::AtMost, 12'500, Unit::Minutes), "at most 12.5 min");
}

TEST(Targets, AReferralsIdIsItsTargetPeriodAndValue) {
    const KpiTarget one = target("answer-rate", TargetDirection::AtLeast, 95'000);
    KpiTarget stricter = one;
    stricter.thousandths = 99'000;
    EXPECT_EQ(referral_id_of(one, "2017-Q1", ""), referral_id_of(stricter, "2017-Q1", ""))
        << "a target that moved refers nothing twice";
    KpiTarget narrowed = one;
    narrowed.filters["queue"] = "general";
    EXPECT_NE(referral_id_of(one, "2017-Q1", ""), referral_id_of(narrowed, "2017-Q1", ""));
    EXPECT_NE(referral_id_of(one, "2017-Q1", ""), referral_id_of(one, "2017-Q2", ""));
    EXPECT_NE(referral_id_of(one, "2017-Q1", ""), referral_id_of(one, "2017-Q1", "general"));
}

}  // namespace
}  // namespace sijill::projections
