#pragma once
// cli/progress.h - a progress line on stderr: a bar with rate and time left on a terminal, a line
// every 10 s elsewhere.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

namespace sijill::cli {

/// Shows `done()` of `total` while it lives. The function is called from another thread and must be
/// cheap.
class Progress {
  public:
    Progress(std::string what,
             std::function<int64_t()> done,
             std::function<int64_t()> total,
             std::string unit = "events");
    /// Prints the closing line.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    void show(bool last);

    std::string what_;
    std::string unit_;
    std::function<int64_t()> done_;
    std::function<int64_t()> total_;
    bool terminal_;
    std::chrono::steady_clock::time_point start_;
    std::jthread thread_;
};

/// `bar 62 %  1,240,000 of 2,000,000 events  412,000/s  2 s left`; pure, for tests.
[[nodiscard]] std::string progress_line(const std::string& what,
                                        int64_t done,
                                        int64_t total,
                                        int64_t elapsed_ms,
                                        const std::string& unit = "events");

}  // namespace sijill::cli
