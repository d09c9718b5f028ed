// Both kinds of authenticators by files that change, also while others ask.

#include "api/authenticator.h"

#include "api/known_tokens.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/api/token_maker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

namespace sijill::api {
namespace {

class AuthenticatorFile : public testing::Test {
  protected:
    void write(const std::string& text) const {
        std::ofstream out(file_, std::ios::binary | std::ios::trunc);
        out << text;
    }

    /// Good now.
    static std::string access_token(int64_t seconds = 600) {
        const int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                                std::chrono::system_clock::now().time_since_epoch())
                                .count();
        nlohmann::json claims = TokenMaker::claims();
        claims["iat"] = now - 300;
        claims["exp"] = now + seconds;
        return TokenMaker::get().rs256(claims);
    }

    static std::string line(const std::string& name, const std::string& token) {
        Principal principal{name, {}, {}};
        principal.scopes.add(Scope::Read);
        return *token_line(principal, token) + "\n";
    }

    tests::ScratchDirectory scratch_;
    std::string file_ = scratch_.path().string() + "/file";
    AccessTokenRules rules_{"https://issuer.example", "sijill"};
};

TEST_F(AuthenticatorFile, AFileThatCannotBeReadIsRefusedFromTheStart) {
    for (const auto& made :
         {token_authenticator(file_), access_token_authenticator(file_, rules_)}) {
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, Errc::Config);
        EXPECT_NE(made.error().message.find(file_), std::string::npos);
    }
}

TEST_F(AuthenticatorFile, NewTokensAreKnownAfterReadingAgain) {
    write(line("desk", "one"));
    const auto who = *token_authenticator(file_);
    EXPECT_EQ(who->principal_of("one")->name, "desk");
    write(line("clerk", "two"));
    ASSERT_TRUE(who->reload());
    EXPECT_EQ(who->principal_of("one").error().code, Errc::Rejected);
    EXPECT_EQ(who->principal_of("two")->name, "clerk");
}

TEST_F(AuthenticatorFile, AccessTokensOfAKeyThatIsNoMoreAreRefused) {
    const TokenMaker& maker = TokenMaker::get();
    write(maker.key_set());
    const auto who = *access_token_authenticator(file_, rules_);
    const std::string token = access_token();
    EXPECT_EQ(who->principal_of(token)->name, "desk-7");
    EXPECT_FALSE(who->principal_of(access_token(-100))) << "expired";
    write("{\"keys\": [");
    const auto broken = who->reload();
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find(file_), std::string::npos);
    EXPECT_TRUE(who->principal_of(token)) << "a broken file changes nothing";
    write(nlohmann::json{{"keys", {jwk_of(maker.other_rsa.get(), "r9")}}}.dump());
    ASSERT_TRUE(who->reload());
    EXPECT_FALSE(who->principal_of(token));
}

TEST_F(AuthenticatorFile, ASignatureIsCheckedOnceAndAnewWhenTheKeysAreRead) {
    write(TokenMaker::get().key_set());
    const auto who = *access_token_authenticator(file_, rules_);
    const std::string token = access_token();
    EXPECT_FALSE(who->at_once(token)) << "nobody has checked it";
    ASSERT_TRUE(who->principal_of(token));
    const auto known = who->at_once(token);
    ASSERT_TRUE(known && *known);
    EXPECT_EQ(**known, *who->principal_of(token));
    EXPECT_FALSE(who->at_once(token + "A"));
    EXPECT_FALSE(who->principal_of(token + "A"));
    EXPECT_FALSE(who->at_once(token + "A")) << "what was refused is not kept";
    ASSERT_TRUE(who->reload());
    EXPECT_FALSE(who->at_once(token));
    const auto oversized = who->at_once(std::string(kMaxAccessTokenBytes + 1, 'x'));
    ASSERT_TRUE(oversized) << "not worth a reader";
    EXPECT_EQ(oversized->error().code, Errc::Rejected);
}

TEST_F(AuthenticatorFile, ATokenOfAFileIsKnownAtOnceAndSoIsAWrongOne) {
    write(line("desk", "one"));
    const auto who = *token_authenticator(file_);
    const auto right = who->at_once("one");
    const auto wrong = who->at_once("two");
    ASSERT_TRUE(right && wrong);
    EXPECT_EQ((*right)->name, "desk");
    EXPECT_EQ(wrong->error().code, Errc::Rejected);
}

Principal until(const std::string& name, int64_t expires) {
    return {name, {}, {}, expires};
}

TEST(KnownTokens, AreKnownUntilTheyExpire) {
    KnownTokens known(10);
    const auto token = events::sha256("a");
    known.add(token, until("desk", 100), 50);
    ASSERT_TRUE(known.find(token, 99));
    EXPECT_EQ(known.find(token, 99)->name, "desk");
    EXPECT_FALSE(known.find(token, 100));
    EXPECT_FALSE(known.find(events::sha256("b"), 50));
}

TEST(KnownTokens, AreNeverMoreThanAllowed) {
    KnownTokens known(3);
    for (const char* old : {"a", "b"}) {
        known.add(events::sha256(old), until(old, 10), 0);
    }
    known.add(events::sha256("c"), until("c", 1'000), 0);
    known.add(events::sha256("d"), until("d", 1'000), 20);
    EXPECT_EQ(known.size(), 2U) << "the expired ones made room";
    EXPECT_TRUE(known.find(events::sha256("c"), 20));
    for (int i = 0; i < 1'000; ++i) {
        known.add(events::sha256(std::to_string(i)), until("x", 1'000), 20);
        ASSERT_LE(known.size(), 3U);
        ASSERT_TRUE(known.find(events::sha256(std::to_string(i)), 20));
    }
}

TEST_F(AuthenticatorFile, WhoAsksWhileTheFileIsReadAgainGetsOneAnswerOrTheOther) {
    write(line("desk", "one"));
    const auto who = *token_authenticator(file_);
    std::atomic<bool> stop{false};
    std::jthread asking([&] {
        while (!stop) {
            const auto principal = who->principal_of("one");
            EXPECT_TRUE(!principal || principal->name == "desk" || principal->name == "clerk");
        }
    });
    for (int i = 0; i < 200; ++i) {
        write(line(i % 2 == 0 ? "clerk" : "desk", "one"));
        ASSERT_TRUE(who->reload());
    }
    stop = true;
}

}  // namespace
}  // namespace sijill::api
