// tests/unit/api/service_writes_test.cc - what the service says of events and steps, over a real
// worker.

#include "events/json.h"
#include "tests/support/serving.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <sstream>

namespace sijill::api {
namespace {

// Takes no events, or cannot be read again, as the test says.
class BrokenLog final : public log::MemoryLog {
  public:
    BrokenLog() : log::MemoryLog(1) {}
    [[nodiscard]] std::vector<Result<log::Appended>> append(
        std::span<const events::NewRecord> records) override {
        return says ? std::vector(records.size(), *says) : log::MemoryLog::append(records);
    }
    [[nodiscard]] std::optional<Error> stopped() const override {
        return stops ? std::optional(says->error()) : std::nullopt;
    }
    [[nodiscard]] Result<std::unique_ptr<log::LogReader>> open_reader(
        std::span<const log::Place> places) override {
        return unreadable ? fail(Errc::Storage, "/data/log: I/O error")
                          : log::MemoryLog::open_reader(places);
    }

    std::optional<Result<log::Appended>> says;  // of every event
    bool stops = false;                         // with that error
    std::atomic<bool> unreadable{false};
};

std::unique_ptr<BrokenLog> log_that_says(Errc code, const std::string& message) {
    auto log = std::make_unique<BrokenLog>();
    log->says = fail(code, message);
    return log;
}

// What the program logs while this lives; a line is whole before the answer that it is about.
class Logged {
  public:
    Logged() {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_)));
    }
    Logged(const Logged&) = delete;
    Logged& operator=(const Logged&) = delete;
    ~Logged() { spdlog::set_default_logger(before_); }

    [[nodiscard]] size_t times(const std::string& text) const {
        const std::string lines = lines_.str();
        size_t times = 0;
        for (size_t at = lines.find(text); at != std::string::npos; at = lines.find(text, at + 1)) {
            ++times;
        }
        return times;
    }

  private:
    const std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
    std::ostringstream lines_;
};

TEST(ServiceWrites, AnOutcomeNobodyKnowsSaysThatTheEventMayBeSentAgain) {
    Serving serving(log_that_says(Errc::Unknown, "no answer in time"));
    const Response response = serving.publish(opened("case-1", "event-1"));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(problem_kind(response), "outcome-unknown");
    EXPECT_EQ(header(response, "Retry-After"), "1");
}

TEST(ServiceWrites, ALogThatStoppedIsToldToWhoPublishesAndToWhoWatches) {
    auto log = log_that_says(Errc::Storage, "/data: no space");
    log->stops = true;
    Serving serving(std::move(log));
    const Response refused = serving.publish(opened("case-1", "event-1"));
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(problem_kind(refused), "log-unavailable");
    EXPECT_EQ(refused.body.find("/data"), std::string::npos) << refused.body;
    const Response ready = serving.get("/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body.find("taking events: no, a write"), std::string::npos) << ready.body;
    EXPECT_NE(serving.get("/metrics").body.find("\nsijill_log_up 0\n"), std::string::npos);
}

// A channel gives an event up after a 4xx or a 500, and keeps it after a 503.
TEST(ServiceWrites, WhatIsNotTheEventsFaultIsToldToComeBackAndWhyIsLoggedOnce) {
    for (const Errc code : {Errc::Config, Errc::NotFound, Errc::Corrupt, Errc::Conflict}) {
        Serving serving(log_that_says(code, "t: not authorized"));
        const Logged logged;
        for (int i = 0; i < 3; ++i) {
            const Response refused = serving.publish(opened("case-1", "event-1"));
            EXPECT_EQ(refused.status, 503) << refused.body;
            EXPECT_EQ(problem_kind(refused), "log-unavailable");
            EXPECT_EQ(refused.body.find("authorized"), std::string::npos) << refused.body;
        }
        EXPECT_EQ(logged.times("not acknowledged: t: not authorized"), 1U);
    }
    Serving serving(log_that_says(Errc::TooLarge, "over 1 MB"));
    const Logged logged;
    EXPECT_EQ(serving.publish(opened("case-1", "event-1")).status, 413);
    EXPECT_EQ(logged.times("1 MB"), 0U);
}

TEST(ServiceWrites, TheCauseOfA500IsLoggedWithItsRouteButNotWithoutEnd) {
    auto log = std::make_unique<BrokenLog>();
    std::atomic<bool>& unreadable = log->unreadable;
    Serving serving(std::move(log));
    ASSERT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
    unreadable = true;
    const Logged logged;
    for (int i = 0; i < 100; ++i) {
        const Response failed = serving.get("/v1/cases/case-1/events");
        EXPECT_EQ(problem_kind(failed), "internal") << failed.body;
        EXPECT_EQ(failed.body.find("/data"), std::string::npos) << failed.body;
    }
    const size_t lines = logged.times("GET /v1/cases/{caseId}/events: ");
    EXPECT_GE(lines, 1U);
    EXPECT_LT(lines, 50U);
    EXPECT_EQ(logged.times("/data/log: I/O error"), lines);
}

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

TEST(ServiceWrites, WhoPrefersNotToWaitLongIsToldThatTheVerdictIsPending) {
    auto log = std::make_unique<BrokenLog>();
    log->says = log::Appended{0, 1'000'000, 0};  // the fold does not get there
    Serving serving(std::move(log));
    const Response pending = serving.publish(opened("case-1", "event-1"), {{"prefer", "wait=0"}});
    EXPECT_EQ(pending.status, 201) << pending.body;
    EXPECT_EQ(header(pending, "Preference-Applied"), "wait");
    EXPECT_EQ(json::parse(pending.body)["verdict"], "pending");
    EXPECT_EQ(header(serving.publish(opened("case-1", "event-1")), "Preference-Applied"), "");
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
