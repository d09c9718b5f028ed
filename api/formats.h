#pragma once
// api/formats.h - an answer in the format that was asked for: JSON, CSV or NDJSON.

#include "api/http.h"
#include "api/route.h"

#include <optional>
#include <string>

namespace sijill::api {

enum class Media { Json, Csv, Ndjson };

/// Of ?format= when given, else of Accept, by quality; JSON when nothing is said. nullopt: Accept
/// names none that is offered.
[[nodiscard]] std::optional<Media> wanted_media(const Request& request, const Asked& asked);

/// Body and Content-Type. `standing`: the members that every JSON answer has, as with_members().
[[nodiscard]] Response write_answer(const Answer& answer,
                                    Media media,
                                    bool bom,
                                    std::string_view standing);

}  // namespace sijill::api
