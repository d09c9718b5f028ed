#include "events/patch.h"

#include "events/catalogue.h"
#include "events/json.h"

namespace sijill::events {

namespace {

template <class Json>
Result<std::string> patched_in(std::string_view event, std::span<const Patch> patches) {
    const auto refused = fail(Errc::Invalid, "only an object can be merged into an event's data");
    auto parsed = Json::parse(event, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("data")) {
        return refused;
    }
    for (const Patch& patch : patches) {
        const auto merged = Json::parse(patch.data, nullptr, false);
        if (!merged.is_object()) {
            return refused;
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

bool patches_in_clear(std::string_view patch) {
    const nlohmann::json read = nlohmann::json::parse(patch, nullptr, false);
    if (!read.is_object()) {
        return false;
    }
    for (const auto& [name, value] : read.items()) {
        if (is_sealed_field(name) && value.is_string()) {
            return true;
        }
    }
    return false;
}

}  // namespace sijill::events
