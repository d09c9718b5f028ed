#pragma once
// producers/queue_calls.h - the lines of an Asterisk queue log as events of calls.
//
// An event's id and subject follow from the line and the stay in the queue that it belongs to, and
// a stay is named by its ENTERQUEUE line. So a log may be imported again, in parts and in any order
// of parts: a line whose stay began in a part that was not read yet waits until that part comes.

#include "events/call_events.h"
#include "producers/queue_log.h"
#include "producers/queue_stays.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// How a site's queue log is to be understood.
struct QueueRules {
    std::string source;                         // the PBX, in every event
    std::map<std::string, std::string> queues;  // name → code; a name that is a code needs no row
    std::map<std::string, std::string> agents;  // member name → token; others get a digest
    std::map<std::string, std::string> transfers;  // extension → queue code
    std::string recording_event;                   // "": none
    events::FlowOutTarget on_timeout = events::FlowOutTarget::Queue;
    events::FlowOutTarget on_key = events::FlowOutTarget::Callback;
    events::FlowOutTarget on_empty = events::FlowOutTarget::Queue;
};

/// A line whose ENTERQUEUE was not seen yet.
struct WaitingLine {
    std::string part;  // of the log in which it stands
    std::string text;  // without numbers that may tell a person
    bool operator==(const WaitingLine&) const = default;
};

/// The stays at the end of a part of the log: where another part may go on.
struct PartEnd {
    std::string part;
    std::vector<QueueStay> stays;
    bool operator==(const PartEnd&) const = default;
};

/// What is remembered from one import to the next.
struct QueueMemory {
    static constexpr size_t kMostStays = 50'000;  // at the ends of parts
    static constexpr size_t kMostWaiting = 50'000;

    std::vector<PartEnd> ends;  // the latest last
    std::vector<WaitingLine> waiting;
    bool operator==(const QueueMemory&) const = default;
};

enum class LineFate { Mapped, Ignored, Waiting, UnknownEvent, Broken };

struct MappedLine {
    LineFate fate = LineFate::Broken;
    std::string word;                 // Ignored, UnknownEvent: the event word
    std::string reason;               // Broken
    std::vector<std::string> events;  // Mapped: structured CloudEvents
    bool caller_dropped = false;      // a caller's number stood in the line; it is in no event
    bool clock_set_back = false;      // a negative duration, taken as 0
};

/// Maps the lines of one part of the log after the other. Pure: no clock, no files. One thread.
class QueueLogMapper {
  public:
    QueueLogMapper(QueueRules rules, QueueMemory memory);

    /// One line, without its line break, in the order of the log.
    [[nodiscard]] MappedLine map(std::string_view line);

    /// Ends the part: the next line begins another. Gives what the lines that waited for a stay of
    /// this part now tell.
    [[nodiscard]] std::vector<MappedLine> end_part();

    /// Goes on in the middle of a part that an earlier run left.
    void resume(std::string part, const std::vector<QueueStay>& stays);

    [[nodiscard]] const std::string& part() const { return part_; }
    [[nodiscard]] std::vector<QueueStay> stays() const { return book_.all(); }
    [[nodiscard]] const QueueMemory& memory() const { return memory_; }

  private:
    void begin_part(std::string_view first_line);
    void keep_end();
    [[nodiscard]] QueueStay& enter(const QueueLine& line);
    [[nodiscard]] QueueStay* stay_of(const QueueLine& line, const QueueTimes& times);
    [[nodiscard]] MappedLine tell(const QueueLine& line, const QueueTimes& times, QueueStay& stay);
    [[nodiscard]] std::vector<MappedLine> tell_group(const std::vector<QueueLine>& lines,
                                                     const PartEnd& end);
    [[nodiscard]] MappedLine wait(const QueueLine& line);

    QueueRules rules_;
    QueueMemory memory_;
    std::string part_;  // "" between parts
    StayBook book_;
};

}  // namespace sijill::producers
