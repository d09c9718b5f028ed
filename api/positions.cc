#include "api/positions.h"

#include "api/text.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sijill::api {

using std::chrono::steady_clock;

Result<Vector> parse_position(std::string_view text) {
    Vector position;
    const auto malformed = [] {
        return fail(Errc::Invalid,
                    "a position is partition:offset, joined by commas: 0:1234,1:987");
    };
    for (const std::string_view word : split(text, ',')) {
        const char* const stop = word.data() + word.size();
        int32_t partition = -1;
        int64_t offset = -1;
        const auto first = std::from_chars(word.data(), stop, partition);
        if (first.ec != std::errc() || first.ptr == stop || *first.ptr != ':') {
            return malformed();
        }
        const auto second = std::from_chars(first.ptr + 1, stop, offset);
        if (second.ec != std::errc() || second.ptr != stop || partition < 0 || offset < 0 ||
            !position.emplace(partition, offset).second) {
            return malformed();
        }
    }
    return position;
}

Positions::Positions() : thread_([this] { run(); }) {}

Positions::~Positions() {
    end();
}

void Positions::end() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Positions::commit(int32_t partition, int64_t next_offset) {
    {
        const std::lock_guard lock(mutex_);
        committed_[partition] = next_offset;
        ++commits_;
        moved_ = true;
        if (waiting_.empty()) {
            return;
        }
    }
    changed_.notify_one();
}

bool Positions::holds(const Vector& wanted) const {
    return std::ranges::all_of(wanted, [this](const auto& each) {
        const auto at = committed_.find(each.first);
        return at != committed_.end() && at->second >= each.second;
    });
}

void Positions::wait(Vector wanted, steady_clock::time_point deadline, Reached reached) {
    bool reached_now = false;
    {
        const std::lock_guard lock(mutex_);
        reached_now = holds(wanted);
        if (!reached_now && !ending_) {
            waiting_.push_back({std::move(wanted), deadline, std::move(reached)});
            moved_ = true;  // the thread looks at the deadlines again
            changed_.notify_one();
            return;
        }
    }
    reached(reached_now);
}

Vector Positions::committed() const {
    const std::lock_guard lock(mutex_);
    return committed_;
}

void Positions::run() {
    std::unique_lock lock(mutex_);
    while (!ending_ || !waiting_.empty()) {
        auto next = steady_clock::now() + std::chrono::hours(1);
        for (const Waiting& each : waiting_) {
            next = std::min(next, each.deadline);
        }
        changed_.wait_until(lock, next, [this] { return ending_ || moved_; });
        moved_ = false;
        std::vector<std::pair<Reached, bool>> told;
        const auto now = steady_clock::now();
        std::erase_if(waiting_, [&](Waiting& each) {
            const bool reached = holds(each.wanted);
            if (!reached && !ending_ && now < each.deadline) {
                return false;
            }
            told.emplace_back(std::move(each.reached), reached);
            return true;
        });
        lock.unlock();
        for (auto& [reached, held] : told) {
            reached(held);
        }
        lock.lock();
    }
}

}  // namespace sijill::api
