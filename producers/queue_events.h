#pragma once
// producers/queue_events.h - the events that one contact line of a queue log states.

#include "producers/queue_calls.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// A contact line with what its place in the log says.
struct StayLine {
    const QueueLine& line;
    const QueueTimes& times;
    const QueueStay& stay;
    int64_t ordinal = 1;  // among equal lines of the stay; tells their ids apart
};

/// Structured CloudEvents, in order. Errors: Invalid with what the line or the maps lack.
[[nodiscard]] Result<std::vector<std::string>> queue_events(const StayLine& told,
                                                            const QueueRules& rules);

/// The token that stands for an agent: from the map, else a digest of source and member name, for
/// a member name may be a person's.
[[nodiscard]] std::string agent_token(std::string_view name, const QueueRules& rules);

/// `to_queue` of a transfer that goes to no queue we know: an agent, an office, a number.
inline constexpr std::string_view kElsewhere = "elsewhere";

}  // namespace sijill::producers
