#include "api/access_token.h"

#include "events/json.h"
#include "tests/unit/api/token_maker.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sijill::api {
namespace {

using nlohmann::json;

AccessTokenVerifier verifier_of(const std::string& key_set) {
    auto keys = KeySet::parse(key_set);
    EXPECT_TRUE(keys) << keys.error().message;
    return {keys ? *keys : KeySet(), {"https://issuer.example", "sijill"}};
}

AccessTokenVerifier verifier() {
    return verifier_of(TokenMaker::get().key_set());
}

json with(const json& change) {
    json claims = TokenMaker::claims();
    claims.update(change);
    return claims;
}

struct Good {
    std::string name;
    std::string token;
};

std::vector<Good> tokens_of_good_headers() {
    const TokenMaker& maker = TokenMaker::get();
    const std::string claims = TokenMaker::claims().dump();
    const json rs256 = TokenMaker::header("RS256", "r1");
    const json es256 = TokenMaker::header("ES256", "e1");
    std::vector<Good> good = {
        {"RS256", maker.rs256(rs256.dump(), claims)},
        {"ES256", maker.es256(es256.dump(), claims)},
        {"RS256 without kid", maker.rs256(R"({"alg":"RS256","typ":"at+jwt"})", claims)},
        {"ES256 without kid", maker.es256(R"({"typ":"at+jwt","alg":"ES256"})", claims)},
        {"white space in the JSON", maker.rs256("\n" + rs256.dump(2) + "\n", " " + claims + "\t")},
    };
    for (const char* typ : {"AT+JWT", "application/at+jwt", "Application/AT+JWT"}) {
        json header = rs256;
        header["typ"] = typ;
        good.push_back({typ, maker.with_header(header)});
    }
    json header = rs256;
    header["x5t#S256"] = "abc";
    header["other"] = {1, 2};
    good.push_back({"unknown header parameters", maker.with_header(header)});
    return good;
}

std::vector<Good> tokens_of_good_claims() {
    std::vector<Good> good;
    for (const auto& [name, change] : std::vector<std::pair<std::string, json>>{
             {"aud in an array", {{"aud", {"sijill"}}}},
             {"aud among others", {{"aud", {"other", "sijill"}}}},
             {"exp just not over", {{"exp", kNow + 1}}},
             {"exp within the leeway", {{"exp", kNow - 59}}},
             {"exp far away", {{"exp", kNow + 100'000'000}}},
             {"iat now", {{"iat", kNow}}},
             {"iat within the leeway", {{"iat", kNow + 60}}},
             {"iat long ago", {{"iat", 0}}},
             {"nbf past", {{"nbf", kNow - 1}}},
             {"nbf within the leeway", {{"nbf", kNow + 60}}},
             {"other claims", {{"cnf", {{"jkt", "x"}}}, {"name", "سجل"}, {"auth_time", 1.5}}},
             {"longest sub", {{"sub", std::string(128, 's')}}},
             {"5 KB", {{"padding", std::string(5000, 'x')}}},
             {"one department", {{"departments", {"water"}}}}}) {
        good.push_back({name, TokenMaker::get().rs256(with(change))});
    }
    return good;
}

TEST(AccessToken, GoodOnesAreTaken) {
    auto good = tokens_of_good_headers();
    for (Good& more : tokens_of_good_claims()) {
        good.push_back(std::move(more));
    }
    EXPECT_GE(good.size(), 20U);
    const auto judge = verifier();
    for (const auto& [name, token] : good) {
        const auto principal = judge.verify(token, kNow);
        EXPECT_TRUE(principal) << name << ": " << principal.error().message;
    }
}

TEST(AccessToken, ForgedOnesAreRefusedForWhatIsWrongWithThem) {
    const auto judge = verifier();
    const auto forgeries = forged_tokens(TokenMaker::get());
    EXPECT_GE(forgeries.size(), 150U);
    std::set<std::string> names;
    for (const auto& [name, token, reason] : forgeries) {
        EXPECT_TRUE(names.insert(name).second) << name;
        const auto principal = judge.verify(token, kNow);
        ASSERT_FALSE(principal) << name;
        EXPECT_EQ(principal.error().code, Errc::Rejected) << name;
        EXPECT_NE(principal.error().message.find(reason), std::string::npos)
            << name << ": " << principal.error().message;
    }
    RecordProperty("forgeries", static_cast<int>(forgeries.size()));
}

TEST(AccessToken, ThePrincipalIsThatOfItsClaims) {
    const auto principal = verifier().verify(
        TokenMaker::get().rs256(with({{"sub", "desk-9"},
                                      {"scope", "openid follow-up  read Admin audit,x"},
                                      {"departments", {"water", "roads"}}})),
        kNow);
    ASSERT_TRUE(principal) << principal.error().message;
    EXPECT_EQ(principal->name, "desk-9");
    EXPECT_EQ(names_of(principal->scopes), "read,follow-up");
    EXPECT_EQ(principal->departments, (std::vector<std::string>{"water", "roads"}));
    EXPECT_EQ(principal->expires, kNow + 600 + kLeewaySeconds);
}

TEST(AccessToken, WithoutScopeItMayDoNothing) {
    json claims = TokenMaker::claims();
    claims.erase("scope");
    const auto principal = verifier().verify(TokenMaker::get().rs256(claims), kNow);
    ASSERT_TRUE(principal);
    EXPECT_TRUE(principal->scopes.empty());
    EXPECT_TRUE(principal->departments.empty());
}

TEST(AccessToken, EveryChangedCharacterIsRefused) {
    const auto judge = verifier();
    const TokenMaker& maker = TokenMaker::get();
    const std::string good =
        maker.es256(TokenMaker::header("ES256", "e1").dump(), TokenMaker::claims().dump());
    ASSERT_TRUE(judge.verify(good, kNow));
    for (size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(judge.verify(changed, kNow)) << at;
        EXPECT_FALSE(judge.verify(good.substr(0, at), kNow)) << at;
    }
}

TEST(AccessToken, ReasonsHoldNoPartOfTheToken) {
    json claims = with({{"sub", "secret name"}, {"iss", "secret"}});
    const auto refused = verifier().verify(TokenMaker::get().rs256(claims), kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

std::string set_of(const std::vector<json>& keys) {
    return json{{"keys", keys}}.dump();
}

json changed(json key, const json& change) {
    key.merge_patch(change);
    return key;
}

TEST(KeySet, KeysForSomethingElseArePassedOver) {
    const TokenMaker& maker = TokenMaker::get();
    const json rsa = jwk_of(maker.rsa.get(), "r1");
    const json ec = jwk_of(maker.ec.get(), "e1");
    for (const json& other : {changed(rsa, {{"use", "enc"}}),
                              changed(rsa, {{"alg", "PS256"}}),
                              changed(rsa, {{"alg", "ES256"}}),
                              changed(rsa, {{"alg", 1}}),
                              changed(rsa, {{"key_ops", {"encrypt"}}}),
                              changed(rsa, {{"key_ops", "verify"}}),
                              changed(rsa, {{"kty", "oct"}, {"k", "AAAA"}}),
                              changed(rsa, {{"kty", nullptr}}),
                              changed(ec, {{"crv", "P-384"}}),
                              changed(ec, {{"kty", "OKP"}}),
                              json("text")}) {
        EXPECT_FALSE(KeySet::parse(set_of({other}))) << other.dump();
        EXPECT_EQ(KeySet::parse(set_of({other, ec})).value().size(), 1U);
    }
    const json said = changed(rsa, {{"use", "sig"}, {"alg", "RS256"}, {"key_ops", {"verify"}}});
    EXPECT_TRUE(verifier_of(set_of({said})).verify(maker.rs256(TokenMaker::claims()), kNow));
}

TEST(KeySet, UnsoundKeysAreErrors) {
    const TokenMaker& maker = TokenMaker::get();
    const json rsa = jwk_of(maker.rsa.get(), "r1");
    const json ec = jwk_of(maker.ec.get(), "e1");
    const auto told = [](const std::string& text) {
        const auto keys = KeySet::parse(text);
        EXPECT_FALSE(keys) << text;
        return keys ? "" : keys.error().message;
    };
    EXPECT_NE(told(set_of({jwk_of(new_rsa(1024).get(), "w")})).find("1024 bits; at least 2048"),
              std::string::npos);
    EXPECT_NE(told(set_of({changed(rsa, {{"e", "AQ"}})})).find("odd and more than 1"),
              std::string::npos);
    EXPECT_NE(told(set_of({changed(rsa, {{"n", std::string(4000, 'A')}})})).find("8192"),
              std::string::npos);
    EXPECT_NE(told(set_of({changed(rsa, {{"n", "AA=="}})})).find("base64url"), std::string::npos);
    EXPECT_NE(told(set_of({changed(rsa, {{"d", "AQAB"}})})).find("private"), std::string::npos);
    EXPECT_NE(told(set_of({changed(ec, {{"y", ec["x"]}})})).find("not on the curve"),
              std::string::npos);
    EXPECT_NE(told(set_of({changed(ec, {{"x", "AAAA"}})})).find("32 bytes"), std::string::npos);
    EXPECT_NE(told(set_of({rsa, changed(ec, {{"kid", "r1"}})})).find("comes twice"),
              std::string::npos);
    for (const char* text :
         {"", "[]", "{}", R"({"keys":1})", R"({"keys":[]})", R"({"keys":[],"keys":[]})"}) {
        EXPECT_FALSE(told(text).empty());
    }
    EXPECT_FALSE(KeySet::parse(set_of(std::vector<json>(33, json("x")))));
    EXPECT_EQ(KeySet::read("/nowhere/jwks.json").error().code, Errc::Config);
}

TEST(KeySet, ATokenWithoutKidIsTriedWithEveryKeyOfItsKind) {
    const TokenMaker& maker = TokenMaker::get();
    const auto judge = verifier_of(set_of({jwk_of(maker.other_rsa.get(), ""),
                                           jwk_of(maker.ec.get(), "e1"),
                                           jwk_of(maker.rsa.get(), "")}));
    EXPECT_TRUE(judge.verify(
        maker.rs256(R"({"alg":"RS256","typ":"at+jwt"})", TokenMaker::claims().dump()), kNow));
    EXPECT_FALSE(judge.verify(maker.rs256(TokenMaker::claims()), kNow));  // has a kid
}

}  // namespace
}  // namespace sijill::api
