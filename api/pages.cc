#include "api/pages.h"

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
