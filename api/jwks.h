#pragma once
// api/jwks.h - the public keys of an issuer, and signatures checked with them. OpenSSL does the
// arithmetic.

#include "events/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// What a key is for; decides the one algorithm it may be used with.
enum class KeyKind {
    Rsa,   // RS256
    P256,  // ES256
};

/// A JSON Web Key Set (RFC 7517) from a local file. Copies share the keys. Threads: any, together.
class KeySet {
  public:
    /// Errors: Config: no JSON, no usable key, an RSA key under 2,048 bits or over 8,192, a point
    /// off its curve, a private key, a `kid` that comes twice, more than 32 keys. Keys that are for
    /// something else (`use`, `key_ops`, `alg`, `kty`, `crv`) are passed over.
    [[nodiscard]] static Result<KeySet> parse(std::string_view json);
    [[nodiscard]] static Result<KeySet> read(const std::string& path);

    /// Whether one of the keys of this kind made the signature over `text`: the one with this
    /// `kid`, or any when the token names none. ES256 signatures are the 64 bytes of RFC 7518 §3.4.
    [[nodiscard]] bool verify(KeyKind kind,
                              const std::optional<std::string>& kid,
                              std::string_view text,
                              std::string_view signature) const;

    [[nodiscard]] size_t size() const { return keys_.size(); }

    struct Key;  // OpenSSL's, hidden

  private:
    std::vector<std::shared_ptr<const Key>> keys_;
};

}  // namespace sijill::api
