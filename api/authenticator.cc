#include "api/authenticator.h"

#include "api/known_tokens.h"
#include "events/digest.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <utility>

namespace sijill::api {

namespace {

constexpr size_t kMostKnown = 4'096;

int64_t now_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// What a file said when it was last read without a mistake.
template <class Content>
class Reloadable {
  public:
    using Read = std::function<Result<Content>()>;

    explicit Reloadable(Read read) : read_(std::move(read)) {}

    [[nodiscard]] Result<void> reload() {
        auto read = read_();
        if (!read) {
            return Unexpected(read.error());
        }
        auto content = std::make_shared<const Content>(std::move(*read));
        const std::lock_guard lock(mutex_);
        content_.swap(content);
        return {};
    }

    /// Stays as it is while it is held. nullptr before the first reload() that succeeded.
    [[nodiscard]] std::shared_ptr<const Content> get() const {
        const std::lock_guard lock(mutex_);
        return content_;
    }

  private:
    const Read read_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Content> content_;
};

class ByTokenFile final : public Authenticator {
  public:
    explicit ByTokenFile(std::string path)
        : file_([path = std::move(path)] { return TokenFile::read(path); }) {}

    [[nodiscard]] std::optional<Result<Principal>> at_once(std::string_view token) const override {
        return principal_of(token);
    }
    [[nodiscard]] Result<Principal> principal_of(std::string_view token) const override {
        const auto file = file_.get();
        const Principal* principal = file->find(token);
        return principal != nullptr ? Result<Principal>(*principal)
                                    : fail(Errc::Rejected, "an unknown token");
    }
    [[nodiscard]] Result<void> reload() override { return file_.reload(); }

  private:
    Reloadable<TokenFile> file_;
};

// The keys of one reading of the file, and the tokens that they were found to have signed: what is
// known ends with the keys that it came from.
struct Judge {
    AccessTokenVerifier verifier;
    std::unique_ptr<KnownTokens> known = std::make_unique<KnownTokens>(kMostKnown);
};

class ByAccessToken final : public Authenticator {
  public:
    ByAccessToken(const std::string& jwks_file, const AccessTokenRules& rules)
        : judge_([jwks_file, rules]() -> Result<Judge> {
              auto keys = KeySet::read(jwks_file);
              if (!keys) {
                  return Unexpected(keys.error());
              }
              return Judge{AccessTokenVerifier(std::move(*keys), rules)};
          }) {}

    [[nodiscard]] std::optional<Result<Principal>> at_once(std::string_view token) const override {
        if (token.size() > kMaxAccessTokenBytes) {
            return fail(Errc::Rejected, "access token: over 8 KiB");
        }
        const auto known = judge_.get()->known->find(events::sha256(token), now_seconds());
        return known ? std::optional<Result<Principal>>(*known) : std::nullopt;
    }
    [[nodiscard]] Result<Principal> principal_of(std::string_view token) const override {
        if (auto known = at_once(token)) {
            return *known;
        }
        const auto judge = judge_.get();
        const int64_t now = now_seconds();
        auto principal = judge->verifier.verify(token, now);
        if (principal) {
            judge->known->add(events::sha256(token), *principal, now);
        }
        return principal;
    }
    [[nodiscard]] Result<void> reload() override { return judge_.reload(); }

  private:
    Reloadable<Judge> judge_;
};

Result<std::shared_ptr<Authenticator>> loaded(std::shared_ptr<Authenticator> authenticator) {
    if (auto read = authenticator->reload(); !read) {
        return Unexpected(read.error());
    }
    return authenticator;
}

}  // namespace

Result<std::shared_ptr<Authenticator>> token_authenticator(const std::string& path) {
    return loaded(std::make_shared<ByTokenFile>(path));
}

Result<std::shared_ptr<Authenticator>> access_token_authenticator(const std::string& jwks_file,
                                                                  const AccessTokenRules& rules) {
    return loaded(std::make_shared<ByAccessToken>(jwks_file, rules));
}

}  // namespace sijill::api
