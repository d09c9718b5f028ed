#pragma once
// projections/period.h - SDMX reporting periods, as spans of local days, or one local hour.

#include "events/result.h"
#include "events/time.h"
#include "projections/local_time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// Half-open span of local days since 1970-01-01, with the SDMX spelling it came from.
struct Period {
    std::string id;  // see parse_period()
    int32_t begin_day = 0;
    int32_t end_day = 0;
    std::optional<int32_t> hour = {};  // of the one day: the period is this hour of it
    bool operator==(const Period&) const = default;
};

/// The local hours of a period, half-open.
[[nodiscard]] inline int32_t begin_hour(const Period& period) {
    return period.begin_day * kHoursPerDay + period.hour.value_or(0);
}
[[nodiscard]] inline int32_t end_hour(const Period& period) {
    return period.hour ? begin_hour(period) + 1 : period.end_day * kHoursPerDay;
}
[[nodiscard]] inline bool has_hour(const Period& period, int32_t hour) {
    return hour >= begin_hour(period) && hour < end_hour(period);
}

/// Reads `2017`, `2017-A1`, `2017-S1`, `2017-Q1` (also `2017Q1`), `2017-M02`, `2017-W05` (ISO week,
/// Monday first), `2017-01-31`, `2017-01-29/P7D` (days from a day on, at most 366; a week from
/// Sunday is one) and `2017-01-31T09` (an hour); answers the canonical spelling. Errors: Invalid,
/// naming the forms.
[[nodiscard]] Result<Period> parse_period(std::string_view text);

/// As parse_period, but for an hour: reports and what is published of a period are of whole days.
[[nodiscard]] Result<Period> parse_day_period(std::string_view text);

/// The forms, for help texts; the last is the hour.
inline constexpr std::string_view kPeriodForms =
    "2017, 2017-S1, 2017-Q1, 2017-M02, 2017-W05 (ISO week), 2017-01-31, 2017-01-29/P7D or "
    "2017-01-31T09";
inline constexpr std::string_view kDayPeriodForms =
    kPeriodForms.substr(0, kPeriodForms.rfind(" or "));

/// The period of the same kind before this one: 2016-Q4 before 2017-Q1.
[[nodiscard]] Period previous(const Period& period);

/// The same period one year earlier: 2016-Q1 before 2017-Q1; of whole weeks as days, 52 weeks
/// earlier. What that year has not is the last before it: 2015-02-28 before 2016-02-29, 2019-W52
/// before 2020-W53.
[[nodiscard]] Period year_before(const Period& period);

/// What a period is divided into. Week: from Sunday; IsoWeek: from Monday.
enum class PeriodPart : uint8_t { Hour, Day, Week, IsoWeek, Month, Quarter, Year };
inline constexpr std::array<std::string_view, 7> kPeriodParts{
    "hour", "day", "week", "iso-week", "month", "quarter", "year"};
[[nodiscard]] std::optional<PeriodPart> period_part(std::string_view name);

/// The parts in order; together they are the period, so those at its ends may be cut. Errors:
/// Invalid (an hour has no days).
[[nodiscard]] Result<std::vector<Period>> parts_of(const Period& period, PeriodPart part);

/// `2017-01-31` of a local day.
[[nodiscard]] std::string day_text(int32_t day);

}  // namespace sijill::projections
