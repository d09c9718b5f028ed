#include "cli/service_manager.h"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace sijill::cli {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kStartMargin{60};  // how much more time to start is asked for
constexpr seconds kStartEvery{15};
constexpr milliseconds kLookEvery{1'000};
constexpr milliseconds kSignalSeen{50};
constexpr seconds kCloseMargin{30};  // to close the shards and the log behind the last answer

std::optional<int64_t> number_of(const Environment& environment, const char* name) {
    const auto found = environment.find(name);
    if (found == environment.end()) {
        return std::nullopt;
    }
    int64_t number = 0;
    const char* const end = found->second.data() + found->second.size();
    const auto read = std::from_chars(found->second.data(), end, number);
    return read.ec == std::errc() && read.ptr == end && number > 0 ? std::optional(number)
                                                                   : std::nullopt;
}

std::string extend(seconds time) {
    return "EXTEND_TIMEOUT_USEC=" + std::to_string(microseconds(time).count());
}

}  // namespace

ServiceManager::ServiceManager(const Environment& environment) {
    const auto socket = environment.find("NOTIFY_SOCKET");
    if (socket == environment.end()) {
        return;
    }
    socket_ = socket->second;
    // The watchdog of the process that started us is not ours.
    const auto whose = number_of(environment, "WATCHDOG_PID");
    if (!environment.contains("WATCHDOG_PID") || whose == getpid()) {
        watchdog_ = microseconds(number_of(environment, "WATCHDOG_USEC").value_or(0));
    }
}

Result<void> ServiceManager::tell(const std::string& message) const {
    if (!listens()) {
        return {};
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const bool abstract = socket_.front() == '@';
    if ((!abstract && socket_.front() != '/') || socket_.size() >= sizeof(address.sun_path)) {
        return fail(Errc::Config,
                    "NOTIFY_SOCKET=" + socket_ + " is neither a path nor @ and a name");
    }
    std::memcpy(&address.sun_path, socket_.data(), socket_.size());
    if (abstract) {
        address.sun_path[0] = '\0';
    }
    // A path ends with a zero byte; an abstract name is as long as it is.
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size() +
                                               (abstract ? 0 : 1));
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail(Errc::Unavailable,
                    "a socket to NOTIFY_SOCKET: " + std::generic_category().message(errno));
    }
    const ssize_t sent = sendto(fd,
                                message.data(),
                                message.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT,
                                // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as
                                // the socket functions ask
                                reinterpret_cast<const sockaddr*>(&address),
                                length);
    const int error = errno;
    ::close(fd);
    if (sent < 0) {
        return fail(Errc::Unavailable,
                    "NOTIFY_SOCKET=" + socket_ + ": " + std::generic_category().message(error));
    }
    return {};
}

bool ReportPlan::life_is_due(Clock::time_point now) const {
    if (!ready_) {
        return told_life_ == Clock::time_point::min() || now - told_life_ >= kStartEvery;
    }
    return watchdog_ > microseconds{0} &&
           (told_life_ == Clock::time_point::min() || now - told_life_ >= watchdog_ / 2);
}

std::string ReportPlan::next(const Health& health, Clock::time_point now) {
    std::string message;
    const auto add = [&message](const std::string& line) {
        message += (message.empty() ? "" : "\n") + line;
    };
    alive_since_ = alive_since_ || health.alive;
    if (health.ready && !ready_) {
        ready_ = true;
        add("READY=1");
        told_life_ = now;  // the watchdog counts from here on
        alive_since_ = health.alive;
    } else if (alive_since_ && life_is_due(now)) {
        add(ready_ ? "WATCHDOG=1" : extend(kStartMargin));
        told_life_ = now;
        alive_since_ = false;
    }
    if (health.status != status_) {
        status_ = health.status;
        add("STATUS=" + status_);
    }
    return message;
}

std::string ReportPlan::stopping(seconds longest) {
    return "STOPPING=1\n" + extend(longest + kCloseMargin) + "\nSTATUS=stopping";
}

bool TurnWatch::turned() {
    const size_t turning = std::min(progress_.turning.load(), seen_.size());
    std::array<int64_t, consumers::kMostThreads> now{};
    for (size_t i = 0; i < turning; ++i) {
        now.at(i) = progress_.turns.at(i).load();
        if (now.at(i) == seen_.at(i)) {
            return false;
        }
    }
    seen_ = now;
    return true;
}

ServiceReports::ServiceReports(ServiceManager manager,
                               std::function<Health()> look,
                               const std::atomic<bool>& stopping,
                               seconds longest)
    : manager_(std::move(manager)),
      look_(std::move(look)),
      stopping_(stopping),
      longest_(longest),
      thread_([this](const std::stop_token& ended) {
          if (manager_.listens()) {
              run(ended);
          }
      }) {}

void ServiceReports::run(const std::stop_token& ended) {
    ReportPlan plan(manager_.watchdog());
    const bool watched = manager_.watchdog() > microseconds{0};
    const auto pause = watched ? std::min<microseconds>(kLookEvery, manager_.watchdog() / 8)
                               : microseconds(kLookEvery);
    auto next_look = steady_clock::now();
    bool told_end = false;
    while (!ended.stop_requested()) {
        if (stopping_ && !told_end) {
            told_end = true;
            tell(ReportPlan::stopping(longest_));
        }
        if (steady_clock::now() >= next_look) {
            // The end has a time limit of its own, and the fold turns no more.
            const Health health = told_end ? Health{false, true, "stopping"} : look_();
            tell(plan.next(health, steady_clock::now()));
            next_look = steady_clock::now() + pause;
        }
        std::this_thread::sleep_for(std::min<microseconds>(kSignalSeen, pause));
    }
    if (!told_end) {
        tell(ReportPlan::stopping(longest_));
    }
}

void ServiceReports::tell(const std::string& message) {
    if (message.empty()) {
        return;
    }
    const auto told = manager_.tell(message);
    if (!told && !failed_) {
        spdlog::warn("the service manager hears nothing: {}", told.error().message);
    }
    failed_ = !told.has_value();
}

}  // namespace sijill::cli
