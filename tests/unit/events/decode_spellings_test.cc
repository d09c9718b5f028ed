// The same event in every spelling that JSON has for it: order, white space, escapes. What is none
// of them is refused, wherever the text ends. Texts lie in blocks of their own size, so that the
// sanitizer sees a look behind them.

#include "events/decode.h"
#include "events/encode.h"
#include "events/json.h"
#include "tests/unit/events/samples.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sijill::events {
namespace {

std::string as_written(const Decoded* decoded) {
    return decoded == nullptr ? "refused" : encode(decoded->envelope, decoded->event);
}

std::string decoded_from(Decoder& decoder, std::string_view text) {
    const std::vector<char> block(text.begin(), text.end());
    return as_written(decoder.decode_text({block.data(), block.size()}));
}

std::vector<std::string> samples(bool optional) {
    Sampler sampler(optional);
    std::vector<std::string> texts;
    for (const Event& event : sampler.all()) {
        texts.push_back(encode(sampler.envelope(event), event));
    }
    return texts;
}

// Calls with each part of a JSON text: a string with its quotes, or one character.
template <class See>
void for_each_part(std::string_view json, const See& see) {
    for (size_t at = 0; at < json.size();) {
        size_t end = at + 1;
        if (json[at] == '"') {
            for (; json[end] != '"'; ++end) {
                end += json[end] == '\\' ? 1 : 0;
            }
            ++end;
        }
        see(json.substr(at, end - at));
        at = end;
    }
}

std::string spaced(std::string_view json, std::string_view space) {
    std::string out(space);
    for_each_part(json, [&](std::string_view part) {
        const bool bracket = std::string_view("{}[]:,").find(part[0]) != std::string_view::npos;
        out += bracket ? std::string(space) + std::string(part) + std::string(space)
                       : std::string(part);
    });
    return out;
}

// Every character of ASCII in a value as \u00xx; names stay, for an escaped name is unknown.
std::string escaped(std::string_view json) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    std::string last;
    for_each_part(json, [&](std::string_view part) {
        out += part == ":" || last.empty() || last[0] != '"' ? last : [&] {
            std::string text = "\"";
            for (const char c : last.substr(1, last.size() - 2)) {
                const auto byte = static_cast<unsigned char>(c);
                text += byte < 0x80 ? std::string("\\u00") + kHex[byte >> 4U] + kHex[byte & 15U]
                                    : std::string(1, c);
            }
            return text + "\"";
        }();
        last = part;
    });
    return out + last;
}

nlohmann::ordered_json reversed(const nlohmann::ordered_json& json) {
    if (!json.is_object()) {
        return json;
    }
    nlohmann::ordered_json out = nlohmann::ordered_json::object();
    for (auto member = json.rbegin(); member != json.rend(); ++member) {
        out[member.key()] = reversed(member.value());
    }
    return out;
}

TEST(DecodeSpellings, MembersMayStandInAnyOrder) {
    Decoder decoder;
    for (const bool optional : {true, false}) {
        for (const std::string& json : samples(optional)) {
            EXPECT_EQ(decoded_from(decoder, nlohmann::json::parse(json).dump()), json);
            EXPECT_EQ(decoded_from(decoder, reversed(nlohmann::ordered_json::parse(json)).dump()),
                      json);
        }
    }
}

TEST(DecodeSpellings, WhiteSpaceBetweenTokensChangesNothing) {
    for (const std::string& json : samples(true)) {
        if (json.find("\"nested\"") != std::string::npos) {
            continue;  // an object is kept as it was written
        }
        for (const char* space : {" ", "\n", "\t", "\r", " \r\n\t  "}) {
            Decoder compact;
            Decoder decoder;
            EXPECT_EQ(decoded_from(decoder, spaced(json, space)), decoded_from(compact, json));
            EXPECT_EQ(decoder.examined(), compact.examined()) << json;
        }
    }
}

TEST(DecodeSpellings, EscapedValuesAreReadAsWhatTheySay) {
    Decoder decoder;
    for (const std::string& json : samples(true)) {
        const bool has_escapes = json.find('\\') != std::string::npos;
        if (!has_escapes && json.find("\"nested\"") == std::string::npos) {
            EXPECT_EQ(decoded_from(decoder, escaped(json)), json);
        }
    }
}

TEST(DecodeSpellings, AnEventOfTheGreatestSizeIsReadToItsEnd) {
    Decoder decoder;
    for (const std::string& json : {samples(true)[0], samples(false)[0]}) {
        const std::string space(kMaxEventBytes - json.size(), ' ');
        const std::string inside = json.substr(0, json.size() - 1) + space + "}";
        ASSERT_EQ(inside.size(), kMaxEventBytes);
        EXPECT_EQ(decoded_from(decoder, inside), json);
        EXPECT_EQ(decoded_from(decoder, json + space), json);
        EXPECT_EQ(decoded_from(decoder, space + json), json);
        EXPECT_EQ(decoded_from(decoder, space + json + " "), "refused");
    }
}

TEST(DecodeSpellings, AnEventThatEndsEarlyIsRefused) {
    Decoder decoder;
    for (const std::string& json : {samples(true)[0], samples(false)[0]}) {
        ASSERT_EQ(decoded_from(decoder, json), json);
        for (size_t size = 0; size < json.size(); ++size) {
            EXPECT_EQ(decoded_from(decoder, std::string_view(json).substr(0, size)), "refused");
        }
    }
}

TEST(DecodeSpellings, WhatIsNoEventIsRefusedHoweverShort) {
    Decoder decoder;
    for (const char* text : {" ",
                             "                    ",
                             "{",
                             "}",
                             "{}",
                             "[]",
                             "\"",
                             ":",
                             ",",
                             "1",
                             "{\"specversion\":1}",
                             "{{{{{{{{{{{{{{{{{{{{",
                             "}}}}}}}}}}}}}}}}}}}}",
                             "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
                             "{\"x\":[[[[[[[[[[[[[[[}"}) {
        EXPECT_EQ(decoded_from(decoder, text), "refused") << text;
    }
}

std::string with_version(std::string_view number) {
    return R"({"specversion":"1.0","id":"a","source":"/t","type":"gov.cc.call.held.v1",)"
           R"("subject":"call-1","time":"2017-01-01T00:00:00.000Z","expectedversion":)" +
           std::string(number) + R"(,"data":{"at":"2017-01-01T00:00:00.000Z"}})";
}

TEST(DecodeSpellings, NumbersAreIntegersThatEndWithTheirToken) {
    Decoder decoder;
    for (const char* good :
         {"0", "-0", "1", "9007199254740991", "7 ", "\n7\t", "1000000000000000"}) {
        const std::string text = with_version(good);
        const Decoded* decoded = decoder.decode_text(text);
        ASSERT_NE(decoded, nullptr) << good;
        EXPECT_EQ(decoded->envelope.expected_version, std::stoll(good));
    }
    EXPECT_EQ(decoder.examined(), 0U);
    for (const char* bad : {"",
                            "-",
                            "-1",
                            "01",
                            "00",
                            "-01",
                            "1.0",
                            "1e2",
                            "1x",
                            "1\"",
                            "1\"\"",
                            "1{}",
                            "1[]",
                            "1:2",
                            "1 2",
                            "1\x01",
                            "0x1",
                            "+1",
                            "1,",
                            "9007199254740992",
                            "10000000000000000",
                            "9223372036854775808",
                            "18446744073709551617",
                            "null",
                            "true",
                            "\"1\"",
                            "[1]",
                            "{}"}) {
        EXPECT_EQ(decoder.decode_text(with_version(bad)), nullptr) << bad;
    }
}

TEST(DecodeSpellings, TruthValuesEndWithTheirToken) {
    Decoder decoder;
    for (const std::string& json : samples(true)) {
        const size_t at = json.find(":true");
        if (at == std::string::npos || json.find("\"nested\"") != std::string::npos) {
            continue;
        }
        const auto with = [&](std::string_view value) {
            return std::string(json).replace(at + 1, 4, value);
        };
        EXPECT_EQ(decoded_from(decoder, with("false")), with("false"));
        EXPECT_EQ(decoded_from(decoder, with("true ")), json);
        EXPECT_EQ(decoded_from(decoder, with("false\n")), with("false"));
        for (const char* bad : {"",
                                "tru",
                                "truex",
                                "true1",
                                "true\"\"",
                                "True",
                                "fals",
                                "falsee",
                                "false\x7f",
                                "null",
                                "1",
                                "\"true\"",
                                "true{}",
                                "true:",
                                "true,"}) {
            EXPECT_EQ(decoded_from(decoder, with(bad)), "refused") << bad;
        }
    }
}

}  // namespace
}  // namespace sijill::events
