#include "events/json_cursor.h"

#include "events/check.h"
#include "events/json.h"

namespace sijill::events {

bool JsonCursor::unescape(std::string_view& string) {
    if (string.find('\\') == std::string_view::npos) {
        return true;
    }
    const nlohmann::json value =
        nlohmann::json::parse(string.data() - 1, string.data() + string.size() + 1, nullptr, false);
    if (!value.is_string()) {
        return false;
    }
    const auto& text = value.get_ref<const std::string&>();
    const size_t at = unescaped_->size();
    CHECK(text.size() <= unescaped_->capacity() - at, "a string is no longer than its escapes");
    *unescaped_ += text;
    string = std::string_view(*unescaped_).substr(at);
    return true;
}

}  // namespace sijill::events
