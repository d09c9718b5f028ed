#pragma once
// api/known_tokens.h - access tokens whose signature was checked before.

#include "api/auth.h"
#include "events/digest.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace sijill::api {

/// Principals by the SHA-256 of their tokens, until they expire; times are seconds since 1970. At
/// most `most`: when there is no room the expired ones are forgotten, or else all. Whoever is
/// forgotten is checked once more. Threads: any, together.
class KnownTokens {
  public:
    explicit KnownTokens(size_t most) : most_(most) {}

    [[nodiscard]] std::optional<Principal> find(const events::Sha256& token, int64_t now) const;
    void add(const events::Sha256& token, const Principal& principal, int64_t now);
    [[nodiscard]] size_t size() const;

  private:
    const size_t most_;
    mutable std::mutex mutex_;
    std::map<events::Sha256, Principal> principals_;
};

}  // namespace sijill::api
