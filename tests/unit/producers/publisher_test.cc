#include "producers/publisher.h"

#include "events/encode.h"
#include "producers/input.h"
#include "tests/support/event_text.h"
#include "tests/support/source_path.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sijill::producers {
namespace {

// Keeps records in one list and answers the next appends with planned errors.
class ListLog : public log::EventLog {
  public:
    std::vector<Result<log::Appended>> append(std::span<const events::NewRecord> sent) override {
        batches.push_back(sent.size());
        std::vector<Result<log::Appended>> results;
        for (const events::NewRecord& record : sent) {
            results.push_back(append_one(record));
        }
        return results;
    }
    Result<std::unique_ptr<log::LogReader>> open_reader(std::span<const log::Place>) override {
        return fail(Errc::Unavailable, "not in this test");
    }
    Result<std::vector<log::OffsetRange>> ranges() override {
        return fail(Errc::Unavailable, "not in this test");
    }
    Result<std::vector<log::Place>> offsets_at(int64_t) override {
        return fail(Errc::Unavailable, "not in this test");
    }
    Result<log::LogIdentity> identity() override {
        return fail(Errc::Unavailable, "not in this test");
    }

    std::vector<events::NewRecord> kept;
    std::vector<size_t> batches;
    std::deque<Errc> planned;         // for the next records, whatever they are
    std::set<std::string> too_large;  // subjects
    Errc always = Errc::Invalid;      // Invalid: nothing fails always

  private:
    Result<log::Appended> append_one(const events::NewRecord& record) {
        if (too_large.contains(record.key)) {
            return fail(Errc::TooLarge, "over the broker's limit");
        }
        if (always != Errc::Invalid) {
            return fail(always, "no broker");
        }
        if (!planned.empty()) {
            const Errc code = planned.front();
            planned.pop_front();
            if (code == Errc::Unknown) {
                kept.push_back(record);  // it was appended, but nobody heard
            }
            return fail(code, "planned");
        }
        kept.push_back(record);
        return log::Appended{0, static_cast<int64_t>(kept.size()), 0};
    }
};

std::string line_of(const std::string& subject, const std::string& id) {
    events::Envelope envelope;
    envelope.id = id;
    envelope.source = "/test";
    envelope.subject = subject;
    envelope.time = {1483218000000};
    return events::encode(envelope, events::CallHeld{{1483218000000}});
}

struct Outcome {
    Published totals;
    std::vector<LineFailure> failures;
    std::vector<std::chrono::milliseconds> pauses;
};

Outcome publish(ListLog& log, const std::string& text, PublishRules rules = {}) {
    Outcome outcome;
    rules.wait = [&outcome](std::chrono::milliseconds pause) { outcome.pauses.push_back(pause); };
    Publisher publisher(log, rules);
    std::istringstream input(text);
    outcome.totals = publisher.publish_lines(
        input, [&outcome](const LineFailure& failure) { outcome.failures.push_back(failure); });
    return outcome;
}

TEST(Publisher, ValidLinesAreAppendedUnderTheirSubjectUnchanged) {
    ListLog log;
    const std::string one = line_of("call-1", "a");
    const std::string two = line_of("call-2", "b");
    const Outcome outcome = publish(log, one + "\n\n  \t\r\n" + two + "\r\n");
    EXPECT_EQ(outcome.totals, (Published{.read = 2, .published = 2}));
    ASSERT_EQ(log.kept.size(), 2U);
    EXPECT_EQ(log.kept[0].key, "call-1");
    EXPECT_EQ(log.kept[0].value, one);
    EXPECT_EQ(log.kept[1].value, two);
    ASSERT_EQ(log.kept[0].headers.size(), 1U);
    EXPECT_EQ(log.kept[0].headers[0].value, events::kStructuredContentType);
}

TEST(Publisher, TheLastLineNeedsNoLineBreak) {
    ListLog log;
    EXPECT_EQ(publish(log, line_of("s", "a")).totals.published, 1U);
    EXPECT_EQ(publish(log, "").totals, Published{});
}

TEST(Publisher, AnInvalidLineIsToldWithItsNumberAndAllViolationsAndTheRestGoesOn) {
    ListLog log;
    const std::string bad =
        R"({"specversion":"1.0","id":"","source":"/t","type":"gov.cc.call.held.v1",)"
        R"("subject":"s","time":"yesterday","data":{}})";
    const Outcome outcome =
        publish(log, line_of("s", "a") + "\n" + bad + "\nno json\n" + line_of("s", "b") + "\n");
    EXPECT_EQ(outcome.totals, (Published{.read = 4, .published = 2, .rejected = 2}));
    ASSERT_EQ(outcome.failures.size(), 2U);
    EXPECT_EQ(outcome.failures[0].line, 2U);
    EXPECT_EQ(outcome.failures[0].error.code, Errc::Rejected);
    std::set<std::string> pointers;
    for (const auto& violation : outcome.failures[0].violations) {
        pointers.insert(violation.pointer);
    }
    EXPECT_EQ(pointers, (std::set<std::string>{"/id", "/time", "/data/at"}));
    EXPECT_EQ(outcome.failures[1].line, 3U);
    EXPECT_EQ(outcome.failures[1].violations.at(0).code, "malformed-json");
}

TEST(Publisher, AClearPersonalFieldIsRefusedAtTheGateway) {
    ListLog log;
    const std::string clear =
        R"({"specversion":"1.0","id":"a","source":"/t","type":"gov.cc.case.note_added.v1",)"
        R"("subject":"s","time":"2017-01-01T00:00:00Z",)"
        R"("data":{"visibility":"internal","text":"Fatima, 33"}})";
    const Outcome outcome = publish(log, clear);
    EXPECT_EQ(outcome.totals, (Published{.read = 1, .rejected = 1}));
    EXPECT_EQ(outcome.failures.at(0).violations.at(0).code, "clear-personal-field");
    EXPECT_EQ(outcome.failures.at(0).error.message.find("Fatima"), std::string::npos);
}

TEST(Publisher, ACorrectionIsRefusedForClearTextLikeTheFieldThatItCorrects) {
    ListLog log;
    const auto correction = [](const std::string& text) {
        return R"({"specversion":"1.0","id":"a","source":"/t","type":"gov.cc.event.corrected.v1",)"
               R"("subject":"s","time":"2017-01-01T00:00:00Z","data":{"target_source":"/t",)"
               R"("target_id":"b","reason":"other","patch":{"text":)" +
               text + "}}}\n";
    };
    const Outcome outcome =
        publish(log, correction(R"("Fatima, 33")") + correction(R"({"sealed":"AAAA"})"));
    EXPECT_EQ(outcome.totals, (Published{.read = 2, .published = 1, .rejected = 1}));
    EXPECT_EQ(outcome.failures.at(0).violations.at(0).code, "clear-personal-field");
}

TEST(Publisher, ALineOver64KiBIsOneFailure) {
    ListLog log;
    const std::string huge = "{\"x\":\"" + std::string(200000, 'x') + "\"}";
    const Outcome outcome = publish(log, huge + "\n" + line_of("s", "a") + "\n");
    EXPECT_EQ(outcome.totals, (Published{.read = 2, .published = 1, .rejected = 1}));
    EXPECT_EQ(outcome.failures.at(0).violations.at(0).code, "too-large");
    EXPECT_EQ(outcome.failures.at(0).line, 1U);
}

TEST(Publisher, StrictStopsAtTheFirstFailureAfterAppendingWhatStandsBeforeIt) {
    ListLog log;
    PublishRules rules;
    rules.strict = true;
    const Outcome outcome =
        publish(log, line_of("s", "a") + "\n{}\n" + line_of("s", "b") + "\n", rules);
    EXPECT_EQ(outcome.totals,
              (Published{.read = 2, .published = 1, .rejected = 1, .stopped = true}));
    EXPECT_EQ(log.kept.size(), 1U);
}

TEST(Publisher, StrictStopsAtAnEventThatTheLogRefuses) {
    ListLog log;
    log.too_large = {"big"};
    PublishRules rules;
    rules.strict = true;
    rules.batch = 1;
    const Outcome outcome =
        publish(log, line_of("big", "a") + "\n" + line_of("s", "b") + "\n", rules);
    EXPECT_EQ(outcome.totals, (Published{.read = 1, .failed = 1, .stopped = true}));
}

TEST(Publisher, BatchesAreAsLargeAsAsked) {
    ListLog log;
    PublishRules rules;
    rules.batch = 3;
    std::string text;
    for (int i = 0; i < 8; ++i) {
        text += line_of("s", "id-" + std::to_string(i)) + "\n";
    }
    EXPECT_EQ(publish(log, text, rules).totals.published, 8U);
    EXPECT_EQ(log.batches, (std::vector<size_t>{3, 3, 2}));
}

TEST(Publisher, UnavailableIsSentAgainWithGrowingPausesInTheSameOrder) {
    ListLog log;
    log.planned = {Errc::Unavailable, Errc::Unavailable, Errc::Unavailable, Errc::Unavailable};
    const Outcome outcome = publish(log, line_of("s", "a") + "\n" + line_of("s", "b") + "\n");
    EXPECT_EQ(outcome.totals, (Published{.read = 2, .published = 2}));
    EXPECT_EQ(log.batches, (std::vector<size_t>{2, 2, 2}));
    ASSERT_EQ(log.kept.size(), 2U);
    EXPECT_EQ(log.kept[0].value, line_of("s", "a"));
    using std::chrono::milliseconds;
    EXPECT_EQ(outcome.pauses, (std::vector<milliseconds>{milliseconds(100), milliseconds(200)}));
}

TEST(Publisher, UnknownIsSentAgainUnchanged) {
    ListLog log;
    log.planned = {Errc::Unknown};
    const std::string line = line_of("s", "a");
    EXPECT_EQ(publish(log, line).totals, (Published{.read = 1, .published = 1}));
    ASSERT_EQ(log.kept.size(), 2U);
    EXPECT_EQ(log.kept[0].value, log.kept[1].value);
}

TEST(Publisher, AttemptsAreBoundedAndTheOutcomeIsTold) {
    ListLog log;
    log.always = Errc::Unavailable;
    PublishRules rules;
    rules.attempts = 3;
    const Outcome outcome = publish(log, line_of("s", "a"), rules);
    EXPECT_EQ(outcome.totals, (Published{.read = 1, .failed = 1}));
    EXPECT_EQ(log.batches.size(), 3U);
    EXPECT_EQ(outcome.failures.at(0).line, 1U);
    EXPECT_EQ(outcome.failures.at(0).error.code, Errc::Unavailable);
}

TEST(Publisher, WhatWasUnknownOnceIsNotCalledUnsentLater) {
    ListLog log;
    log.planned = {Errc::Unknown, Errc::Unavailable};
    PublishRules rules;
    rules.attempts = 2;
    const Outcome outcome = publish(log, line_of("s", "a"), rules);
    EXPECT_EQ(outcome.totals, (Published{.read = 1, .unknown = 1}));
    EXPECT_EQ(outcome.failures.at(0).error.code, Errc::Unknown);
}

TEST(Publisher, PausesStopGrowing) {
    ListLog log;
    log.always = Errc::Unknown;
    PublishRules rules;
    rules.attempts = 5;
    rules.longest_pause = std::chrono::milliseconds(250);
    const Outcome outcome = publish(log, line_of("s", "a"), rules);
    using std::chrono::milliseconds;
    EXPECT_EQ(outcome.pauses,
              (std::vector<milliseconds>{
                  milliseconds(100), milliseconds(200), milliseconds(250), milliseconds(250)}));
}

TEST(Publisher, WhoIsAskedToStopSendsNothingAgain) {
    ListLog log;
    log.always = Errc::Unavailable;
    std::atomic<bool> stop{false};
    PublishRules rules;
    rules.attempts = 60;
    rules.stop = &stop;
    rules.wait = [&stop](std::chrono::milliseconds /*pause*/) { stop = true; };
    Publisher publisher(log, rules);
    const events::NewRecord record{"s", line_of("s", "a"), {}};
    const auto results = publisher.append({&record, 1});
    EXPECT_EQ(log.batches.size(), 1U);
    EXPECT_EQ(results.at(0).error().code, Errc::Unavailable) << "nothing is called appended";
}

TEST(Publisher, AStopEndsTheReadingAndIsToldOnlyWhereLinesAreLeft) {
    struct StoppingLog : ListLog {
        std::atomic<bool> stop{false};
        std::vector<Result<log::Appended>> append(
            std::span<const events::NewRecord> records) override {
            stop = true;
            return ListLog::append(records);
        }
    };
    PublishRules rules;
    rules.batch = 2;
    StoppingLog log;
    rules.stop = &log.stop;
    const std::string lines = line_of("s", "a") + "\n" + line_of("s", "b") + "\n";
    EXPECT_EQ(publish(log, lines + line_of("s", "c") + "\n", rules).totals,
              (Published{.read = 2, .published = 2, .told_to_stop = true}));
    StoppingLog other;
    rules.stop = &other.stop;
    EXPECT_EQ(publish(other, lines, rules).totals, (Published{.read = 2, .published = 2}));
}

TEST(Publisher, TheLongestPauseEndsWhenAStopIsAsked) {
    struct AskedLog : ListLog {
        std::atomic<bool> asked{false};
        std::vector<Result<log::Appended>> append(
            std::span<const events::NewRecord> records) override {
            asked = true;
            return ListLog::append(records);
        }
    } log;
    log.always = Errc::Unavailable;
    std::atomic<bool> stop{false};
    PublishRules rules;
    rules.first_pause = rules.longest_pause = std::chrono::hours(1);
    rules.stop = &stop;
    Publisher publisher(log, rules);
    const std::jthread operator_of_it([&] {
        while (!log.asked) {
            std::this_thread::yield();
        }
        stop = true;
    });
    const events::NewRecord record{"s", line_of("s", "a"), {}};
    EXPECT_FALSE(publisher.append({&record, 1}).at(0)) << "and the test ends";
}

TEST(Publisher, WhatLacksADueDateGetsThatOfThePolicy) {
    ListLog log;
    PublishRules rules;
    rules.due.complaint = CalendarDays{10};
    const nlohmann::json data{
        {"case_id", "c"}, {"category", "delay"}, {"received_via", "call"}, {"severity", "low"}};
    const std::string line =
        event_json("complaint.received", "c", "a", "2017-03-07T05:00:00Z", data).dump();
    EXPECT_EQ(publish(log, line, rules).totals.published, 1U);
    ASSERT_EQ(log.kept.size(), 1U);
    EXPECT_EQ(nlohmann::json::parse(log.kept[0].value)["data"]["due_at"],
              "2017-03-17T05:00:00.000Z");
}

TEST(Publisher, AnInputThatBrokeOffIsToldFromOneThatEnded) {
    ListLog log;
    std::ifstream folder(tests::source_path("tests"));  // opens, and fails to be read
    std::istringstream whole("");
    Publisher publisher(log, {});
    for (std::istream* input :
         {static_cast<std::istream*>(&folder), static_cast<std::istream*>(&whole)}) {
        EXPECT_EQ(publisher.publish_lines(*input, [](const LineFailure&) {}), Published{});
        EXPECT_EQ(broke_off(*input), input == &folder);
    }
}

}  // namespace
}  // namespace sijill::producers
