#pragma once
// api/appender.h - appends what many requests bring together: one call of the log for all that
// arrived while the last one ran.

#include "events/record.h"
#include "log/event_log.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sijill::api {

class Appender {
  public:
    using Results = std::vector<Result<log::Appended>>;
    using Done = std::function<void(Results results)>;

    /// A call of the log takes as long as the slowest of its records: where partitions fail one by
    /// one, `partitions` is how many the log has, and each (from 64 on: each few) has its own
    /// calls, so that one without a leader holds up no event of another. Else it is 1. `room`:
    /// records that may wait for one such call. The log must outlive the appender.
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
        std::condition_variable changed;
        std::jthread thread;
    };

    [[nodiscard]] size_t lane_of(const events::NewRecord& record) const;
    [[nodiscard]] bool has_room(const std::vector<events::NewRecord>& records) const;
    void run(Lane& lane);

    log::EventLog& log_;
    const size_t partitions_;
    const size_t room_;
    std::mutex mutex_;
    bool ending_ = false;
    std::vector<Lane> lanes_;
};

}  // namespace sijill::api
