#pragma once
// api/pages.h - lists that are answered in pages: what their routes take, and what a page is.

#include "api/json_writer.h"
#include "api/route.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sijill::api {

/// `pattern`: the form of a cursor, for the document.
[[nodiscard]] Parameter cursor_parameter(std::string_view pattern,
                                         Result<void> (*judge)(std::string_view cursor));
[[nodiscard]] Parameter limit_parameter();

/// Rows of the page that is asked for.
[[nodiscard]] size_t limit_of(const Asked& asked);

/// A cursor that no page gave. Errors: Invalid.
[[nodiscard]] Unexpected wrong_cursor();

/// A cursor "<number>.<text>".
[[nodiscard]] std::string join_cursor(int64_t number, std::string_view text);
/// Its number and its text. Errors: Invalid.
[[nodiscard]] Result<std::pair<int64_t, std::string>> split_cursor(std::string_view cursor);

/// Where the page begins: behind its cursor, or Place{} without one. Errors: those of `parse`.
template <class Place>
[[nodiscard]] Result<Place> place_asked(const Asked& asked,
                                        Result<Place> (*parse)(std::string_view cursor)) {
    const std::string cursor = asked.get("cursor");
    return cursor.empty() ? Result<Place>(Place{}) : parse(cursor);
}

/// A page of a list. `next`: the cursor of the page behind this one; `members`: writes those that
/// the answer has of its own.
[[nodiscard]] Answer page_of(Table table,
                             const std::optional<std::string>& next,
                             const std::function<void(JsonWriter&)>& members = nullptr);

}  // namespace sijill::api
