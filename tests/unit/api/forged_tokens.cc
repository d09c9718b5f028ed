#include "api/base64url.h"
#include "events/json.h"
#include "tests/unit/api/token_maker.h"

#include <array>
#include <utility>

namespace sijill::api {

namespace {

using nlohmann::json;

const char* const kNoAlgorithm = "alg is neither RS256 nor ES256";
const char* const kNoKey = "no key of ours made the signature";
const char* const kNotBase64 = "not base64url in its one spelling";
const char* const kNotThree = "not three parts";
const char* const kNoHeader = "the header is no object, or has a name twice";
const char* const kNoClaims = "the claims are no object, or have a name twice";

class Forger {
  public:
    explicit Forger(const TokenMaker& maker) : maker_(maker) {}

    std::vector<Forgery> run() {
        algorithms();
        symmetric();
        brought_keys();
        kids();
        types();
        signatures();
        ec_signatures();
        shapes();
        encodings();
        json_texts();
        return std::move(forgeries_);
    }

  private:
    void add(const std::string& name, std::string token, const std::string& reason) {
        forgeries_.push_back({name, std::move(token), reason});
    }

    void header(const std::string& name, const json& change, const std::string& reason) {
        json changed = TokenMaker::header("RS256", "r1");
        changed.merge_patch(change);
        add(name, maker_.with_header(changed), reason);
    }

    static std::string good_text(const std::string& alg, const std::string& kid) {
        return TokenMaker::unsigned_token(TokenMaker::header(alg, kid).dump(),
                                          TokenMaker::claims().dump());
    }

    void algorithms() {
        for (unsigned bits = 0; bits < 16; ++bits) {
            std::string none = "none";
            for (size_t i = 0; i < none.size(); ++i) {
                none[i] =
                    ((bits >> i) & 1U) != 0 ? static_cast<char>(none[i] - 'a' + 'A') : none[i];
            }
            const std::string text = good_text(none, "r1");
            add("alg " + none + " without a signature", text + ".", kNoAlgorithm);
            add("alg " + none + " with a signature",
                text + "." + to_base64url(rsa_signature(maker_.rsa.get(), text)),
                kNoAlgorithm);
        }
        for (const char* alg : {"",
                                "RS384",
                                "RS512",
                                "PS256",
                                "PS384",
                                "ES384",
                                "ES512",
                                "EdDSA",
                                "rs256",
                                "Rs256",
                                "es256",
                                "RS256 ",
                                " RS256",
                                "RS2560",
                                "ES256K",
                                "dir",
                                "RSA-OAEP",
                                "SHA256withRSA"}) {
            header("alg '" + std::string(alg) + "'", {{"alg", alg}}, kNoAlgorithm);
        }
        for (const json& alg : {json(1), json(true), json::array({"RS256"}), json::object()}) {
            header("alg " + alg.dump(), {{"alg", alg}}, kNoAlgorithm);
        }
        header("no alg", {{"alg", nullptr}}, kNoAlgorithm);
        header("alg RS256 and a NUL", {{"alg", std::string("RS256\0", 6)}}, kNoAlgorithm);
        for (const auto& [alg, digest] :
             {std::pair{"RS384", EVP_sha384()}, std::pair{"RS512", EVP_sha512()}}) {
            const std::string text = good_text(alg, "r1");
            add(std::string("signed with ") + alg,
                text + "." + to_base64url(rsa_signature(maker_.rsa.get(), text, digest)),
                kNoAlgorithm);
        }
    }

    void symmetric() {
        const std::string n = jwk_of(maker_.rsa.get(), "")["n"];
        const std::vector<std::pair<std::string, std::string>> secrets = {
            {"the RSA key's PEM", pem_of(maker_.rsa.get())},
            {"the EC key's PEM", pem_of(maker_.ec.get())},
            {"the RSA key's n", from_base64url(n).value()},
            {"n in base64url", n},
            {"nothing", ""},
            {"the key set", maker_.key_set()}};
        for (const auto& [name, secret] : secrets) {
            for (const char* alg : {"HS256", "RS256"}) {
                const std::string text = good_text(alg, "r1");
                add(std::string(alg) + " that is HMAC with " + name,
                    text + "." + to_base64url(hmac(secret, text)),
                    std::string(alg) == "RS256" ? kNoKey : kNoAlgorithm);
            }
        }
        for (const auto& [alg, digest] :
             {std::pair{"HS384", EVP_sha384()}, std::pair{"HS512", EVP_sha512()}}) {
            const std::string text = good_text(alg, "r1");
            add(std::string(alg) + " with the RSA key's PEM",
                text + "." + to_base64url(hmac(pem_of(maker_.rsa.get()), text, digest)),
                kNoAlgorithm);
        }
    }

    void brought_keys() {
        const auto own = [this](const json& more) {
            json header{{"alg", "RS256"}, {"typ", "at+jwt"}};
            header.update(more);
            const std::string text =
                TokenMaker::unsigned_token(header.dump(), TokenMaker::claims().dump());
            return text + "." + to_base64url(rsa_signature(maker_.other_rsa.get(), text));
        };
        const json jwk = jwk_of(maker_.other_rsa.get(), "r1");
        const json ours = jwk_of(maker_.rsa.get(), "r1");
        add("jwk of the forger", own({{"jwk", jwk}}), "has jwk");
        add("jku of the forger", own({{"jku", "https://evil.example/jwks"}}), "has jku");
        add("jku of a file", own({{"jku", "file:///etc/passwd"}}), "has jku");
        add("x5u of the forger", own({{"x5u", "https://evil.example/x"}}), "has x5u");
        add("x5c of the forger", own({{"x5c", {"MIIB"}}}), "has x5c");
        header("jwk of ours", {{"jwk", ours}}, "has jwk");
        header("jku of the issuer", {{"jku", "https://issuer.example/jwks"}}, "has jku");
        header("an empty x5c", {{"x5c", json::array()}}, "has x5c");
        header("crit exp", {{"crit", {"exp"}}}, "has crit");
        header("crit b64", {{"crit", {"b64"}}, {"b64", false}}, "has crit");
        header("an empty crit", {{"crit", json::array()}}, "has crit");
        header("b64 false", {{"b64", false}}, "has b64");
        header("zip", {{"zip", "DEF"}}, "has zip");
    }

    void kids() {
        for (const std::string& kid : {std::string("r3"),
                                       std::string("r2"),
                                       std::string("e1"),
                                       std::string("R1"),
                                       std::string("r1 "),
                                       std::string(),
                                       std::string("r1\0", 3),
                                       std::string("../../../../etc/passwd"),
                                       std::string("/dev/null"),
                                       std::string("file:///dev/null"),
                                       std::string("https://evil.example/key"),
                                       std::string("x' UNION SELECT 'secret' --"),
                                       std::string("' OR '1'='1"),
                                       std::string("$(id)"),
                                       std::string("r1|/bin/id"),
                                       std::string(4000, 'k')}) {
            json header = TokenMaker::header("RS256", kid);
            add("kid " + kid.substr(0, 40), maker_.with_header(header), kNoKey);
        }
        for (const json& kid :
             {json(1), json::array({"r1"}), json::object({{"r1", 1}}), json(true)}) {
            header("kid " + kid.dump(), {{"kid", kid}}, "kid is no text");
        }
        const std::string nothing = good_text("RS256", "/dev/null");
        add("kid /dev/null and HMAC with nothing",
            nothing + "." + to_base64url(hmac("", nothing)),
            kNoKey);
    }

    void types() {
        for (const char* typ : {"JWT",
                                "jwt",
                                "",
                                "at+jwt ",
                                " at+jwt",
                                "at-jwt",
                                "at+jwts",
                                "application/jwt",
                                "application/at+jwt; v=1",
                                "text/at+jwt",
                                "id+jwt",
                                "logout+jwt",
                                "secevent+jwt",
                                "dpop+jwt"}) {
            header("typ '" + std::string(typ) + "'", {{"typ", typ}}, "typ is not at+jwt");
        }
        header("no typ", {{"typ", nullptr}}, "typ is not at+jwt");
        header("typ 1", {{"typ", 1}}, "typ is not at+jwt");
        header("typ in an array", {{"typ", {"at+jwt"}}}, "typ is not at+jwt");
    }

    void signatures() {
        const std::string text = good_text("RS256", "r1");
        const std::string good = rsa_signature(maker_.rsa.get(), text);
        const auto with = [&](const std::string& name, const std::string& signature) {
            add("RS256 " + name, text + "." + to_base64url(signature), kNoKey);
        };
        with("without a signature", "");
        with("a byte shorter", good.substr(0, good.size() - 1));
        with("half of it", good.substr(0, good.size() / 2));
        with("without its first byte", good.substr(1));
        with("a byte longer", good + '\0');
        with("a byte longer in front", '\0' + good);
        with("zeros", std::string(good.size(), '\0'));
        with("ones", std::string(good.size(), '\xff'));
        with("twice", good + good);
        for (size_t bit = 0; bit < good.size() * 8; bit += 199) {
            std::string flipped = good;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
            with("with bit " + std::to_string(bit) + " flipped", flipped);
        }
        with("of another key", rsa_signature(maker_.other_rsa.get(), text));
        with("of the other key of the set", rsa_signature(maker_.second_rsa.get(), text));
        with("of the EC key", ec_signature(maker_.ec.get(), text));
        with("with padding PSS", rsa_signature(maker_.rsa.get(), text, EVP_sha256(), true));
        with("over SHA-1", rsa_signature(maker_.rsa.get(), text, EVP_sha1()));
        with("over SHA-512", rsa_signature(maker_.rsa.get(), text, EVP_sha512()));
        with("of the header only", rsa_signature(maker_.rsa.get(), text.substr(0, text.find('.'))));
        json admin = TokenMaker::claims();
        admin["scope"] = "admin";
        add("claims changed after signing",
            TokenMaker::unsigned_token(TokenMaker::header("RS256", "r1").dump(), admin.dump()) +
                "." + to_base64url(good),
            kNoKey);
        add("header changed after signing",
            TokenMaker::unsigned_token(TokenMaker::header("RS256", "r1").dump(1),
                                       TokenMaker::claims().dump()) +
                "." + to_base64url(good),
            kNoKey);
        const json no_kid{{"alg", "RS256"}, {"typ", "at+jwt"}};
        const std::string any =
            TokenMaker::unsigned_token(no_kid.dump(), TokenMaker::claims().dump());
        add("no kid and another key",
            any + "." + to_base64url(rsa_signature(maker_.other_rsa.get(), any)),
            kNoKey);
    }

    void ec_signatures() {
        const std::string text = good_text("ES256", "e1");
        const std::string good = ec_signature(maker_.ec.get(), text);
        const auto with = [&](const std::string& name, const std::string& signature) {
            add("ES256 " + name, text + "." + to_base64url(signature), kNoKey);
        };
        const std::string zero(32, '\0');
        const std::string order =
            from_base64url("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE").value();
        with("without a signature", "");
        with("r = s = 0", zero + zero);
        with("r = 0", zero + good.substr(32));
        with("s = 0", good.substr(0, 32) + zero);
        with("r = s = the order", order + order);
        with("r = the order", order + good.substr(32));
        with("s = the order", good.substr(0, 32) + order);
        with("all ones", std::string(64, '\xff'));
        with("r and s swapped", good.substr(32) + good.substr(0, 32));
        with("of 63 bytes", good.substr(0, 63));
        with("of 65 bytes", good + '\0');
        with("of 66 bytes, padded", '\0' + good.substr(0, 32) + '\0' + good.substr(32));
        with("of 96 bytes", good + zero);
        with("of 128 bytes", good + good);
        with("in ASN.1", ec_signature_asn1(maker_.ec.get(), text));
        for (const size_t byte : {0U, 31U, 32U, 63U}) {
            std::string flipped = good;
            flipped[byte] = static_cast<char>(flipped[byte] ^ 1);
            with("with byte " + std::to_string(byte) + " changed", flipped);
        }
        with("of another key", ec_signature(maker_.other_ec.get(), text));
        with("of the RSA key", rsa_signature(maker_.rsa.get(), text));
        const std::string rsa_kid = good_text("ES256", "r1");
        add("ES256 with the kid of the RSA key",
            rsa_kid + "." + to_base64url(ec_signature(maker_.ec.get(), rsa_kid)),
            kNoKey);
        const std::string ec_kid = good_text("RS256", "e1");
        add("RS256 that is ASN.1 of the EC key",
            ec_kid + "." + to_base64url(ec_signature_asn1(maker_.ec.get(), ec_kid)),
            kNoKey);
        add("RS256 with the kid of the EC key",
            ec_kid + "." + to_base64url(ec_signature(maker_.ec.get(), ec_kid)),
            kNoKey);
    }

    void shapes() {
        const std::string good = maker_.rs256(TokenMaker::claims());
        const std::string header = good.substr(0, good.find('.'));
        add("nothing", "", kNotThree);
        add("a dot", ".", kNotThree);
        add("two dots", "..", kNoHeader);
        add("three dots", "...", kNotThree);
        add("one part", header, kNotThree);
        add("two parts", good.substr(0, good.rfind('.')), kNotThree);
        add("four parts", good + ".AAAA", kNotThree);
        add("five parts, as encrypted tokens have", good + ".AAAA.AAAA", kNotThree);
        add("a dot behind", good + ".", kNotThree);
        add("a dot in front", "." + good, kNotThree);
        add("a dot twice", header + "." + good.substr(header.size()), kNotThree);
        add("64 KiB", good + std::string(65536 - good.size(), 'A'), "over 8 KiB");
        add("a byte over 8 KiB", good + std::string(8193 - good.size(), 'A'), "over 8 KiB");
        add("64 KiB of dots", std::string(65536, '.'), "over 8 KiB");
        add("8 KiB of dots", std::string(8192, '.'), kNotThree);
        json large = TokenMaker::claims();
        large["padding"] = std::string(8192, 'x');
        add("signed and over 8 KiB", maker_.rs256(large), "over 8 KiB");
        add("Bearer in front", "Bearer " + good, kNotBase64);
        add("JSON serialisation",
            json{{"payload", header}, {"signature", header}}.dump(),
            kNotThree);
    }

    void encodings() {
        const std::string good = maker_.rs256(TokenMaker::claims());
        const size_t first = good.find('.');
        const size_t second = good.rfind('.');
        for (const auto& [name, text] : {std::pair{"a space", " "},
                                         std::pair{"a line end", "\n"},
                                         std::pair{"a tab", "\t"},
                                         std::pair{"padding", "="},
                                         std::pair{"two of padding", "=="},
                                         std::pair{"a plus", "+"},
                                         std::pair{"a slash", "/"},
                                         std::pair{"a percent", "%3D"},
                                         std::pair{"an umlaut", "\xc3\xa4"}}) {
            std::string header = good;
            add(std::string(name) + " behind the header", header.insert(first, text), kNotBase64);
            std::string claims = good;
            add(std::string(name) + " behind the claims", claims.insert(second, text), kNotBase64);
            add(std::string(name) + " behind the signature", good + text, kNotBase64);
        }
        add("a space in front", " " + good, kNotBase64);
        add("a line end in front", "\r\n" + good, kNotBase64);
        add("a NUL behind", good + '\0', kNotBase64);
        // 256 bytes leave 4 unused bits in the last character, which is A, Q, g or w.
        std::string unused = good;
        unused.back() = static_cast<char>(unused.back() + 1);
        add("unused bits of the signature set", unused, kNotBase64);
        add("a lonely character behind the signature", good + "AAA", kNotBase64);
    }

    void json_texts() {
        const std::string header = TokenMaker::header("RS256", "r1").dump();
        const std::string claims = TokenMaker::claims().dump();
        const auto headed = [&](const std::string& name, const std::string& text) {
            add("header " + name, maker_.rs256(text, claims), kNoHeader);
        };
        const auto claimed = [&](const std::string& name, const std::string& text) {
            add("claims " + name, maker_.rs256(header, text), kNoClaims);
        };
        for (const char* text : {"",
                                 "[]",
                                 "null",
                                 "\"a\"",
                                 "1",
                                 "{",
                                 "{}{}",
                                 "{} x",
                                 "{'a':1}",
                                 "\xff",
                                 "{\"a\":1,}",
                                 "{\"a\":NaN}",
                                 "{/**/}"}) {
            headed("that is " + std::string(text), text);
            claimed("that are " + std::string(text), text);
        }
        headed("with alg twice", R"({"alg":"none",)" + header.substr(1));
        headed("with kid twice", R"({"kid":"r2",)" + header.substr(1));
        headed("with alg twice, escaped", R"({"\u0061lg":"none",)" + header.substr(1));
        headed("with a byte-order mark and alg twice",
               "\xef\xbb\xbf{\"alg\":1," + header.substr(1));
        const json good = TokenMaker::claims();
        for (const auto& [name, value] : good.items()) {
            claimed("with " + name + " twice",
                    "{\"" + name + "\":" + value.dump() + "," + claims.substr(1));
        }
        claimed("with sub twice, at the end",
                claims.substr(0, claims.size() - 1) + R"(,"sub":"root"})");
        claimed("with sub twice, escaped", R"({"su\u0062":"root",)" + claims.substr(1));
        claimed("with a name twice inside", R"({"x":[{"a":1,"a":2}],)" + claims.substr(1));
    }

    const TokenMaker& maker_;
    std::vector<Forgery> forgeries_;
};

}  // namespace

std::vector<Forgery> forged_tokens(const TokenMaker& maker) {
    auto forgeries = Forger(maker).run();
    for (Forgery& more : forged_claims(maker)) {
        forgeries.push_back(std::move(more));
    }
    return forgeries;
}

}  // namespace sijill::api
