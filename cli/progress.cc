#include "cli/progress.h"

#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace sijill::cli {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kBarWidth = 24;

std::string duration_text(int64_t seconds) {
    if (seconds < 60) {
        return std::to_string(seconds) + " s";
    }
    if (seconds < 3600) {
        return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    }
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

}  // namespace

std::string progress_line(const std::string& what,
                          int64_t done,
                          int64_t total,
                          int64_t elapsed_ms,
                          const std::string& unit) {
    const int64_t all = std::max(done, total);
    const auto filled = static_cast<size_t>(all == 0 ? kBarWidth : done * kBarWidth / all);
    const int64_t rate = elapsed_ms > 0 ? done * 1000 / elapsed_ms : 0;
    std::string line = what + " [" + std::string(filled, '#') +
                       std::string(kBarWidth - filled, '.') + "] " +
                       std::to_string(all == 0 ? 100 : done * 100 / all) + " %  " + grouped(done) +
                       " of " + grouped(all) + " " + unit + "  " + grouped(rate) + "/s";
    if (done < all && rate > 0) {
        line += "  " + duration_text((all - done + rate - 1) / rate) + " left";
    }
    return line;
}

Progress::Progress(std::string what,
                   std::function<int64_t()> done,
                   std::function<int64_t()> total,
                   std::string unit)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      done_(std::move(done)),
      total_(std::move(total)),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(steady_clock::now()) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        const milliseconds interval = terminal_ ? milliseconds(200) : milliseconds(10'000);
        while (!wake.wait_for(lock, stop, interval, [] { return false; }) &&
               !stop.stop_requested()) {
            show(false);
        }
    });
}

Progress::~Progress() {
    thread_.request_stop();
    thread_.join();
    show(true);
}

void Progress::show(bool last) {
    const auto elapsed =
        std::chrono::duration_cast<milliseconds>(steady_clock::now() - start_).count();
    const std::string line = progress_line(what_, done_(), total_(), elapsed, unit_);
    if (terminal_) {
        std::fprintf(stderr, "\r%s\x1b[K%s", line.c_str(), last ? "\n" : "");
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
    std::fflush(stderr);
}

}  // namespace sijill::cli
