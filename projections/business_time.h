#pragma once
// projections/business_time.h - how much working time lies between two instants. Asked for when a
// figure is, so that a calendar may change without a rebuild and the fold needs none.

#include "events/result.h"
#include "events/working_calendar.h"
#include "projections/local_time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sijill::projections {

/// A working calendar as a sum over time, of the years that an event may tell (1900 to 2199). Never
/// changed. Any thread.
class BusinessTime {
  public:
    /// Errors: Config when the calendar's IANA zone is not in the system's tz database.
    [[nodiscard]] static Result<std::shared_ptr<const BusinessTime>> of(
        events::WorkingCalendar calendar);

    /// Milliseconds of working time in [begin, end), in UTC; 0 when end is not behind begin.
    /// `local_time` is the caller's copy of local_time().
    [[nodiscard]] int64_t between(const LocalTime& local_time,
                                  int64_t begin_ms,
                                  int64_t end_ms) const;

    /// Of the calendar's zone.
    [[nodiscard]] const LocalTime& local_time() const { return local_time_; }

    /// The calendar as one line, the same for equal calendars.
    [[nodiscard]] const std::string& rules() const { return rules_; }

  private:
    BusinessTime(events::WorkingCalendar calendar, LocalTime local_time);

    // Working time in ms from the first day until the local clock shows this.
    [[nodiscard]] int64_t until(int64_t local_ms) const;

    events::WorkingCalendar calendar_;
    LocalTime local_time_;
    std::string rules_;
    struct Day {
        int64_t before_ms = 0;                    // working time of all earlier days
        const events::DayHours* hours = nullptr;  // in calendar_
    };
    std::vector<Day> days_;  // in order
};

}  // namespace sijill::projections
