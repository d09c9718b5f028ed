// Goal: corrections and voids fold their subject again. Method: events as JSON through a shard over
// memory rows, and its readings of the log counted.

#include "tests/support/fold_test.h"

#include <gtest/gtest.h>

#include <string>

namespace sijill::projections {
namespace {

TEST_F(Fold, ACorrectionChangesTheFigureItTouches) {
    tell(offered());
    tell(answered(1000));
    tell(correction("event.corrected", "k1", "a1", {{"queue_wait", 5000}}));
    EXPECT_EQ(total("calls", "wait_answered_ms"), 5000);
    tell(correction("event.corrected", "k2", "a1", {{"queue_wait", 7000}}));
    EXPECT_EQ(total("calls", "wait_answered_ms"), 7000) << "the later correction stands";
    EXPECT_EQ(harness_.times_read_again(), 2) << "a short history is read once a correction";
}

TEST_F(Fold, VoidingACorrectionUndoesIt) {
    tell(offered());
    tell(answered(1000));
    tell(correction("event.corrected", "k1", "a1", {{"queue_wait", 5000}}));
    tell(correction("event.voided", "k2", "k1"));
    EXPECT_EQ(total("calls", "wait_answered_ms"), 1000);
}

TEST_F(Fold, AVoidedEventDidNotHappen) {
    tell(offered());
    tell(answered(1000));
    tell(correction("event.voided", "k1", "o1"));
    EXPECT_TRUE(harness_.cells().empty());
    EXPECT_EQ(rows_of('j'), 0) << "a day of nothing has no row";
}

TEST_F(Fold, APatchThatWouldBreakItsEventIsRefusedAndListed) {
    tell(offered());
    tell(answered(1000));
    tell(correction("event.corrected", "k1", "a1", {{"queue_wait", "long"}}));
    tell(correction("event.corrected", "k2", "a1", {{"queue_wait", nullptr}}));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::InvalidPatch), 2);
    EXPECT_EQ(total("calls", "wait_answered_ms"), 1000);
    tell(correction("event.corrected", "k3", "a1", {{"queue_wait", 2000}}));
    EXPECT_EQ(total("calls", "wait_answered_ms"), 2000)
        << "a refused patch does not stand in the way of a good one";
}

TEST_F(Fold, AHistoryIsReadAgainInPartsHoweverLongItIs) {
    constexpr int kAnswers = 8'300;
    harness_.append("call-1", offered().dump());
    for (int i = 0; i < kAnswers; ++i) {
        json each = answered(i, "a" + std::to_string(i));
        // The earliest stands: the first here, behind it the last.
        each["time"] = events::format_rfc3339({1'484'478'000'000 + (i == 0 ? 0 : kAnswers - i)});
        each["data"]["padding"] =
            std::string(i < 220 ? 10'000 : 0, 'x');  // more than a part may hold
        harness_.append("call-1", each.dump());
    }
    harness_.fold_all();
    const auto waited = [this] { return total("calls", "wait_answered_ms"); };
    tell(correction("event.corrected", "k1", "a0", {{"queue_wait", 5'000}}));
    EXPECT_EQ(waited(), 5'000);
    tell(correction("event.voided", "v1", "a0"));
    EXPECT_EQ(waited(), kAnswers - 1);
    const std::string last = "a" + std::to_string(kAnswers - 1);
    tell(correction("event.corrected", "k2", last, {{"queue_wait", 6'000}}));
    EXPECT_EQ(waited(), 6'000);
    tell(correction("event.corrected", "k3", last, {{"queue_wait", "long"}}));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::InvalidPatch), 1);
    tell(correction("event.voided", "v2", "v1"));
    EXPECT_EQ(waited(), 5'000) << "as it was corrected before it was voided";
    EXPECT_EQ(harness_.cells(), harness_.cells_of_states());
    EXPECT_LE(harness_.most_read_again(), 4'000U);
}

TEST_F(Fold, OfASubjectACorrectionTooManyIsListedAndHasNoEffect) {
    tell(offered());
    tell(answered(1, "a1"));
    for (size_t i = 0; i <= kMostCorrections; ++i) {
        const std::string id = "k" + std::to_string(i);
        harness_.append("call-1",
                        correction("event.corrected", id, "a1", {{"queue_wait", i}}).dump());
    }
    harness_.fold_all();
    harness_.commit();
    EXPECT_EQ(total("calls", "wait_answered_ms"), static_cast<int64_t>(kMostCorrections) - 1);
    EXPECT_EQ(harness_.anomalies(AnomalyReason::TooManyCorrections), 1);
    tell(correction("event.corrected", "k0", "a1", {{"queue_wait", 0}}));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::Duplicate), 1) << "it is known all the same";
    EXPECT_EQ(harness_.anomalies(AnomalyReason::TooManyCorrections), 1);
}

TEST_F(Fold, ACorrectionWithoutATargetIsListed) {
    tell(offered());
    tell(correction("event.voided", "k1", "nobody"));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::CorrectionWithoutTarget), 1);
    EXPECT_EQ(total("calls", "offered"), 1);
}

TEST_F(Fold, VoidingAnEventJudgesTheLaterOnesAgain) {
    tell(opened());
    tell(resolved("x1"));
    tell(event_json("case.closed", "case-1", "z1", kLater, {{"reason", "resolved"}}));
    EXPECT_EQ(case_state().status, CaseStatus::Closed);
    json voided = correction("event.voided", "k1", "x1");
    voided["subject"] = "case-1";
    tell(voided);
    EXPECT_EQ(case_state().status, CaseStatus::New) << "a new case cannot be closed as resolved";
    EXPECT_EQ(harness_.anomalies(AnomalyReason::IllegalTransition), 1);
}

TEST_F(Fold, OfASubjectCorrectedAgainOnlyWhatIsNewIsReadAgain) {
    tell(offered());
    tell(answered(1, "a0"));
    for (int i = 0; i < 20; ++i) {
        tell(event_json("call.held", "call-1", "h" + std::to_string(i), kNoon, {{"at", kNoon}}));
    }
    tell(correction("event.corrected", "k0", "a0", {{"queue_wait", 5'000}}));
    EXPECT_EQ(harness_.most_read_again(), 23U);
    const int before = harness_.records_read_again();
    for (int i = 1; i <= 10; ++i) {
        tell(correction(
            "event.corrected", "k" + std::to_string(i), "a0", {{"queue_wait", 5'000 + i}}));
        EXPECT_EQ(total("calls", "wait_answered_ms"), 5'000 + i);
    }
    EXPECT_EQ(harness_.records_read_again(), before + 10);
}

// Two histories, as long as each other: what was kept of one is never taken for the other's.
TEST_F(Fold, SubjectsThatAreCorrectedInTurnsAreNotMixedUp) {
    const auto of = [](json event, const std::string& subject) {
        event["subject"] = subject;
        if (event["data"].contains("contact_id")) {
            event["data"]["contact_id"] = subject;
        }
        return event;
    };
    for (const char* subject : {"call-1", "call-2"}) {
        tell(of(offered(std::string("o") + subject), subject));
        tell(of(answered(1, std::string("a") + subject), subject));
    }
    for (int i = 1; i <= 3; ++i) {
        for (const char* subject : {"call-1", "call-2"}) {
            const int wait = subject == std::string("call-1") ? 100 * i : 1'000 * i;
            tell(of(correction("event.corrected",
                               std::to_string(i) + subject,
                               std::string("a") + subject,
                               {{"queue_wait", wait}}),
                    subject));
        }
        EXPECT_EQ(total("calls", "wait_answered_ms"), 1'100 * i);
    }
    EXPECT_EQ(harness_.cells(), harness_.cells_of_states());
}

// The door refuses it; what came past the door is listed, as a clear field of an event is.
TEST_F(Fold, ClearPersonalTextInAPatchIsListed) {
    tell(offered());
    tell(correction("event.corrected", "k1", "o1", {{"ani", "+973 1234 5678"}}));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::ClearPersonalField), 1);
    tell(correction("event.corrected", "k2", "o1", {{"queue", "housing"}}));
    tell(correction("event.corrected", "k3", "o1", {{"ani", nullptr}}));
    EXPECT_EQ(harness_.anomalies(AnomalyReason::ClearPersonalField), 1);
    for (const auto& [key, value] : harness_.all_rows()) {
        EXPECT_EQ(value.find("1234"), std::string::npos) << "the clear value must not reach a row";
    }
}

}  // namespace
}  // namespace sijill::projections
