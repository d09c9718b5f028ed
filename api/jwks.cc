#include "api/jwks.h"

#include "api/base64url.h"
#include "api/openssl_owned.h"
#include "api/strict_json.h"
#include "events/check.h"
#include "events/json.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace sijill::api {

namespace {

constexpr size_t kMaxKeys = 32;
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;  // verification grows with the square
constexpr size_t kCoordinateBytes = 32;
constexpr size_t kSignatureBytes = 2 * kCoordinateBytes;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Owned<BIGNUM> number_of(std::string_view bytes) {
    Owned<BIGNUM> number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
    CHECK(number != nullptr, "OpenSSL has memory");
    return number;
}

/// The public key of these parameters; nullptr when OpenSSL finds it unsound.
Owned<EVP_PKEY> key_from(const char* type, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX> maker(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    CHECK(parameters != nullptr && maker != nullptr && EVP_PKEY_fromdata_init(maker.get()) == 1,
          "OpenSSL knows RSA and EC");
    EVP_PKEY* made = nullptr;
    if (EVP_PKEY_fromdata(maker.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    Owned<EVP_PKEY> key(made);
    const Owned<EVP_PKEY_CTX> judge(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    CHECK(judge != nullptr, "OpenSSL has memory");
    return EVP_PKEY_public_check(judge.get()) == 1 ? std::move(key) : nullptr;
}

Owned<OSSL_PARAM_BLD> new_builder() {
    Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    CHECK(builder != nullptr, "OpenSSL has memory");
    return builder;
}

Result<Owned<EVP_PKEY>> rsa_key(const nlohmann::json& jwk) {
    const auto n = from_base64url(text_member(jwk, "n").value_or(""));
    const auto e = from_base64url(text_member(jwk, "e").value_or(""));
    if (!n || !e || n->empty() || e->empty() || n->size() > kMaxRsaBits / 8 || e->size() > 8) {
        return fail(Errc::Config, "an RSA key needs n and e in base64url, n of at most 8192 bits");
    }
    const Owned<BIGNUM> modulus = number_of(*n);
    const Owned<BIGNUM> exponent = number_of(*e);
    if (BN_num_bits(modulus.get()) < kMinRsaBits) {
        return fail(
            Errc::Config,
            "an RSA key of " + std::to_string(BN_num_bits(modulus.get())) + " bits; at least 2048");
    }
    if (BN_is_one(exponent.get()) != 0 || BN_is_odd(exponent.get()) == 0) {
        return fail(Errc::Config, "an RSA key's e is odd and more than 1");
    }
    const auto builder = new_builder();
    CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1,
          "OpenSSL has memory");
    auto key = key_from("RSA", builder.get());
    if (key == nullptr) {
        return fail(Errc::Config, "an RSA key that OpenSSL finds unsound");
    }
    return key;
}

Result<Owned<EVP_PKEY>> p256_key(const nlohmann::json& jwk) {
    const auto x = from_base64url(text_member(jwk, "x").value_or(""));
    const auto y = from_base64url(text_member(jwk, "y").value_or(""));
    if (!x || !y || x->size() != kCoordinateBytes || y->size() != kCoordinateBytes) {
        return fail(Errc::Config, "a P-256 key needs x and y of 32 bytes in base64url");
    }
    const std::string point = "\x04" + *x + *y;
    const auto builder = new_builder();
    CHECK(OSSL_PARAM_BLD_push_utf8_string(
              builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
              OSSL_PARAM_BLD_push_octet_string(
                  builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1,
          "OpenSSL has memory");
    auto key = key_from("EC", builder.get());
    if (key == nullptr) {
        return fail(Errc::Config, "a P-256 key whose point is not on the curve");
    }
    return key;
}

/// What the key may verify; none when it is for something else.
std::optional<KeyKind> kind_of(const nlohmann::json& jwk) {
    std::optional<KeyKind> kind;
    if (text_member(jwk, "kty") == "RSA") {
        kind = KeyKind::Rsa;
    } else if (text_member(jwk, "kty") == "EC" && text_member(jwk, "crv") == "P-256") {
        kind = KeyKind::P256;
    }
    const std::string_view algorithm = kind == KeyKind::Rsa ? "RS256" : "ES256";
    const bool other_algorithm = jwk.contains("alg") && text_member(jwk, "alg") != algorithm;
    const bool other_use = jwk.contains("use") && text_member(jwk, "use") != "sig";
    const auto operations = jwk.find("key_ops");
    const bool other_operations =
        operations != jwk.end() &&
        (!operations->is_array() ||
         std::find(operations->begin(), operations->end(), "verify") == operations->end());
    return other_algorithm || other_use || other_operations ? std::nullopt : kind;
}

/// RFC 7518 §3.4: r and s as 32 bytes each; OpenSSL reads ASN.1.
std::string asn1_of(std::string_view signature) {
    const Owned<ECDSA_SIG> pair(ECDSA_SIG_new());
    Owned<BIGNUM> r = number_of(signature.substr(0, kCoordinateBytes));
    Owned<BIGNUM> s = number_of(signature.substr(kCoordinateBytes));
    CHECK(pair != nullptr && ECDSA_SIG_set0(pair.get(), r.get(), s.get()) == 1,
          "OpenSSL has memory");
    // The pair owns them now.
    (void)r.release();
    (void)s.release();
    std::array<unsigned char, 80> der{};  // at most 72 bytes
    unsigned char* end = der.data();
    const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
    CHECK(size > 0 && static_cast<size_t>(size) <= der.size(), "two numbers of 32 bytes");
    i2d_ECDSA_SIG(pair.get(), &end);
    return {der.begin(), der.begin() + size};
}

}  // namespace

struct KeySet::Key {
    KeyKind kind = KeyKind::Rsa;
    std::optional<std::string> kid;
    Owned<EVP_PKEY> key;

    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const {
        const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
        CHECK(context != nullptr, "OpenSSL has memory");
        return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) ==
                   1 &&
               EVP_DigestVerify(context.get(),
                                bytes_of(signature),
                                signature.size(),
                                bytes_of(text),
                                text.size()) == 1;
    }
};

namespace {

/// Nothing when the key is for something else.
Result<std::shared_ptr<const KeySet::Key>> key_of(const nlohmann::json& jwk) {
    const auto kind = jwk.is_object() ? kind_of(jwk) : std::nullopt;
    if (!kind) {
        return std::shared_ptr<const KeySet::Key>();
    }
    const auto kid = text_member(jwk, "kid");
    const std::string name = "key '" + kid.value_or("") + "'";
    if (jwk.contains("d")) {
        return fail(Errc::Config, name + " is a private key, which belongs to the issuer only");
    }
    auto key = *kind == KeyKind::Rsa ? rsa_key(jwk) : p256_key(jwk);
    if (!key) {
        return fail(name, key.error());
    }
    return std::make_shared<const KeySet::Key>(KeySet::Key{*kind, kid, std::move(*key)});
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view json) {
    const auto set = parse_strict_object(json);
    if (!set || !set->contains("keys") || !set->at("keys").is_array() ||
        set->at("keys").size() > kMaxKeys) {
        return fail(Errc::Config, "a key set is an object with `keys`, an array of up to 32 keys");
    }
    KeySet out;
    for (const auto& jwk : set->at("keys")) {
        const auto key = key_of(jwk);
        if (!key) {
            return Unexpected(key.error());
        }
        const auto same_kid = [&key](const auto& other) { return other->kid == (*key)->kid; };
        if (*key != nullptr && (*key)->kid && std::ranges::any_of(out.keys_, same_kid)) {
            return fail(Errc::Config, "key '" + *(*key)->kid + "' comes twice");
        }
        if (*key != nullptr) {
            out.keys_.push_back(*key);
        }
    }
    if (out.keys_.empty()) {
        return fail(Errc::Config, "the key set has no key for RS256 or ES256 signatures");
    }
    return out;
}

Result<KeySet> KeySet::read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text;
    std::getline(in, text, '\0');  // of a directory: nothing
    if (text.empty()) {
        return fail(Errc::Config, "cannot read the key set " + path);
    }
    auto keys = parse(text);
    return keys ? std::move(keys) : fail(path, keys.error());
}

bool KeySet::verify(KeyKind kind,
                    const std::optional<std::string>& kid,
                    std::string_view text,
                    std::string_view signature) const {
    if (kind == KeyKind::P256 && signature.size() != kSignatureBytes) {
        return false;
    }
    const std::string given = kind == KeyKind::P256 ? asn1_of(signature) : std::string(signature);
    return std::any_of(keys_.begin(), keys_.end(), [&](const auto& key) {
        return key->kind == kind && (!kid || key->kid == kid) && key->verify(text, given);
    });
}

}  // namespace sijill::api
