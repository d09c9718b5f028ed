#pragma once
// cli/service_manager.h - what systemd is told of a process that stays: sd_notify(3) without its
// library.

#include "cli/config.h"
#include "consumers/worker.h"
#include "events/result.h"

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace sijill::cli {

/// The socket that the service manager gave this process, if one did.
class ServiceManager {
  public:
    /// From NOTIFY_SOCKET (a path, or @ and an abstract name), WATCHDOG_USEC and WATCHDOG_PID.
    explicit ServiceManager(const Environment& environment);

    [[nodiscard]] bool listens() const { return !socket_.empty(); }
    /// It ends the process when it hears nothing for so long; 0: it does not.
    [[nodiscard]] std::chrono::microseconds watchdog() const { return watchdog_; }

    /// One datagram, such as "READY=1\nSTATUS=…". Nothing is sent when nobody listens. Errors:
    /// Config (no address of a socket), Unavailable.
    [[nodiscard]] Result<void> tell(const std::string& message) const;

  private:
    std::string socket_;
    std::chrono::microseconds watchdog_{0};
};

/// How the process is at one look.
struct Health {
    bool ready = false;
    bool alive = false;  // everything that must turn has turned since the last look that said so
    std::string status;  // one line for people
};

/// Decides what to tell and when. Before it is ready, a process that is alive asks for more time to
/// start; from then on it says WATCHDOG=1 at half of the watchdog's time. One that is not alive
/// says neither.
class ReportPlan {
  public:
    using Clock = std::chrono::steady_clock;

    explicit ReportPlan(std::chrono::microseconds watchdog) : watchdog_(watchdog) {}

    /// The datagram that is due; "": none.
    [[nodiscard]] std::string next(const Health& health, Clock::time_point now);
    /// The last datagram but signs of life: `longest` is what the end may take.
    [[nodiscard]] static std::string stopping(std::chrono::seconds longest);

  private:
    [[nodiscard]] bool life_is_due(Clock::time_point now) const;

    const std::chrono::microseconds watchdog_;
    Clock::time_point told_life_ = Clock::time_point::min();
    bool alive_since_ = false;
    bool ready_ = false;
    std::string status_;
};

/// Whether all threads that fold have turned since the last time this said so. A worker that waits
/// for its log to answer has none, and does not hang.
class TurnWatch {
  public:
    explicit TurnWatch(const consumers::WorkerProgress& progress) : progress_(progress) {}
    [[nodiscard]] bool turned();

  private:
    const consumers::WorkerProgress& progress_;
    std::array<int64_t, consumers::kMostThreads> seen_{};
};

/// Tells the service manager how the process is, from a thread of its own, until it is destroyed.
class ServiceReports {
  public:
    /// `look` is called about once a second, oftener when the watchdog is hasty, until `stopping`
    /// is set; then an end within `longest` is announced.
    ServiceReports(ServiceManager manager,
                   std::function<Health()> look,
                   const std::atomic<bool>& stopping,
                   std::chrono::seconds longest);

  private:
    void run(const std::stop_token& ended);
    void tell(const std::string& message);

    const ServiceManager manager_;
    const std::function<Health()> look_;
    const std::atomic<bool>& stopping_;
    const std::chrono::seconds longest_;
    bool failed_ = false;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sijill::cli
