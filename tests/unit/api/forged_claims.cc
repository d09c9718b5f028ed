#include "events/json.h"
#include "tests/unit/api/token_maker.h"

#include <array>
#include <utility>

namespace sijill::api {

namespace {

using nlohmann::json;

/// Well signed tokens whose claims are wrong.
class ClaimForger {
  public:
    explicit ClaimForger(const TokenMaker& maker) : maker_(maker) {}

    std::vector<Forgery> run() {
        required_claims();
        issuers_and_audiences();
        times();
        principals();
        return std::move(forgeries_);
    }

  private:
    void add(const std::string& name, std::string token, const std::string& reason) {
        forgeries_.push_back({name, std::move(token), reason});
    }

    /// A claim with another value; a null takes it away.
    void claim(const std::string& name, const json& change, const std::string& reason) {
        json changed = TokenMaker::claims();
        changed.merge_patch(change);
        add(name, maker_.rs256(changed), reason);
    }

    /// A claim with this value, be it null.
    void value(const std::string& claim, const json& value, const std::string& reason) {
        json changed = TokenMaker::claims();
        changed[claim] = value;
        add(claim + " is " + value.dump(), maker_.rs256(changed), reason);
    }

    void required_claims() {
        const std::array<std::pair<const char*, const char*>, 7> required = {
            {{"iss", "another issuer"},
             {"aud", "another audience"},
             {"exp", "no exp"},
             {"iat", "no iat"},
             {"sub", "sub is not"},
             {"client_id", "no client_id"},
             {"jti", "no jti"}}};
        for (const auto& [name, reason] : required) {
            claim(std::string("no ") + name, {{name, nullptr}}, reason);
            for (const json& other : {json(nullptr), json(""), json(true), json::object()}) {
                value(name, other, reason);
            }
        }
        for (const char* name : {"iss", "sub", "client_id", "jti"}) {
            value(name, 1, "");
            value(name, json::array({TokenMaker::claims()[name]}), "");
        }
    }

    void issuers_and_audiences() {
        for (const char* issuer : {"https://issuer.example/",
                                   "https://ISSUER.example",
                                   "http://issuer.example",
                                   "https://issuer.example.evil.example",
                                   "issuer.example",
                                   "https://issuer.exampl",
                                   " https://issuer.example"}) {
            value("iss", issuer, "another issuer");
        }
        for (const json& audience : {json("Sijill"),
                                     json("sijill "),
                                     json("sijill-test"),
                                     json("other"),
                                     json("*"),
                                     json(1),
                                     json::array(),
                                     json::array({"other", "third"}),
                                     json::array({"sijill", 1}),
                                     json::array({json::array({"sijill"})}),
                                     json{{"sijill", true}}}) {
            value("aud", audience, "another audience");
        }
    }

    void times() {
        for (const int64_t seconds : {int64_t{0}, kNow - 3600, kNow - 61, kNow - 60}) {
            value("exp", seconds, "expired");
        }
        for (const json& wrong : {json("1500000600"),
                                  json(1500000600.5),
                                  json(1e300),
                                  json(-1),
                                  json(UINT64_MAX),
                                  json(INT64_MAX),
                                  json::array({kNow + 600})}) {
            value("exp", wrong, "no exp");
            value("iat", wrong, "no iat");
        }
        value("iat", kNow + 61, "issued in the future");
        value("iat", kNow * 1000, "issued in the future");
        for (const json& wrong : {json(kNow + 61),
                                  json(kNow + 3600),
                                  json("1500000000"),
                                  json(1.5),
                                  json(-1),
                                  json(nullptr),
                                  json(true)}) {
            value("nbf", wrong, "not valid yet");
        }
    }

    void principals() {
        for (const json& sub : {json("a b"),
                                json("a\nb"),
                                json(std::string(129, 'a')),
                                json("\xd8\xb3\xd8\xac\xd9\x84"),
                                json(std::string("a\0", 2))}) {
            value("sub", sub, "sub is not");
        }
        for (const json& scope : {json(1), json::array({"read"}), json(nullptr), json::object()}) {
            value("scope", scope, "scope is no text");
        }
        for (const json& departments : {json("water"),
                                        json::array(),
                                        json(nullptr),
                                        json::array({1}),
                                        json::array({"water", ""}),
                                        json::array({"Water"}),
                                        json::array({"water,roads"}),
                                        json::array({json::array({"water"})}),
                                        json{{"water", true}}}) {
            value("departments", departments, "departments is no array of codes");
        }
    }

    const TokenMaker& maker_;
    std::vector<Forgery> forgeries_;
};

}  // namespace

std::vector<Forgery> forged_claims(const TokenMaker& maker) {
    return ClaimForger(maker).run();
}

}  // namespace sijill::api
