#pragma once
// producers/publisher.h - what every event passes on its way into the log: validate, then append.

#include "events/decode.h"
#include "events/validate.h"
#include "log/event_log.h"
#include "producers/due_dates.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::producers {

struct PublishRules {
    size_t batch = 500;   // events appended together; at least 1
    bool strict = false;  // the first failure ends the publishing
    int attempts = 5;     // of one append while its outcome is Unavailable or Unknown; at least 1
    std::chrono::milliseconds first_pause{100};  // before the second attempt; doubles each time
    std::chrono::milliseconds longest_pause{5000};
    /// Waits between attempts; sleeps when empty.
    std::function<void(std::chrono::milliseconds)> wait;
    /// Once it is true, no more lines are read and nothing is sent again: who asks for the end need
    /// not wait for the log.
    const std::atomic<bool>* stop = nullptr;
    DuePolicy due;  // gives what passes the due date that it lacks
};

/// Why one line is not in the log, as far as we know.
struct LineFailure {
    uint64_t line;  // from 1
    Error error;    // Rejected: see violations; Unknown: may be in the log all the same
    std::vector<events::Violation> violations;
};

using FailureSink = std::function<void(const LineFailure&)>;

struct Published {
    uint64_t read = 0;          // lines that are not blank; published + rejected + failed + unknown
    uint64_t published = 0;     // durable
    uint64_t rejected = 0;      // invalid at the gateway; not sent
    uint64_t failed = 0;        // refused by the log or not reached; not in the log
    uint64_t unknown = 0;       // may be in the log: send the same events again
    bool stopped = false;       // strict, and there was a failure
    bool told_to_stop = false;  // by PublishRules::stop, before the end of the input
    bool operator==(const Published&) const = default;
};

/// A record to append, or everything that is wrong with the event.
struct Checked {
    std::string source;  // of a good event
    std::string id;      // too
    events::NewRecord record;
    std::vector<events::Violation> violations;  // empty: the record is good
};

/// Judges events at the door. One thread.
class Gateway {
  public:
    /// `due`: gives what passes the due date that it lacks.
    explicit Gateway(DuePolicy due = {}) : due_(std::move(due)) {}

    /// One structured CloudEvent (no clear personal fields).
    [[nodiscard]] Checked check(std::string_view json);

  private:
    DuePolicy due_;
    events::Decoder decoder_;
};

/// Publishes with the rules of the gateway. One thread.
class Publisher {
  public:
    /// The log must outlive the publisher.
    Publisher(log::EventLog& log, PublishRules rules);

    /// Appends; what was Unavailable or Unknown is sent again, unchanged and in the same order,
    /// until the attempts are used up. The fold drops a repetition, so Unknown is safe to repeat.
    /// One result per record, in order.
    [[nodiscard]] std::vector<Result<log::Appended>> append(
        std::span<const events::NewRecord> records);

    /// Publishes one event per line (NDJSON); blank lines are skipped. Failures are told in the
    /// order they are found: a line that the log refuses is told after its batch, so line numbers
    /// may go back. In strict mode everything before the first invalid line is appended.
    [[nodiscard]] Published publish_lines(std::istream& input, const FailureSink& failed);

  private:
    struct Batch;
    void flush(Batch& batch, const FailureSink& failed, Published& totals);

    log::EventLog& log_;
    PublishRules rules_;
    Gateway gateway_;
};

}  // namespace sijill::producers
