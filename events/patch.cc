#include "events/patch.h"

#include "events/json.h"

namespace sijill::events {

namespace {

template <class Json>
Result<std::string> patched_in(std::string_view event, std::span<const Patch> patches) {
    auto parsed = Json::parse(event, nullptr, false);
    const bool whole = parsed.is_object() && parsed.contains("data");
    for (const Patch& patch : patches) {
        const auto merged = Json::parse(patch.data, nullptr, false);
        if (!whole || !merged.is_object()) {
            return fail(Errc::Invalid, "only an object can be merged into an event's data");
        }
        parsed["data"].merge_patch(merged);
        if (patch.time) {
            parsed["time"] = format_rfc3339(*patch.time);
        }
    }
    return parsed.dump();
}

}  // namespace

Result<std::string> patched_event(std::string_view event, const Patch& patch) {
    return patched_in<nlohmann::ordered_json>(event, {&patch, 1});
}

Result<std::string> patched_event(std::string_view event, std::span<const Patch> patches) {
    return patched_in<nlohmann::json>(event, patches);
}

}  // namespace sijill::events
