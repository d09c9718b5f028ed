#include "api/access_token.h"

#include "api/base64url.h"
#include "api/strict_json.h"
#include "api/text.h"
#include "events/check.h"
#include "events/grammar.h"
#include "events/json.h"
#include "events/values.h"

#include <algorithm>
#include <array>

namespace sijill::api {

namespace {

using nlohmann::json;

Unexpected refuse(const std::string& why) {
    return fail(Errc::Rejected, "access token: " + why);
}

/// header.payload.signature, decoded.
struct TokenParts {
    json header;
    std::string payload;
    std::string signature;
    std::string_view signed_text;
};

Result<TokenParts> parts_of(std::string_view token) {
    const size_t first = token.find('.');
    const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
        return refuse("not three parts");
    }
    const auto header_text = from_base64url(token.substr(0, first));
    auto payload = from_base64url(token.substr(first + 1, second - first - 1));
    auto signature = from_base64url(token.substr(second + 1));
    if (!header_text || !payload || !signature) {
        return refuse("a part is not base64url in its one spelling");
    }
    auto header = parse_strict_object(*header_text);
    if (!header) {
        return refuse("the header is no object, or has a name twice");
    }
    return TokenParts{
        std::move(*header), std::move(*payload), std::move(*signature), token.substr(0, second)};
}

bool is_access_token_type(std::string_view type) {
    const std::string name = lower(type);
    return name == "at+jwt" || name == "application/at+jwt";
}

struct Algorithm {
    std::string_view name;
    KeyKind kind;
};

constexpr std::array kAlgorithms = {Algorithm{"RS256", KeyKind::Rsa},
                                    Algorithm{"ES256", KeyKind::P256}};

/// Header parameters that bring a key, or ask for what we do not do. All others are passed over.
constexpr std::array<const char*, 7> kRefusedParameters = {
    "crit", "jwk", "jku", "x5u", "x5c", "b64", "zip"};

/// The algorithm that the header asks for; the header is one we take.
Result<Algorithm> judge_header(const json& header) {
    for (const char* name : kRefusedParameters) {
        if (header.contains(name)) {
            return refuse(std::string("the header has ") + name);
        }
    }
    const auto type = text_member(header, "typ");
    if (!type || !is_access_token_type(*type)) {
        return refuse("typ is not at+jwt");
    }
    if (header.contains("kid") && !header.at("kid").is_string()) {
        return refuse("kid is no text");
    }
    const auto asked = text_member(header, "alg");
    const auto found = std::find_if(
        kAlgorithms.begin(), kAlgorithms.end(), [&](const auto& a) { return asked == a.name; });
    if (found == kAlgorithms.end()) {
        return refuse("alg is neither RS256 nor ES256");
    }
    return *found;
}

/// Seconds since 1970; whole numbers only, as issuers write them.
std::optional<int64_t> date_member(const json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end() || !found->is_number_integer()) {
        return std::nullopt;
    }
    const auto seconds = found->is_number_unsigned() && found->get<uint64_t>() > INT64_MAX
                             ? int64_t{-1}
                             : found->get<int64_t>();
    return seconds < 0 || seconds > events::kMaxInteger ? std::nullopt : std::optional(seconds);
}

Result<void> judge_times(const json& claims, int64_t now) {
    const auto expires = date_member(claims, "exp");
    const auto issued = date_member(claims, "iat");
    const auto not_before = date_member(claims, "nbf");
    if (!expires || now - kLeewaySeconds >= *expires) {
        return refuse(expires ? "expired" : "no exp");
    }
    if (!issued || *issued > now + kLeewaySeconds) {
        return refuse(issued ? "issued in the future" : "no iat");
    }
    if (claims.contains("nbf") && (!not_before || *not_before > now + kLeewaySeconds)) {
        return refuse("not valid yet");
    }
    return {};
}

bool is_for(const json& claims, const std::string& audience) {
    const auto found = claims.find("aud");
    if (found == claims.end()) {
        return false;
    }
    if (found->is_string()) {
        return *found == audience;
    }
    const auto is_text = [](const json& item) { return item.is_string(); };
    return found->is_array() && std::all_of(found->begin(), found->end(), is_text) &&
           std::find(found->begin(), found->end(), audience) != found->end();
}

Result<void> judge_claims(const json& claims, const AccessTokenRules& rules) {
    if (text_member(claims, "iss") != rules.issuer) {
        return refuse("another issuer");
    }
    if (!is_for(claims, rules.audience)) {
        return refuse("for another audience");
    }
    for (const char* name : {"client_id", "jti"}) {
        if (text_member(claims, name).value_or("").empty()) {
            return refuse(std::string("no ") + name);
        }
    }
    if (!events::is_identifier(text_member(claims, "sub").value_or(""))) {
        return refuse("sub is not 1 to 128 printable ASCII characters");
    }
    return {};
}

Result<Scopes> scopes_of(const json& claims) {
    Scopes scopes;
    if (!claims.contains("scope")) {
        return scopes;
    }
    const auto text = text_member(claims, "scope");
    if (!text) {
        return refuse("scope is no text");
    }
    for (size_t at = 0; at <= text->size();) {
        const size_t end = std::min(text->find(' ', at), text->size());
        if (const auto scope = scope_named(std::string_view(*text).substr(at, end - at))) {
            scopes.add(*scope);
        }
        at = end + 1;
    }
    return scopes;
}

/// An empty array is refused: our "all" must not come of somebody's "none".
Result<std::vector<std::string>> departments_of(const json& claims) {
    std::vector<std::string> departments;
    const auto found = claims.find("departments");
    if (found == claims.end()) {
        return departments;
    }
    if (!found->is_array() || found->empty()) {
        return refuse("departments is no array of codes");
    }
    for (const json& item : *found) {
        if (!item.is_string() || !events::is_code(item.get_ref<const std::string&>())) {
            return refuse("departments is no array of codes");
        }
        departments.push_back(item.get<std::string>());
    }
    return departments;
}

Result<Principal> principal_of(const json& claims) {
    const auto scopes = scopes_of(claims);
    auto departments = departments_of(claims);
    if (!scopes || !departments) {
        return Unexpected(scopes ? departments.error() : scopes.error());
    }
    const int64_t expires = date_member(claims, "exp").value_or(0) + kLeewaySeconds;
    return Principal{
        text_member(claims, "sub").value_or(""), *scopes, std::move(*departments), expires};
}

}  // namespace

AccessTokenVerifier::AccessTokenVerifier(KeySet keys, AccessTokenRules rules)
    : keys_(std::move(keys)), rules_(std::move(rules)) {
    CHECK(!rules_.issuer.empty() && !rules_.audience.empty(),
          "an empty rule would be met by an empty claim");
}

Result<Principal> AccessTokenVerifier::verify(std::string_view token, int64_t now_seconds) const {
    if (token.size() > kMaxAccessTokenBytes) {
        return refuse("over 8 KiB");
    }
    const auto parts = parts_of(token);
    if (!parts) {
        return Unexpected(parts.error());
    }
    const auto algorithm = judge_header(parts->header);
    if (!algorithm) {
        return Unexpected(algorithm.error());
    }
    if (!keys_.verify(algorithm->kind,
                      text_member(parts->header, "kid"),
                      parts->signed_text,
                      parts->signature)) {
        return refuse("no key of ours made the signature");
    }
    const auto claims = parse_strict_object(parts->payload);
    if (!claims) {
        return refuse("the claims are no object, or have a name twice");
    }
    if (const auto judged = judge_claims(*claims, rules_); !judged) {
        return Unexpected(judged.error());
    }
    if (const auto judged = judge_times(*claims, now_seconds); !judged) {
        return Unexpected(judged.error());
    }
    return principal_of(*claims);
}

}  // namespace sijill::api
