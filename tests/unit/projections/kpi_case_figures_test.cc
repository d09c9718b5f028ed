// Goal: the KPIs of a case's life give what a person counts by hand, at the edges of days, episodes
// and due instants. Method: a few events as JSON, folded, and figures asked of the rows.

#include "tests/support/kpi_figures.h"

namespace sijill::projections {
namespace {

// The centre's midnight is at 21:00Z.
TEST_F(KpiFigures, ACaseIsInTheBacklogFromTheMidnightBehindItsOpening) {
    at_ = "2017-01-15T20:59:59.999Z";
    new_case();
    at_ = "2017-01-15T21:00:00.000Z";
    new_case("complaint");
    for (const auto& [period, cases] : std::map<std::string, int64_t>{{"2017-01-14", 0},
                                                                      {"2017-01-15", 1},
                                                                      {"2017-01-16", 2},
                                                                      {"2017-W02", 1},
                                                                      {"2017-M01", 2},
                                                                      {"2017", 2},
                                                                      {"2016", 0}}) {
        period_ = period;
        EXPECT_EQ(count("case-backlog"), cases) << period;
    }
    period_ = "2017-Q1";
    EXPECT_EQ(count("case-backlog", {{"kind", "complaint"}}), 1);
}

TEST_F(KpiFigures, ACaseLeavesTheBacklogHoweverItEnds) {
    std::vector<std::string> cases(6);
    std::ranges::generate(cases, [this] { return new_case(); });
    at_ = "2017-01-18T08:00:00.000Z";
    resolve(cases[0], true);
    tell("case.closed", cases[1], {{"reason", "no_answer"}});
    tell("case.merged_into",
         cases[2],
         {{"other_case_id", cases[5]}, {"merge_id", "m-1"}, {"by", "x"}});
    tell("case.cancelled", cases[3], {{"reason", "test"}});
    at_ = "2017-01-19T08:00:00.000Z";
    tell("case.closed", cases[0], {{"reason", "resolved"}});
    resolve(cases[4], false);
    at_ = "2017-01-21T08:00:00.000Z";
    reopen(cases[0], 2);
    for (const auto& [period, open] : std::map<std::string, int64_t>{{"2017-01-15", 6},
                                                                     {"2017-01-17", 6},
                                                                     {"2017-01-18", 2},
                                                                     {"2017-01-19", 1},
                                                                     {"2017-01-20", 1},
                                                                     {"2017-01-21", 2},
                                                                     {"2017-Q1", 2}}) {
        period_ = period;
        EXPECT_EQ(count("case-backlog"), open) << period;
    }
}

TEST_F(KpiFigures, ACaseThatEndsOnItsFirstDayWasNeverBacklog) {
    const std::string id = new_case();
    at_ = kTwoHoursOn;
    resolve(id, true);
    EXPECT_EQ(count("case-backlog"), 0);
    EXPECT_TRUE(std::ranges::none_of(harness_.cells(), [](const auto& cell) {
        return cell.first.starts_with("case_backlog");
    })) << "it costs no cell";
}

TEST_F(KpiFigures, AnEndBeforeTheBeginningNeverCounts) {
    const std::string id = new_case();
    at_ = "2017-01-10T08:00:00.000Z";  // the clock of another source
    resolve(id, true);
    for (const char* period : {"2017-01-09", "2017-01-10", "2017-01-14", "2017-01-15", "2017-Q1"}) {
        period_ = period;
        EXPECT_EQ(count("case-backlog"), 0) << period;
    }
}

TEST_F(KpiFigures, ACaseIsNotMergedIntoItself) {
    const std::string id = new_case();
    const json other{{"merge_id", "m"}, {"by", "x"}, {"other_case_id", id}};
    tell("case.merged_into", id, other);
    EXPECT_EQ(count("case-backlog"), 1) << "nothing else would go on";
    EXPECT_EQ(harness_.anomalies(AnomalyReason::IllegalTransition), 1);
}

// Voided and told again it would stand behind what followed, and all of that would be illegal.
TEST_F(KpiFigures, ACorrectedOpeningMovesTheCaseAndKeepsWhatFollowed) {
    const std::string id = new_case();  // on 15 January
    const std::string opening = "event-" + std::to_string(ids_);
    resolve_at(id, kDaysOn);
    tell("event.corrected",
         id,
         {{"target_source", "/test"},
          {"target_id", opening},
          {"patch", json::object()},
          {"time", "2017-01-10T09:00:00+03:00"},
          {"reason", "wrong_clock"}});
    for (const auto& [period, open] : {std::pair("2017-01-09", 0),
                                       std::pair("2017-01-10", 1),
                                       std::pair("2017-01-19", 1),
                                       std::pair("2017-01-20", 0)}) {
        period_ = period;
        EXPECT_EQ(count("case-backlog"), open) << period;
    }
    EXPECT_EQ(harness_.anomalies(AnomalyReason::IllegalTransition), 0);
    EXPECT_EQ(harness_.cells(), harness_.cells_of_states());
}

// The systems that resolved and reopened it have other clocks: the second episode begins no earlier
// than the first ended.
TEST_F(KpiFigures, ACaseIsInTheBacklogOnceWhateverItsClocksSay) {
    at_ = "2017-01-05T09:00:00.000Z";
    const std::string id = new_case();
    resolve_at(id, "2017-01-09T21:30:00.000Z");  // 10 January in the centre
    at_ = "2017-01-09T20:50:00.000Z";
    reopen(id, 2);
    for (const char* period : {"2017-01-08", "2017-01-09", "2017-01-10", "2017-01-11"}) {
        period_ = period;
        EXPECT_EQ(count("case-backlog"), 1) << period;
    }
    resolve_at(id, "2017-01-08T09:00:00.000Z");  // before it began again
    period_ = "2017-01-10";
    EXPECT_EQ(count("case-backlog"), 0);
    period_ = "2017-01-09";
    EXPECT_EQ(count("case-backlog"), 1);
}

TEST_F(KpiFigures, AgesAreCountedFromTheEpisodesDayToThePeriodsEnd) {
    const std::string id = new_case();
    const std::map<std::string, std::string> ages{{"2017-01-15", "le_01d"},
                                                  {"2017-01-16", "le_03d"},
                                                  {"2017-01-17", "le_03d"},
                                                  {"2017-01-18", "le_07d"},
                                                  {"2017-01-21", "le_07d"},
                                                  {"2017-01-22", "le_14d"},
                                                  {"2017-02-13", "le_30d"},
                                                  {"2017-02-14", "le_90d"},
                                                  {"2017-04-14", "le_90d"},
                                                  {"2017-04-15", "over_90d"}};
    std::vector<Period> periods;
    for (const auto& [period, age] : ages) {
        period_ = period;
        periods.push_back(*parse_period(period));
        EXPECT_EQ(count("case-backlog", {{"age", age}}), 1) << period;
        EXPECT_EQ(count("case-backlog", {{"age", age == "le_01d" ? "le_03d" : "le_01d"}}), 0);
    }
    std::ranges::reverse(periods);  // any order in one pass
    const KpiQuery query{find_kpi("case-backlog"), {}, {}, "", ""};
    const auto found = breakdowns_of({&harness_.rows()}, query, periods, "age");
    ASSERT_TRUE(found);
    for (size_t i = 0; i < periods.size(); ++i) {
        const FiguresByValue one{{ages.at(periods[i].id), {1, std::nullopt}}};
        EXPECT_EQ((*found)[i].by, one) << periods[i].id;
        EXPECT_EQ((*found)[i].whole, (Figure{1, std::nullopt}));
    }
    at_ = "2017-04-20T09:00:00.000Z";
    resolve(id, true);
    reopen(id, 2);
    period_ = "2017-04-20";
    EXPECT_EQ(count("case-backlog", {{"age", "le_01d"}}), 1) << "a new episode is new";
}

TEST_F(KpiFigures, ACaseWaitsForTheDepartmentOfItsEarliestOpenReferral) {
    const std::string id = new_case();
    at_ = "2017-01-16T08:00:00.000Z";
    refer(id, "r1", "projects");
    at_ = "2017-01-17T08:00:00.000Z";
    refer(id, "r2", "legal_affairs");
    answer(id, "r1", "2017-01-18T08:00:00.000Z");
    answer(id, "r2", "2017-01-20T08:00:00.000Z");
    const std::map<std::string, std::string> waits{{"2017-01-15", ""},
                                                   {"2017-01-16", "projects"},
                                                   {"2017-01-17", "projects"},
                                                   {"2017-01-18", "legal_affairs"},
                                                   {"2017-01-19", "legal_affairs"},
                                                   {"2017-01-20", ""}};
    for (const auto& [period, department] : waits) {
        period_ = period;
        const KpiQuery query{find_kpi("case-backlog"), *parse_period(period), {}, "", ""};
        const auto by = figures_by({&harness_.rows()}, query, "department");
        ASSERT_TRUE(by);
        EXPECT_EQ(*by, (FiguresByValue{{department, {1, std::nullopt}}})) << period;
        EXPECT_EQ(count("case-backlog", {{"department", "projects"}}), department == "projects");
    }
}

TEST_F(KpiFigures, AnOpenCaseStandsWhereTheLastMoveOfTheDayPutIt) {
    const std::string id = new_case();
    at_ = "2017-01-16T08:00:00.000Z";
    tell("case.assigned", id, {{"queue", "q"}});
    at_ = "2017-01-17T08:00:00.000Z";
    tell("case.pended", id, {{"reason", "awaiting_citizen"}});
    tell("case.resumed", id, {{"reason", "awaiting_citizen"}}, "2017-01-17T20:59:59.999Z");
    tell("case.pended", id, {{"reason", "awaiting_citizen"}}, "2017-01-18T08:00:00.000Z");
    // A clock that is behind: the move was told last, so it holds from the last day on.
    tell("case.resumed", id, {{"reason", "awaiting_citizen"}}, "2017-01-16T08:00:00.000Z");
    at_ = "2017-01-19T08:00:00.000Z";
    refer(id, "r1", "projects");
    answer(id, "r1", "2017-01-20T08:00:00.000Z");
    at_ = "2017-01-21T08:00:00.000Z";
    resolve(id, false);
    at_ = "2017-01-23T08:00:00.000Z";
    reopen(id, 2);
    const std::map<std::string, std::string> stands{{"2017-01-15", "NEW"},
                                                    {"2017-01-16", "OPEN"},
                                                    {"2017-01-17", "OPEN"},
                                                    {"2017-01-18", "OPEN"},
                                                    {"2017-01-19", "REFERRED"},
                                                    {"2017-01-20", "OPEN"},
                                                    {"2017-01-21", ""},
                                                    {"2017-01-23", "OPEN"}};
    for (const auto& [period, status] : stands) {
        period_ = period;
        EXPECT_EQ(count("case-backlog-by-status"), status.empty() ? 0 : 1) << period;
        EXPECT_EQ(count("case-backlog-by-status", {{"status", status}}), status.empty() ? 0 : 1)
            << period;
    }
}

// Due at noon; the harness appends every record in July 2017.
TEST_F(KpiFigures, AnAnswerMeetsItsDueInstantToTheMillisecond) {
    constexpr const char* kDue = "2017-01-16T09:00:00.000Z";
    const std::string id = new_case();
    for (const char* referral : {"met", "late", "open", "declined", "returned"}) {
        refer(id, referral, "projects", kDue);
    }
    answer(id, "met", kDue);
    answer(id, "late", "2017-01-16T09:00:00.001Z");
    tell("referral.declined",
         id,
         {{"referral_id", "declined"}, {"at", kDue}, {"reason", "not_ours"}},
         kDue);
    tell("referral.accepted", id, {{"referral_id", "returned"}, {"at", at_}});
    tell("referral.returned",
         id,
         {{"referral_id", "returned"}, {"at", kDaysOn}, {"reason", "incomplete"}},
         kDaysOn);
    refer(id, "without", "projects");
    period_ = "2017-01-16";
    EXPECT_EQ(figure("sla-attainment"), (Figure{1, 4})) << "dropped in time it is no promise";
    EXPECT_EQ(count("sla-breaches"), 3) << "late, still open, and given back too late";
    EXPECT_EQ(count("sla-breaches", {{"department", "projects"}}), 3);
    EXPECT_EQ(count("sla-breaches", {{"metric", "complaint_response"}}), 0);
    period_ = "2017-01-15";
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 0})) << "it counts when it is due";
}

TEST_F(KpiFigures, AnOpenClockIsBreachedOnlyWhenItsHourHasPassed) {
    const std::string id = new_case();  // the last append is 2017-07-14T02:40:00Z
    refer(id, "past", "projects", "2017-07-14T01:59:59.999Z");
    refer(id, "this_hour", "projects", "2017-07-14T02:00:00.000Z");
    refer(id, "later", "projects", "2017-07-20T09:00:00.000Z");
    period_ = "2017-Q3";
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 1}));
    EXPECT_EQ(count("referral-backlog"), 3);
    EXPECT_EQ(count("referrals-overdue"), 0) << "the day is not over";
}

TEST_F(KpiFigures, AComplaintsFirstResponseDecidesItsClock) {
    const auto complaint = [this](const char* due) {
        std::string id = new_case("complaint");
        complain(id, due);
        return id;
    };
    const auto respond = [this](const std::string& id, const char* at) {
        tell("complaint.response_sent",
             id,
             {{"at", at}, {"decision", "upheld"}, {"via", "phone"}},
             at);
    };
    const std::string twice = complaint(kTwoHoursOn);
    respond(twice, kTwoHoursOn);
    respond(twice, kDaysOn);
    respond(complaint(kTwoHoursOn), kDaysOn);
    tell("case.closed", complaint(kTwoHoursOn), {{"reason", "withdrawn"}});
    tell("case.closed", complaint(kTwoHoursOn), {{"reason", "withdrawn"}}, kDaysOn);
    const std::string assessed = complaint(kTwoHoursOn);
    tell("complaint.assessed",
         assessed,
         {{"severity", "high"}, {"admissible", true}, {"due_at", kDaysOn}});
    EXPECT_EQ(figure("sla-attainment"), (Figure{1, 3})) << "late, and withdrawn too late";
    period_ = "2017-01-20";
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 1})) << "the assessment moved the due date";
}

TEST_F(KpiFigures, AComplaintWhoseCaseHadEndedWhenItWasDueOwesNoAnswerForAReopening) {
    const auto reopened = [this](const std::string& id, const char* at) {
        tell("case.closed", id, {{"reason", "withdrawn"}});
        tell("case.reopened", id, {{"reason", "again"}, {"episode", 2}}, at);
    };
    const auto complaint = [this] {
        std::string id = new_case("complaint");
        complain(id, kTwoHoursOn);
        return id;
    };
    reopened(complaint(), kDaysOn);
    const std::string closed_again = complaint();
    reopened(closed_again, kDaysOn);
    tell("case.closed", closed_again, {{"reason", "withdrawn"}}, kDaysOn);
    const std::string answered = complaint();
    reopened(answered, kDaysOn);
    tell("complaint.response_sent",
         answered,
         {{"at", kDaysOn}, {"decision", "upheld"}, {"via", "phone"}},
         kDaysOn);
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 0})) << "it was dropped before it was due";
    reopened(complaint(), kTwoHoursOn);
    EXPECT_EQ(figure("sla-attainment"), (Figure{0, 1})) << "it stood open when it was due";
}

TEST_F(KpiFigures, AReferralIsOverdueFromTheEndOfItsDueDayUntilItIsSettled) {
    const std::string id = new_case();
    refer(id, "r1", "projects", "2017-01-17T09:00:00.000Z");
    answer(id, "r1", "2017-01-19T09:00:00.000Z");
    refer(id, "r2", "projects", "2017-01-15T10:00:00.000Z");
    answer(id, "r2", kTwoHoursOn);
    refer(id, "r3", "legal_affairs", "2017-01-10T09:00:00.000Z");  // due before it was asked
    for (const auto& [period, overdue] : std::map<std::string, int64_t>{{"2017-01-14", 0},
                                                                        {"2017-01-16", 0},
                                                                        {"2017-01-17", 1},
                                                                        {"2017-01-18", 1},
                                                                        {"2017-01-19", 0}}) {
        period_ = period;
        EXPECT_EQ(count("referrals-overdue", {{"department", "projects"}}), overdue) << period;
    }
    period_ = "2017-01-15";
    EXPECT_EQ(count("referral-backlog"), 2);
    EXPECT_EQ(count("referrals-overdue", {{"department", "legal_affairs"}}), 1);
    period_ = "2017-01-18";
    EXPECT_EQ(count("referrals-overdue", {{"age", "le_07d"}}), 2) << "age since the request";
}

TEST_F(KpiFigures, ResolutionIsTimedToTheFirstAndToTheLast) {
    const std::string id = new_case();
    resolve_at(id, kTwoHoursOn);
    reopen(id, 2);
    resolve_at(id, kDaysOn);
    const std::string quick = new_case();
    resolve_at(quick, "2017-01-15T10:00:00.000Z");
    new_case();
    constexpr int64_t kHourMs = 3'600'000;
    EXPECT_EQ(figure("resolution-time"), (Figure{3 * kHourMs, 2}));
    EXPECT_EQ(figure("resolution-time", "", "full"), (Figure{121 * kHourMs, 2}));
    EXPECT_EQ(figure("resolved-in-time", "", "within-1h"), (Figure{1, 2})) << "the edge is inside";
    EXPECT_EQ(figure("resolved-in-time", "", "within-4h"), (Figure{2, 2}));
    EXPECT_EQ(figure("resolved-in-time", "opened-not-merged"), (Figure{2, 3}));
    const std::string merged = new_case();
    resolve_at(merged, kTwoHoursOn);
    reopen(merged, 2);
    tell("case.merged_into", merged, {{"other_case_id", id}, {"merge_id", "m-1"}, {"by", "x"}});
    EXPECT_EQ(figure("resolution-time").denominator, 2) << "merged cases are left out";
    const std::string before = new_case();
    resolve_at(before, "2017-01-15T08:00:00.000Z");
    EXPECT_EQ(figure("resolution-time"), (Figure{3 * kHourMs, 3})) << "no time is below zero";
}

TEST_F(KpiFigures, TheFirstResponseIsWhatTheCitizenHearsFirst) {
    const std::string noted = new_case();
    tell("case.note_added", noted, {{"visibility", "internal"}});
    tell("case.note_added", noted, {{"visibility", "citizen"}}, kTwoHoursOn);
    resolve_at(noted, kDaysOn);
    const std::string called = new_case();
    tell("case.contact_linked", called, {{"contact_id", "c-1"}, {"role", "repeat"}});
    tell("case.contact_linked", called, {{"contact_id", "c-2"}, {"role", "outbound"}}, kDaysOn);
    const std::string resolved = new_case();
    resolve_at(resolved, "2017-01-15T09:15:00.000Z");
    new_case();
    constexpr int64_t kMinuteMs = 60'000;
    EXPECT_EQ(figure("case-first-response-time"), (Figure{(120 + 7200 + 15) * kMinuteMs, 3}));
    EXPECT_EQ(figure("case-responded-in-time"), (Figure{2, 4}));
    EXPECT_EQ(figure("case-responded-in-time", "", "within-15m"), (Figure{1, 4}));
    EXPECT_EQ(figure("case-responded-in-time", "responded", "within-7d"), (Figure{3, 3}));
}

TEST_F(KpiFigures, AReopeningCountsWithinItsWindow) {
    const std::string soon = new_case();
    resolve(soon, true);
    at_ = "2017-01-16T09:00:00.000Z";  // a day of 24 hours, to the millisecond
    reopen(soon, 2);
    at_ = kAt;
    const std::string later = new_case();
    resolve(later, true);
    at_ = "2017-01-22T09:00:00.001Z";
    reopen(later, 2);
    resolve(later, true);
    at_ = "2017-01-23T09:00:00.000Z";
    reopen(later, 3);
    at_ = kAt;
    resolve(new_case(), true);
    const std::string closed = new_case();
    tell("case.closed", closed, {{"reason", "no_answer"}});
    reopen(closed, 2);
    EXPECT_EQ(figure("reopen-rate"), (Figure{2, 3})) << "what was not resolved is not undone";
    EXPECT_EQ(figure("reopen-rate", "", "within-1d"), (Figure{2, 3})) << "any of its episodes";
    EXPECT_EQ(figure("reopen-rate-by-resolution"), (Figure{2, 3}));
    EXPECT_EQ(figure("reopen-rate-by-resolution", "", "", {{"resolution", "done"}}),
              (Figure{2, 3}));
    EXPECT_EQ(figure("reopen-rate-by-resolution", "", "", {{"resolution", "none"}}),
              (Figure{0, 0}));
    EXPECT_EQ(figure("first-contact-resolution"), (Figure{1, 3}));
    EXPECT_EQ(figure("first-contact-resolution-by-purpose"), (Figure{2, 6})) << "two purposes each";
    EXPECT_EQ(figure("first-contact-resolution-by-purpose", "", "", {{"purpose", "other"}}),
              (Figure{1, 3}));
    EXPECT_EQ(figure("first-contact-resolution", "", "within-1d"), (Figure{2, 3}));
    EXPECT_EQ(figure("first-contact-resolution", "", "within-7d"), (Figure{2, 3}));
    EXPECT_EQ(figure("first-contact-resolution", "", "within-14d"), (Figure{1, 3}));
    EXPECT_EQ(count("case-reopenings"), 1) << "in the period itself only that of the closed case";
    resolve(closed, true);
    EXPECT_EQ(figure("first-contact-resolution"), (Figure{1, 4})) << "it was reopened once";
    EXPECT_EQ(figure("first-contact-resolution", "", "within-7d"), (Figure{3, 4}))
        << "but not since its resolution";
}

}  // namespace
}  // namespace sijill::projections
