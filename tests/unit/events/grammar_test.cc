#include "events/grammar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sijill::events {
namespace {

// The first and last allowed character of each range, and their neighbours outside it.
TEST(Grammar, IdentifiersArePrintableAsciiWithoutSpace) {
    EXPECT_TRUE(is_identifier("!"));
    EXPECT_TRUE(is_identifier("~"));
    EXPECT_TRUE(is_identifier("/acd/manama-1?x=1#y"));
    EXPECT_TRUE(is_identifier(std::string(128, 'a')));
    EXPECT_FALSE(is_identifier(std::string(129, 'a')));
    for (const std::string_view bad : {std::string_view(""),
                                       std::string_view(" "),
                                       std::string_view("a b"),
                                       std::string_view("\x7f"),
                                       std::string_view("\x80"),
                                       std::string_view("\xD8\xB9"),
                                       std::string_view("a\0b", 3),
                                       std::string_view("a\n")}) {
        EXPECT_FALSE(is_identifier(bad)) << bad;
    }
}

TEST(Grammar, CodesAreLowerCaseTermsThatBeginWithALetterOrDigit) {
    for (const char* good : {"a", "z", "0", "9", "new_housing_service", "a.b-c_d", "1-2"}) {
        EXPECT_TRUE(is_code(good)) << good;
    }
    EXPECT_TRUE(is_code(std::string(64, 'z')));
    EXPECT_FALSE(is_code(std::string(65, 'z')));
    for (const char* bad :
         {"", "_a", "-a", ".a", "A", "aB", "a b", "a/b", "a:b", "`", "{", "\xC3\xA9"}) {
        EXPECT_FALSE(is_code(bad)) << bad;
    }
}

TEST(Grammar, TextsHaveNoControlCharacters) {
    EXPECT_TRUE(is_text(""));
    EXPECT_TRUE(is_text("\xD8\xB9\xD8\xB1\xD8\xA8\xD9\x8A ~"));
    EXPECT_TRUE(is_text(std::string(1024, ' ')));
    EXPECT_FALSE(is_text(std::string(1025, ' ')));
    EXPECT_FALSE(is_text("\x1f"));
    EXPECT_FALSE(is_text("a\tb"));
    EXPECT_FALSE(is_text("\x7f"));
    EXPECT_FALSE(is_text(std::string_view("\0", 1)));
}

TEST(Grammar, DigestsAre64LowerCaseHexadecimalDigits) {
    EXPECT_TRUE(is_digest(std::string(63, '0') + "f"));
    EXPECT_FALSE(is_digest(std::string(63, '0')));
    EXPECT_FALSE(is_digest(std::string(65, '0')));
    EXPECT_FALSE(is_digest(std::string(63, '0') + "F"));
    EXPECT_FALSE(is_digest(std::string(63, '0') + "g"));
}

template <class Right>
bool all_right(std::string_view text, size_t least, size_t most, const Right& right) {
    return text.size() >= least && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return right(static_cast<unsigned char>(c));
           });
}

bool is_in(unsigned char c, std::string_view set) {
    return set.find(static_cast<char>(c)) != std::string_view::npos;
}

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// The same grammars, one character at a time.
void expect_as_one_by_one(std::string_view text) {
    const auto printable = [](unsigned char c) { return c > 32 && c < 127; };
    const auto code = [](unsigned char c) { return is_in(c, kLower) || is_in(c, "_.-"); };
    const auto base64 = [](unsigned char c) {
        return is_in(c, kLower) || is_in(c, kUpper) || is_in(c, "-_");
    };
    ASSERT_EQ(is_identifier(text), all_right(text, 1, 128, printable)) << text;
    ASSERT_EQ(is_code(text),
              all_right(text, 1, 64, code) && is_in(static_cast<unsigned char>(text[0]), kLower))
        << text;
    ASSERT_EQ(is_text(text),
              all_right(text, 0, 1024, [](unsigned char c) { return c >= 32 && c != 127; }))
        << text;
    ASSERT_EQ(is_country(text),
              all_right(text, 2, 2, [](unsigned char c) { return is_in(c, kUpper); }))
        << text;
    ASSERT_EQ(is_digest(text),
              all_right(text, 64, 64, [](unsigned char c) { return is_in(c, "0123456789abcdef"); }))
        << text;
    ASSERT_EQ(is_base64url(text), all_right(text, 1, 16384, base64)) << text;
}

// In a block of its own size: the sanitizer sees a look behind it.
void expect_as_one_by_one(std::string_view good, size_t at, unsigned char byte) {
    std::vector<char> block(good.begin(), good.end());
    block[at] = static_cast<char>(byte);
    expect_as_one_by_one({block.data(), block.size()});
}

TEST(Grammar, EveryByteAtEveryPlaceIsJudgedAsOneByOne) {
    const std::string good(70, 'a');
    for (size_t size = 1; size <= 70; ++size) {
        for (size_t at = 0; at < size; ++at) {
            for (unsigned byte = 0; byte < 256; byte += size < 20 ? 1 : 5) {
                expect_as_one_by_one(
                    std::string_view(good).substr(0, size), at, static_cast<unsigned char>(byte));
            }
        }
    }
}

TEST(Grammar, ABadByteIsSeenAtEveryPlaceOfEveryLength) {
    const std::string good(300, 'f');
    for (size_t size = 1; size <= 300; ++size) {
        for (size_t at = 0; at < size; ++at) {
            for (const int byte : {0x00, 0x20, 0x7f, 0x80}) {
                expect_as_one_by_one(
                    std::string_view(good).substr(0, size), at, static_cast<unsigned char>(byte));
            }
        }
    }
}

TEST(Grammar, ACountryIsTwoCapitalLetters) {
    EXPECT_TRUE(is_country("BH"));
    EXPECT_TRUE(is_country("AZ"));
    for (const char* bad : {"", "B", "BHR", "bh", "B1", "B ", "@A", "A["}) {
        EXPECT_FALSE(is_country(bad)) << bad;
    }
}

TEST(Grammar, SealedTextIsBase64UrlWithoutPadding) {
    EXPECT_TRUE(is_base64url("AZaz09-_"));
    EXPECT_TRUE(is_base64url(std::string(16384, 'A')));
    EXPECT_FALSE(is_base64url(std::string(16385, 'A')));
    for (const char* bad : {"", "a=", "a+b", "a/b", "a b"}) {
        EXPECT_FALSE(is_base64url(bad)) << bad;
    }
}

TEST(Grammar, ActorsHaveARoleAndAToken) {
    for (const char* good : {"agent:a", "system:acd", "citizen:ct-1", "department:projects"}) {
        EXPECT_TRUE(is_actor(good)) << good;
    }
    for (const char* bad : {"", "agent", "agent:", "Agent:a", "robot:a", "agent: a", ":a"}) {
        EXPECT_FALSE(is_actor(bad)) << bad;
    }
    EXPECT_TRUE(is_actor("agent:" + std::string(122, 'a')));
    EXPECT_FALSE(is_actor("agent:" + std::string(123, 'a')));
}

TEST(Grammar, JsonIsTheOnlyMediaType) {
    for (const char* good : {"application/json",
                             "Application/JSON",
                             "application/json; charset=utf-8",
                             "application/json ;x"}) {
        EXPECT_TRUE(is_json_media_type(good)) << good;
    }
    for (const char* bad : {"", "application/jsonx", "application/json+x", "text/json", "json"}) {
        EXPECT_FALSE(is_json_media_type(bad)) << bad;
    }
}

}  // namespace
}  // namespace sijill::events
