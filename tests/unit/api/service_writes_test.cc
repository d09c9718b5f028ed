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

}  // namespace
}  // namespace sijill::api
