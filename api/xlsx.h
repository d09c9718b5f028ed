#pragma once
// api/xlsx.h - tables as the bytes of an Excel workbook.

#include "api/table.h"
#include "events/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sijill::api {

struct Sheet {
    std::string name;  // 1 to 31 characters, none of []:*?/\, and no other sheet's
    Table table;
};

struct Workbook {
    std::vector<Sheet> sheets;
    bool right_to_left = false;
    int64_t created_s = 0;  // Unix time that it tells as its own; 0: 1980, as its parts do
};

/// Of all parts of a workbook together, before they are compressed.
inline constexpr size_t kMostWorkbookBytes = size_t{512} << 20U;

/// The .xlsx file, the same bytes for the same workbook. Headings are bold, stay in sight and
/// filter. What is a whole number in a right-aligned column is a number, if a spreadsheet can hold
/// it exactly; everything else is a text, never a formula. No file is written, and nothing is cut.
/// Any thread. Errors: TooLarge (the message names what does not fit and the remedy), Storage.
[[nodiscard]] Result<std::string> xlsx_bytes(const Workbook& workbook,
                                             size_t most_bytes = kMostWorkbookBytes);

/// A text as the file spells it: what XML cannot hold, and what could be taken for such a spelling,
/// is written _xHHHH_ (ECMA-376, ST_Xstring). Bytes that are no UTF-8 are replaced, as in JSON.
[[nodiscard]] std::string xlsx_text(const std::string& cell);

}  // namespace sijill::api
