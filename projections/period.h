#pragma once
// projections/period.h - SDMX reporting periods, as spans of local days.

#include "events/result.h"
#include "events/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::projections {

/// Half-open span of local days since 1970-01-01, with the SDMX spelling it came from.
struct Period {
    std::string
        id;  // 2017, 2017-S1, 2017-Q1, 2017-M02, 2017-W05 (ISO week, Monday first), 2017-01-31
    int32_t begin_day = 0;
    int32_t end_day = 0;
    bool operator==(const Period&) const = default;
};

/// Reads `2017`, `2017-A1`, `2017-S1`, `2017-Q1` (also `2017Q1`), `2017-M02`, `2017-W05` and
/// `2017-01-31`; answers the canonical spelling. Errors: Invalid, naming the forms.
[[nodiscard]] Result<Period> parse_period(std::string_view text);

/// The period of the same kind before this one: 2016-Q4 before 2017-Q1.
[[nodiscard]] Period previous(const Period& period);

/// The same period one year earlier: 2016-Q1 before 2017-Q1. Errors: Invalid (there is no such day
/// or week in that year).
[[nodiscard]] Result<Period> year_before(const Period& period);

/// `2017-01-31` of a local day.
[[nodiscard]] std::string day_text(int32_t day);

}  // namespace sijill::projections
