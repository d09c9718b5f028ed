#include "api/appender.h"

#include "events/check.h"

#include <algorithm>
#include <utility>

namespace sijill::api {

namespace {

constexpr size_t kMostLanes = 64;
// Well above what an append takes where nothing is wrong. A longer one is waited for by nobody.
constexpr std::chrono::milliseconds kRoundPatience{100};

}  // namespace

Appender::Appender(log::EventLog& log, size_t partitions, size_t room)
    : log_(log), partitions_(partitions), room_(room), lanes_(std::min(partitions, kMostLanes)) {
    for (Lane& lane : lanes_) {
        lane.thread = std::jthread([this, &lane] { run(lane); });
    }
}

Appender::~Appender() {
    end();
}

void Appender::end() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    for (Lane& lane : lanes_) {
        lane.changed.notify_all();
    }
    for (Lane& lane : lanes_) {
        if (lane.thread.joinable()) {
            lane.thread.join();
        }
    }
}

size_t Appender::lane_of(const events::NewRecord& record) const {
    const auto partitions = static_cast<int32_t>(partitions_);
    return static_cast<size_t>(events::partition_of(record.key, partitions)) % lanes_.size();
}

// A lone batch larger than the room is taken when nothing waits: it could never be.
bool Appender::has_room(std::span<const size_t> lanes) const {
    std::vector<size_t> more(lanes_.size());
    for (const size_t lane : lanes) {
        ++more[lane];
    }
    for (size_t i = 0; i < lanes_.size(); ++i) {
        const size_t waiting = lanes_[i].records.size();
        if (more[i] > 0 && waiting > 0 && waiting + more[i] > room_) {
            return false;
        }
    }
    return true;
}

bool Appender::submit(std::vector<events::NewRecord> records, Done done) {
    CHECK(!records.empty(), "an order is told with its last result");
    const auto order = std::make_shared<Order>();
    order->results.resize(records.size());
    order->waiting = records.size();
    order->done = std::move(done);
    std::vector<size_t> lanes(records.size());
    std::ranges::transform(
        records, lanes.begin(), [this](const auto& record) { return lane_of(record); });
    const std::lock_guard lock(mutex_);
    if (ending_ || !has_room(lanes)) {
        return false;
    }
    for (size_t i = 0; i < records.size(); ++i) {
        Lane& lane = lanes_[lanes[i]];
        if (lane.records.empty()) {
            lane.changed.notify_one();  // to look at the time
        }
        lane.slots.push_back({order, i});
        lane.records.push_back(std::move(records[i]));
    }
    if (may_begin()) {
        begin_round();
    }
    return true;
}

bool Appender::may_begin() const {
    return in_round_ == 0 || ending_ ||
           std::chrono::steady_clock::now() - round_began_ >= kRoundPatience;
}

void Appender::begin_round() {
    ++round_;
    in_round_ = 0;
    round_began_ = std::chrono::steady_clock::now();
    for (Lane& lane : lanes_) {
        if (!lane.calling && !lane.records.empty()) {
            lane.calling = true;
            lane.round = round_;
            ++in_round_;
            lane.changed.notify_one();
        }
    }
}

// False at the end, when nothing is left.
bool Appender::wait_for_round(Lane& lane, std::unique_lock<std::mutex>& lock) {
    while (!lane.calling) {
        if (!lane.records.empty()) {
            if (may_begin()) {
                begin_round();
            } else {
                lane.changed.wait_until(lock, round_began_ + kRoundPatience);
            }
        } else if (ending_) {
            return false;
        } else {
            lane.changed.wait(lock);
        }
    }
    return true;
}

void Appender::run(Lane& lane) {
    std::unique_lock lock(mutex_);
    while (wait_for_round(lane, lock)) {
        const auto records = std::exchange(lane.records, {});
        const auto slots = std::exchange(lane.slots, {});
        lock.unlock();
        Results results = log_.append(records);
        for (size_t i = 0; i < slots.size(); ++i) {
            Order& order = *slots[i].order;
            order.results[slots[i].index] = std::move(results[i]);
            if (--order.waiting == 0) {
                order.done(std::move(order.results));
            }
        }
        lock.lock();
        lane.calling = false;
        if (lane.round == round_) {
            --in_round_;
        }
        if (may_begin()) {
            begin_round();
        }
    }
}

}  // namespace sijill::api
