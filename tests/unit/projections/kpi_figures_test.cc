// Goal: each KPI whose edge rules are its own gives what a person counts by hand. Method: a few
// events as JSON, folded, and figures asked of the rows.

#include "tests/support/kpi_figures.h"

#include "projections/own_kpi.h"

namespace sijill::projections {
namespace {

// Waits on both sides of an edge and of a short abandon.
TEST_F(KpiFigures, AServiceLevelCountsByItsThresholdAndItsSwitches) {
    for (const int64_t wait : {5'000, 20'000, 20'001}) {
        answered_after(wait);
    }
    for (const int64_t wait : {5'000, 5'001, 30'000}) {
        abandoned_after(wait);
    }
    tell("call.flowed_out", new_call(), {{"to", "callback"}, {"queue_wait", 1'000}});
    EXPECT_EQ(figure("service-level"), (Figure{2, 6}));
    EXPECT_EQ(figure("service-level", "", "within-5s"), (Figure{1, 6}));
    EXPECT_EQ(figure("service-level", "", "within-20s"), (Figure{2, 6}));
    EXPECT_EQ(figure("service-level", "", "within-30s"), (Figure{3, 6}));
    EXPECT_EQ(figure("service-level", "with-flow-outs"), (Figure{2, 7}));
    EXPECT_EQ(figure("service-level", "without-short-abandons"), (Figure{2, 5}));
    EXPECT_EQ(figure("service-level", "answered"), (Figure{2, 3}));
    EXPECT_EQ(figure("service-level", "", "", {{"queue", "other"}}), (Figure{0, 0}));
    EXPECT_EQ(figure("abandon-rate"), (Figure{3, 7}));
    EXPECT_EQ(figure("abandon-rate-without-short"), (Figure{2, 6}));
    EXPECT_EQ(figure("average-time-to-abandon"), (Figure{40'001, 3}));
    EXPECT_EQ(figure("flowed-out"), (Figure{1, std::nullopt}));
}

TEST_F(KpiFigures, AListBehindAFigureGoesOnWhereAPartEnded) {
    const std::vector<std::string> calls{new_call(), new_call("other"), new_call(), new_call()};
    const KpiQuery query{find_kpi("inbound-offered"), *parse_period(period_), {}, "", ""};
    const auto subjects = [](const BehindList& list) {
        std::vector<std::string> found;
        for (const Behind& each : list.items) {
            found.push_back(each.subject);
        }
        return found;
    };
    const auto first = part_of(query, Side::Numerator, {{}, 2});
    ASSERT_TRUE(first && first->next);
    EXPECT_EQ(subjects(*first), (std::vector{calls[0], calls[1]}));
    EXPECT_EQ(first->sum, 4) << "the whole figure's";
    const auto last = part_of(query, Side::Numerator, {*first->next, 2});
    ASSERT_TRUE(last);
    EXPECT_EQ(subjects(*last), (std::vector{calls[2], calls[3]}));
    EXPECT_EQ(last->sum, 4);
    EXPECT_FALSE(last->next);
}

// A narrow filter over many: whoever asks gets an answer, and where to go on.
TEST_F(KpiFigures, APartOfAListEndsEarlyWhenEnoughWereLookedAt) {
    const std::vector<std::string> calls{new_call(), new_call(), new_call("other")};
    const KpiQuery query{
        find_kpi("inbound-offered"), *parse_period(period_), {{"queue", "other"}}, "", ""};
    const auto first = part_of(query, Side::Numerator, {{}, 2, 2});
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->items.empty());
    ASSERT_EQ(first->next, BehindPlace(AggregateKind::Call, calls[1]));
    const auto last = part_of(query, Side::Numerator, {*first->next, 2, 2});
    ASSERT_TRUE(last);
    EXPECT_EQ(last->items, (std::vector<Behind>{{AggregateKind::Call, calls[2], 1}}));
    EXPECT_FALSE(last->next);
}

TEST_F(KpiFigures, HandleTimeIsOfCallsWrappedUp) {
    const std::string call = answered_after(1'000);
    tell("call.ended",
         call,
         {{"ended_at", kTwoHoursOn}, {"talk", 100'000}, {"hold", 20'000}, {"ended_by", "agent"}});
    tell("call.wrapped_up",
         call,
         {{"acw", 30'000}, {"purposes", {"late_delivery"}}, {"outcome", "handled"}});
    EXPECT_EQ(figure("average-handle-time"), (Figure{150'000, 1}));
    EXPECT_EQ(print(*find_kpi("average-handle-time"), figure("average-handle-time")), "150.0 s");
}

// January: 1 of 3 calls; February: 1 of 1; March: none answered.
TEST_F(KpiFigures, AMeanOfMonthsWeighsEachMonthAlike) {
    const auto coded = [this](const char* at, const char* purpose) {
        at_ = at;
        const std::string call = answered_after(1'000);
        tell(
            "call.wrapped_up", call, {{"acw", 1}, {"purposes", {purpose}}, {"outcome", "handled"}});
    };
    coded("2017-01-15T09:00:00.000Z", "late_delivery");
    coded("2017-01-16T09:00:00.000Z", "other");
    coded("2017-01-31T20:59:59.999Z", "other");
    coded("2017-01-31T21:00:00.000Z", "late_delivery");  // February there
    const char* kpi = "purpose-share-mean-of-months";
    const auto share = [&](const char* period, const char* purpose) {
        period_ = period;
        return figure(kpi, "", "", {{"purpose", purpose}});
    };
    EXPECT_EQ(share("2017-Q1", "late_delivery"), (Figure{333'333 + 1'000'000, 2'000'000}));
    EXPECT_EQ(print(*find_kpi(kpi), share("2017-Q1", "late_delivery")), "66.67 %");
    EXPECT_EQ(share("2017-Q1", "other"), (Figure{666'667, 2'000'000}));
    EXPECT_EQ(share("2017-M02", "other"), (Figure{0, 1'000'000})) << "one month is its own mean";
    EXPECT_EQ(share("2017-01-16", "other"), (Figure{1'000'000, 1'000'000})) << "a part of one";
    EXPECT_EQ(share("2017-M03", "other"), (Figure{0, 0}));
    period_ = "2017-Q1";
    const KpiQuery query{find_kpi(kpi), *parse_period(period_), {}, "", ""};
    const auto by = figures_by({&harness_.rows()}, query, "purpose");
    ASSERT_TRUE(by);
    EXPECT_EQ(by->at("other"), (Figure{666'667, 2'000'000}));
    EXPECT_EQ(by->at("late_delivery"), (Figure{1'333'333, 2'000'000}));
    EXPECT_FALSE(behind({&harness_.rows()}, query, Side::Numerator, *LocalTime::of("UTC")));
}

TEST_F(KpiFigures, AReopenedOrReferredCaseIsNotResolvedAtFirstContact) {
    resolve(new_case(), true);
    resolve(new_case(), false);
    const std::string again = new_case();
    resolve(again, true);
    tell("case.reopened", again, {{"reason", "again"}, {"episode", 2}});
    tell("case.reopened", new_case(), {{"reason", "again"}, {"episode", 2}});  // illegal: open
    const std::string referred = new_case();
    refer(referred, "r1", "legal_affairs");
    answer(referred, "r1", kTwoHoursOn);
    resolve(referred, true);
    EXPECT_EQ(figure("first-contact-resolution"), (Figure{1, 4}));
    EXPECT_EQ(figure("resolution-rate"), (Figure{4, 5}));
    EXPECT_EQ(figure("reopen-rate"), (Figure{1, 4}));
    EXPECT_EQ(figure("case-reopenings"), (Figure{1, std::nullopt}));
    EXPECT_EQ(figure("cases-by-purpose"), (Figure{10, std::nullopt})) << "each has two";
    EXPECT_EQ(figure("cases-by-purpose", "", "", {{"purpose", "other"}}),
              (Figure{5, std::nullopt}));
}

TEST_F(KpiFigures, AnAnswerByAClockThatIsBehindTookNoTime) {
    const std::string id = new_case();
    refer(id, "r1", "legal_affairs");
    answer(id, "r1", "2017-01-14T09:00:00.000Z");
    EXPECT_EQ(figure("referral-turnaround"), (Figure{0, 1}));
}

TEST_F(KpiFigures, TurnaroundIsOfTheDepartmentThatAnswered) {
    const std::string id = new_case();
    refer(id, "r1", "legal_affairs");
    answer(id, "r1", kTwoHoursOn);
    refer(id, "r2", "projects");
    const std::string other = new_case();
    refer(other, "r3", "legal_affairs");
    answer(other, "r3", kDaysOn);
    constexpr int64_t kHourMs = 3'600'000;
    EXPECT_EQ(figure("referral-turnaround"), (Figure{(2 + 120) * kHourMs, 2}));
    EXPECT_EQ(print(*find_kpi("referral-turnaround"), figure("referral-turnaround")), "61.0 h");
    EXPECT_EQ(figure("referral-turnaround", "", "", {{"department", "projects"}}), (Figure{0, 0}));
    EXPECT_EQ(figure("referrals-requested"), (Figure{3, std::nullopt}));
    EXPECT_EQ(figure("referral-answer-rate", "", "", {{"department", "legal_affairs"}}),
              (Figure{2, 2}));
    EXPECT_EQ(figure("referral-answer-rate"), (Figure{2, 3}));
}

TEST_F(KpiFigures, ASlotWithoutAnOutcomeIsCountedBesideTheNoShows) {
    const auto booked = [this](const std::string& id) {
        tell("appointment.booked",
             id,
             {{"appointment_id", id},
              {"purpose", "new_housing_service"},
              {"location", "main"},
              {"slot_start", kTwoHoursOn},
              {"slot_end", "2017-01-15T11:30:00.000Z"},
              {"booked_via", "call"}});
    };
    for (const char* id : {"a-1", "a-2", "a-3", "a-4"}) {
        booked(id);
    }
    tell("appointment.checked_in", "a-1", {{"at", kTwoHoursOn}, {"recorded_by", "x"}});
    tell("appointment.no_show_recorded", "a-2", {{"at", kTwoHoursOn}, {"recorded_by", "x"}});
    tell("appointment.cancelled",
         "a-3",
         {{"by", "citizen"}, {"cancelled_at", kAt}, {"notice", 7'200'000}});
    EXPECT_EQ(figure("no-show-rate"), (Figure{1, 2}));
    EXPECT_EQ(figure("appointments-unrecorded"), (Figure{1, std::nullopt}));
    EXPECT_EQ(figure("appointments-net"), (Figure{3, std::nullopt}));
}

// An answer counts when it is given, an invitation when it is sent: more may be answered in a
// period than were invited in it.
TEST_F(KpiFigures, ASurveyCountsOnceWhateverItsRevisions) {
    const auto invited = [this](const std::string& id, const char* at) {
        tell("survey.invited",
             id,
             {{"survey_id", id},
              {"about", "call"},
              {"about_id", "call-1"},
              {"instrument", "csat5"},
              {"via", "sms"}},
             at);
    };
    invited("s-1", kAt);
    invited("s-2", kAt);
    for (const int revision : {1, 2}) {
        tell("survey.answered",
             "s-1",
             {{"revision", revision},
              {"score", revision == 1 ? 5 : 2},
              {"answered_at", kTwoHoursOn}},
             kTwoHoursOn);
    }
    EXPECT_EQ(figure("survey-response-rate"), (Figure{1, 2}));
    EXPECT_EQ(figure("csat"), (Figure{0, 1})) << "the last revision counts";
}

TEST_F(KpiFigures, AKpiReferralIsItsDepartments) {
    const auto referred = [this](const std::string& id, const std::string& department) {
        tell("kpi.referred",
             id,
             {{"kpi_referral_id", id},
              {"kpi", "answer-rate"},
              {"definition_version", 1},
              {"period", "2017-M01"},
              {"dimensions", json::object()},
              {"numerator", 90},
              {"denominator", 100},
              {"target", 95},
              {"to_department", department},
              {"referred_at", kAt},
              {"position", "0:1"}});
    };
    referred("k-1", "projects");
    referred("k-2", "legal_affairs");
    tell("kpi.referral_acknowledged", "k-1", {{"at", kTwoHoursOn}}, kTwoHoursOn);
    tell("kpi.referral_answered",
         "k-1",
         {{"at", kDaysOn}, {"cause", "staffing"}, {"action", "hiring"}},
         kDaysOn);
    EXPECT_EQ(figure("kpis-referred"), (Figure{2, std::nullopt}));
    EXPECT_EQ(figure("kpi-referral-answer-rate"), (Figure{1, 2}));
    EXPECT_EQ(figure("kpi-referral-answer-rate", "", "", {{"department", "legal_affairs"}}),
              (Figure{0, 1}));
}

TEST_F(KpiFigures, ContactsOfOtherChannelsHaveRatesOfTheirOwn) {
    const auto message = [this](const std::string& id) {
        tell("message.received",
             id,
             {{"contact_id", id}, {"channel", "website"}, {"received_at", kAt}});
    };
    message("m-1");
    message("m-2");
    tell("message.answered",
         "m-1",
         {{"agent", "x"}, {"answered_at", kTwoHoursOn}, {"outcome", "handled"}},
         kTwoHoursOn);
    EXPECT_EQ(print(*find_kpi("message-response-time"), figure("message-response-time")), "2.0 h");
    EXPECT_EQ(figure("message-answer-rate"), (Figure{1, 2}));
    tell("chat.started", "h-1", {{"contact_id", "h-1"}, {"channel", "web"}, {"started_at", kAt}});
    tell("chat.abandoned", "h-1", {{"at", kTwoHoursOn}}, kTwoHoursOn);
    EXPECT_EQ(figure("chat-abandon-rate"), (Figure{1, 1}));
    for (const char* id : {"o-1", "o-2"}) {
        tell("call.outbound_attempted",
             id,
             {{"contact_id", id}, {"agent", "x"}, {"attempted_at", kAt}, {"reason", "callback"}});
    }
    tell("call.outbound_connected", "o-1", {{"connected_at", kAt}});
    EXPECT_EQ(figure("outbound-connect-rate"), (Figure{1, 2}));
    EXPECT_EQ(figure("outbound-connected"), (Figure{1, std::nullopt}));
}

TEST_F(KpiFigures, PromotersAndSatisfiedAreOfTheirOwnInstruments) {
    const auto surveyed = [this](const char* instrument, int score, const char* via) {
        std::string id = "survey-" + std::to_string(++ids_);
        tell("survey.invited",
             id,
             {{"survey_id", id},
              {"about", "call"},
              {"about_id", "call-1"},
              {"instrument", instrument},
              {"via", via}});
        tell("survey.answered", id, {{"revision", 1}, {"score", score}, {"answered_at", kAt}});
        return id;
    };
    surveyed("nps11", 10, "sms");
    surveyed("nps11", 9, "sms");
    surveyed("nps11", 8, "sms");
    surveyed("nps11", 7, "web");
    surveyed("nps11", 6, "web");
    const std::string revised = surveyed("nps11", 10, "web");
    tell("survey.answered", revised, {{"revision", 2}, {"score", 0}, {"answered_at", kAt}});
    surveyed("csat5", 4, "sms");
    surveyed("csat2", 0, "web");
    surveyed("fcr_yn", 1, "web");
    EXPECT_EQ(figure("net-promoter-score"), (Figure{0, 6}));
    EXPECT_EQ(figure("net-promoter-score", "", "", {{"via", "sms"}}), (Figure{2, 3}));
    EXPECT_EQ(print(*find_kpi("net-promoter-score"), {-2, 3}), "-66.7 %");
    EXPECT_EQ(figure("csat"), (Figure{1, 2})) << "other instruments are no denominator";
    EXPECT_EQ(figure("csat", "", "", {{"instrument", "csat2"}}), (Figure{0, 1}));
    EXPECT_EQ(figure("csat", "", "", {{"instrument", "nps11"}}), (Figure{0, 0}));
}

// Of fourteen, one is neither: -13 of 14 tells of that one, as 13 of 14 does.
TEST_F(KpiFigures, ADifferenceIsSuppressedOnEitherSideOfNought) {
    const KpiCatalogue hiding({}, {5});
    const KpiDefinition& kpi = *hiding.find("net-promoter-score");
    const auto asked = [&](int score) {
        const std::string id = "survey-" + std::to_string(++ids_);
        tell("survey.invited",
             id,
             {{"survey_id", id},
              {"about", "call"},
              {"about_id", "call-1"},
              {"instrument", "nps11"},
              {"via", "sms"}});
        tell("survey.answered", id, {{"revision", 1}, {"score", score}, {"answered_at", at_}});
    };
    const auto is_suppressed = [&] {
        const auto found =
            figure_of({&harness_.rows()}, {&kpi, *parse_period(period_), {}, "", ""});
        EXPECT_TRUE(found);
        return found && found->suppressed;
    };
    for (const int score : {0, 10}) {
        asked(7);
        for (int i = 0; i < 13; ++i) {
            asked(score);
        }
        EXPECT_TRUE(is_suppressed()) << score;
        for (int i = 0; i < 4; ++i) {
            asked(7);
        }
        EXPECT_FALSE(is_suppressed()) << score << ": five are neither";
        period_ = "2017-02-10";
        at_ = "2017-02-10T09:00:00.000Z";
    }
}

TEST_F(KpiFigures, ACallAlsoCountsUnderTheAgentWhoAnsweredIt) {
    const auto call = [this](const char* agent, bool wrapped) {
        std::string id = new_call();
        tell("call.answered", id, {{"agent", agent}, {"queue_wait", 1}, {"answered_at", kAt}});
        tell("call.ended",
             id,
             {{"ended_at", kTwoHoursOn}, {"talk", 100}, {"hold", 20}, {"ended_by", "agent"}});
        if (wrapped) {
            tell("call.wrapped_up",
                 id,
                 {{"acw", 3}, {"purposes", {"other"}}, {"outcome", "handled"}});
        }
        return id;
    };
    call("amal", true);
    call("amal", false);
    tell("call.recording_available",
         call("badr", true),
         {{"recording_id", "r-1"}, {"duration", 5}, {"sha256", std::string(64, 'a')}});
    abandoned_after(1'000);
    tell("call.outbound_attempted",
         "o-1",
         {{"contact_id", "o-1"}, {"agent", "badr"}, {"attempted_at", kAt}, {"reason", "callback"}});
    EXPECT_EQ(figure("agent-handle-time", "", "", {{"agent", "amal"}}), (Figure{123, 1}));
    EXPECT_EQ(figure("agent-handle-time"), figure("average-handle-time"));
    EXPECT_EQ(figure("agent-recording-coverage", "", "", {{"agent", "badr"}}), (Figure{1, 1}))
        << "nobody took the outbound call";
    EXPECT_EQ(figure("agent-recording-coverage"), figure("recording-coverage"));
    tell("evaluation.completed",
         "e-1",
         {{"evaluation_id", "e-1"},
          {"contact_id", "call-1"},
          {"agent", "amal"},
          {"evaluator", "x"},
          {"form", "standard"},
          {"form_version", 1},
          {"items",
           {{{"question", "q1"}, {"weight", 2}, {"points", 3}, {"max", 5}},
            {{"question", "q2"},
             {"weight", 9},
             {"points", 0},
             {"max", 5},
             {"not_applicable", true}}}},
          {"automatic_fail", false}});
    EXPECT_EQ(figure("qa-score", "", "", {{"agent", "amal"}}), (Figure{6, 10}));
    EXPECT_EQ(figure("evaluated-share"), (Figure{1, 3}));
    EXPECT_EQ(figure("evaluated-share", "", "", {{"agent", "badr"}}), (Figure{0, 1}));
}

}  // namespace
}  // namespace sijill::projections
