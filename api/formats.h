#pragma once
// api/formats.h - an answer in the format that was asked for: JSON, CSV, NDJSON or a workbook.

#include "api/http.h"
#include "api/route.h"
#include "api/xlsx_answer.h"

#include <optional>
#include <string>

namespace sijill::api {

enum class Media { Json, Csv, Ndjson, Xlsx };

/// Of ?format= when given, else of Accept, by quality; JSON when nothing is said. nullopt: Accept
/// names none that is offered.
[[nodiscard]] std::optional<Media> wanted_media(const Request& request, const Asked& asked);

/// Body and Content-Type; the problem when the format cannot hold the answer.
[[nodiscard]] Response write_answer(const Answer& answer, Media media, const Question& question);

}  // namespace sijill::api
