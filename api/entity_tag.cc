#include "api/entity_tag.h"

#include "events/digest.h"

namespace sijill::api {

namespace {

constexpr size_t kRoomForMedia = 16;  // and the ends of lines

}  // namespace

std::string tag_of(const std::string& rules,
                   const std::string& position,
                   const std::string& target,
                   Media media,
                   const std::vector<std::string>& departments) {
    std::string all;
    all.reserve(rules.size() + position.size() + target.size() + kRoomForMedia);
    all.append(rules).append("\n").append(position).append("\n").append(target).append("\n");
    all.append(std::to_string(static_cast<int>(media)));
    for (const std::string& department : departments) {
        all.append("\n").append(department);
    }
    return std::string("W/\"").append(events::quick_digest(all)).append("\"");
}

bool has_answer(const Request& request, std::string_view tag) {
    const std::string* known = request.header("if-none-match");
    return known != nullptr && known->find(tag.substr(tag.find('"'))) != std::string::npos;
}

bool has_any_answer(const Request& request) {
    const std::string* known = request.header("if-none-match");
    return known != nullptr && *known == "*";
}

}  // namespace sijill::api
