#pragma once
// api/formats.h - an answer in the format that was asked for: JSON, CSV, NDJSON or a workbook.

#include "api/http.h"
#include "api/json_writer.h"
#include "api/route.h"
#include "api/xlsx_answer.h"

#include <optional>
#include <string>
#include <string_view>

namespace sijill::api {

/// "json", "csv", "ndjson", "xlsx"; nullopt for another name.
[[nodiscard]] std::optional<Media> media_of(std::string_view name);

/// Of ?format= when given, else of Accept, by quality; JSON when nothing is said. nullopt: Accept
/// names none that is offered.
[[nodiscard]] std::optional<Media> wanted_media(const Request& request, const Asked& asked);

/// Writes a member: an array with an object for each row, numbers and nulls in the columns of
/// numbers.
void write_rows(JsonWriter& json, std::string_view name, const Table& table);

/// `"position":…,"asOf":…,"lag":…`
[[nodiscard]] std::string standing_members(const Standing& standing);

/// Body and Content-Type; the problem when the format cannot hold the answer.
[[nodiscard]] Response write_answer(Answer answer, Media media, const Question& question);

}  // namespace sijill::api
