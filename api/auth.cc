#include "api/auth.h"

#include "api/base64url.h"
#include "api/text.h"
#include "events/check.h"
#include "events/grammar.h"
#include "events/hex.h"

#include <openssl/crypto.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace sijill::api {

namespace {

struct ScopeName {
    std::string_view name;
    Scope scope;
};

constexpr std::array kScopes = {ScopeName{"publish", Scope::Publish},
                                ScopeName{"read", Scope::Read},
                                ScopeName{"follow-up", Scope::FollowUp},
                                ScopeName{"audit", Scope::Audit},
                                ScopeName{"admin", Scope::Admin}};

/// The words between spaces and tabs.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (size_t at = line.find_first_not_of(" \t\r"); at != std::string_view::npos;) {
        const size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
        words.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(" \t\r", end);
    }
    return words;
}

bool is_name(std::string_view name) {
    return events::is_identifier(name) && !name.starts_with('#');
}

Result<Scopes> parse_scopes(std::string_view text) {
    Scopes scopes;
    for (const std::string_view name : split(text, ',')) {
        const auto scope = scope_named(name);
        if (!scope) {
            return fail(Errc::Config,
                        "there is no scope '" + std::string(name) +
                            "'; publish, read, follow-up, audit, admin");
        }
        scopes.add(*scope);
    }
    return scopes;
}

events::Sha256 digest_of_hex(std::string_view hex) {
    events::Sha256 digest{};
    for (size_t i = 0; i < digest.size(); ++i) {
        digest.at(i) = static_cast<uint8_t>(16 * events::hex_value(hex[2 * i]) +
                                            events::hex_value(hex[2 * i + 1]));
    }
    return digest;
}

/// `name sha256hex scopes [departments]`; the second word is a digest when it succeeds.
Result<Principal> principal_of(const std::vector<std::string_view>& words) {
    if (words.size() < 3 || words.size() > 4) {
        return fail(Errc::Config, "a line is `name sha256hex scopes [departments]`");
    }
    if (!is_name(words[0])) {
        return fail(Errc::Config, "a name has 1 to 128 printable ASCII characters");
    }
    if (!events::is_digest(words[1])) {
        return fail(Errc::Config, "a token's SHA-256 has 64 lower-case hexadecimal digits");
    }
    const auto scopes = parse_scopes(words[2]);
    if (!scopes) {
        return Unexpected(scopes.error());
    }
    Principal principal{std::string(words[0]), *scopes, {}};
    for (const std::string_view code :
         words.size() == 4 ? split(words[3], ',') : std::vector<std::string_view>{}) {
        if (!events::is_code(code)) {
            return fail(Errc::Config, "'" + std::string(code) + "' is no department's code");
        }
        principal.departments.emplace_back(code);
    }
    return principal;
}

}  // namespace

std::optional<Scope> scope_named(std::string_view name) {
    const auto found = std::find_if(
        kScopes.begin(), kScopes.end(), [name](const ScopeName& s) { return s.name == name; });
    return found == kScopes.end() ? std::nullopt : std::optional(found->scope);
}

std::string names_of(Scopes scopes) {
    std::string names;
    for (const ScopeName& candidate : kScopes) {
        if (scopes.has(candidate.scope)) {
            names.append(names.empty() ? "" : ",").append(candidate.name);
        }
    }
    return names;
}

Result<void> TokenFile::take_line(std::string_view line) {
    const auto words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) {
        return {};
    }
    auto principal = principal_of(words);
    if (!principal) {
        return Unexpected(principal.error());
    }
    Entry entry{digest_of_hex(words[1]), std::move(*principal)};
    for (const Entry& other : entries_) {
        if (other.principal.name == entry.principal.name || other.digest == entry.digest) {
            return fail(
                Errc::Config,
                "the name or the token is that of '" + other.principal.name + "' on a line before");
        }
    }
    entries_.push_back(std::move(entry));
    return {};
}

Result<TokenFile> TokenFile::parse(std::string_view text, const std::string& path) {
    TokenFile file;
    std::string mistakes;
    int number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (const auto taken = file.take_line(line); !taken) {
            mistakes += (mistakes.empty() ? "" : "\n") + path + ":" + std::to_string(number) +
                        ": " + taken.error().message;
        }
    }
    if (!mistakes.empty()) {
        return fail(Errc::Config, mistakes);
    }
    return file;
}

Result<TokenFile> TokenFile::read(const std::string& path) {
    std::error_code error;
    std::ifstream in(path, std::ios::binary);
    if (!in || std::filesystem::is_directory(path, error)) {
        return fail(Errc::Config,
                    "cannot read the tokens " + path + ": " +
                        std::generic_category().message(in ? EISDIR : errno));
    }
    return parse(std::string(std::istreambuf_iterator<char>(in), {}), path);
}

const Principal* TokenFile::find(std::string_view token) const {
    if (token.empty() || token.size() > kMaxTokenBytes) {
        return nullptr;
    }
    const events::Sha256 digest = events::sha256(token);
    const Principal* found = nullptr;
    for (const Entry& entry : entries_) {  // all of them: the time tells no place
        if (CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0) {
            found = &entry.principal;
        }
    }
    return found;
}

bool TokenFile::has_name(std::string_view name) const {
    return std::any_of(entries_.begin(), entries_.end(), [name](const Entry& entry) {
        return entry.principal.name == name;
    });
}

std::string new_token() {
    std::array<char, 32> random{};
    ssize_t got = -1;
    do {
        got = getrandom(random.data(), random.size(), 0);
    } while (got < 0 && errno == EINTR);
    CHECK(got == static_cast<ssize_t>(random.size()), "the kernel gives 32 random bytes at once");
    return "sj_" + to_base64url({random.data(), random.size()});
}

Result<std::string> token_line(const Principal& principal, std::string_view token) {
    std::string line = principal.name + " " + events::to_hex(events::sha256(token)) + " " +
                       names_of(principal.scopes);
    for (const std::string& code : principal.departments) {
        line += (&code == &principal.departments.front() ? " " : ",") + code;
    }
    // The reader is the judge: what it would not read as this principal is no line.
    const auto file = TokenFile::parse(line, "token");
    if (!file || file->find(token) == nullptr || *file->find(token) != principal) {
        return fail(Errc::Invalid,
                    "a token needs a name without spaces, at least one scope, and departments that "
                    "are codes (a-z 0-9 _ . -)");
    }
    return line;
}

}  // namespace sijill::api
