#include "events/decode.h"

#include "events/encode.h"
#include "tests/unit/events/samples.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace sijill::events {
namespace {

using Headers = std::vector<Header>;

bool read_headers(const void* handle, size_t limit, Headers& out) {
    const auto& headers = *static_cast<const Headers*>(handle);
    for (size_t i = 0; i < headers.size() && i < limit; ++i) {
        out.push_back(headers[i]);
    }
    return headers.size() <= limit;
}

Record record_of(std::string_view key, std::string_view value, const Headers& headers) {
    Record record;
    record.key = key;
    record.value = value;
    record.headers = {&headers, &read_headers};
    return record;
}

const Headers& none() {
    static const Headers kNone;
    return kNone;
}

constexpr std::string_view kHeld =
    R"({"specversion":"1.0","id":"a","source":"/t","type":"gov.cc.call.held.v1",)"
    R"("subject":"call-1","time":"2017-01-01T00:00:00Z","data":{"at":"2017-01-01T00:00:00Z"}})";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    const size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
}

TEST(Decode, EveryEventIsReadAsItWasWritten) {
    for (const bool optional : {true, false}) {
        Sampler sampler(optional);
        Decoder decoder;
        for (const Event& event : sampler.all()) {
            const Envelope envelope = sampler.envelope(event);
            const std::string json = encode(envelope, event);
            const Decoded* decoded = decoder.decode_text(json);
            ASSERT_NE(decoded, nullptr) << json;
            EXPECT_EQ(decoded->envelope, envelope) << json;
            EXPECT_TRUE(decoded->event == event) << json;
            EXPECT_FALSE(decoded->clear_personal_field);
            EXPECT_EQ(encode(decoded->envelope, decoded->event), json);
        }
    }
}

TEST(Decode, PlainEventsNeverTakeTheCompleteJudge) {
    Decoder decoder;
    for (int i = 0; i < 100; ++i) {
        ASSERT_NE(decoder.decode_text(kHeld), nullptr);
    }
    EXPECT_EQ(decoder.examined(), 0U);
}

TEST(Decode, AnEarlierEventLeavesNothingBehind) {
    Sampler full(true);
    Sampler bare(false);
    Decoder decoder;
    const Event long_event = full.make<CallOffered>();
    const Event short_event = bare.make<CallOffered>();
    const std::string first = encode(full.envelope(long_event), long_event);
    const Envelope envelope = bare.envelope(short_event);
    const std::string second = encode(envelope, short_event);
    ASSERT_NE(decoder.decode_text(first), nullptr);
    const Decoded* decoded = decoder.decode_text(second);
    ASSERT_NE(decoded, nullptr);
    EXPECT_EQ(decoded->envelope, envelope);
    EXPECT_TRUE(decoded->event == short_event);
    // Cut off: the rest of the event before must not complete it.
    EXPECT_EQ(decoder.decode_text(std::string_view(second).substr(0, second.size() - 3)), nullptr);
}

TEST(Decode, DataMayStandBeforeItsType) {
    Decoder decoder;
    const Decoded* decoded = decoder.decode_text(
        R"({"data":{"at":"2017-01-01T00:00:00Z"},"id":"a","subject":"call-1","source":"/t",)"
        R"("time":"2017-01-01T03:00:00+03:00","type":"gov.cc.call.held.v1","specversion":"1.0"})");
    ASSERT_NE(decoded, nullptr);
    EXPECT_EQ(decoded->envelope.subject, "call-1");
    EXPECT_EQ(std::get<CallHeld>(decoded->event).at, decoded->envelope.time);
}

TEST(Decode, UnknownFieldsAndAttributesAreIgnored) {
    Decoder decoder;
    std::string json = replaced(std::string(kHeld), "\"data\":{", R"("data":{"later":{"x":[1]},)");
    json = replaced(json, "\"id\":", R"("dataschema":"urn:x","id":)");
    ASSERT_NE(decoder.decode_text(json), nullptr);
    EXPECT_EQ(decoder.examined(), 1U);
}

TEST(Decode, EscapesInTextsAndKeysAreRead) {
    Decoder decoder;
    std::string json = replaced(std::string(kHeld), "\"call-1\"", R"("\u0063all-1")");
    const Decoded* decoded = decoder.decode_text(json);
    ASSERT_NE(decoded, nullptr);
    EXPECT_EQ(decoded->envelope.subject, "call-1");
}

TEST(Decode, AClearPersonalFieldIsNoticedAndNotKept) {
    Decoder decoder;
    const Decoded* decoded = decoder.decode_text(
        R"({"specversion":"1.0","id":"a","source":"/t","type":"gov.cc.case.note_added.v1",)"
        R"("subject":"c","time":"2017-01-01T00:00:00Z",)"
        R"("data":{"visibility":"internal","text":"Fatima"}})");
    ASSERT_NE(decoded, nullptr);
    EXPECT_TRUE(decoded->clear_personal_field);
    const auto& note = std::get<CaseNoteAdded>(decoded->event);
    ASSERT_TRUE(note.text.has_value());
    EXPECT_TRUE(note.text->clear);
    EXPECT_TRUE(note.text->base64url.empty());
}

TEST(Decode, RefusalsSayWhy) {
    const std::map<std::string, Refusal> expected{
        {"", Refusal::Empty},
        {std::string(kMaxEventBytes + 1, ' '), Refusal::TooLarge},
        {"{", Refusal::MalformedJson},
        {std::string(kHeld) + "}", Refusal::MalformedJson},
        {replaced(std::string(kHeld), "\"id\"", "\"source\""), Refusal::MalformedJson},
        {"{}", Refusal::NotACloudEvent},
        {"[]", Refusal::NotACloudEvent},
        {replaced(std::string(kHeld), "\"1.0\"", "\"0.3\""), Refusal::NotACloudEvent},
        {replaced(std::string(kHeld), "call.held.v1", "call.hold.v1"), Refusal::UnknownType},
        {replaced(std::string(kHeld), "call.held.v1", "call.held.v2"), Refusal::UnknownVersion},
        {replaced(std::string(kHeld), "{\"at\":", "{\"on\":"), Refusal::InvalidEvent}};
    Decoder decoder;
    for (const auto& [json, refusal] : expected) {
        EXPECT_EQ(decoder.decode_text(json), nullptr) << json.substr(0, 200);
        EXPECT_EQ(name_of(decoder.refusal()), name_of(refusal)) << json.substr(0, 200);
    }
}

TEST(Decode, ARecordsKeyIsItsSubject) {
    Decoder decoder;
    EXPECT_NE(decoder.decode(record_of("call-1", kHeld, none())), nullptr);
    EXPECT_EQ(decoder.decode(record_of("call-2", kHeld, none())), nullptr);
    EXPECT_EQ(decoder.refusal(), Refusal::WrongKey);
    Record without = record_of("", kHeld, none());
    without.key.reset();
    EXPECT_EQ(decoder.decode(without), nullptr);
    EXPECT_EQ(decoder.refusal(), Refusal::WrongKey);
    Record tombstone = record_of("call-1", "", none());
    tombstone.value.reset();
    EXPECT_EQ(decoder.decode(tombstone), nullptr);
    EXPECT_EQ(decoder.refusal(), Refusal::Empty);
}

Headers binary_headers() {
    return {{"content-type", "application/json; charset=utf-8"},
            {"ce_specversion", "1.0"},
            {"ce_id", "a"},
            {"ce_source", "/t"},
            {"ce_type", "gov.cc.call.held.v1"},
            {"ce_subject", "call-1"},
            {"ce_time", "2017-01-01T00:00:00Z"},
            {"ce_expectedversion", "7"},
            {"other", "ignored"}};
}

constexpr std::string_view kHeldData = R"({"at":"2017-01-01T00:00:00Z"})";

TEST(DecodeBinary, AttributesComeFromHeaders) {
    Decoder decoder;
    const Headers headers = binary_headers();
    const Decoded* decoded = decoder.decode(record_of("call-1", kHeldData, headers));
    ASSERT_NE(decoded, nullptr);
    EXPECT_EQ(decoded->envelope.id, "a");
    EXPECT_EQ(decoded->envelope.expected_version, 7);
    EXPECT_TRUE(std::holds_alternative<CallHeld>(decoded->event));
    // The text is the same event in structured mode.
    const std::string text(decoder.text());
    EXPECT_NE(decoder.decode_text(text), nullptr);
}

TEST(DecodeBinary, EveryEventIsReadAsInStructuredMode) {
    Sampler sampler(true);
    Decoder decoder;
    for (const Event& event : sampler.all()) {
        const Envelope envelope = sampler.envelope(event);
        const std::string json = encode(envelope, event);
        const std::string data =
            json.substr(json.find("\"data\":") + 7, json.size() - json.find("\"data\":") - 8);
        const Headers headers{{"ce_specversion", "1.0"},
                              {"ce_id", std::string(envelope.id)},
                              {"ce_source", std::string(envelope.source)},
                              {"ce_type", full_type_of(event)},
                              {"ce_subject", std::string(envelope.subject)},
                              {"ce_time", format_rfc3339(envelope.time)}};
        const Decoded* decoded = decoder.decode(record_of(envelope.subject, data, headers));
        ASSERT_NE(decoded, nullptr) << json;
        EXPECT_TRUE(decoded->event == event) << json;
    }
}

TEST(DecodeBinary, AValueCannotCloseTheObjectItIsPutInto) {
    Decoder decoder;
    const Headers headers = binary_headers();
    for (const char* value : {R"({"at":"2017-01-01T00:00:00Z"},"actor":"agent:x")",
                              R"({"at":"2017-01-01T00:00:00Z"},"id":"b")",
                              R"({"at":"2017-01-01T00:00:00Z"}})",
                              R"({"at":"2017-01-01T00:00:00Z")"}) {
        EXPECT_EQ(decoder.decode(record_of("call-1", value, headers)), nullptr) << value;
        EXPECT_NE(decoder.refusal(), Refusal::None);
    }
}

TEST(DecodeBinary, AHeaderCannotAddFields) {
    Decoder decoder;
    Headers headers = binary_headers();
    headers[2].value = R"(a","actor":"agent:x)";
    headers.push_back({R"(ce_x":1,"actor)", "agent:x"});
    const Decoded* decoded = decoder.decode(record_of("call-1", kHeldData, headers));
    ASSERT_NE(decoded, nullptr);
    EXPECT_EQ(decoded->envelope.id, R"(a","actor":"agent:x)");
    EXPECT_TRUE(decoded->envelope.actor.empty());
}

TEST(DecodeBinary, ARepeatedHeaderIsADuplicateKey) {
    Decoder decoder;
    Headers headers = binary_headers();
    headers.push_back({"ce_id", "b"});
    EXPECT_EQ(decoder.decode(record_of("call-1", kHeldData, headers)), nullptr);
    EXPECT_EQ(decoder.refusal(), Refusal::MalformedJson);
    headers = binary_headers();
    headers.push_back({"ce_data", "x"});
    EXPECT_EQ(decoder.decode(record_of("call-1", kHeldData, headers)), nullptr);
}

TEST(DecodeBinary, MoreThan64HeadersAreRefused) {
    Decoder decoder;
    Headers headers = binary_headers();
    while (headers.size() < kMaxHeaders) {
        headers.push_back({"x", "y"});
    }
    EXPECT_NE(decoder.decode(record_of("call-1", kHeldData, headers)), nullptr);
    headers.push_back({"x", "y"});
    EXPECT_EQ(decoder.decode(record_of("call-1", kHeldData, headers)), nullptr);
    EXPECT_EQ(decoder.refusal(), Refusal::TooManyHeaders);
}

TEST(DecodeBinary, AWrongKeyIsRefused) {
    Decoder decoder;
    const Headers headers = binary_headers();
    EXPECT_EQ(decoder.decode(record_of("call-2", kHeldData, headers)), nullptr);
    EXPECT_EQ(decoder.refusal(), Refusal::WrongKey);
}

TEST(DecodeBinary, AStructuredValueIsNeverReadThroughItsHeaders) {
    Decoder decoder;
    const Headers headers = binary_headers();
    // Broken, but with a specversion of its own.
    const std::string broken = replaced(std::string(kHeld), "\"id\":\"a\"", "\"id\":\"\"");
    EXPECT_EQ(decoder.decode(record_of("call-1", broken, headers)), nullptr);
    EXPECT_EQ(decoder.refusal(), Refusal::NotACloudEvent);
}

TEST(DecodeBinary, AnyBytesInHeadersAreSafe) {
    Decoder decoder;
    Headers headers = binary_headers();
    headers.push_back({"ce_\xff\xfe", std::string("\0\x01\xff", 3)});
    static_cast<void>(decoder.decode(record_of("call-1", kHeldData, headers)));
    headers.push_back({"ce_expectedversion2", "-1"});
    headers[7].value = "99999999999999999999";
    EXPECT_EQ(decoder.decode(record_of("call-1", kHeldData, headers)), nullptr);
}

}  // namespace
}  // namespace sijill::events
