#pragma once
// api/auth.h - who is asking, and the file of tokens that says so.

#include "events/digest.h"
#include "events/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

enum class Scope : uint8_t {
    Publish = 1,   // write events
    Read = 2,      // cases, figures, reports
    FollowUp = 4,  // answer referrals
    Audit = 8,     // what an auditor asks for: cases, their events, what was published, anomalies
    Admin = 16,    // everything
};

class Scopes {
  public:
    constexpr void add(Scope scope) { bits_ |= static_cast<unsigned>(scope); }
    [[nodiscard]] constexpr bool has(Scope scope) const {
        return (bits_ & static_cast<unsigned>(scope)) != 0;
    }
    [[nodiscard]] constexpr bool has_any_of(Scopes others) const {
        return (bits_ & others.bits_) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    bool operator==(const Scopes&) const = default;

  private:
    unsigned bits_ = 0;
};

/// `publish`, `read`, `follow-up`, `audit`, `admin`; docs/http.md says which paths each is for.
[[nodiscard]] std::optional<Scope> scope_named(std::string_view name);
/// The names with commas between, in the order above.
[[nodiscard]] std::string names_of(Scopes scopes);

/// Who is asking.
struct Principal {
    std::string name;  // 1 to 128 printable ASCII characters
    Scopes scopes;
    std::vector<std::string> departments;  // codes; empty: all
    int64_t expires = INT64_MAX;           // seconds since 1970: from here on it is nobody
    bool operator==(const Principal&) const = default;
};

/// Tokens by their SHA-256: whoever reads the file cannot ask with it. One a line,
/// `name sha256hex scope[,scope…] [department[,department…]]`; blank lines and lines that begin
/// with # are skipped.
class TokenFile {
  public:
    /// Errors: Config, with a line `path:line: what` for each mistake, also for a name or token
    /// that comes twice.
    [[nodiscard]] static Result<TokenFile> parse(std::string_view text, const std::string& path);
    /// As parse(). Errors: also Config when the file cannot be read.
    [[nodiscard]] static Result<TokenFile> read(const std::string& path);

    /// Whose token this is; nullptr when nobody's. Takes the same time for every token of one
    /// length, right or wrong. Valid while the file lives.
    [[nodiscard]] const Principal* find(std::string_view token) const;

    [[nodiscard]] bool has_name(std::string_view name) const;
    [[nodiscard]] size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        events::Sha256 digest{};
        Principal principal;
    };
    [[nodiscard]] Result<void> take_line(std::string_view line);
    std::vector<Entry> entries_;
};

/// A longer one, like the empty one, is nobody's.
inline constexpr size_t kMaxTokenBytes = 1024;

/// `sj_` and 32 random bytes of the kernel in base64url: 46 characters.
[[nodiscard]] std::string new_token();

/// The line of a token file, without its end. Errors: Invalid when the principal does not fit into
/// one (a name with spaces, no scope, a department that is no code).
[[nodiscard]] Result<std::string> token_line(const Principal& principal, std::string_view token);

}  // namespace sijill::api
