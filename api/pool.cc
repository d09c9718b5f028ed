#include "api/pool.h"

#include <utility>

namespace sijill::api {

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): what a thread knows of itself
thread_local const Pool* t_pool = nullptr;

}  // namespace

Pool::Pool(size_t threads, size_t room) : room_(room) {
    for (size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { run(); });
    }
}

Pool::~Pool() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
}

bool Pool::submit(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (ending_ || waiting_.size() >= room_) {
            return false;
        }
        waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
    return true;
}

bool Pool::has_this_thread() const {
    return t_pool == this;
}

void Pool::run() {
    t_pool = this;
    while (true) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (waiting_.empty()) {
                return;
            }
            work = std::move(waiting_.front());
            waiting_.pop_front();
        }
        work();
    }
}

}  // namespace sijill::api
