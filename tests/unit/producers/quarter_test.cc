// The golden quarter counted from the JSON of its events alone: no code is shared with
// projections/, so that an error of theirs cannot hide here.

#include "events/decode.h"
#include "events/digest.h"
#include "events/json.h"
#include "events/validate.h"
#include "producers/scenario.h"
#include "tests/support/source_path.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sijill::producers {
namespace {

using nlohmann::json;
using Counts = std::map<std::string, int64_t>;

const json& golden() {
    static const json kGolden = [] {
        std::ifstream file(tests::source_path("tests/data/golden/q1-2017.json"));
        return json::parse(file);
    }();
    return kGolden;
}

std::string text_of(const json& object, const char* key) {
    return object.at(key).get<std::string>();
}

// Fixed-width UTC instants compare as their texts do.
bool in_quarter(const std::string& instant) {
    const json& period = golden().at("period");
    return instant >= text_of(period, "startUtc") && instant < text_of(period, "endUtc");
}

// What is known of one subject after all its events.
struct Subject {
    std::string begun;  // time of the event that opens it
    std::set<std::string> types;
    std::string last_time;
    std::map<std::string, json> data;  // by type; the last one
    Counts times;                      // by type
};

struct World {
    std::map<std::string, Subject> subjects;
    size_t events = 0;
    size_t out_of_order = 0;
    std::set<std::string> ids;
    std::string last_time;
    std::vector<std::string> offered_at;
};

bool opens(const std::string& type) {
    static const std::set<std::string> kOpening{"call.offered",
                                                "call.outbound_attempted",
                                                "chat.started",
                                                "message.received",
                                                "appointment.booked",
                                                "case.opened",
                                                "survey.invited",
                                                "evaluation.completed"};
    return kOpening.contains(type);
}

void take(World& world, const events::NewRecord& record) {
    ++world.events;
    const json event = json::parse(record.value);
    EXPECT_EQ(record.key, text_of(event, "subject"));
    const std::string full = text_of(event, "type");
    const std::string type = full.substr(7, full.size() - 10);  // between gov.cc. and .v1
    const std::string time = text_of(event, "time");
    world.out_of_order += time < world.last_time ? 1 : 0;
    world.last_time = time;
    world.ids.insert(text_of(event, "id"));
    Subject& subject = world.subjects[record.key];
    if (subject.types.empty()) {
        EXPECT_TRUE(opens(type)) << record.value;
        subject.begun = time;
    }
    subject.types.insert(type);
    subject.last_time = time;
    subject.data[type] = event.at("data");
    ++subject.times[type];
    if (type == "call.offered") {
        world.offered_at.push_back(time);
    }
}

World generate(uint64_t seed) {
    World world;
    const auto done = generate_quarter(seed, [&world](events::NewRecord&& record) -> Result<void> {
        take(world, record);
        return {};
    });
    EXPECT_TRUE(done.has_value());
    return world;
}

const World& world() {
    static const World kWorld = generate(2017);
    return kWorld;
}

Counts merge(const Counts& left, const Counts& right) {
    Counts all = left;
    for (const auto& [key, count] : right) {
        all[key] += count;
    }
    return all;
}

bool has(const Subject& subject, const char* type) {
    return subject.types.contains(type);
}

void count_call(const Subject& call, Counts& out) {
    ++out["offered"];
    if (has(call, "call.abandoned")) {
        ++out["abandoned"];
        return;
    }
    ++out["answered"];
    out["wait"] += call.data.at("call.answered").at("queue_wait").get<int64_t>();
    out["recordings"] += has(call, "call.recording_available") ? 1 : 0;
    const json& coding = call.data.at("call.wrapped_up");
    ++out["outcome " + text_of(coding, "outcome")];
    ++out["purposes " + coding.at("purposes").dump()];
    for (const json& nature : coding.value("natures", json::array())) {
        ++out["nature " + nature.get<std::string>()];
        EXPECT_NE(coding.at("purposes").dump().find("new_housing_service"), std::string::npos);
    }
}

void count_outbound(const Subject& call, Counts& out) {
    ++out["attempted"];
    out["connected"] += has(call, "call.outbound_connected") ? 1 : 0;
    out["failed"] += has(call, "call.outbound_failed") ? 1 : 0;
    out["outbound recordings"] += has(call, "call.recording_available") ? 1 : 0;
}

Counts call_counts(const World& of) {
    Counts counts;
    for (const auto& [id, subject] : of.subjects) {
        if (has(subject, "call.offered") && in_quarter(subject.begun)) {
            count_call(subject, counts);
        }
        if (has(subject, "call.outbound_attempted") && in_quarter(subject.begun)) {
            count_outbound(subject, counts);
        }
    }
    return counts;
}

Counts golden_calls() {
    const json& inbound = golden().at("world").at("inboundCalls");
    const json& outbound = golden().at("world").at("outboundCalls");
    Counts counts{{"offered", inbound.at("offered")},
                  {"answered", inbound.at("answered")},
                  {"abandoned", inbound.at("abandoned")},
                  {"wait", inbound.at("sumQueueWaitAnsweredMs")},
                  {"recordings", inbound.at("recordings")},
                  {"attempted", outbound.at("attempted")},
                  {"connected", outbound.at("connected")},
                  {"outbound recordings", outbound.at("recordings")}};
    counts["failed"] = counts["attempted"] - counts["connected"];
    for (const auto& [name, count] : inbound.at("outcomes").items()) {
        counts["outcome " + name] = count;
    }
    for (const auto& [name, count] : inbound.at("naturesOfNewHousingServiceCalls").items()) {
        counts["nature " + name] = count;
    }
    static const std::map<std::string, std::string> kSpelled{
        {"new_housing_service only", R"(["new_housing_service"])"},
        {"late_delivery only", R"(["late_delivery"])"},
        {"new_housing_service and late_delivery", R"(["new_housing_service","late_delivery"])"},
        {"complaint", R"(["complaint"])"},
        {"appointment", R"(["appointment"])"},
        {"other", R"(["other"])"}};
    for (const auto& [name, count] : inbound.at("purposesOfAnswered").items()) {
        counts["purposes " + kSpelled.at(name)] = count;
    }
    return counts;
}

Counts chat_counts(const World& of) {
    Counts counts;
    std::set<std::string> citizens;
    for (const auto& [id, chat] : of.subjects) {
        if (!has(chat, "chat.started")) {
            continue;
        }
        if (in_quarter(chat.begun)) {
            ++counts["started"];
            citizens.insert(text_of(chat.data.at("chat.started"), "citizen"));
            counts["first response"] +=
                chat.data.at("chat.first_response_given").at("response").get<int64_t>();
            // Local months begin at 21:00 UTC of the day before.
            ++counts[chat.begun < "2017-01-31T21:00"   ? "2017-M01"
                     : chat.begun < "2017-02-28T21:00" ? "2017-M02"
                                                       : "2017-M03"];
        } else if (chat.begun < text_of(golden().at("period"), "startUtc")) {
            ++counts["2016-Q4"];
            EXPECT_GE(chat.begun, "2016-09-30T21:00");
        }
    }
    counts["citizens"] = static_cast<int64_t>(citizens.size());
    return counts;
}

Counts golden_chats() {
    const json& chats = golden().at("world").at("chats");
    return {{"started", chats.at("started")},
            {"citizens", chats.at("distinctCitizens")},
            {"first response", chats.at("sumFirstResponseMs")},
            {"2017-M01", chats.at("byMonth").at("2017-M01")},
            {"2017-M02", chats.at("byMonth").at("2017-M02")},
            {"2017-M03", chats.at("byMonth").at("2017-M03")},
            {"2016-Q4", chats.at("startedIn2016-Q4")}};
}

Counts message_counts(const World& of) {
    Counts counts;
    for (const auto& [id, message] : of.subjects) {
        if (has(message, "message.received") && in_quarter(message.begun)) {
            ++counts[text_of(message.data.at("message.received"), "channel")];
        }
    }
    return counts;
}

Counts case_counts(const World& of) {
    Counts counts;
    for (const auto& [id, subject] : of.subjects) {
        if (!has(subject, "case.opened") || !in_quarter(subject.begun)) {
            continue;
        }
        const bool complaint = text_of(subject.data.at("case.opened"), "kind") == "complaint";
        const bool referred = has(subject, "referral.requested");
        EXPECT_EQ(complaint, has(subject, "complaint.received"));
        ++counts["opened"];
        counts["ofKindComplaint"] += complaint ? 1 : 0;
        counts["withReferralRequested"] += referred ? 1 : 0;
        counts["complaintsAmongTheReferred"] += complaint && referred ? 1 : 0;
    }
    return counts;
}

std::string slot_of(const Subject& appointment) {
    const bool moved = has(appointment, "appointment.rescheduled");
    return moved ? text_of(appointment.data.at("appointment.rescheduled"), "new_start")
                 : text_of(appointment.data.at("appointment.booked"), "slot_start");
}

std::string fate_of(const Subject& appointment) {
    const bool attended = has(appointment, "appointment.completed");
    const bool no_show = has(appointment, "appointment.no_show_recorded");
    const bool cancelled = has(appointment, "appointment.cancelled");
    EXPECT_LE(attended + no_show + cancelled, 1);
    return attended ? "attended" : no_show ? "noShow" : cancelled ? "cancelled" : "unrecorded";
}

Counts appointment_counts(const World& of) {
    Counts counts;
    for (const auto& [id, appointment] : of.subjects) {
        if (!has(appointment, "appointment.booked")) {
            continue;
        }
        EXPECT_EQ(in_quarter(appointment.begun), in_quarter(slot_of(appointment))) << id;
        if (in_quarter(appointment.begun)) {
            const json& booked = appointment.data.at("appointment.booked");
            ++counts[text_of(booked, "purpose") + " " + text_of(booked, "location")];
            ++counts[fate_of(appointment)];
        }
    }
    return counts;
}

Counts golden_appointments() {
    const json& appointments = golden().at("world").at("appointments");
    Counts counts;
    for (const char* fate : {"attended", "noShow", "cancelled", "unrecorded"}) {
        counts[fate] = appointments.at(fate);
    }
    for (const json& row : appointments.at("booked")) {
        counts[text_of(row, "purpose") + " " + text_of(row, "location")] = row.at("count");
    }
    return counts;
}

Counts survey_counts(const World& of) {
    Counts counts;
    for (const auto& [id, survey] : of.subjects) {
        if (!has(survey, "survey.invited")) {
            continue;
        }
        const json& invited = survey.data.at("survey.invited");
        EXPECT_EQ(text_of(invited, "instrument"), "csat5");
        EXPECT_EQ(text_of(invited, "about"), "chat");
        counts["invited"] += in_quarter(survey.begun) ? 1 : 0;
        if (has(survey, "survey.answered")) {
            const json& answer = survey.data.at("survey.answered");
            EXPECT_EQ(answer.at("revision"), survey.times.at("survey.answered"));
            const bool counted = in_quarter(text_of(answer, "answered_at"));
            counts["answered"] += counted ? 1 : 0;
            counts["satisfied"] += counted && answer.at("score").get<int64_t>() >= 4 ? 1 : 0;
        }
    }
    return counts;
}

Counts evaluation_counts(const World& of) {
    Counts counts;
    for (const auto& [id, evaluation] : of.subjects) {
        if (!has(evaluation, "evaluation.completed") || !in_quarter(evaluation.begun)) {
            continue;
        }
        ++counts["completed"];
        for (const json& item : evaluation.data.at("evaluation.completed").at("items")) {
            if (!item.value("not_applicable", false)) {
                const auto weight = item.at("weight").get<int64_t>();
                counts["weightedPoints"] += weight * item.at("points").get<int64_t>();
                counts["weightedMaximum"] += weight * item.at("max").get<int64_t>();
            }
        }
    }
    return counts;
}

Counts all_counts(const World& of) {
    Counts all;
    for (const Counts& counts : {call_counts(of),
                                 chat_counts(of),
                                 message_counts(of),
                                 case_counts(of),
                                 appointment_counts(of),
                                 survey_counts(of),
                                 evaluation_counts(of)}) {
        all = merge(all, counts);
    }
    return all;
}

TEST(Quarter, CallsAreThoseOfTheGoldenFile) {
    EXPECT_EQ(call_counts(world()), golden_calls());
}

TEST(Quarter, ChatsAreThoseOfTheGoldenFile) {
    EXPECT_EQ(chat_counts(world()), golden_chats());
}

TEST(Quarter, MessagesAreThoseOfTheGoldenFile) {
    EXPECT_EQ(message_counts(world()), golden().at("world").at("messages").get<Counts>());
}

TEST(Quarter, CasesAreThoseOfTheGoldenFile) {
    EXPECT_EQ(case_counts(world()), golden().at("world").at("cases").get<Counts>());
}

TEST(Quarter, AppointmentsAreThoseOfTheGoldenFile) {
    EXPECT_EQ(appointment_counts(world()), golden_appointments());
}

TEST(Quarter, SurveysAreThoseOfTheGoldenFile) {
    Counts expected;
    for (const char* name : {"invited", "answered", "satisfied"}) {
        expected[name] = golden().at("world").at("surveys").at("aboutChats").at(name);
    }
    EXPECT_EQ(survey_counts(world()), expected);
}

TEST(Quarter, EvaluationsAreThoseOfTheGoldenFile) {
    EXPECT_EQ(evaluation_counts(world()), golden().at("world").at("evaluations").get<Counts>());
}

TEST(Quarter, CallsStandOnBothSidesOfBothEdges) {
    const json& boundary = golden().at("world").at("inboundCalls").at("boundary");
    for (const char* side : {"inside", "outside, besides the 22100"}) {
        for (const json& instant : boundary.at(side)) {
            EXPECT_EQ(std::ranges::count(world().offered_at, instant.get<std::string>()), 1)
                << instant;
        }
    }
}

TEST(Quarter, EventsAreOrderedByTimeAndNamedOnce) {
    EXPECT_EQ(world().out_of_order, 0U);
    EXPECT_EQ(world().ids.size(), world().events);
    EXPECT_GT(world().events, 130000U);
    EXPECT_LT(world().events, 220000U);
}

TEST(Quarter, EveryEventIsValidAtTheGateway) {
    const auto done = generate_quarter(4, [](events::NewRecord&& record) -> Result<void> {
        const auto violations = events::validate(record.value, events::Door::Gateway);
        return violations.empty() ? Result<void>{}
                                  : fail(Errc::Invalid, violations[0].pointer + record.value);
    });
    EXPECT_TRUE(done.has_value()) << done.error().message;
}

TEST(Quarter, AnotherSeedTellsAnotherStoryWithTheSameCounts) {
    const World other = generate(1);
    EXPECT_EQ(all_counts(other), all_counts(world()));
    EXPECT_NE(other.ids, world().ids);
}

std::string fingerprint(uint64_t seed) {
    uint64_t hash = 1469598103934665603U;  // FNV-1a over all bytes, with separators
    const auto done = generate_quarter(seed, [&hash](events::NewRecord&& record) -> Result<void> {
        for (const std::string& part : {record.key, record.value}) {
            for (const char c : part) {
                hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
            }
            hash = (hash ^ 0xffU) * 1099511628211U;
        }
        return {};
    });
    EXPECT_TRUE(done.has_value());
    return std::to_string(hash);
}

TEST(Quarter, TheSameSeedGivesTheSameBytes) {
    EXPECT_EQ(fingerprint(5), fingerprint(5));
}

TEST(Quarter, AnErrorOfTheSinkStopsTheStory) {
    size_t taken = 0;
    const auto done = generate_quarter(3, [&taken](events::NewRecord&&) -> Result<void> {
        if (++taken == 10) {
            return fail(Errc::Storage, "disk full");
        }
        return {};
    });
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, Errc::Storage);
    EXPECT_EQ(taken, 10U);
}

}  // namespace
}  // namespace sijill::producers
