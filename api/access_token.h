#pragma once
// api/access_token.h - JWT access tokens (RFC 9068), judged by the advice of RFC 8725.

#include "api/auth.h"
#include "api/jwks.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::api {

/// A longer token is refused unread.
inline constexpr size_t kMaxAccessTokenBytes = 8192;
/// What clocks may differ.
inline constexpr int64_t kLeewaySeconds = 60;

/// What a token must say about where it is from and whom it is for; neither is empty.
struct AccessTokenRules {
    std::string issuer;
    std::string audience;
};

/// Verifies the access tokens of one issuer. Threads: any, together.
class AccessTokenVerifier {
  public:
    AccessTokenVerifier(KeySet keys, AccessTokenRules rules);

    /// The principal of a token that is valid now (seconds since 1970): named by `sub`, scopes of
    /// ours from `scope` (others are passed over), departments from `departments`; without that
    /// claim all of them. It expires by `exp` and kLeewaySeconds. RS256 and ES256 only, each with
    /// keys of its own kind; the token's header chooses among our keys and brings none. Errors:
    /// Rejected, with a reason for our log and not for the client: it never holds a part of the
    /// token.
    [[nodiscard]] Result<Principal> verify(std::string_view token, int64_t now_seconds) const;

  private:
    KeySet keys_;
    AccessTokenRules rules_;
};

}  // namespace sijill::api
