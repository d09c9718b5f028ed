#pragma once
// api/appender.h - appends what many requests bring together: one call of the log for all that
// arrived while the last one ran.

#include "events/record.h"
#include "log/event_log.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sijill::api {

class Appender {
  public:
    using Results = std::vector<Result<log::Appended>>;
    using Done = std::function<void(Results results)>;

    /// `room`: records that may wait. The log must outlive the appender.
    Appender(log::EventLog& log, size_t room);
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;
    /// As end().
    ~Appender();

    /// Appends what was taken, and takes no more. When it returns no callback runs any more. Not
    /// from a callback.
    void end();

    /// Appends the records in order and tells their results, one each, in a thread of this object.
    /// False: there is no room; nothing was taken. Any thread.
    [[nodiscard]] bool submit(std::vector<events::NewRecord> records, Done done);

  private:
    struct Order {
        size_t count;
        Done done;
    };
    void run();

    log::EventLog& log_;
    const size_t room_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<events::NewRecord> records_;  // of orders_, one behind the other
    std::vector<Order> orders_;
    bool ending_ = false;
    std::jthread thread_;
};

}  // namespace sijill::api
