// Goal: each line of a queue log becomes its facts, under ids that hang on the log alone. Method:
// lines in, events out, by hand; the sample of a real PBX in pieces.

#include "producers/queue_calls.h"

#include "events/json.h"
#include "producers/queue_events.h"
#include "producers/queue_state.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/source_path.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace sijill::producers {
namespace {

QueueRules test_rules() {
    QueueRules rules;
    rules.source = "/pbx/test";
    rules.recording_event = "RECORDED";
    rules.agents["Agent 7"] = "a-7";
    rules.transfers["601"] = "mazaya";
    return rules;
}

using Json = nlohmann::json;

struct Told {
    std::vector<Json> events;
    std::vector<std::string> reasons;
    size_t waiting = 0;
};

void gather(const MappedLine& mapped, Told& told) {
    for (const std::string& event : mapped.events) {
        told.events.push_back(Json::parse(event));
    }
    if (!mapped.reason.empty()) {
        told.reasons.push_back(mapped.reason);
    }
    told.waiting += mapped.fate == LineFate::Waiting ? 1 : 0;
}

Told tell(const std::vector<std::string>& lines) {
    QueueLogMapper mapper(test_rules(), {});
    Told told;
    for (const std::string& line : lines) {
        gather(mapper.map(line), told);
    }
    return told;
}

std::string short_type(const Json& event) {
    const std::string type = event["type"];
    return type.substr(7, type.size() - 10);
}

const std::string kEnter = "1485000000|9.1|housing|NONE|ENTERQUEUE||17300000|1";
const std::string kConnect = "1485000004|9.1|housing|Agent 7|CONNECT|4|9.2|1";

TEST(QueueCalls, AnAnsweredCallIsOfferedAnsweredAndEnded) {
    const Told told =
        tell({kEnter, kConnect, "1485000064|9.1|housing|Agent 7|COMPLETECALLER|4|60|1"});
    ASSERT_EQ(told.events.size(), 3U);
    const Json& offered = told.events[0];
    EXPECT_EQ(offered["type"], "gov.cc.call.offered.v1");
    EXPECT_EQ(offered["source"], "/pbx/test");
    EXPECT_EQ(offered["subject"], "9.1:housing:1485000000");
    EXPECT_EQ(offered["time"], "2017-01-21T12:00:00.000Z");
    EXPECT_EQ(offered["correlationid"], "9.1");
    EXPECT_EQ(offered["data"]["contact_id"], offered["subject"]);
    EXPECT_EQ(told.events[1]["actor"], "agent:a-7");
    EXPECT_EQ(
        told.events[1]["data"],
        (Json{
            {"agent", "a-7"}, {"answered_at", "2017-01-21T12:00:04.000Z"}, {"queue_wait", 4000}}));
    EXPECT_EQ(told.events[2]["data"],
              (Json{{"ended_at", "2017-01-21T12:01:04.000Z"},
                    {"ended_by", "citizen"},
                    {"hold", 0},
                    {"talk", 60000}}));
}

TEST(QueueCalls, ACallersNumberIsInNoEventAndInNoId) {
    QueueLogMapper mapper(test_rules(), {});
    const MappedLine with = mapper.map(kEnter);
    EXPECT_TRUE(with.caller_dropped);
    const Told other = tell({"1485000000|9.1|housing|NONE|ENTERQUEUE||17399999|1"});
    EXPECT_EQ(with.events.at(0).find("17300000"), std::string::npos);
    EXPECT_EQ(Json::parse(with.events.at(0)), other.events.at(0));
}

TEST(QueueCalls, WhoLeavesTheQueueFlowsOut) {
    const Told told = tell({kEnter,
                            "1485000009|9.1|housing|NONE|EXITWITHKEY|1|1|1|9",
                            "1485000010|9.1|housing|NONE|ENTERQUEUE|||1",
                            "1485000015|9.1|housing|NONE|EXITWITHTIMEOUT|1|1|5",
                            "1485000016|9.1|housing|NONE|ENTERQUEUE|||1",
                            "1485000017|9.1|housing|NONE|EXITEMPTY|1|1|1",
                            "1485000018|9.1|housing|NONE|ENTERQUEUE|||1",
                            "1485000020|9.1|housing|NONE|EXITWITHKEY|1|1"});
    ASSERT_EQ(told.events.size(), 8U);
    EXPECT_EQ(told.events[1]["data"], (Json{{"queue_wait", 9000}, {"to", "callback"}}));
    EXPECT_EQ(told.events[3]["data"], (Json{{"queue_wait", 5000}, {"to", "queue"}}));
    EXPECT_EQ(told.events[5]["data"], (Json{{"queue_wait", 1000}, {"to", "queue"}}));
    EXPECT_EQ(told.events[7]["data"]["queue_wait"], 2000) << "an old PBX tells no wait here";
}

TEST(QueueCalls, ATransferTellsWhereToAndEndsTheConversation) {
    const Told blind = tell(
        {kEnter, kConnect, "1485000034|9.1|housing|Agent 7|BLINDTRANSFER|601|internal|4|30|1"});
    ASSERT_EQ(blind.events.size(), 4U);
    EXPECT_EQ(blind.events[2]["data"],
              (Json{{"from_queue", "housing"}, {"kind", "blind"}, {"to_queue", "mazaya"}}));
    EXPECT_EQ(short_type(blind.events[3]), "call.ended");
    EXPECT_EQ(blind.events[3]["data"]["talk"], 30000);
    const Told consult =
        tell({kEnter, kConnect, "1485000034|9.1|housing|Agent 7|ATTENDEDTRANSFER|LINK|a|b|4|30|1"});
    EXPECT_EQ(consult.events.at(2)["data"],
              (Json{{"from_queue", "housing"}, {"kind", "consult"}, {"to_queue", kElsewhere}}));
    const Told outside = tell(
        {kEnter, kConnect, "1485000034|9.1|housing|Agent 7|BLINDTRANSFER|36999999|out|4|30|1"});
    EXPECT_EQ(outside.events.at(2).dump().find("36999999"), std::string::npos);
}

TEST(QueueCalls, EqualLinesWithinASecondAreTwoFacts) {
    const std::string ring = "1485000001|9.1|housing|Agent 7|RINGNOANSWER|0";
    const Told told = tell({kEnter, ring, ring, ring});
    std::set<std::string> ids;
    for (const Json& event : told.events) {
        ids.insert(event["id"]);
    }
    EXPECT_EQ(ids.size(), 4U);
}

TEST(QueueCalls, EachStayInAQueueIsAContactOfItsOwn) {
    const std::string out = "1485000000|9.1|housing|NONE|EXITEMPTY|1|1|0";
    const Told told = tell({kEnter, out, kEnter, out, "1485000000|9.1|mazaya|NONE|ENTERQUEUE|||1"});
    ASSERT_EQ(told.events.size(), 5U);
    EXPECT_EQ(told.events[1]["subject"], "9.1:housing:1485000000");
    EXPECT_EQ(told.events[2]["subject"], "9.1:housing:1485000000:2");
    EXPECT_EQ(told.events[3]["subject"], "9.1:housing:1485000000:2");
    EXPECT_EQ(told.events[4]["subject"], "9.1:mazaya:1485000000");
    EXPECT_NE(told.events[1]["id"], told.events[3]["id"]);
}

TEST(QueueCalls, ARecordingBelongsToItsCallAlsoAfterTheEnd) {
    const std::string digest(64, 'a');
    const Told told = tell({kEnter,
                            kConnect,
                            "1485000064|9.1|housing|Agent 7|COMPLETEAGENT|4|60|1",
                            "1485000070|9.1|NONE|NONE|RECORDED|rec-1|60|" + digest,
                            "1485000070|9.1|NONE|NONE|RECORDED|rec-1|60"});
    ASSERT_EQ(told.events.size(), 4U);
    EXPECT_EQ(told.events[3]["subject"], "9.1:housing:1485000000");
    EXPECT_EQ(told.events[3]["data"],
              (Json{{"duration", 60000}, {"recording_id", "rec-1"}, {"sha256", digest}}));
    ASSERT_EQ(told.reasons.size(), 1U);
}

TEST(QueueCalls, AClockThatWasSetBackMakesNoNegativeDuration) {
    QueueLogMapper mapper(test_rules(), {});
    (void)mapper.map(kEnter);
    const MappedLine mapped = mapper.map("1484999990|9.1|housing|Agent 7|CONNECT|-10|9.2|1");
    EXPECT_TRUE(mapped.clock_set_back);
    EXPECT_EQ(Json::parse(mapped.events.at(0))["data"]["queue_wait"], 0);
}

TEST(QueueCalls, WhatIsWrongWithALineIsSaidWithoutTheLine) {
    const std::vector<std::pair<std::string, std::string>> samples = {
        {"", "epoch second"},
        {"x|9.1|housing|NONE|ENTERQUEUE|||1", "epoch second"},
        {"-1|9.1|housing|NONE|ENTERQUEUE|||1", "epoch second"},
        {"999999999999999999999|9.1|q|NONE|ENTERQUEUE", "epoch second"},
        {"1485000000|9.1|housing|NONE", "fewer than five fields"},
        {"1485000000|9.1|housing|NONE|", "no event word"},
        {"1485000000|9.1|housing|NONE|enterqueue", "no event word"},
        {"1485000000|NONE|housing|NONE|ENTERQUEUE|||1", "without a call id"},
        {"1485000000||housing|NONE|ENTERQUEUE|||1", "without a call id"},
        {"1485000000|9.1|Housing Calls|NONE|ENTERQUEUE|||1", "--queue-map 'Housing Calls=CODE'"},
        {"1485000000|9.1|housing|Agent 7|CONNECT|x", "its wait as a number in parameter 1"},
        {"1485000000|9.1|housing|Agent 7|CONNECT", "the line has 0 parameters"},
        {"1485000000|9.1|housing|Agent 7|COMPLETEAGENT|1", "its talk as a number in parameter 2"},
        {"1485000000|9.1|housing|NONE|ABANDON|1|1", "its wait as a number in parameter 3"},
        {"1485000000|9.1|housing|Agent 7|CONNECT|99999999999", "over a century"},
    };
    for (const auto& [line, reason] : samples) {
        const Told told = tell({line});
        ASSERT_EQ(told.reasons.size(), 1U) << line;
        EXPECT_NE(told.reasons[0].find(reason), std::string::npos) << told.reasons[0];
    }
    EXPECT_EQ(tell({kEnter, "1485000001|9.1|housing|NONE|CONNECT|1"}).reasons.at(0),
              "CONNECT without an agent");
    EXPECT_EQ(tell({kEnter, "1485000001|9.1|housing|Agent 7|RINGNOANSWER|soon"}).reasons.size(),
              1U);
}

TEST(QueueCalls, AnAgentsNameIsNotTheToken) {
    const QueueRules rules = test_rules();
    EXPECT_EQ(agent_token("Agent 7", rules), "a-7");
    const std::string token = agent_token("Fatima Yusuf", rules);
    EXPECT_EQ(token.find("Fatima"), std::string::npos);
    EXPECT_EQ(token, agent_token("Fatima Yusuf", rules));
    EXPECT_NE(token, agent_token("Fatima Yousif", rules));
}

std::vector<std::string> sample_lines() {
    std::ifstream in(tests::source_path("tests/data/asterisk/queue_log"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

// The parts in this order, each begun with what the ones before left. Gives all events, sorted.
std::multiset<std::string> events_of_parts(const std::vector<std::vector<std::string>>& parts) {
    QueueMemory memory;
    std::multiset<std::string> events;
    const auto add = [&events](const MappedLine& mapped) {
        events.insert(mapped.events.begin(), mapped.events.end());
    };
    for (const std::vector<std::string>& part : parts) {
        QueueLogMapper mapper(test_rules(), memory);
        for (const std::string& line : part) {
            add(mapper.map(line));
        }
        for (const MappedLine& mapped : mapper.end_part()) {
            add(mapped);
        }
        QueueState state;
        state.memory = mapper.memory();
        memory = decode_queue_state(encode_queue_state(state)).value().memory;
    }
    return events;
}

TEST(QueueCalls, ThePartsOfALogInAnyOrderGiveItsEvents) {
    const std::vector<std::string> lines = sample_lines();
    ASSERT_EQ(lines.size(), 699U);
    const auto whole = events_of_parts({lines});
    const auto part = [&lines](size_t from, size_t to) {
        return std::vector<std::string>(lines.begin() + static_cast<ptrdiff_t>(from),
                                        lines.begin() + static_cast<ptrdiff_t>(to));
    };
    for (const size_t cut : {3U, 100U, 351U, 600U}) {
        const auto first = part(0, cut);
        const auto second = part(cut, lines.size());
        EXPECT_EQ(events_of_parts({first, second}), whole) << cut;
        EXPECT_EQ(events_of_parts({second, first}), whole) << cut;
    }
    const auto a = part(0, 200);
    const auto b = part(200, 420);
    const auto c = part(420, lines.size());
    for (const auto& order : {std::vector{c, b, a}, {b, c, a}, {c, a, b}, {b, a, c}, {a, c, b}}) {
        EXPECT_EQ(events_of_parts(order), whole);
    }
}

TEST(QueueState, WhatWasEncodedIsDecodedAndDamageIsNoticed) {
    QueueLogMapper mapper(test_rules(), {});
    for (const std::string& line : sample_lines()) {
        (void)mapper.map(line);
    }
    QueueState state;
    state.target = {"sijill.events", "cluster", {{0, {17, 0xFFFFFFFF}}, {11, {3, 4}}}};
    state.position = {1234, 56, "abc"};
    state.part = mapper.part();
    state.stays = mapper.stays();
    (void)mapper.end_part();
    state.memory = mapper.memory();
    state.memory.waiting.push_back({"p", "1|9.9|q|Agent|CONNECT|1|2|3"});
    const std::string text = encode_queue_state(state);
    EXPECT_EQ(decode_queue_state(text).value(), state);
    for (size_t at = 0; at < text.size(); at += 997) {
        std::string damaged = text;
        damaged[at] ^= 1;
        EXPECT_FALSE(decode_queue_state(damaged)) << at;
        EXPECT_FALSE(decode_queue_state(text.substr(0, at))) << at;
    }
}

TEST(QueueState, OneThatDoesNotSayIntoWhichLogItWentIsRefused) {
    const auto earlier =
        decode_queue_state(sealed_text("sijill queue log state 1", "position|12|3|x\npart|p\n"));
    ASSERT_FALSE(earlier);
    EXPECT_EQ(earlier.error().code, Errc::Corrupt);
    EXPECT_NE(earlier.error().message.find("this version"), std::string::npos);
}

TEST(QueueState, OneImportOfASourceRunsAtATime) {
    const tests::ScratchDirectory directory;
    const auto first = QueueStateFile::open(directory.path().string(), "/pbx/test");
    ASSERT_TRUE(first);
    EXPECT_EQ(QueueStateFile::open(directory.path().string(), "/pbx/test").error().code,
              Errc::Conflict);
    EXPECT_TRUE(QueueStateFile::open(directory.path().string(), "/pbx/other"));
    EXPECT_EQ(first->load().value(), QueueState{});
    QueueState state;
    state.part = "p";
    ASSERT_TRUE(first->save(state));
    EXPECT_EQ(first->load().value(), state);
}

}  // namespace
}  // namespace sijill::producers
