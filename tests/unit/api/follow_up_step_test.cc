// Goal: a step of a department becomes the event that the fold applies, or is refused with the
// reason before there is one. Method: a shard over memory rows; each event is told to it again.

#include "api/follow_up_step.h"

#include "tests/support/event_text.h"
#include "tests/support/fold_harness.h"

#include <gtest/gtest.h>

namespace sijill::api {
namespace {

using nlohmann::json;

constexpr const char* kAsked = "2017-01-15T09:00:00.000Z";
constexpr int64_t kNowMs = 1'484'557'200'000;  // a day later

class FollowUpSteps : public testing::Test {
  protected:
    void SetUp() override {
        tell("case.opened",
             "case-1",
             {{"case_id", "case-1"},
              {"kind", "complaint"},
              {"purposes", {"other"}},
              {"priority", "normal"},
              {"opened_at", kAsked},
              {"opened_via", "phone"}});
        refer("r-1");
        tell("kpi.referred",
             "k-1",
             {{"kpi_referral_id", "k-1"},
              {"kpi", "answer-rate"},
              {"definition_version", 1},
              {"period", "2017-M01"},
              {"dimensions", json::object()},
              {"numerator", 90},
              {"denominator", 100},
              {"target", 95'000},
              {"to_department", "roads"},
              {"referred_at", kAsked},
              {"position", "0:1"}});
    }
    void tell(const std::string& name, const std::string& subject, json data) {
        const std::string id = "event-" + std::to_string(++ids_);
        harness_.tell(subject, event_json(name, subject, id, kAsked, std::move(data)).dump());
    }
    void refer(const std::string& referral) {
        tell("referral.requested",
             "case-1",
             {{"referral_id", referral},
              {"case_id", "case-1"},
              {"from_unit", "centre"},
              {"to_department", "roads"},
              {"reason", "other"},
              {"requested_at", kAsked}});
    }
    static FollowUpStep step(const std::string& name, const std::string& subject = "case-1") {
        FollowUpStep made;
        made.department = "roads";
        made.step = name;
        made.subject = subject;
        return made;
    }
    Result<std::string> event_of(const FollowUpStep& step) {
        violations_.clear();
        return event_of_step(harness_.rows(), step, kNowMs, violations_);
    }
    // The step is taken, and the fold applies it.
    void take(const FollowUpStep& step) {
        const auto event = event_of(step);
        ASSERT_TRUE(event) << event.error().message;
        const int64_t before = version(step.subject);
        harness_.tell(step.subject, *event);
        EXPECT_EQ(version(step.subject), before + 1) << *event;
    }
    int64_t version(const std::string& subject) {
        using projections::AggregateKind;
        const auto kind = subject == "k-1" ? AggregateKind::KpiReferral : AggregateKind::Case;
        const auto row = harness_.rows().get(projections::keys::aggregate(kind, subject));
        projections::Dictionary dictionary;
        return projections::decode_aggregate(kind, **row, dictionary)->aggregate.version;
    }
    void expect_refused(const FollowUpStep& step, Errc code, const std::string& words) {
        const auto event = event_of(step);
        ASSERT_FALSE(event) << *event;
        EXPECT_EQ(event.error().code, code) << event.error().message;
        EXPECT_NE(event.error().message.find(words), std::string::npos) << event.error().message;
    }
    projections::FoldHarness harness_;
    std::vector<events::Violation> violations_;
    int ids_ = 0;
};

TEST_F(FollowUpSteps, ACaseIsAcceptedAndAnswered) {
    FollowUpStep answer = step("answer");
    answer.outcome = "actioned";
    expect_refused(answer, Errc::Conflict, "'r-1' is waiting: accept it first");
    take(step("accept"));
    expect_refused(step("accept"), Errc::Conflict, "is accepted; it cannot be accepted now");
    expect_refused(step("answer"), Errc::Invalid, "outcome: needed to answer");
    answer.outcome = "sung";
    expect_refused(answer, Errc::Invalid, "one of actioned, information, no_action");
    answer.outcome = "information";
    answer.cause = "staffing";
    expect_refused(answer, Errc::Invalid, "cause: no part of this step");
    answer.cause = "";
    take(answer);
    expect_refused(answer, Errc::Conflict, "is answered");
}

TEST_F(FollowUpSteps, AllThatAStepLacksIsToldWithItsPlace) {
    take(step("accept"));
    FollowUpStep answer = step("answer");
    answer.outcome = "sung";
    answer.cause = "staffing";
    answer.reason = "not_ours";
    expect_refused(answer, Errc::Invalid, "reason: no part of this step; cause: ");
    std::vector<std::string> places;
    for (const events::Violation& each : violations_) {
        places.push_back(each.pointer);
    }
    EXPECT_EQ(places, (std::vector<std::string>{"/reason", "/cause", "/outcome"}));
    expect_refused(step("close"), Errc::Invalid, "step: an answered referral is settled");
    EXPECT_EQ(violations_.front().pointer, "/step");
    const auto moved = of_step({{"/data/reason", "code", "x"}, {"/data", "type", "x"}});
    EXPECT_EQ(moved.at(0).pointer, "/reason");
    EXPECT_EQ(moved.at(1).pointer, "/data");
}

TEST_F(FollowUpSteps, ACaseIsReturnedOnceItWasAcceptedAndDeclinedBefore) {
    FollowUpStep decline = step("decline");
    expect_refused(decline, Errc::Invalid, "reason: needed to decline");
    decline.reason = "not_ours";
    FollowUpStep give_back = step("return");
    give_back.reason = "not_ours";
    expect_refused(give_back, Errc::Conflict, "accept it first");
    take(decline);
    refer("r-2");
    take(step("accept"));
    expect_refused(decline, Errc::Conflict, "cannot be declined");
    take(give_back);
    expect_refused(step("close"), Errc::Invalid, "case.resolved");
}

TEST_F(FollowUpSteps, OfSeveralReferralsTheOneThatFitsIsMeantElseItMustBeSaid) {
    refer("r-2");
    expect_refused(step("accept"), Errc::Invalid, "say which");
    FollowUpStep second = step("accept");
    second.referral = "r-2";
    take(second);
    take(step("accept"));  // only r-1 waits now
    second.referral = "r-3";
    expect_refused(second, Errc::NotFound, "'case-1' with referral 'r-3'");
}

TEST_F(FollowUpSteps, AFigureIsAcceptedAnsweredAndClosedByTheCentre) {
    take(step("accept", "k-1"));
    FollowUpStep answer = step("answer", "k-1");
    answer.cause = "staffing";
    expect_refused(answer, Errc::Invalid, "action: needed to answer");
    FollowUpStep close = step("close", "k-1");
    close.outcome = "resolved";
    expect_refused(close, Errc::Conflict, "is accepted");
    answer.action = "hiring";
    take(answer);
    expect_refused(step("return", "k-1"), Errc::Invalid, "answered with its cause");
    take(close);
    close.outcome = "withdrawn";
    expect_refused(close, Errc::Conflict, "is closed");
}

TEST_F(FollowUpSteps, AnIllegalEventOfAnotherKindHidesNoFigure) {
    tell("case.note_added", "k-1", {{"visibility", "internal"}});
    take(step("accept", "k-1"));
}

TEST_F(FollowUpSteps, TheCentreMayWithdrawAFigureAtAnyTime) {
    FollowUpStep close = step("close", "k-1");
    close.outcome = "withdrawn";
    take(close);
}

TEST_F(FollowUpSteps, OthersFollowUpsAreNotThere) {
    for (const char* subject : {"case-1", "k-1", "case-2"}) {
        FollowUpStep of_others = step("accept", subject);
        of_others.department = "water";
        expect_refused(of_others, Errc::NotFound, std::string("no follow-up '") + subject + "'");
    }
}

TEST_F(FollowUpSteps, TheEventExpectsTheVersionThatWasRead) {
    const auto first = event_of(step("accept"));
    const auto second = event_of(step("accept"));
    ASSERT_TRUE(first && second);
    harness_.tell("case-1", *first);
    const int64_t after = version("case-1");
    harness_.tell("case-1", *second);
    EXPECT_EQ(version("case-1"), after) << "the slower of two has no effect";
    EXPECT_EQ(json::parse(*first).at("actor"), "department:roads");
}

TEST(ReadStep, EveryMistakeIsTold) {
    EXPECT_TRUE(read_step(R"({"step":"accept","subject":"case-1"})").violations.empty());
    EXPECT_EQ(read_step("[]").violations.size(), 1U);
    EXPECT_EQ(read_step(R"({"step":"accept","step":"answer","subject":"x"})").violations.size(),
              1U);
    const auto wrong = read_step(R"({"step":"sing","subject":7,"note":"x"})").violations;
    ASSERT_EQ(wrong.size(), 4U);  // note, step, and the subject twice: its type, and none given
    for (const events::Violation& each : wrong) {
        EXPECT_EQ(each.detail.find("sing"), std::string::npos) << "what was sent is not repeated";
    }
}

}  // namespace
}  // namespace sijill::api
