#include "api/auth.h"

#include "api/base64url.h"
#include "api/rate_limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace sijill::api {
namespace {

using namespace std::chrono_literals;

std::string hash_of(const std::string& token) {
    return events::to_hex(events::sha256(token));
}

Scopes scopes_of(std::initializer_list<Scope> list) {
    Scopes scopes;
    for (const Scope scope : list) {
        scopes.add(scope);
    }
    return scopes;
}

TEST(TokenFile, FindsWhoseTokenItIs) {
    const auto file = TokenFile::parse("# who\n\nweb " + hash_of("a") + " read,publish\n\t desk  " +
                                           hash_of("b") + "\tfollow-up  water,roads-2 \r\n",
                                       "tokens");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->size(), 2U);
    ASSERT_NE(file->find("a"), nullptr);
    EXPECT_EQ(*file->find("a"), (Principal{"web", scopes_of({Scope::Publish, Scope::Read}), {}}));
    ASSERT_NE(file->find("b"), nullptr);
    EXPECT_EQ(*file->find("b"),
              (Principal{"desk", scopes_of({Scope::FollowUp}), {"water", "roads-2"}}));
    EXPECT_TRUE(file->has_name("web"));
    EXPECT_FALSE(file->has_name("we"));
}

TEST(TokenFile, GivesNobodyForEveryOtherToken) {
    const auto file = TokenFile::parse("web " + hash_of("a") + " read", "tokens");
    ASSERT_TRUE(file);
    for (const std::string& token : {std::string(),
                                     std::string("A"),
                                     std::string("a "),
                                     std::string("a\0", 2),
                                     hash_of("a"),
                                     std::string("web"),
                                     std::string(kMaxTokenBytes + 1, 'a')}) {
        EXPECT_EQ(file->find(token), nullptr) << token;
    }
    EXPECT_EQ(TokenFile().find(""), nullptr);
    EXPECT_EQ(TokenFile::parse("web " + hash_of("") + " read", "t").value().find(""), nullptr);
}

TEST(TokenFile, EveryMistakeIsToldWithItsLine) {
    const std::string hash = hash_of("a");
    const auto file = TokenFile::parse(
        "web " + hash + " read\n" +              //
            "web " + hash_of("b") + " read\n" +  // name twice
            "other " + hash + " read\n" +        // token twice
            "x abc read\n" +                     //
            "x " + hash_of("c") + " write\n" +   //
            "x " + hash_of("c") + "\n" +         //
            "x " + hash_of("c") + " read Water\n" + "x " + hash_of("c") + " read water roads\n" +
            "x\x01y " + hash_of("c") + " read\n" + "x " + hash_of("c") + " read,\n",
        "/etc/tokens");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, Errc::Config);
    const std::string& message = file.error().message;
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 8) << message;
    for (int line = 2; line <= 10; ++line) {
        EXPECT_NE(message.find("/etc/tokens:" + std::to_string(line) + ": "), std::string::npos);
    }
    EXPECT_NE(message.find("no scope 'write'; publish, read, follow-up"), std::string::npos);
}

TEST(TokenFile, AFileThatCannotBeReadIsAConfigError) {
    EXPECT_EQ(TokenFile::read("/nowhere/tokens").error().code, Errc::Config);
    EXPECT_EQ(TokenFile::read("/").error().code, Errc::Config);
}

TEST(NewToken, IsThirtyTwoRandomBytesAndItsLineIsRead) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string token = new_token();
        EXPECT_EQ(token.size(), 46U);
        EXPECT_EQ(token.substr(0, 3), "sj_");
        EXPECT_EQ(from_base64url(token.substr(3)).value_or("").size(), 32U);
        EXPECT_TRUE(seen.insert(token).second);
    }
    const Principal principal{
        "desk", scopes_of({Scope::Read, Scope::Audit, Scope::Admin}), {"water", "roads"}};
    const auto line = token_line(principal, *seen.begin());
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->find(*seen.begin()), std::string::npos);
    EXPECT_EQ(*line, "desk " + hash_of(*seen.begin()) + " read,audit,admin water,roads");
}

TEST(NewToken, APrincipalThatFitsIntoNoLineIsRefused) {
    const Scopes read = scopes_of({Scope::Read});
    for (const Principal& principal : {Principal{"", read, {}},
                                       Principal{"a b", read, {}},
                                       Principal{"a\nb", read, {}},
                                       Principal{"#a", read, {}},
                                       Principal{std::string(129, 'a'), read, {}},
                                       Principal{"a", {}, {}},
                                       Principal{"a", read, {""}},
                                       Principal{"a", read, {"x,y"}},
                                       Principal{"a", read, {"Water"}}}) {
        const auto line = token_line(principal, "t");
        EXPECT_EQ(line ? Errc::Config : line.error().code, Errc::Invalid) << principal.name;
    }
}

TEST(Scope, NamesAreReadBackAndNothingElseIs) {
    for (const char* name : {"publish", "read", "follow-up", "audit", "admin"}) {
        ASSERT_TRUE(scope_named(name)) << name;
        EXPECT_EQ(names_of(scopes_of({*scope_named(name)})), name);
        EXPECT_FALSE(scopes_of({*scope_named(name)}).empty());
    }
    for (const char* name : {"", "Read", "read ", "reads", "all", "*"}) {
        EXPECT_FALSE(scope_named(name)) << name;
    }
    EXPECT_FALSE(scopes_of({Scope::Admin}).has(Scope::Read));
}

TEST(Base64url, HasOneSpellingForEachText) {
    for (size_t size = 0; size < 40; ++size) {
        std::string bytes;
        for (size_t i = 0; i < size; ++i) {
            bytes += static_cast<char>(i * 89 + size * 7);
        }
        EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    }
    EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
    for (const char* bad : {"A", "AAAAA", "AA==", "AA=", "+/8", "-_9", "AB", "A A", "AA\n", "AÄ"}) {
        EXPECT_FALSE(from_base64url(bad)) << bad;
    }
}

const RateLimiter::Clock::time_point kStart{1000s};

TEST(RateLimiter, GivesABurstAndThenTheRate) {
    RateLimiter limiter({.per_second = 10, .burst = 3});
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(limiter.allow("a", kStart)) << i;
    }
    EXPECT_FALSE(limiter.allow("a", kStart));
    EXPECT_EQ(limiter.wait("a", kStart), 100ms);
    EXPECT_FALSE(limiter.allow("a", kStart + 99ms));
    EXPECT_EQ(limiter.wait("a", kStart + 99ms), 1ms);
    EXPECT_TRUE(limiter.allow("a", kStart + 100ms));
    EXPECT_FALSE(limiter.allow("a", kStart + 100ms));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(limiter.wait("a", kStart + 10s), 0s);
        EXPECT_TRUE(limiter.allow("a", kStart + 10s)) << i;  // never more than the burst
    }
    EXPECT_FALSE(limiter.allow("a", kStart + 10s));
}

TEST(RateLimiter, NamesDoNotShareTheirBuckets) {
    RateLimiter limiter({.per_second = 1, .burst = 1});
    EXPECT_TRUE(limiter.allow("a", kStart));
    EXPECT_FALSE(limiter.allow("a", kStart));
    EXPECT_TRUE(limiter.allow("b", kStart));
    EXPECT_EQ(limiter.wait("c", kStart), 0s);
}

TEST(RateLimiter, OverALongTimeGivesTheRateWhateverTheSteps) {
    RateLimiter limiter({.per_second = 7, .burst = 5});
    int allowed = 0;
    for (auto now = kStart; now < kStart + 100s; now += 13ms) {
        allowed += limiter.allow("a", now) ? 1 : 0;
    }
    EXPECT_GE(allowed, 7 * 100);
    EXPECT_LE(allowed, 7 * 100 + 5);
}

TEST(RateLimiter, AClockThatGoesBackGivesNothing) {
    RateLimiter limiter({.per_second = 1, .burst = 2});
    EXPECT_TRUE(limiter.allow("a", kStart));
    EXPECT_TRUE(limiter.allow("a", kStart));
    EXPECT_FALSE(limiter.allow("a", kStart - 100s));
    EXPECT_FALSE(limiter.allow("a", kStart));
}

TEST(RateLimiter, KeepsABoundedNumberOfNamesAndForgetsOnlyFullBuckets) {
    RateLimiter limiter({.per_second = 1, .burst = 2, .max_names = 100});
    EXPECT_TRUE(limiter.allow("busy", kStart + 5s));
    EXPECT_TRUE(limiter.allow("busy", kStart + 5s));
    int shared = 0;
    for (int i = 0; i < 1000; ++i) {
        shared += limiter.allow("n" + std::to_string(i), kStart + 5s) ? 1 : 0;
    }
    EXPECT_EQ(limiter.names(), 100U);
    EXPECT_EQ(shared, 99 + 2);  // those without a bucket of their own share one burst
    EXPECT_EQ(limiter.wait("n999", kStart + 5s), 1s);
    EXPECT_FALSE(limiter.allow("busy", kStart + 5s + 999ms));
    EXPECT_TRUE(limiter.allow("new", kStart + 60s));  // there is room again
    EXPECT_EQ(limiter.names(), 1U);
}

TEST(AddressBlock, IsAnAddressOfIpv4AndANetworkOfIpv6) {
    EXPECT_EQ(address_block("192.0.2.1"), "192.0.2.1");
    EXPECT_NE(address_block("192.0.2.1"), address_block("192.0.2.2"));
    EXPECT_EQ(address_block("2001:db8:1:2::1"), address_block("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    EXPECT_EQ(address_block("2001:db8:1:2::1"), address_block("2001:0DB8:1:2::7"));
    EXPECT_NE(address_block("2001:db8:1:2::1"), address_block("2001:db8:1:3::1"));
    EXPECT_EQ(address_block("fe80::1%eth0"), address_block("fe80::2"));
    EXPECT_EQ(address_block(""), "");
}

}  // namespace
}  // namespace sijill::api
