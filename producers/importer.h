#pragma once
// producers/importer.h - what every connector does with the events it made: judge, leave out what
// the log has, append, count.

#include "producers/known_events.h"
#include "producers/publisher.h"
#include "producers/target_log.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sijill::producers {

/// Everything that was read is in one of these.
struct ImportTotals {
    uint64_t read = 0;                        // lines or rows
    uint64_t published = 0;                   // events, durable
    uint64_t duplicates = 0;                  // events that the log had
    uint64_t rejected = 0;                    // lines or rows of which no event is in the log
    uint64_t waiting = 0;                     // lines whose call began in a part that was not read
    std::map<std::string, uint64_t> ignored;  // lines by kind
    bool operator==(const ImportTotals&) const = default;
};

/// Where an event came from, for messages.
struct ImportPlace {
    std::string file;
    uint64_t line = 0;  // from 1; 0: of an earlier import
};

using RejectSink = std::function<void(const ImportPlace&, const std::string& reason)>;

/// How a message names a place in the n-th event of a line or row (RFC 6901; "": the whole).
using PlaceNamer = std::function<std::string(size_t event, const std::string& pointer)>;

/// Takes the events of one line or row after the other. One thread.
class Importer {
  public:
    /// The log must outlive it; `known` is filled by read_known().
    Importer(log::EventLog& log, PublishRules rules, KnownEvents known, RejectSink rejected);

    /// Before the first event, of a connector that keeps its place: goes on after what an earlier
    /// run appended. Errors: as target_after().
    [[nodiscard]] Result<void> go_on_after(TargetLog earlier);

    /// The log with what was appended to it, to be kept beside the place.
    [[nodiscard]] const TargetLog& target() const { return target_; }

    /// Queues the events of one line or row. All of them are good, or none is sent and the line is
    /// told as rejected (false). `name`: of places in messages; without it they are pointers.
    bool add(const ImportPlace& place,
             const std::vector<std::string>& events,
             const PlaceNamer& name = nullptr);

    /// Counts and tells a line or row that gives no event.
    void reject(const ImportPlace& place, const std::string& reason);

    /// True when the log had the event, or gets it.
    [[nodiscard]] bool knows(const events::EventKey& key) const { return known_.contains(key); }

    /// How many events wait for flush().
    [[nodiscard]] size_t queued() const { return records_.size(); }

    /// Appends what is queued. Errors: of the first event that the log did not take; what it took
    /// is counted, the others are forgotten and must come again.
    [[nodiscard]] Result<void> flush();

    [[nodiscard]] ImportTotals& totals() { return totals_; }

  private:
    [[nodiscard]] std::vector<Checked> check(const std::vector<std::string>& events);

    log::EventLog& log_;
    TargetLog target_;
    Gateway gateway_;
    Publisher publisher_;
    KnownEvents known_;
    RejectSink rejected_;
    ImportTotals totals_;
    std::vector<events::NewRecord> records_;
    std::vector<events::EventKey> keys_;  // of the records
};

}  // namespace sijill::producers
