#pragma once
// producers/csv_values.h - what people and spreadsheets write in cells: numbers and dates.
//
// A cell that can be read in two ways is refused with what to write instead: a guess would be a
// wrong figure that nobody notices.

#include "events/result.h"
#include "events/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::producers {

/// Without spaces (no-break ones too) and marks of direction at either end.
[[nodiscard]] std::string_view trimmed_cell(std::string_view cell);

/// Arabic-Indic (٠-٩) and Persian (۰-۹) digits as 0-9, trimmed.
[[nodiscard]] std::string plain_digits(std::string_view cell);

/// A whole number, 53 bits. Errors: Invalid, also for separators (`1,000`) and decimals.
[[nodiscard]] Result<int64_t> cell_integer(std::string_view cell);

/// True when a spreadsheet would run the cell: it begins with = or @, or with + or - and
/// is no number; a `-` alone is none.
[[nodiscard]] bool is_formula(std::string_view cell);

/// How dates are written in a column.
struct DateFormat {
    /// `rfc3339` (with its own zone), `excel` (days since 1899-12-30, as Excel stores a date), or a
    /// pattern of YYYY MM DD hh mm ss and what stands between them, such as `DD/MM/YYYY hh:mm`.
    std::string pattern = "rfc3339";
    std::string time_zone = {};  // IANA, of excel and patterns
};

/// An instant; a date without a time is its first moment. RFC 3339 with its zone is read whatever
/// the format is. Errors: Invalid for another spelling, a date or local time that does not exist or
/// exists twice, 24:00; Config for a pattern or time zone that is none, and a pattern that is RFC
/// 3339's.
[[nodiscard]] Result<events::Timestamp> cell_instant(std::string_view cell,
                                                     const DateFormat& format);

}  // namespace sijill::producers
