#pragma once
// api/positions.h - how far the fold is, and who waits for it.

#include "events/result.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sijill::api {

/// Next offset by partition; partitions that are not named do not matter.
using Vector = std::map<int32_t, int64_t>;

/// Reads `0:1234,1:987`. Errors: Invalid.
[[nodiscard]] Result<Vector> parse_position(std::string_view text);

/// Committed positions, and callbacks that wait for them.
class Positions {
  public:
    using Reached = std::function<void(bool reached)>;

    Positions();
    Positions(const Positions&) = delete;
    Positions& operator=(const Positions&) = delete;
    ~Positions();

    /// Calls who still waits with false, and who will wait from now on at once. When it returns no
    /// callback runs any more.
    void end();

    /// The rows up to `next_offset` are committed. Any thread.
    void commit(int32_t partition, int64_t next_offset);

    /// Calls back once: with true as soon as all of `wanted` is committed (perhaps at once, in this
    /// thread), with false at the deadline. Otherwise in a thread of this object, which it must not
    /// hold up. Any thread.
    void wait(Vector wanted, std::chrono::steady_clock::time_point deadline, Reached reached);

    [[nodiscard]] Vector committed() const;
    /// How many commits were told. Any thread.
    [[nodiscard]] uint64_t commits() const { return commits_.load(); }

  private:
    struct Waiting {
        Vector wanted;
        std::chrono::steady_clock::time_point deadline;
        Reached reached;
    };
    [[nodiscard]] bool holds(const Vector& wanted) const;
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Vector committed_;
    std::atomic<uint64_t> commits_{0};
    std::vector<Waiting> waiting_;
    bool moved_ = false;
    bool ending_ = false;
    std::jthread thread_;
};

}  // namespace sijill::api
