#include "events/working_calendar.h"

#include <algorithm>

namespace sijill::events {

namespace {

// Monday is 0. 1970-01-01 was a Thursday.
size_t weekday_of(int64_t day) {
    return static_cast<size_t>(day + 3 - 7 * floor_div(day + 3, 7));
}

}  // namespace

const DayHours& hours_of(const WorkingCalendar& calendar, int64_t day) {
    static const DayHours kNone;
    const size_t weekday = weekday_of(day);
    const CivilDate date = civil_from_days(day);
    if (calendar.weekend[weekday] || calendar.holidays.contains(date)) {
        return kNone;
    }
    const auto season =
        std::find_if(calendar.seasons.begin(), calendar.seasons.end(), [&date](const Season& s) {
            return s.from <= date && date <= s.to;
        });
    return season == calendar.seasons.end() ? calendar.hours[weekday] : season->hours[weekday];
}

bool has_working_time(const WorkingCalendar& calendar) {
    for (size_t day = 0; day < calendar.hours.size(); ++day) {
        if (!calendar.weekend[day] && !calendar.hours[day].empty()) {
            return true;
        }
    }
    return false;
}

}  // namespace sijill::events
