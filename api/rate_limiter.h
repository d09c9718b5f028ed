#pragma once
// api/rate_limiter.h - how often each name may ask.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sijill::api {

/// A token bucket for each name: it holds `burst` requests and gets `per_second` new ones a second.
/// At most `max_names` buckets: a full bucket is forgotten when room is needed, since a new one is
/// full too; while there is none to forget, further names share one bucket. One thread, or the
/// caller's lock.
class RateLimiter {
  public:
    using Clock = std::chrono::steady_clock;

    struct Limits {
        int per_second = 100;  // 1 to 1,000,000
        int burst = 200;       // 1 to 1,000,000
        size_t max_names = 10'000;
    };

    explicit RateLimiter(Limits limits);

    /// Takes one request out of the name's bucket; false when it is empty. A clock that goes back
    /// gives nothing.
    bool allow(std::string_view name, Clock::time_point now);

    /// How long until allow() would be true; 0 when it would be now.
    [[nodiscard]] Clock::duration wait(std::string_view name, Clock::time_point now) const;

    [[nodiscard]] size_t names() const { return full_at_.size(); }

  private:
    [[nodiscard]] Clock::duration wait_of(Clock::time_point full_at, Clock::time_point now) const;
    Clock::time_point& bucket_of(std::string_view name, Clock::time_point now);
    void forget_full(Clock::time_point now);

    Limits limits_;
    Clock::duration interval_;  // one request's share of a second
    Clock::duration capacity_;  // of a bucket: burst intervals
    /// When each bucket will be full again if nobody asks (GCRA): the whole state of a bucket.
    std::map<std::string, Clock::time_point, std::less<>> full_at_;
    Clock::time_point shared_full_at_{};
    Clock::time_point next_forgetting_{};
};

/// What one client can hardly have many of: an IPv4 address, the first 64 bits of an IPv6 address
/// (whole networks are given out to single clients). Text that is no address stands for itself.
[[nodiscard]] std::string address_block(const std::string& address);

}  // namespace sijill::api
