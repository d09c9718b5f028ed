#pragma once
// api/xlsx_answer.h - an answer as a workbook: its table, and a sheet that tells what was asked.

#include "api/http.h"
#include "api/route.h"
#include "events/result.h"

#include <string>

namespace sijill::api {

inline constexpr std::string_view kXlsxType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What was asked, for the second sheet.
struct Question {
    const Route& route;
    const Asked& asked;
    const std::string& time_zone;
    const Standing& standing;
};

/// The workbook as a file to save. In Arabic it runs from right to left, with Arabic headings.
/// Errors: as xlsx_bytes.
[[nodiscard]] Result<Response> xlsx_answer(const Answer& answer, const Question& question);

}  // namespace sijill::api
