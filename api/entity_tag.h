#pragma once
// api/entity_tag.h - the ETag of an answer from the views, and what If-None-Match says of it (RFC
// 9110).

#include "api/http.h"
#include "api/route.h"

#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// Of everything that an answer depends on: the rules of program and site, the `position` with the
/// clock, where it counts, and what was asked by whom. Who makes two targets with one tag fools
/// nobody else.
[[nodiscard]] std::string tag_of(const std::string& rules,
                                 const std::string& position,
                                 const std::string& target,
                                 Media media,
                                 const std::vector<std::string>& departments);

/// If-None-Match names the tag. The comparison is weak, so with its W/ and without.
[[nodiscard]] bool has_answer(const Request& request, std::string_view tag);

/// If-None-Match is `*`: whatever there is, when there is something.
[[nodiscard]] bool has_any_answer(const Request& request);

}  // namespace sijill::api
