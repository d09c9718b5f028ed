// consumers/known_ends.cc - where the partitions of a log end, as last heard.

#include "consumers/known_ends.h"

#include <pthread.h>

#include <chrono>
#include <string>

namespace sijill::consumers {

namespace {

constexpr std::chrono::seconds kEndsEvery{1};

}  // namespace

Result<void> check_partition_count(size_t now, size_t opened) {
    return now == opened
               ? Result<void>{}
               : fail(Errc::Config,
                      "the topic has " + std::to_string(now) + " partitions now, and had " +
                          std::to_string(opened) +
                          " when it was opened: a partition count never changes, for a subject's "
                          "events stand in one; make a topic with the new count and publish the "
                          "events into it again");
}

KnownEnds::KnownEnds(log::EventLog& log, std::span<const log::OffsetRange> ranges)
    : log_(log), ends_(ranges.size()), count_(ranges.size()) {
    for (size_t i = 0; i < ranges.size(); ++i) {
        ends_[i] = ranges[i].end;
    }
}

KnownEnds::~KnownEnds() = default;

void KnownEnds::follow() {
    asking_ = std::jthread([this](const std::stop_token& stop) {
        pthread_setname_np(pthread_self(), "sijill-ends");
        std::unique_lock lock(mutex_);
        while (!stopping_.wait_for(lock, stop, kEndsEvery, [&] { return stop.stop_requested(); })) {
            ask();
        }
    });
}

void KnownEnds::ask() {
    const auto ranges = log_.ranges();
    if (!ranges) {
        return;
    }
    count_ = ranges->size();
    for (const log::OffsetRange& range : *ranges) {
        if (static_cast<size_t>(range.partition) < ends_.size()) {
            ends_[static_cast<size_t>(range.partition)] = range.end;
        }
    }
}

Result<void> KnownEnds::check_count() const {
    return check_partition_count(count_, ends_.size());
}

}  // namespace sijill::consumers
