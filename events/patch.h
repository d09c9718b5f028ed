#pragma once
// events/patch.h - what event.corrected does to an earlier event.

#include "events/result.h"

#include <string>
#include <string_view>

namespace sijill::events {

/// The structured event with `patch` merged into its `data` (RFC 7386: null removes a field). Both
/// are JSON that a Decoder accepted. Errors: Invalid when one of them is no JSON object.
[[nodiscard]] Result<std::string> patched_event(std::string_view event, std::string_view patch);

}  // namespace sijill::events
