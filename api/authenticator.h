#pragma once
// api/authenticator.h - whose a bearer token is, by a file that can be read again.

#include "api/access_token.h"
#include "api/auth.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sijill::api {

/// Threads: any, together.
class Authenticator {
  public:
    virtual ~Authenticator() = default;

    /// Whose it is, as far as no signature has to be checked for that; nullopt: ask principal_of().
    [[nodiscard]] virtual std::optional<Result<Principal>> at_once(
        std::string_view token) const = 0;

    /// Takes up to some 100 µs. Errors: Rejected, with a reason for our log and not for the client.
    [[nodiscard]] virtual Result<Principal> principal_of(std::string_view token) const = 0;

    /// Reads the file again. What it said stays in effect when that fails. Errors: Config, with
    /// the place.
    [[nodiscard]] virtual Result<void> reload() = 0;
};

/// By a file of tokens. Errors: Config.
[[nodiscard]] Result<std::shared_ptr<Authenticator>> token_authenticator(const std::string& path);

/// By access tokens that the keys of a file have signed. Errors: Config.
[[nodiscard]] Result<std::shared_ptr<Authenticator>> access_token_authenticator(
    const std::string& jwks_file, const AccessTokenRules& rules);

}  // namespace sijill::api
