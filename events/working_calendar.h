#pragma once
// events/working_calendar.h - when people work: hours by weekday, weekends, holidays and seasons.

#include "events/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace sijill::events {

/// Minutes since local midnight, begin included, end excluded: 0 <= begin < end <= 1,440.
struct WorkingSpan {
    int begin = 0;
    int end = 0;
    bool operator==(const WorkingSpan&) const = default;
};

/// Spans of a day, ascending, without overlaps.
using DayHours = std::vector<WorkingSpan>;
/// Monday first.
using WeekHours = std::array<DayHours, 7>;

/// Days with working hours of their own, such as Ramadan. Both dates included.
struct Season {
    CivilDate from;
    CivilDate to;
    WeekHours hours;
    bool operator==(const Season&) const = default;
};

/// When people work. An instant is working time when the local clock then shows a time inside the
/// hours of its local day: an hour that the clock repeats works twice, one that it skips not at
/// all. Holidays and weekend days have no working time, whatever the hours say.
struct WorkingCalendar {
    std::string name = "calendar";  // for messages
    std::string time_zone = "UTC";  // IANA
    WeekHours hours;
    std::array<bool, 7> weekend{};  // Monday first
    std::set<CivilDate> holidays;
    std::vector<Season> seasons;  // the first that has the day counts
    bool operator==(const WorkingCalendar&) const = default;
};

/// The working hours of a local day, counted from 1970-01-01; none on a weekend day or holiday.
[[nodiscard]] const DayHours& hours_of(const WorkingCalendar& calendar, int64_t day);

/// True when a day of the week has working time outside the weekend.
[[nodiscard]] bool has_working_time(const WorkingCalendar& calendar);

}  // namespace sijill::events
