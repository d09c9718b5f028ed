// Goal: what the fold does with one subject, rule by rule. Method: events as JSON through a shard
// over memory rows.

#include "tests/support/fold_test.h"

#include "projections/quiet_events.h"

#include <gtest/gtest.h>

namespace sijill::projections {
namespace {

TEST_F(Fold, AnEventPublishedTwiceHasOneEffectAndIsListed) {
    tell(offered());
    tell(offered());
    EXPECT_EQ(total("calls", "offered"), 1);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::Duplicate), 1);
}

TEST_F(Fold, TheSameIdWithOtherContentIsToldApart) {
    tell(answered(1000));
    tell(answered(2000));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::DuplicateOtherContent), 1);
    tell(offered());
    EXPECT_EQ(total("calls", "wait_answered_ms"), 1000);
}

TEST_F(Fold, ACallsEndMayArriveBeforeItsBeginning) {
    tell(answered(1000));
    EXPECT_EQ(total("calls", "answered"), 0) << "no cell before the call is known";
    tell(offered());
    EXPECT_EQ(total("calls", "answered"), 1);
}

TEST_F(Fold, AnotherVersionThanExpectedIsAConflictWithoutEffect) {
    tell(offered());
    json event = answered(1000);
    event["expectedversion"] = 7;
    tell(event);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::VersionConflict), 1);
    EXPECT_EQ(total("calls", "answered"), 0);
    json right = answered(1000, "a2");
    right["expectedversion"] = 1;
    tell(right);
    EXPECT_EQ(total("calls", "answered"), 1);
}

TEST_F(Fold, ReopeningKeepsTheFirstOpeningTime) {
    tell(opened());
    tell(resolved("x1"));
    tell(reopened());
    EXPECT_EQ(case_state().status, CaseStatus::Open);
    EXPECT_EQ(case_state().episode, 2);
    EXPECT_EQ(events::format_rfc3339({case_state().opened_at_ms}), kNoon);
}

TEST_F(Fold, AnIllegalTransitionLeavesTheStateAndIsListed) {
    tell(opened());
    tell(reopened());
    EXPECT_EQ(case_state().status, CaseStatus::New);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::IllegalTransition), 1);
}

TEST_F(Fold, AComplaintIsResolvedOnlyAfterItsAnswer) {
    tell(opened());
    tell(event_json("complaint.received",
                    "case-1",
                    "p1",
                    kNoon,
                    {{"case_id", "case-1"},
                     {"category", "delay"},
                     {"received_via", "phone"},
                     {"severity", "low"}}));
    tell(resolved("x1"));
    EXPECT_EQ(case_state().status, CaseStatus::New);
    tell(event_json("complaint.response_sent",
                    "case-1",
                    "p2",
                    kNoon,
                    {{"at", kNoon}, {"decision", "upheld"}, {"via", "phone"}}));
    tell(resolved("x2"));
    EXPECT_EQ(case_state().status, CaseStatus::Resolved);
}

TEST_F(Fold, QuietEventsMoveNoFigure) {
    const std::map<std::string, json> quiet{
        {"case.contact_linked", {{"contact_id", "call-9"}, {"role", "repeat"}}},
        {"case.unassigned", {{"queue", "general"}}},
        {"case.note_added", {{"visibility", "internal"}}}};
    EXPECT_EQ(quiet.size(), QuietEvents::kSize);
    // The fold does not look at the cells after these, so cells and states must agree anyway.
    int number = 0;
    const auto disturb = [&] {
        for (const auto& [type, data] : quiet) {
            tell(event_json(type, "case-1", "q" + std::to_string(++number), kLater, data));
            EXPECT_EQ(harness_.cells_of_states(), harness_.cells()) << type;
        }
    };
    disturb();
    tell(opened());
    disturb();
    tell(resolved("x1"));
    disturb();
    tell(reopened());
    disturb();
    EXPECT_EQ(harness_.parked(events::Refusal::InvalidEvent), 0);
    EXPECT_EQ(total("case_flow", "reopened"), 1);
}

TEST_F(Fold, DaylessEventsAreTheDayOfNoCell) {
    const std::vector<std::pair<std::string, json>> dayless{
        {"case.assigned", {{"agent", "agent-1"}, {"queue", "general"}}},
        {"case.pended", {{"reason", "scheduled"}, {"until", "2017-03-09T09:00:00.000Z"}}},
        {"case.resumed", {{"reason", "scheduled"}}},
        {"case.unassigned", {{"queue", "general"}}},
        {"case.reclassified", {{"old", {"other"}}, {"new", {"loan"}}, {"reason", "coding"}}},
        {"case.note_added", {{"visibility", "citizen"}}},
        {"case.contact_linked", {{"contact_id", "call-9"}, {"role", "outbound"}}}};
    EXPECT_EQ(dayless.size(), DaylessEvents::kSize);
    tell(opened());
    int day = 1;
    for (const auto& [type, data] : dayless) {
        const std::string at = "2017-02-0" + std::to_string(++day) + "T09:00:00.000Z";
        tell(event_json(type, "case-1", "d" + std::to_string(day), at, data));
        EXPECT_EQ(harness_.badly_listed(), std::vector<std::string>{}) << type;
    }
    EXPECT_EQ(harness_.parked(events::Refusal::InvalidEvent), 0);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::IllegalTransition), 0);
    EXPECT_EQ(rows_of('d'), 1) << "the day of the opening alone";
}

TEST_F(Fold, ManyEventsOfOneCommitMoveAFigureOnce) {
    tell(opened());
    const auto before = harness_.all_rows();
    harness_.append("case-1", resolved("x1").dump());
    harness_.append("case-1", reopened().dump());
    json voided = correction("event.voided", "v1", "x1");
    voided["subject"] = "case-1";
    harness_.append("case-1", voided.dump());
    harness_.fold_all();
    EXPECT_EQ(harness_.all_rows(), before) << "nothing is written before the commit";
    harness_.commit();
    EXPECT_EQ(harness_.cells(), harness_.cells_of_states());
}

TEST_F(Fold, ATimeFarAheadIsAppliedInItsBucketAndListed) {
    tell(offered("o1", "2030-01-01T00:00:00.000Z"));
    EXPECT_EQ(total("calls", "offered"), 1);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::FutureTime), 1);
    json moved = correction("event.corrected", "k1", "o1", json::object());
    moved["data"]["time"] = kNoon;
    tell(moved);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::FutureTime), 0) << "a correction mends it";
    tell(correction("event.voided", "k2", "k1"));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::FutureTime), 1) << "and what undoes it lists again";
}

TEST_F(Fold, AScoreThatItsInstrumentLacksCountsNowhereAndIsListed) {
    const auto told = [this](const std::string& subject, const std::string& id, int score) {
        tell(event_json("survey.answered",
                        subject,
                        id,
                        kNoon,
                        {{"revision", 1}, {"score", score}, {"answered_at", kNoon}}));
    };
    const auto invited = [this](const std::string& subject) {
        tell(event_json("survey.invited",
                        subject,
                        "i-" + subject,
                        kNoon,
                        {{"survey_id", subject},
                         {"about", "call"},
                         {"about_id", "call-1"},
                         {"instrument", "csat5"},
                         {"via", "sms"}}));
    };
    invited("call-1");
    told("call-1", "a1", 80);
    EXPECT_EQ(total("surveys", "answered"), 0);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::OutOfScale), 1);
    tell(correction("event.corrected", "k1", "a1", {{"score", 5}}));
    EXPECT_EQ(total("surveys", "answered"), 1);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::OutOfScale), 0) << "a correction mends it";

    told("survey-2", "a2", 0);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::OutOfScale), 0) << "nobody knows the instrument";
    invited("survey-2");
    EXPECT_EQ(harness_.anomalies(AnomalyReason::OutOfScale), 1);
}

TEST_F(Fold, PointsAboveTheirMaximumCountAndAreListed) {
    const auto evaluated = [this](const std::string& id, bool applies) {
        tell(event_json("evaluation.completed",
                        id,
                        "c-" + id,
                        kNoon,
                        {{"evaluation_id", id},
                         {"contact_id", "call-1"},
                         {"agent", "x"},
                         {"evaluator", "y"},
                         {"form", "basic"},
                         {"form_version", 1},
                         {"items",
                          {{{"question", "greeting"},
                            {"weight", 2},
                            {"points", 4},
                            {"max", 3},
                            {"not_applicable", !applies}}}},
                         {"automatic_fail", false}}));
    };
    evaluated("e-1", false);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::OutOfScale), 0);
    evaluated("e-2", true);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::OutOfScale), 1);
    EXPECT_EQ(total("evaluations", "weighted_points"), 8);
}

TEST_F(Fold, AClearPersonalFieldEntersNoViewAndIsListed) {
    json event = offered();
    event["data"]["ani"] = "+973 1234 5678";
    tell(event);
    EXPECT_EQ(total("calls", "offered"), 1);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::ClearPersonalField), 1);
    for (const auto& [key, value] : harness_.all_rows()) {
        EXPECT_EQ(value.find("1234"), std::string::npos) << "the clear value must not reach a row";
    }
}

TEST_F(Fold, AReferralStandsInItsDepartmentsListUnderItsStatus) {
    tell(opened());
    tell(event_json("referral.requested",
                    "case-1",
                    "f1",
                    kNoon,
                    {{"referral_id", "r1"},
                     {"case_id", "case-1"},
                     {"from_unit", "centre"},
                     {"to_department", "projects"},
                     {"reason", "check"},
                     {"requested_at", kNoon}}));
    EXPECT_EQ(rows_of('o'), 1);
    EXPECT_EQ(case_state().status, CaseStatus::Referred);
    tell(event_json("referral.recalled",
                    "case-1",
                    "f2",
                    kLater,
                    {{"referral_id", "r1"}, {"at", kLater}, {"reason", "error"}}));
    EXPECT_EQ(rows_of('o'), 1) << "it moved to where settled ones stand";
    const auto [begin, end] = keys::follow_ups_of("projects", FollowUpStatus::Recalled);
    const auto rows = harness_.all_rows();
    EXPECT_NE(rows.lower_bound(begin), rows.lower_bound(end));
    EXPECT_EQ(case_state().status, CaseStatus::Open);
}

TEST_F(Fold, HoursAreLocalAndHalfOpen) {
    tell(offered("o1", "2016-12-31T20:59:59.999Z"));
    const auto cells = harness_.cells();
    const int64_t midnight = (events::days_from_civil({2017, 1, 1})) * 24;
    EXPECT_TRUE(cells.contains("calls|" + std::to_string(midnight - 1) + "|general,|offered"));
    FoldHarness other;
    const json inside = offered("o1", "2016-12-31T21:00:00.000Z");
    other.tell("call-1", inside.dump());
    EXPECT_TRUE(other.cells().contains("calls|" + std::to_string(midnight) + "|general,|offered"));
}

TEST_F(Fold, ContactsAreTheSameInAnyOrder) {
    std::vector<json> events{
        offered(),
        answered(1000),
        answered(3000, "a2"),
        event_json("call.ended",
                   "call-1",
                   "e1",
                   kLater,
                   {{"ended_at", kLater}, {"talk", 9}, {"hold", 1}, {"ended_by", "agent"}}),
        event_json("call.wrapped_up",
                   "call-1",
                   "w1",
                   kLater,
                   {{"acw", 5}, {"purposes", {"other"}}, {"outcome", "handled"}})};
    events[2]["time"] = kLater;
    std::vector<size_t> order{0, 1, 2, 3, 4};
    std::map<std::string, int64_t> expected;
    do {
        FoldHarness harness;
        for (const size_t i : order) {
            harness.tell("call-1", events[i].dump());
        }
        expected = expected.empty() ? harness.cells() : expected;
        ASSERT_EQ(harness.cells(), expected);
    } while (std::ranges::next_permutation(order).found);
}

TEST_F(Fold, LongHistoriesAreChunkedAndStillKnowEveryEvent) {
    tell(offered());
    tell(answered(1000));
    for (int i = 0; i < 300; ++i) {
        tell(event_json("call.held", "call-1", "h" + std::to_string(i), kNoon, {{"at", kNoon}}));
    }
    EXPECT_EQ(rows_of('h'), 302 / static_cast<int64_t>(kHistoryChunk));
    harness_.reopen();
    tell(event_json("call.held", "call-1", "h3", kNoon, {{"at", kNoon}}));
    tell(offered());
    EXPECT_EQ(harness_.anomalies(AnomalyReason::Duplicate), 2);
    EXPECT_EQ(total("calls", "held"), 300);
}

TEST_F(Fold, AnotherFoldIdentityIsRefusedWithTheRemedy) {
    tell(offered());
    const auto other = ShardFold::open({"UTC"}, {0, 1}, harness_.rows(), {});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Errc::Config);
    EXPECT_NE(other.error().message.find("fold again"), std::string::npos);
    const auto partitions = ShardFold::open({}, {0, 2}, harness_.rows(), {});
    ASSERT_FALSE(partitions);
    EXPECT_NE(partitions.error().message.find("partition count"), std::string::npos);
}

struct Hostile {
    const char* name;
    std::string value;
    events::Refusal refusal;
};

std::vector<Hostile> hostile() {
    const std::string good = offered().dump();
    json twice = offered();
    std::string duplicate = good;
    duplicate.insert(1, "\"id\":\"x\",");
    json unknown = offered();
    unknown["type"] = "gov.cc.call.teleported.v1";
    json newer = offered();
    newer["type"] = "gov.cc.call.offered.v2";
    json missing = offered();
    missing["data"].erase("queue");
    json huge = offered();
    std::string number = huge.dump();
    number.insert(number.find("\"queue\""), "\"x\":1e400,");
    json deep = offered();
    std::string nested = deep.dump();
    nested.insert(nested.find("\"queue\""),
                  "\"x\":" + std::string(40, '[') + std::string(40, ']') + ",");
    json fraction = offered();
    fraction["data"]["x"] = 1.5;
    json large = offered();
    large["data"]["x"] = std::string(70'000, 'x');
    return {{"truncated", good.substr(0, 100), events::Refusal::MalformedJson},
            {"text", "hello", events::Refusal::MalformedJson},
            {"array", "[]", events::Refusal::NotACloudEvent},
            {"object", "{}", events::Refusal::NotACloudEvent},
            {"empty", "", events::Refusal::Empty},
            {"trailing", good + "{}", events::Refusal::MalformedJson},
            {"mark", "\xEF\xBB\xBF" + good, events::Refusal::MalformedJson},
            {"duplicate", duplicate, events::Refusal::MalformedJson},
            {"unknown", unknown.dump(), events::Refusal::UnknownType},
            {"newer", newer.dump(), events::Refusal::UnknownVersion},
            {"missing", missing.dump(), events::Refusal::InvalidEvent},
            {"number", number, events::Refusal::MalformedJson},
            {"nested", nested, events::Refusal::MalformedJson},
            {"fraction", fraction.dump(), events::Refusal::InvalidEvent},
            {"large", large.dump(), events::Refusal::TooLarge},
            {"latin1", "{\"id\":\"\xe9\"}", events::Refusal::MalformedJson}};
}

TEST_F(Fold, HostileRecordsAreParkedWithTheirReasonAndStopNothing) {
    tell(offered());
    for (const Hostile& record : hostile()) {
        SCOPED_TRACE(record.name);
        const int64_t before = harness_.parked(record.refusal);
        harness_.tell("call-1", record.value);
        EXPECT_EQ(harness_.parked(record.refusal), before + 1);
    }
    json wrong_key = offered("o9");
    harness_.tell("another", wrong_key.dump());
    EXPECT_EQ(harness_.parked(events::Refusal::WrongKey), 1);
    tell(answered(1000));
    EXPECT_EQ(total("calls", "answered"), 1);
    EXPECT_EQ(total("calls", "offered"), 1);
}

}  // namespace
}  // namespace sijill::projections
