#pragma once
// api/pool.h - a bounded pool of threads: work that finds no room is refused, not queued.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sijill::api {

class Pool {
  public:
    /// `room`: how much work may wait besides what runs.
    Pool(size_t threads, size_t room);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    /// Finishes what was taken.
    ~Pool();

    /// Whether the calling thread is one of the pool's.
    [[nodiscard]] bool has_this_thread() const;

    /// False: there is no room, or the pool is ending; the work was not taken. Any thread.
    [[nodiscard]] bool submit(std::function<void()> work);

  private:
    void run();

    const size_t room_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool ending_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace sijill::api
