#include "events/patch.h"

#include <nlohmann/json.hpp>

namespace sijill::events {

Result<std::string> patched_event(std::string_view event, std::string_view patch) {
    auto parsed = nlohmann::ordered_json::parse(event, nullptr, false);
    const auto merged = nlohmann::ordered_json::parse(patch, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("data") || !merged.is_object()) {
        return fail(Errc::Invalid, "only an object can be merged into an event's data");
    }
    parsed["data"].merge_patch(merged);
    return parsed.dump();
}

}  // namespace sijill::events
