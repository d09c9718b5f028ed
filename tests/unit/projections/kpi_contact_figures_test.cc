// Goal: the KPIs of contacts and complaints give what a person counts by hand. Method: as in
// kpi_figures_test.cc.

#include "tests/support/kpi_figures.h"

namespace sijill::projections {
namespace {

class ContactFigures : public KpiFigures {
  protected:
    void wrap_up(const std::string& call, const char* outcome, const json& natures = {}) {
        json data{{"acw", 1}, {"purposes", {"new_housing_service"}}, {"outcome", outcome}};
        if (!natures.is_null()) {
            data["natures"] = natures;
        }
        tell("call.wrapped_up", call, data);
    }
    void call_out() {
        const std::string id = "out-" + std::to_string(++ids_);
        tell("call.outbound_attempted",
             id,
             {{"contact_id", id}, {"agent", "x"}, {"attempted_at", at_}, {"reason", "callback"}});
    }
    void chat(const json& citizen) {
        const std::string id = "chat-" + std::to_string(++ids_);
        json data{{"contact_id", id}, {"channel", "web"}, {"started_at", at_}};
        if (!citizen.is_null()) {
            data["citizen"] = citizen;
        }
        tell("chat.started", id, data);
    }
    std::string abandoned_chat() {
        chat("p1");
        std::string id = "chat-" + std::to_string(ids_ - 1);
        tell("chat.abandoned", id, {{"at", at_}});
        return id;
    }
    void message() {
        const std::string id = "message-" + std::to_string(++ids_);
        tell("message.received",
             id,
             {{"contact_id", id}, {"channel", "website"}, {"received_at", at_}});
    }
    void complain(const std::string& id, const char* what = "complaint") {
        json data{{"case_id", id}, {"received_via", "call"}, {"category", "delay"}};
        if (std::string(what) == "complaint") {
            data["severity"] = "medium";
        }
        tell(std::string(what) + ".received", id, data);
    }
};

// Success: handled or referred, of all that were offered, also those nobody answered.
TEST_F(ContactFigures, WhatBecameOfCallsIsOfThoseOffered) {
    wrap_up(answered_after(1), "handled");
    wrap_up(answered_after(1), "referred");
    wrap_up(answered_after(1), "no_action");
    abandoned_after(9'000);
    EXPECT_EQ(figure("inbound-offered"), (Figure{4, std::nullopt}));
    EXPECT_EQ(figure("service-success-rate"), (Figure{2, 4}));
    EXPECT_EQ(figure("first-contact-success-rate"), (Figure{1, 4}));
    period_ = "2017-01-16";
    EXPECT_EQ(figure("service-success-rate"), (Figure{0, 0})) << "no calls: no value, not 0 %";
    EXPECT_EQ(print(*find_kpi("service-success-rate"), figure("service-success-rate")), "–");
}

TEST_F(ContactFigures, OneCallMayBeTransferredAndRefusedSeveralTimes) {
    const std::string call = answered_after(1);
    for (int i = 0; i < 2; ++i) {
        tell("call.transferred",
             call,
             {{"from_queue", "general"}, {"to_queue", "housing"}, {"kind", "blind"}});
        tell("call.agent_not_answered", call, {{"agent", "amal"}, {"ring", 9'000}});
    }
    tell("call.agent_not_answered", call, {{"agent", "amal"}, {"ring", 9'000}});
    answered_after(1);
    EXPECT_EQ(figure("transfers-per-call"), (Figure{2, 2}));
    EXPECT_EQ(figure("agent-non-responses"), (Figure{3, std::nullopt}));
}

TEST_F(ContactFigures, OnlyAnAnsweredCallWasTransferredOrHeld) {
    answered_after(1);
    abandoned_after(9'000);
    const std::string left = "call-" + std::to_string(ids_ - 2);
    tell("call.transferred",
         left,
         {{"from_queue", "general"}, {"to_queue", "housing"}, {"kind", "blind"}});
    tell("call.held", left, {{"at", at_}});
    EXPECT_EQ(figure("transfers-per-call"), (Figure{0, 1}));
    EXPECT_TRUE(std::ranges::none_of(
        harness_.cells(), [](const auto& cell) { return cell.first.ends_with("|held"); }));
}

TEST_F(ContactFigures, AChatThatAnAgentTookWasNotAbandoned) {
    abandoned_chat();
    tell("chat.accepted", abandoned_chat(), {{"agent", "x"}, {"queue_wait", 1'000}});
    tell("chat.first_response_given", abandoned_chat(), {{"response", 5'000}});
    tell("chat.message_posted",
         abandoned_chat(),
         {{"author", "agent"}, {"posted_at", kTwoHoursOn}, {"seq", 1}});
    tell("chat.message_posted",
         abandoned_chat(),
         {{"author", "bot"}, {"posted_at", kTwoHoursOn}, {"seq", 1}});
    EXPECT_EQ(figure("chat-abandon-rate"), (Figure{2, 5}));
    EXPECT_EQ(figure("chat-first-response").denominator, 2);
}

// The quarter begins at 21:00Z of the last day before it.
// One PBX tells after-call work, another does not: its calls are in neither side of the average.
TEST_F(ContactFigures, HandleTimeIsOfTheCallsThatAreWrappedUp) {
    for (int i = 0; i < 10; ++i) {
        const std::string call = answered_after(1);
        tell("call.ended",
             call,
             {{"ended_at", at_}, {"talk", 170'000}, {"hold", 10'000}, {"ended_by", "agent"}});
        if (i == 0) {
            EXPECT_EQ(figure("average-handle-time"), (Figure{0, 0})) << "it is not wrapped up yet";
            wrap_up(call, "handled");
        }
    }
    EXPECT_EQ(figure("average-handle-time"), (Figure{180'001, 1}));
    EXPECT_EQ(figure("agent-handle-time", "", "", {{"agent", "x"}}), (Figure{180'001, 1}));
}

TEST_F(ContactFigures, AnAppointmentKeepsTheLocationItWasMovedTo) {
    tell("appointment.booked",
         "visit",
         {{"appointment_id", "visit"},
          {"purpose", "inspection"},
          {"location", "north"},
          {"slot_start", "2017-01-16T08:00:00Z"},
          {"slot_end", "2017-01-16T09:00:00Z"},
          {"booked_via", "call"}});
    json moved{{"old_start", "2017-01-16T08:00:00Z"},
               {"new_start", "2017-01-17T08:00:00Z"},
               {"new_end", "2017-01-17T09:00:00Z"},
               {"new_location", "south"},
               {"by", "citizen"}};
    tell("appointment.rescheduled", "visit", moved);
    moved.erase("new_location");
    moved["new_start"] = "2017-01-18T08:00:00Z";
    at_ = kTwoHoursOn;
    tell("appointment.rescheduled", "visit", moved);
    period_ = "2017-01-18";
    EXPECT_EQ(count("appointments-unrecorded", {{"location", "south"}}), 1);
    EXPECT_EQ(count("appointments-unrecorded", {{"location", "north"}}), 0);
}

TEST_F(ContactFigures, EachChannelIsInTheQuarterThatTheCentresMidnightPutsItIn) {
    for (const char* at : {"2016-12-31T20:59:59.999Z",
                           "2016-12-31T21:00:00.000Z",
                           "2017-03-31T20:59:59.999Z",
                           "2017-03-31T21:00:00.000Z"}) {
        at_ = at;
        new_call();
        call_out();
        chat("p1");
        message();
    }
    period_ = "2017-Q1";
    EXPECT_EQ(figure("inbound-offered"), (Figure{2, std::nullopt}));
    EXPECT_EQ(figure("outbound-attempted"), (Figure{2, std::nullopt}));
    EXPECT_EQ(figure("chats"), (Figure{2, std::nullopt}));
    EXPECT_EQ(figure("contacts-by-channel"), (Figure{8, std::nullopt}));
    EXPECT_EQ(count("contacts-by-channel", {{"channel", "phone"}}), 4) << "in and out";
    EXPECT_EQ(count("contacts-by-channel", {{"channel", "website"}}), 2);
}

TEST_F(ContactFigures, ACitizenCountsOnceInAPeriodAndAStrangerEachTime) {
    chat("p1");
    chat("p1");
    chat("p2");
    chat({});
    chat({});
    EXPECT_EQ(figure("chats"), (Figure{5, std::nullopt}));
    EXPECT_EQ(figure("chat-citizens"), (Figure{4, std::nullopt}));
    at_ = "2017-01-16T09:00:00.000Z";
    chat("p1");
    period_ = "2017-M01";
    EXPECT_EQ(figure("chat-citizens"), (Figure{4, std::nullopt})) << "the month knows them all";
}

TEST_F(ContactFigures, AContactCountsUnderEachOfItsNaturesOnce) {
    wrap_up(answered_after(1), "handled", {"application_status", "mazaya", "application_status"});
    wrap_up(answered_after(1), "handled", {"mazaya"});
    EXPECT_EQ(figure("enquiry-nature"), (Figure{3, std::nullopt}));
    EXPECT_EQ(count("enquiry-nature", {{"nature", "mazaya"}}), 2);
}

TEST_F(ContactFigures, ASuggestionIsNoComplaintAndBothAreAnswered) {
    std::string complained;
    for (int i = 0; i < 3; ++i) {
        complained = new_case();
        complain(complained);
    }
    const std::string suggested = new_case();
    complain(suggested, "suggestion");
    complain(suggested, "suggestion");  // a second one of the same case is illegal
    tell("complaint.response_sent",
         complained,
         {{"at", kTwoHoursOn}, {"decision", "upheld"}, {"via", "letter"}},
         kTwoHoursOn);
    for (int i = 0; i < 7; ++i) {
        wrap_up(answered_after(1), "handled");
    }
    answered_after(1);
    new_call();
    chat("p1");
    call_out();
    EXPECT_EQ(figure("complaints"), (Figure{3, std::nullopt}));
    EXPECT_EQ(figure("complaints-and-suggestions"), (Figure{4, std::nullopt}));
    EXPECT_EQ(figure("complaints-answered-rate"), (Figure{1, 4}));
    EXPECT_EQ(figure("complaint-rate"), (Figure{3, 9}));
    EXPECT_EQ(figure("complaint-rate", "answered"), (Figure{3, 8}));
    EXPECT_EQ(figure("complaint-rate", "answered_without_new_housing_service"), (Figure{3, 1}));
    EXPECT_EQ(figure("complaint-rate", "transactions"), (Figure{3, 11}));
    period_ = "2017-Q1";
    const KpiQuery query{
        find_kpi("complaint-rate"), *parse_period(period_), {}, "offered-in-a-mean-month", ""};
    EXPECT_EQ(*figure_of({&harness_.rows()}, query), (Figure{9, 9})) << "3 of 9 / 3 a month";
    for (const char* cut : {"2017-W05", "2017-01-15", "2017-01-15T09", "2017-01-02/P31D"}) {
        const auto faults = faults_of(query, {*parse_period(cut)}, {});
        ASSERT_EQ(faults.size(), 1U) << cut;
        EXPECT_EQ(faults[0].what,
                  "complaint-rate has the base 'offered-in-a-mean-month' of whole months only: " +
                      std::string(cut));
    }
    for (const char* whole : {"2017", "2017-S1", "2017-M02", "2017-02-01/P28D"}) {
        EXPECT_TRUE(faults_of(query, {*parse_period(whole)}, {}).empty()) << whole;
    }
}

TEST_F(ContactFigures, ACaseThatWasReferredTwiceIsReferredOnce) {
    const std::string id = new_case();
    refer(id, "r1", "projects");
    answer(id, "r1", kTwoHoursOn);
    refer(id, "r2", "legal_affairs");
    new_case();
    for (int i = 0; i < 3; ++i) {
        new_call();
    }
    EXPECT_EQ(figure("referral-rate"), (Figure{1, 3}));
    EXPECT_EQ(figure("referral-rate", "answered"), (Figure{1, 0}));
    EXPECT_EQ(figure("referral-rate", "cases-opened"), (Figure{1, 2}));
}

TEST_F(ContactFigures, AKpiReferralIsAnsweredAtAnyInstant) {
    at_ = "1969-12-31T23:00:00.000Z";
    tell("kpi.referred",
         "kpi-1",
         {{"kpi_referral_id", "kpi-1"},
          {"kpi", "csat"},
          {"definition_version", 1},
          {"period", "2017-Q1"},
          {"dimensions", json::object()},
          {"numerator", 1},
          {"denominator", 2},
          {"target", 3},
          {"to_department", "projects"},
          {"referred_at", at_},
          {"position", "0:1"}});
    const std::string zero = "1970-01-01T00:00:00.000Z";
    tell("kpi.referral_acknowledged", "kpi-1", {{"at", zero}}, zero);
    tell("kpi.referral_answered",
         "kpi-1",
         {{"at", zero}, {"cause", "staffing"}, {"action", "hiring"}},
         zero);
    period_ = "1970";
    EXPECT_EQ(figure("kpi-referral-answer-rate"), (Figure{1, 1}));
}

TEST_F(ContactFigures, AnAutomaticFailCountsWhateverThePoints) {
    for (const bool fails : {true, false, false}) {
        const std::string id = "evaluation-" + std::to_string(++ids_);
        tell("evaluation.completed",
             id,
             {{"evaluation_id", id},
              {"contact_id", "call-1"},
              {"agent", "amal"},
              {"evaluator", "x"},
              {"form", "standard"},
              {"form_version", 1},
              {"items", {{{"question", "q1"}, {"weight", 1}, {"points", 5}, {"max", 5}}}},
              {"automatic_fail", fails}});
    }
    EXPECT_EQ(figure("qa-automatic-fail-rate"), (Figure{1, 3}));
    EXPECT_EQ(figure("qa-score"), (Figure{10, 15})) << "a fail has no points";
}

}  // namespace
}  // namespace sijill::projections
