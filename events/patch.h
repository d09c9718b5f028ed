#pragma once
// events/patch.h - what event.corrected does to an earlier event.

#include "events/result.h"
#include "events/time.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sijill::events {

struct Patch {
    std::string data;               // JSON, merged into the event's `data` (RFC 7386)
    std::optional<Timestamp> time;  // when the event happened
};

/// The structured event with its patch, its members in their order; null in `data` removes a field.
/// Both are JSON that a Decoder accepted. Errors: Invalid when one of them is no JSON object.
[[nodiscard]] Result<std::string> patched_event(std::string_view event, const Patch& patch);

/// The same with one patch after the other, for a decoder: its members come sorted, for to keep
/// their order costs the square of their number.
[[nodiscard]] Result<std::string> patched_event(std::string_view event,
                                                std::span<const Patch> patches);

/// Whether a correction's patch, a JSON object, puts clear text into a personal field.
[[nodiscard]] bool patches_in_clear(std::string_view patch);

}  // namespace sijill::events
