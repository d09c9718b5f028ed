#include "events/patch.h"

#include "events/json.h"

namespace sijill::events {

Result<std::string> patched_event(std::string_view event, const Patch& patch) {
    auto parsed = nlohmann::ordered_json::parse(event, nullptr, false);
    const auto merged = nlohmann::ordered_json::parse(patch.data, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("data") || !merged.is_object()) {
        return fail(Errc::Invalid, "only an object can be merged into an event's data");
    }
    parsed["data"].merge_patch(merged);
    if (patch.time) {
        parsed["time"] = format_rfc3339(*patch.time);
    }
    return parsed.dump();
}

}  // namespace sijill::events
