// api/service_access.cc - who may ask what, and for how long.

#include "api/problem.h"
#include "api/service_call.h"
#include "api/text.h"

#include <algorithm>
#include <utility>

namespace sijill::api {

using std::chrono::steady_clock;

namespace {

constexpr std::string_view kBearer = "bearer ";  // RFC 9110: a scheme in any case
constexpr std::string_view kRetryAfter = "Retry-After";

std::optional<std::string_view> bearer_token(const Request& request) {
    const std::string* given = request.header("authorization");
    return given != nullptr && is_word(std::string_view(*given).substr(0, kBearer.size()), kBearer)
               ? std::optional(std::string_view(*given).substr(kBearer.size()))
               : std::nullopt;
}

// What a principal is answered on a route that is not for it. One with departments is not told that
// there is more than it sees.
std::optional<Response> refusal_of(const Principal& principal, const Route& route) {
    if (!principal.scopes.has_any_of(scopes_of(route))) {
        return problem("forbidden", "the token has not the scope of this path");
    }
    if (!principal.departments.empty() && hides_from_departments(route)) {
        return problem("not-found", "there is no such thing for this token");
    }
    return std::nullopt;
}

Response too_many(std::string_view detail, RateLimiter::Clock::duration wait) {
    Response refused = problem("too-many-requests", detail);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    std::erase_if(refused.headers, [](const auto& each) { return each.first == kRetryAfter; });
    refused.headers.emplace_back(kRetryAfter, std::to_string(std::max<int64_t>(1, seconds)));
    return refused;
}

}  // namespace

std::optional<Response> Service::refuse_head(const Request& head) {
    std::optional<Response> refused;
    const auto call = std::make_shared<Call>();
    call->request = head;
    call->respond = [&refused](Response response) { refused = std::move(response); };
    if (!find_route(call)) {
        return refused;
    }
    if (call->route->method != "POST") {
        respond(call, problem("payload-too-large", "this path takes no body"));
        return refused;
    }
    if (!config_.authenticator || !call->route->scope) {
        return std::nullopt;
    }
    const auto token = bearer_token(head);
    auto known = token ? config_.authenticator->at_once(*token)
                       : Result<Principal>(fail(Errc::Rejected, "no bearer token"));
    if (!known) {
        if (const Wait wait = wait_at(head.peer)) {
            refuse_stranger(call, wait);
            return refused;
        }
        known = config_.authenticator->principal_of(*token);
    }
    if (!*known) {
        refuse_stranger(call, take(strangers_, address_block(head.peer)));
    } else if (auto refusal = refusal_of(**known, *call->route)) {
        respond(call, std::move(*refusal));
    }
    return refused;
}

void Service::identify(const CallPtr& call) {
    const auto token = bearer_token(call->request);
    if (!token) {
        return admit(call, fail(Errc::Rejected, "no bearer token"));
    }
    if (const auto known = config_.authenticator->at_once(*token)) {
        return admit(call, *known);
    }
    // Before the signature is checked: a forger costs others nothing but this.
    if (const Wait wait = wait_at(call->request.peer)) {
        return refuse_stranger(call, wait);
    }
    in_reader(call, [this, call, token = std::string(*token)] {
        admit(call, config_.authenticator->principal_of(token));
    });
}

void Service::admit(const CallPtr& call, const Result<Principal>& asker) {
    if (!asker) {
        return refuse_stranger(call, take(strangers_, address_block(call->request.peer)));
    }
    if (const Wait wait = take(limiter_, asker->name)) {
        return respond(call, too_many("more requests than the token allows", *wait));
    }
    if (auto refused = refusal_of(*asker, *call->route)) {
        return respond(call, std::move(*refused));
    }
    call->asked.departments = asker->departments;
    call->asked.reads = asker->scopes.has(Scope::Read) || asker->scopes.has(Scope::Admin);
    admitted(call);
}

Service::Wait Service::take(RateLimiter& limiter, const std::string& name) {
    const std::lock_guard lock(limits_mutex_);
    const auto now = steady_clock::now();
    return limiter.allow(name, now) ? std::nullopt : std::optional(limiter.wait(name, now));
}

Service::Wait Service::wait_at(const std::string& address) {
    const std::lock_guard lock(limits_mutex_);
    const auto wait = strangers_.wait(address_block(address), steady_clock::now());
    return wait > wait.zero() ? std::optional(wait) : std::nullopt;
}

void Service::refuse_stranger(const CallPtr& call, Wait wait) {
    if (wait) {
        return respond(call,
                       too_many("too many requests of this address without a valid token", *wait));
    }
    Response refused = problem("unauthorized", "a valid bearer token is required");
    refused.headers.emplace_back("WWW-Authenticate", "Bearer");
    respond(call, std::move(refused));
}

StillAllowed Service::still_allowed(const Call& call) const {
    const auto token = bearer_token(call.request);
    if (!config_.authenticator || !token) {
        return [] { return true; };
    }
    return [who = config_.authenticator, route = call.route, token = std::string(*token)] {
        const auto principal = who->principal_of(token);
        return principal && !refusal_of(*principal, *route);
    };
}

Result<size_t> Service::reload_authenticator() {
    if (config_.authenticator) {
        if (auto read = config_.authenticator->reload(); !read) {
            return Unexpected(read.error());
        }
    }
    return feed_.end_disallowed();
}

}  // namespace sijill::api
