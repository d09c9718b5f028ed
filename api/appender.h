#pragma once
// api/appender.h - appends what many requests bring together: one call of the log for all that
// arrived while the last one ran.

#include "events/record.h"
#include "log/event_log.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace sijill::api {

class Appender {
  public:
    using Results = std::vector<Result<log::Appended>>;
    using Done = std::function<void(Results results)>;

    /// A call of the log takes as long as the slowest of its records: where partitions fail one by
    /// one, `partitions` is how many the log has, and each (from 64 on: each few) has its own
    /// calls, so that one without a leader holds up no event of another. Else it is 1. The calls
    /// begin in rounds, for what is appended together is fetched and folded together: a round waits
    /// for the one before it, but not for calls that last. `room`: records that may wait for one
    /// such call. The log must outlive the appender.
    Appender(log::EventLog& log, size_t partitions, size_t room);
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;
    /// As end().
    ~Appender();

    /// Appends what was taken, and takes no more. When it returns no callback runs any more. Not
    /// from a callback.
    void end();

    /// Appends the records (at least one) and tells their results, one each, in a thread of this
    /// object. Records of one key are appended in their order. False: there is no room; nothing was
    /// taken. Any thread.
    [[nodiscard]] bool submit(std::vector<events::NewRecord> records, Done done);

  private:
    /// What one submit() brought; told with its last result.
    struct Order {
        Results results;
        std::atomic<size_t> waiting{0};  // records without a result
        Done done;
    };
    struct Slot {
        std::shared_ptr<Order> order;
        size_t index = 0;
    };
    /// The records of some partitions, with a thread that appends them.
    struct Lane {
        std::vector<events::NewRecord> records;
        std::vector<Slot> slots;  // one for each of them
        bool calling = false;     // the log, or is about to
        uint64_t round = 0;       // in which that call began
        std::condition_variable changed;
        std::jthread thread;
    };

    [[nodiscard]] size_t lane_of(const events::NewRecord& record) const;
    // With the mutex held:
    [[nodiscard]] bool has_room(std::span<const size_t> lanes) const;  // one for each record
    [[nodiscard]] bool may_begin() const;
    void begin_round();
    [[nodiscard]] bool wait_for_round(Lane& lane, std::unique_lock<std::mutex>& lock);

    void run(Lane& lane);

    log::EventLog& log_;
    const size_t partitions_;
    const size_t room_;
    std::mutex mutex_;
    bool ending_ = false;
    uint64_t round_ = 0;
    size_t in_round_ = 0;  // of its calls, those that have not ended
    std::chrono::steady_clock::time_point round_began_;
    std::vector<Lane> lanes_;
};

}  // namespace sijill::api
