#include "api/strict_json.h"

#include "events/json.h"
#include "events/repeated_names.h"

#include <string>

namespace sijill::api {

std::optional<nlohmann::json> parse_strict_object(std::string_view text) {
    events::RepeatedNames names;
    const auto watch = [&names](int /*depth*/, nlohmann::json::parse_event_t event, auto& parsed) {
        names.see(event, parsed);
        return true;
    };
    auto object = nlohmann::json::parse(text, watch, false);
    if (names.found() || !object.is_object()) {
        return std::nullopt;
    }
    return object;
}

std::optional<std::string> text_member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) {
        return std::nullopt;
    }
    return found->get<std::string>();
}

}  // namespace sijill::api
