#include "api/pages.h"

#include <charconv>
#include <utility>

namespace sijill::api {

namespace {

constexpr size_t kDefaultLimit = 50;
constexpr size_t kMostRows = 1'000;

}  // namespace

Parameter cursor_parameter(std::string_view pattern,
                           Result<void> (*judge)(std::string_view cursor)) {
    return {.name = "cursor",
            .description = "From next of the page before",
            .pattern = pattern,
            .judge = judge};
}

Parameter limit_parameter() {
    return {.name = "limit",
            .description = "Most items",
            .example = "50",
            .whole = events::Bounds{1, kMostRows}};
}

// The route's table has judged it.
size_t limit_of(const Asked& asked) {
    const std::string text = asked.get("limit");
    return text.empty() ? kDefaultLimit : std::stoull(text);
}

Unexpected wrong_cursor() {
    return fail(Errc::Invalid, "cursor must come from the next member of an earlier page");
}

std::string join_cursor(int64_t number, std::string_view text) {
    return std::to_string(number).append(".").append(text);
}

Result<std::pair<int64_t, std::string>> split_cursor(std::string_view cursor) {
    int64_t number = 0;
    const size_t point = cursor.find('.');
    const auto [end, failed] =
        std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
    if (point == std::string_view::npos || failed != std::errc() || end != cursor.data() + point) {
        return wrong_cursor();
    }
    return std::pair(number, std::string(cursor.substr(point + 1)));
}

Answer page_of(Table table,
               const std::optional<std::string>& next,
               const std::function<void(JsonWriter&)>& members) {
    JsonWriter json;
    json.begin_object();
    if (members) {
        members(json);
    }
    json.member("next", next);
    json.end_object();
    Answer answer;
    answer.json = json.take();
    answer.next = next.value_or("");
    answer.table = std::move(table);
    answer.rows = "items";
    return answer;
}

}  // namespace sijill::api
