#include "events/validate.h"

#include "events/catalogue.h"
#include "events/encode.h"
#include "events/json.h"
#include "tests/unit/events/samples.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sijill::events {
namespace {

using nlohmann::json;
using Found = std::set<std::pair<std::string, std::string>>;  // pointer and code

Found found(std::string_view text, Door door = Door::Gateway) {
    Found all;
    for (const Violation& violation : validate(text, door)) {
        EXPECT_FALSE(violation.detail.empty());
        EXPECT_TRUE(all.emplace(violation.pointer, violation.code).second) << "told twice";
    }
    return all;
}

// A valid event of this type with every field, as a tree to change.
template <class E>
json sample() {
    Sampler sampler(true);
    const Event event = sampler.make<E>();
    return json::parse(encode(sampler.envelope(event), event));
}

Found only(const std::string& pointer, const std::string& code) {
    return {{pointer, code}};
}

// The event with the field at this pointer replaced by raw JSON text, which a tree could not hold.
std::string with_raw(json event, const char* pointer, const std::string& raw) {
    event[json::json_pointer(pointer)] = "@here@";
    std::string text = event.dump();
    return text.replace(text.find("\"@here@\""), 8, raw);
}

TEST(Validate, EverySampleIsValidAtBothDoors) {
    for (const bool optional : {true, false}) {
        Sampler sampler(optional);
        for (const Event& event : sampler.all()) {
            const std::string text = encode(sampler.envelope(event), event);
            EXPECT_EQ(found(text, Door::Gateway), Found{}) << text;
            EXPECT_EQ(found(text, Door::Log), Found{}) << text;
        }
    }
}

TEST(Validate, AllViolationsAreListedAtOnceWithTheirPlaces) {
    json event = sample<CallWrappedUp>();
    event["id"] = "";
    event.erase("source");
    event["time"] = "2017-01-01 00:00";
    event["actor"] = "somebody";
    event["expectedversion"] = -1;
    event["data"]["acw"] = "long";
    event["data"]["purposes"][1] = "Not A Code";
    event["data"]["outcome"] = "solved";
    event["data"]["natures"] = json::array();
    event["data"]["application_no"] = "12345";
    event["data"]["x/y~z"] = 1.5;
    EXPECT_EQ(found(event.dump()),
              (Found{{"/id", "grammar"},
                     {"/source", "missing"},
                     {"/time", "grammar"},
                     {"/actor", "grammar"},
                     {"/expectedversion", "range"},
                     {"/data/acw", "wrong-type"},
                     {"/data/purposes/1", "grammar"},
                     {"/data/outcome", "enumeration"},
                     {"/data/natures", "wrong-type"},
                     {"/data/application_no", "clear-personal-field"},
                     {"/data/x~1y~0z", "not-an-integer"}}));
}

TEST(Validate, EveryRequiredAttributeIsRequired) {
    const json whole = sample<CallHeld>();
    for (const char* name : {"specversion", "id", "source", "type", "subject", "time", "data"}) {
        json less = whole;
        less.erase(name);
        EXPECT_EQ(found(less.dump()), only(std::string("/") + name, "missing"));
    }
}

TEST(Validate, EveryRequiredFieldOfEveryEventIsRequiredAndNoOther) {
    Sampler full(true);
    Sampler bare(false);
    const std::vector<Event> bare_events = bare.all();
    size_t next = 0;
    for (const Event& event : full.all()) {
        const json whole = json::parse(encode(full.envelope(event), event));
        const Event& least = bare_events[next++];
        const json required = json::parse(encode(bare.envelope(least), least)).at("data");
        for (const auto& [name, value] : whole.at("data").items()) {
            json less = whole;
            less["data"].erase(name);
            EXPECT_EQ(found(less.dump()),
                      required.contains(name) ? only("/data/" + name, "missing") : Found{});
        }
    }
}

TEST(Validate, AValueOfAnotherTypeIsToldForEveryField) {
    Sampler sampler(true);
    for (const Event& event : sampler.all()) {
        const json whole = json::parse(encode(sampler.envelope(event), event));
        for (const auto& item : whole["data"].items()) {
            const std::string place = "/data/" + item.key();
            json changed = whole;
            changed["data"][item.key()] = nullptr;
            EXPECT_TRUE(found(changed.dump()).contains({place, "wrong-type"}) ||
                        found(changed.dump()).contains({place, "enumeration"}))
                << place;
        }
    }
}

TEST(Validate, ClearPersonalFieldsAreRefusedAtTheGatewayOnly) {
    json event = sample<CaseNoteAdded>();
    event["data"]["text"] = "Fatima, 33";
    EXPECT_EQ(found(event.dump(), Door::Gateway), only("/data/text", "clear-personal-field"));
    EXPECT_EQ(found(event.dump(), Door::Log), Found{});
    for (const json& bad : {json{{"sealed", ""}},
                            json{{"sealed", "a b"}},
                            json{{"sealed", 1}},
                            json{{"sealed", "QQ"}, {"key", "x"}},
                            json{{"clear", "QQ"}},
                            json::array()}) {
        event["data"]["text"] = bad;
        EXPECT_EQ(found(event.dump(), Door::Gateway), only("/data/text", "wrong-type"));
        EXPECT_EQ(found(event.dump(), Door::Log), only("/data/text", "wrong-type"));
    }
}

TEST(Validate, AViolationNeverRepeatsTheValue) {
    json event = sample<CaseNoteAdded>();
    event["id"] = "Fatima Fatima";
    event["data"]["text"] = "Fatima";
    event["data"]["visibility"] = "Fatima";
    for (const Violation& violation : validate(event.dump(), Door::Gateway)) {
        EXPECT_EQ(violation.detail.find("Fatima"), std::string::npos) << violation.detail;
    }
}

TEST(Validate, NestingIsAtMost32) {
    // The event and its data are two levels.
    const auto nested = [](int levels) {
        const auto count = static_cast<size_t>(levels - 2);
        return with_raw(
            sample<CallHeld>(), "/data/extra", std::string(count, '[') + std::string(count, ']'));
    };
    EXPECT_EQ(found(nested(32)), Found{});
    EXPECT_EQ(found(nested(33)), only("", "too-deep"));
    EXPECT_EQ(found(std::string(60000, '[')), only("", "too-deep"));
    // Brackets inside strings are text.
    EXPECT_EQ(found(with_raw(
                  sample<CallHeld>(), "/data/extra", "\"\\\"[[" + std::string(99, '{') + "\"")),
              Found{});
}

TEST(Validate, SizeIsAtMost64KiB) {
    std::string text = sample<CallHeld>().dump();
    text += std::string(65536 - text.size(), ' ');
    EXPECT_EQ(found(text), Found{});
    EXPECT_EQ(found(text + " "), only("", "too-large"));
}

TEST(Validate, DuplicateKeysAreRefusedEverywhere) {
    const std::string event = sample<CallHeld>().dump();
    const auto with = [&event](const std::string& more) {
        return event.substr(0, event.size() - 1) + more + "}";
    };
    EXPECT_EQ(found(with(R"(,"id":"x")")), only("/id", "duplicate-key"));
    EXPECT_EQ(found(with(R"(,"\u0069d":"x")")), only("/id", "duplicate-key"));
    EXPECT_EQ(found(with(R"(,"x":[0,{"a":1,"b":2,"a":3}])")), only("/x/1/a", "duplicate-key"));
    EXPECT_EQ(found(with(R"(,"x":{"a/b":{"":1,"":2}})")), only("/x/a~1b/", "duplicate-key"));
    EXPECT_EQ(found(with(R"(,"x":{"a":1},"y":{"a":1})")), Found{});
}

TEST(Validate, NumbersAreIntegersOfAtMost53Bits) {
    const json event = sample<CallEnded>();
    const auto talk = [&event](const char* raw) {
        return found(with_raw(event, "/data/talk", raw));
    };
    const Found range = only("/data/talk", "range");
    const Found fraction{{"/data/talk", "not-an-integer"}, {"/data/talk", "wrong-type"}};
    EXPECT_EQ(talk("0"), Found{});
    EXPECT_EQ(talk("31622400000"), Found{});
    EXPECT_EQ(talk("31622400001"), range);
    EXPECT_EQ(talk("-1"), range);
    EXPECT_EQ(talk("9223372036854775807"), range);
    EXPECT_EQ(talk("9223372036854775808"), range);
    EXPECT_EQ(talk("1.0"), fraction);
    EXPECT_EQ(talk("1e2"), fraction);
    EXPECT_EQ(talk("18446744073709551616"), fraction);
    EXPECT_EQ(talk("-0"), Found{});
    for (const char* raw : {"1e400", "-1e400", "01", "+1", ".5", "1.", "NaN", "Infinity", "0x1"}) {
        EXPECT_EQ(talk(raw), only("", "malformed-json")) << raw;
    }
    const json counted = sample<SurveyAnswered>();
    EXPECT_EQ(found(with_raw(counted, "/data/revision", "9007199254740991")), Found{});
    EXPECT_EQ(found(with_raw(counted, "/data/revision", "9007199254740992")),
              only("/data/revision", "range"));
    EXPECT_EQ(found(with_raw(counted, "/data/score", "-1000000")), Found{});
    EXPECT_EQ(found(with_raw(counted, "/data/score", "1000001")), only("/data/score", "range"));
    EXPECT_EQ(found(with_raw(counted, "/data/score", "-1000001")), only("/data/score", "range"));
    EXPECT_EQ(found(with_raw(event, "/data/later", "0.5")), only("/data/later", "not-an-integer"));
}

TEST(Validate, NulIsRefusedEverywhere) {
    const json event = sample<CallHeld>();
    EXPECT_EQ(found(with_raw(event, "/data/extra", R"("a\u0000b")")), only("/data/extra", "nul"));
    EXPECT_EQ(found(with_raw(event, "/data/extra", R"([{"k\u0000":1}])")),
              only(std::string("/data/extra/0/k\0", 16), "nul"));
    std::string raw = event.dump();
    raw.insert(raw.size() - 1, 1, '\0');
    EXPECT_EQ(found(raw), only("", "malformed-json"));
}

TEST(Validate, WhatIsNoJsonOfOursHasOneViolation) {
    const std::string event = sample<CallHeld>().dump();
    EXPECT_EQ(found("\xEF\xBB\xBF" + event), only("", "malformed-json"));
    EXPECT_EQ(found(event + "x"), only("", "malformed-json"));
    EXPECT_EQ(found(event + event), only("", "malformed-json"));
    EXPECT_EQ(found(event + std::string("\0junk", 5)), only("", "malformed-json"));
    EXPECT_EQ(found(event + " \n\t\r"), Found{});
    EXPECT_EQ(found(""), only("", "malformed-json"));
    EXPECT_EQ(found("[]"), only("", "wrong-type"));
    EXPECT_EQ(found("null"), only("", "wrong-type"));
    EXPECT_EQ(found("{'id':1}"), only("", "malformed-json"));
    EXPECT_EQ(found("{} // comment"), only("", "malformed-json"));
    EXPECT_EQ(found("{\"a\":1,}"), only("", "malformed-json"));
}

TEST(Validate, TextIsStrictUtf8) {
    const json event = sample<CallHeld>();
    for (const char* bytes : {"\xff",
                              "\xC0\xAF",          // overlong
                              "\xE0\x80\xAF",      // overlong
                              "\xED\xA0\x80",      // a surrogate
                              "\xF4\x90\x80\x80",  // above U+10FFFF
                              "\xD8"}) {           // cut off
        EXPECT_EQ(found(with_raw(event, "/data/extra", "\"" + std::string(bytes) + "\"")),
                  only("", "not-utf8"));
    }
    for (const char* escape : {"\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\u12"}) {
        EXPECT_EQ(found(with_raw(event, "/data/extra", "\"" + std::string(escape) + "\"")),
                  only("", "malformed-json"))
            << escape;
    }
    EXPECT_EQ(found(with_raw(event, "/data/extra", R"("\ud83d\ude00 \u0639")")), Found{});
}

TEST(Validate, TypesAndVersionsAreToldApart) {
    json event = sample<CallHeld>();
    const auto type = [&event](const json& value) {
        event["type"] = value;
        return found(event.dump());
    };
    EXPECT_EQ(type("gov.cc.call.hold.v1"), only("/type", "unknown-type"));
    EXPECT_EQ(type("call.held"), only("/type", "unknown-type"));
    EXPECT_EQ(type("gov.cc.call.held.v2"), only("/type", "unknown-version"));
    EXPECT_EQ(type(7), only("/type", "wrong-type"));
    event.erase("type");
    EXPECT_EQ(found(event.dump()), only("/type", "missing"));
}

TEST(Validate, TheSubjectIsRepeatedTruly) {
    json event = sample<CallOffered>();
    event["subject"] = "call-other";
    EXPECT_EQ(found(event.dump()), only("/data/contact_id", "not-the-subject"));
}

TEST(Validate, ItemsOfAnEvaluationAreJudgedOneByOne) {
    json event = sample<EvaluationCompleted>();
    event["data"]["items"][1]["weight"] = 65536;
    event["data"]["items"][2].erase("question");
    event["data"]["items"].push_back("x");
    EXPECT_EQ(found(event.dump()),
              (Found{{"/data/items/1/weight", "range"},
                     {"/data/items/2/question", "missing"},
                     {"/data/items/3", "wrong-type"}}));
}

TEST(Validate, ListsHaveTheirLengths) {
    json event = sample<CaseOpened>();
    event["data"]["purposes"] = std::vector<std::string>(16, "p");
    EXPECT_EQ(found(event.dump()), Found{});
    event["data"]["purposes"] = std::vector<std::string>(17, "p");
    EXPECT_EQ(found(event.dump()), only("/data/purposes", "wrong-type"));
}

TEST(Validate, ACorrectionPutsNoClearTextIntoAPersonalField) {
    json event = sample<EventCorrected>();
    event["data"]["patch"] = {{"text", "Fatima, 33"}, {"queue", "a"}, {"comment", {{"by", "her"}}}};
    EXPECT_EQ(found(event.dump(), Door::Gateway),
              (Found{{"/data/patch/text", "clear-personal-field"},
                     {"/data/patch/comment", "wrong-type"}}));
    EXPECT_EQ(found(event.dump(), Door::Log), Found{}) << "the fold knows what is corrected";
    event["data"]["patch"] = {{"text", {{"sealed", "AAAA"}}}, {"comment", nullptr}};
    EXPECT_EQ(found(event.dump(), Door::Gateway), Found{});
}

TEST(Validate, WhatIsPersonalInOneEventIsPersonalInAll) {
    std::map<std::string_view, bool> sealed;
    for (const EventDescriptor& event : all_events()) {
        for (const FieldDescriptor& field : event.fields) {
            const bool is = field.kind == Kind::Sealed;
            EXPECT_EQ(sealed.emplace(field.name, is).first->second, is)
                << field.name << ": a correction's patch does not tell whose field it is";
        }
    }
}

// 64 KB of it were a refusal of 269 MB.
TEST(Validate, ARefusalIsBoundedAndSaysThatThereIsMore) {
    json event = sample<CallWrappedUp>();
    event["data"][std::string(32'000, 'k')] = json(std::vector<double>(8'000, 1.5));
    event["data"]["outcome"] = "?";
    const auto violations = validate(event.dump(), Door::Log);
    ASSERT_EQ(violations.size(), kMostViolations + 1);
    EXPECT_EQ(violations.front().pointer, "/data/outcome") << "what is declared comes first";
    EXPECT_EQ(violations[1].pointer, "/data/…");
    EXPECT_EQ(violations[1].code, "not-an-integer");
    EXPECT_EQ(violations.back().code, kMoreViolations);

    const std::string twice = "\"" + std::string(32'000, 'k') + "\":";
    EXPECT_EQ(found("{" + twice + "0," + twice + "0}").count({"/…", "duplicate-key"}), 1U);
    EXPECT_EQ(found("{\"a\":{" + twice + "{\"b\":1.5}}}").count({"/a/…", "not-an-integer"}), 1U);
}

TEST(Validate, AHundredViolationsAreAllOfThem) {
    json event = sample<CallWrappedUp>();
    event["data"]["x"] = json(std::vector<double>(kMostViolations, 1.5));
    const auto violations = validate(event.dump(), Door::Log);
    ASSERT_EQ(violations.size(), kMostViolations);
    EXPECT_EQ(violations.back().pointer, "/data/x/99");
}

}  // namespace
}  // namespace sijill::events
