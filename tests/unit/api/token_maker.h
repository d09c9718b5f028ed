#pragma once
// tests/unit/api/token_maker.h - keys and signed tokens for tests, made by OpenSSL.

#include "events/json.h"

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using OwnedKey = std::unique_ptr<EVP_PKEY, FreeKey>;

[[nodiscard]] OwnedKey new_rsa(unsigned bits);
[[nodiscard]] OwnedKey new_ec(const char* curve);

/// The public key as a JSON Web Key with this kid; none when "".
[[nodiscard]] nlohmann::json jwk_of(EVP_PKEY* key, const std::string& kid);
[[nodiscard]] std::string pem_of(EVP_PKEY* key);

/// Signatures as JWS wants them.
[[nodiscard]] std::string rsa_signature(EVP_PKEY* key,
                                        std::string_view text,
                                        const EVP_MD* digest = EVP_sha256(),
                                        bool pss = false);
/// ASN.1; raw is r || s of 32 bytes each.
[[nodiscard]] std::string ec_signature_asn1(EVP_PKEY* key, std::string_view text);
[[nodiscard]] std::string ec_signature(EVP_PKEY* key, std::string_view text);
[[nodiscard]] std::string hmac(std::string_view key,
                               std::string_view text,
                               const EVP_MD* digest = EVP_sha256());

inline constexpr int64_t kNow = 1'500'000'000;

/// What every test of access tokens needs; made once, as RSA keys take long.
struct TokenMaker {
    OwnedKey rsa = new_rsa(2048);
    OwnedKey other_rsa = new_rsa(2048);
    OwnedKey second_rsa = new_rsa(2048);  // in the set too
    OwnedKey ec = new_ec("P-256");
    OwnedKey other_ec = new_ec("P-256");

    /// {"keys":[…]} of rsa ("r1"), second_rsa ("r2") and ec ("e1").
    [[nodiscard]] std::string key_set() const;

    [[nodiscard]] static nlohmann::json header(const std::string& alg, const std::string& kid);
    /// A good token's claims at kNow.
    [[nodiscard]] static nlohmann::json claims();

    /// base64url(header).base64url(claims)
    [[nodiscard]] static std::string unsigned_token(const std::string& header,
                                                    const std::string& claims);
    /// Signed with rsa, whatever the texts say.
    [[nodiscard]] std::string rs256(const std::string& header, const std::string& claims) const;
    [[nodiscard]] std::string es256(const std::string& header, const std::string& claims) const;
    [[nodiscard]] std::string rs256(const nlohmann::json& claims) const;
    [[nodiscard]] std::string with_header(const nlohmann::json& header) const;

    [[nodiscard]] static const TokenMaker& get();
};

struct Forgery {
    std::string name;
    std::string token;
    std::string reason;  // part of why it must be refused
};

/// Tokens that would all be taken but for what their name says.
[[nodiscard]] std::vector<Forgery> forged_tokens(const TokenMaker& maker);
/// Those of them that are well signed: their claims are wrong.
[[nodiscard]] std::vector<Forgery> forged_claims(const TokenMaker& maker);

}  // namespace sijill::api
