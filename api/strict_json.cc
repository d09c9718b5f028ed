#include "api/strict_json.h"

#include "events/json.h"

#include <set>
#include <string>
#include <vector>

namespace sijill::api {

std::optional<nlohmann::json> parse_strict_object(std::string_view text) {
    using Event = nlohmann::json::parse_event_t;
    std::vector<std::set<std::string>> open;  // names of the objects around
    bool twice = false;
    const auto watch = [&](int /*depth*/, Event event, nlohmann::json& parsed) {
        if (event == Event::object_start) {
            open.emplace_back();
        } else if (event == Event::object_end) {
            open.pop_back();
        } else if (event == Event::key) {
            twice = !open.back().insert(parsed.get<std::string>()).second || twice;
        }
        return true;
    };
    auto object = nlohmann::json::parse(text, watch, false);
    if (twice || !object.is_object()) {
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
