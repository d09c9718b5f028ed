// tests/unit/api/service_writes_test.cc - what the service says of events and steps, over a real
// worker.

#include "events/json.h"
#include "tests/support/serving.h"

#include <gtest/gtest.h>

namespace sijill::api {
namespace {

TEST(ServiceWrites, WhatIsDoubtfulWasAppliedAllTheSame) {
    Serving serving;
    json late = opened("case-1", "event-1");
    late["time"] = "2150-02-01T08:00:00.000Z";
    const Response applied = serving.publish_and_wait(late);
    EXPECT_EQ(applied.status, 201) << applied.body;
    EXPECT_EQ(json::parse(applied.body)["verdict"], "applied");
    EXPECT_EQ(json::parse(serving.get("/v1/anomalies").body)["items"][0]["reason"], "future-time");
    json illegal = reopened("case-1", "event-2");
    illegal["time"] = late["time"];
    EXPECT_EQ(problem_kind(serving.publish_and_wait(illegal)), "illegal-transition");
}

// Who repeats an event because the answer was lost wants to know what became of the event.
TEST(ServiceWrites, ARepetitionHasTheVerdictOfTheEventThatItRepeats) {
    Serving serving;
    const json illegal = reopened("case-1", "event-1");
    json expecting = opened("case-2", "event-2");
    expecting["expectedversion"] = 7;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(problem_kind(serving.publish_and_wait(illegal)), "illegal-transition");
        EXPECT_EQ(problem_kind(serving.publish_and_wait(expecting)), "version-conflict");
        EXPECT_EQ(
            problem_kind(serving.publish(opened("case-3", "event-3"), {{"if-match", "\"7\""}})),
            "precondition-failed");
    }
    EXPECT_EQ(serving.publish_and_wait(opened("case-5", "event-5")).status, 201);
    const Response again = serving.publish_and_wait(opened("case-5", "event-5"));
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(json::parse(again.body)["verdict"], "duplicate");
}

TEST(ServiceWrites, AVoidedEventIsToldAsVoidedUntilItsVoidIs) {
    Serving serving;
    const auto voids = [](const std::string& id, const std::string& target) {
        json event = opened("case-1", id);
        event["type"] = "gov.cc.event.voided.v1";
        event["data"] = {
            {"target_source", event["source"]}, {"target_id", target}, {"reason", "mistaken"}};
        return event;
    };
    const auto verdicts = [&serving] {
        const json history = json::parse(serving.get("/v1/cases/case-1/events").body);
        std::string all;
        for (const json& item : history["items"]) {
            all += item["verdict"].get<std::string>() + " ";
        }
        return all;
    };
    EXPECT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
    EXPECT_EQ(serving.publish_and_wait(voids("event-2", "event-1")).status, 201);
    EXPECT_EQ(verdicts(), "voided applied ");
    EXPECT_EQ(json::parse(serving.get("/v1/anomalies").body)["items"], json::array());
    EXPECT_EQ(serving.publish_and_wait(voids("event-3", "event-2")).status, 201);
    EXPECT_EQ(verdicts(), "applied voided applied ");
    EXPECT_EQ(json::parse(serving.get("/v1/anomalies").body)["items"], json::array());
}

TEST(ServiceWrites, AStepIsTakenOfTheVersionThatIfMatchNamesOnly) {
    Serving serving;
    EXPECT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
    json referral = opened("case-1", "event-2");
    referral["type"] = "gov.cc.referral.requested.v1";
    referral["data"] = {{"referral_id", "r-1"},
                        {"case_id", "case-1"},
                        {"from_unit", "centre"},
                        {"to_department", "roads"},
                        {"reason", "other"},
                        {"requested_at", "2017-02-01T08:00:00.000Z"}};
    EXPECT_EQ(serving.publish_and_wait(referral).status, 201);
    const auto accept = [&serving](const std::string& department, const std::string& if_match) {
        return serving.ask("POST",
                           "/v1/departments/" + department + "/follow-ups",
                           {{"content-type", "application/json"}, {"if-match", if_match}},
                           R"({"step":"accept","subject":"case-1"})");
    };
    EXPECT_EQ(problem_kind(accept("roads", "*")), "invalid-parameter");
    EXPECT_EQ(problem_kind(accept("roads", "\"1\"")), "precondition-failed");
    EXPECT_EQ(problem_kind(accept("water", "\"1\"")), "not-found") << "not theirs to know of";
    const Response accepted = accept("roads", "\"2\"");
    EXPECT_EQ(accepted.status, 201) << accepted.body;
    EXPECT_EQ(problem_kind(accept("roads", "\"2\"")), "precondition-failed");
    EXPECT_EQ(problem_kind(accept("roads", "\"3\"")), "step-refused");
}

}  // namespace
}  // namespace sijill::api
