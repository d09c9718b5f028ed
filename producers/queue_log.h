#pragma once
// producers/queue_log.h - one line of an Asterisk queue log:
// `epoch second|call id|queue|agent|event|parameter|…`.

#include "events/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sijill::producers {

/// What a line tells. The contact facts come first; what the PBX says of its members and itself is
/// Other: known, counted and left.
enum class QueueWord {
    Enter,
    Connect,
    Abandon,
    CompleteAgent,
    CompleteCaller,
    ExitTimeout,
    ExitKey,
    ExitEmpty,
    RingNoAnswer,
    BlindTransfer,
    AttendedTransfer,
    Recording,
    Other,
    Unknown,
};

/// A line's fields; they borrow from the line.
struct QueueLine {
    static constexpr size_t kMaxParameters = 8;

    int64_t second = 0;  // since 1970 UTC, as the PBX's clock had it
    std::string_view call;
    std::string_view queue;
    std::string_view agent;
    std::string_view event;  // as written
    QueueWord word = QueueWord::Unknown;
    std::array<std::string_view, kMaxParameters> parameters{};
    size_t count = 0;  // of parameters; those beyond kMaxParameters are not kept

    /// "" when there is none.
    [[nodiscard]] std::string_view parameter(size_t at) const {
        return at < count ? parameters[at] : std::string_view();
    }
};

/// Reads one line without its line break. `recording_event`: the word that a dialplan writes for a
/// stored recording; "" when there is none. Errors: Invalid with what is wrong, never the line
/// itself.
[[nodiscard]] Result<QueueLine> parse_queue_line(std::string_view line,
                                                 std::string_view recording_event);

/// A whole number of the line, in decimal with an optional minus.
[[nodiscard]] std::optional<int64_t> queue_number(std::string_view text);

/// What the line says of its stay in the queue, in seconds.
struct QueueTimes {
    int64_t wait = 0;
    int64_t talk = 0;
    std::optional<int64_t> entered;  // second of the PBX's clock, give or take two
};

/// Waits and talks of a contact line. Errors: Invalid when a parameter is missing or no number.
[[nodiscard]] Result<QueueTimes> queue_times(const QueueLine& line);

/// The line without what may tell a person: the caller's number and the number that a call was
/// transferred to. Event ids are made of this, for a digest of a number can be tried out.
[[nodiscard]] std::string impersonal(const QueueLine& line);

}  // namespace sijill::producers
