#include "tests/unit/api/token_maker.h"

#include "api/base64url.h"
#include "events/check.h"
#include "events/json.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>

namespace sijill::api {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(const std::vector<unsigned char>& bytes, size_t size) {
    return {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)};
}

/// A number of the key, big-endian; padded to `size` bytes unless that is 0.
std::string number_of(EVP_PKEY* key, const char* name, int size = 0) {
    BIGNUM* number = nullptr;
    CHECK(EVP_PKEY_get_bn_param(key, name, &number) == 1, name);
    const int length = size == 0 ? BN_num_bytes(number) : size;
    std::vector<unsigned char> bytes(static_cast<size_t>(length));
    CHECK(BN_bn2binpad(number, bytes.data(), length) == length, name);
    BN_free(number);
    return text_of(bytes, bytes.size());
}

std::string sign(EVP_PKEY* key, std::string_view text, const EVP_MD* digest, bool pss) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    CHECK(EVP_DigestSignInit(context, &options, digest, nullptr, key) == 1, "sign");
    if (pss) {
        CHECK(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1, "pss");
        CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1, "pss");
    }
    size_t size = 0;
    CHECK(EVP_DigestSign(context, nullptr, &size, bytes_of(text), text.size()) == 1, "sign");
    std::vector<unsigned char> bytes(size);
    CHECK(EVP_DigestSign(context, bytes.data(), &size, bytes_of(text), text.size()) == 1, "sign");
    EVP_MD_CTX_free(context);
    return text_of(bytes, size);
}

}  // namespace

OwnedKey new_rsa(unsigned bits) {
    return OwnedKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(bits)));
}

OwnedKey new_ec(const char* curve) {
    return OwnedKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
}

nlohmann::json jwk_of(EVP_PKEY* key, const std::string& kid) {
    nlohmann::json jwk;
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
        jwk = {{"kty", "RSA"},
               {"n", to_base64url(number_of(key, OSSL_PKEY_PARAM_RSA_N))},
               {"e", to_base64url(number_of(key, OSSL_PKEY_PARAM_RSA_E))}};
    } else {
        const int size = (EVP_PKEY_get_bits(key) + 7) / 8;
        jwk = {{"kty", "EC"},
               {"crv", "P-" + std::to_string(EVP_PKEY_get_bits(key))},
               {"x", to_base64url(number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, size))},
               {"y", to_base64url(number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, size))}};
    }
    if (!kid.empty()) {
        jwk["kid"] = kid;
    }
    return jwk;
}

std::string pem_of(EVP_PKEY* key) {
    BIO* memory = BIO_new(BIO_s_mem());
    CHECK(PEM_write_bio_PUBKEY(memory, key) == 1, "pem");
    std::array<char, 4096> buffer{};
    const int size = BIO_read(memory, buffer.data(), static_cast<int>(buffer.size()));
    BIO_free(memory);
    return {buffer.data(), static_cast<size_t>(size)};
}

std::string rsa_signature(EVP_PKEY* key, std::string_view text, const EVP_MD* digest, bool pss) {
    return sign(key, text, digest, pss);
}

std::string ec_signature_asn1(EVP_PKEY* key, std::string_view text) {
    return sign(key, text, EVP_sha256(), false);
}

std::string ec_signature(EVP_PKEY* key, std::string_view text) {
    const std::string der = ec_signature_asn1(key, text);
    const unsigned char* at = bytes_of(der);
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    CHECK(pair != nullptr, "OpenSSL reads its own signature");
    std::vector<unsigned char> raw(64);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.data(), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.data() + 32, 32);
    ECDSA_SIG_free(pair);
    return text_of(raw, raw.size());
}

std::string hmac(std::string_view key, std::string_view text, const EVP_MD* digest) {
    std::vector<unsigned char> out(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    HMAC(digest,
         key.data(),
         static_cast<int>(key.size()),
         bytes_of(text),
         text.size(),
         out.data(),
         &size);
    return text_of(out, size);
}

std::string TokenMaker::key_set() const {
    const nlohmann::json set{
        {"keys",
         {jwk_of(rsa.get(), "r1"), jwk_of(second_rsa.get(), "r2"), jwk_of(ec.get(), "e1")}}};
    return set.dump();
}

nlohmann::json TokenMaker::header(const std::string& alg, const std::string& kid) {
    return {{"alg", alg}, {"typ", "at+jwt"}, {"kid", kid}};
}

nlohmann::json TokenMaker::claims() {
    return {{"iss", "https://issuer.example"},
            {"aud", "sijill"},
            {"sub", "desk-7"},
            {"client_id", "crm"},
            {"jti", "01J"},
            {"iat", kNow - 10},
            {"exp", kNow + 600},
            {"scope", "read publish"}};
}

std::string TokenMaker::unsigned_token(const std::string& header, const std::string& claims) {
    return to_base64url(header) + "." + to_base64url(claims);
}

std::string TokenMaker::rs256(const std::string& header, const std::string& claims) const {
    const std::string text = unsigned_token(header, claims);
    return text + "." + to_base64url(rsa_signature(rsa.get(), text));
}

std::string TokenMaker::es256(const std::string& header, const std::string& claims) const {
    const std::string text = unsigned_token(header, claims);
    return text + "." + to_base64url(ec_signature(ec.get(), text));
}

std::string TokenMaker::rs256(const nlohmann::json& claims) const {
    return rs256(header("RS256", "r1").dump(), claims.dump());
}

std::string TokenMaker::with_header(const nlohmann::json& header) const {
    return rs256(header.dump(), claims().dump());
}

const TokenMaker& TokenMaker::get() {
    static const TokenMaker kMaker;
    return kMaker;
}

}  // namespace sijill::api
