#include "api/appender.h"

#include "events/check.h"

#include <algorithm>
#include <utility>

namespace sijill::api {

namespace {

constexpr size_t kMostLanes = 64;

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
bool Appender::has_room(const std::vector<events::NewRecord>& records) const {
    std::vector<size_t> more(lanes_.size());
    for (const events::NewRecord& record : records) {
        ++more[lane_of(record)];
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
    const std::lock_guard lock(mutex_);
    if (ending_ || !has_room(records)) {
        return false;
    }
    for (size_t i = 0; i < records.size(); ++i) {
        Lane& lane = lanes_[lane_of(records[i])];
        lane.slots.push_back({order, i});
        lane.records.push_back(std::move(records[i]));
        lane.changed.notify_one();
    }
    return true;
}

void Appender::run(Lane& lane) {
    while (true) {
        std::vector<events::NewRecord> records;
        std::vector<Slot> slots;
        {
            std::unique_lock lock(mutex_);
            lane.changed.wait(lock, [this, &lane] { return ending_ || !lane.records.empty(); });
            if (lane.records.empty()) {
                return;
            }
            records.swap(lane.records);
            slots.swap(lane.slots);
        }
        Results results = log_.append(records);
        for (size_t i = 0; i < slots.size(); ++i) {
            Order& order = *slots[i].order;
            order.results[slots[i].index] = std::move(results[i]);
            if (--order.waiting == 0) {
                order.done(std::move(order.results));
            }
        }
    }
}

}  // namespace sijill::api
