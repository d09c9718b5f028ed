#include "api/rate_limiter.h"

#include "events/check.h"

#include <arpa/inet.h>

#include <algorithm>
#include <iterator>

namespace sijill::api {

namespace {

constexpr int kMost = 1'000'000;

}  // namespace

RateLimiter::RateLimiter(Limits limits)
    : limits_(limits),
      interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) / std::max(limits.per_second, 1)),
      capacity_(interval_ * limits.burst) {
    CHECK(limits.per_second >= 1 && limits.per_second <= kMost, "rate within its bounds");
    CHECK(limits.burst >= 1 && limits.burst <= kMost, "burst within its bounds");
}

RateLimiter::Clock::duration RateLimiter::wait_of(Clock::time_point full_at,
                                                  Clock::time_point now) const {
    const Clock::duration behind = std::max(full_at - now, Clock::duration{0});
    return std::max(behind + interval_ - capacity_, Clock::duration{0});
}

bool RateLimiter::allow(std::string_view name, Clock::time_point now) {
    Clock::time_point& full_at = bucket_of(name, now);
    if (wait_of(full_at, now) > Clock::duration{0}) {
        return false;
    }
    full_at = std::max(full_at, now) + interval_;
    return true;
}

RateLimiter::Clock::duration RateLimiter::wait(std::string_view name, Clock::time_point now) const {
    const auto found = full_at_.find(name);
    if (found != full_at_.end()) {
        return wait_of(found->second, now);
    }
    return full_at_.size() < limits_.max_names ? Clock::duration{0} : wait_of(shared_full_at_, now);
}

RateLimiter::Clock::time_point& RateLimiter::bucket_of(std::string_view name,
                                                       Clock::time_point now) {
    const auto found = full_at_.find(name);
    if (found != full_at_.end()) {
        return found->second;
    }
    if (full_at_.size() >= limits_.max_names) {
        forget_full(now);
    }
    if (full_at_.size() >= limits_.max_names) {
        return shared_full_at_;
    }
    return full_at_.emplace(name, now).first->second;
}

void RateLimiter::forget_full(Clock::time_point now) {
    // Not more often than an empty bucket takes to fill: many names cannot make every request walk
    // over all buckets.
    if (now < next_forgetting_) {
        return;
    }
    next_forgetting_ = now + capacity_;
    std::erase_if(full_at_, [now](const auto& bucket) { return bucket.second <= now; });
}

std::string address_block(const std::string& address) {
    in6_addr six{};
    const std::string without_zone = address.substr(0, address.find('%'));
    if (inet_pton(AF_INET6, without_zone.c_str(), &six) != 1) {
        return address;
    }
    std::string block = "v6:";
    block.append(std::begin(six.s6_addr), std::begin(six.s6_addr) + 8);
    return block;
}

}  // namespace sijill::api
