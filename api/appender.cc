#include "api/appender.h"

#include <iterator>
#include <utility>

namespace sijill::api {

Appender::Appender(log::EventLog& log, size_t room)
    : log_(log), room_(room), thread_([this] { run(); }) {}

Appender::~Appender() {
    end();
}

void Appender::end() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

bool Appender::submit(std::vector<events::NewRecord> records, Done done) {
    {
        const std::lock_guard lock(mutex_);
        // A lone batch larger than the room is taken when nothing waits: it could never be.
        if (ending_ || (!records_.empty() && records_.size() + records.size() > room_)) {
            return false;
        }
        orders_.push_back({records.size(), std::move(done)});
        std::ranges::move(records, std::back_inserter(records_));
    }
    changed_.notify_one();
    return true;
}

void Appender::run() {
    while (true) {
        std::vector<events::NewRecord> records;
        std::vector<Order> orders;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return ending_ || !orders_.empty(); });
            if (orders_.empty()) {
                return;
            }
            records.swap(records_);
            orders.swap(orders_);
        }
        Results all = log_.append(records);
        auto next = std::make_move_iterator(all.begin());
        for (Order& order : orders) {
            const auto end = next + static_cast<std::ptrdiff_t>(order.count);
            order.done(Results(next, end));
            next = end;
        }
    }
}

}  // namespace sijill::api
