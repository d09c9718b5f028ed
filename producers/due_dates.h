#pragma once
// producers/due_dates.h - the due-date policy: the due date that the gateway writes into an event,
// so that the fold needs no calendar.

#include "events/event.h"
#include "events/result.h"
#include "events/time.h"
#include "events/working_calendar.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sijill::producers {

using events::CivilDate;
using events::DayHours;
using events::Season;
using events::WeekHours;
using events::WorkingCalendar;
using events::WorkingSpan;

/// Minutes of working time; more than 0.
struct WorkingTime {
    int64_t minutes = 0;
    bool operator==(const WorkingTime&) const = default;
};

/// Days of the calendar, working or not; more than 0. The due date has the start's local time of
/// day; a time that the clock skips is the end of the gap, a repeated one the first of the two.
struct CalendarDays {
    int64_t days = 0;
    bool operator==(const CalendarDays&) const = default;
};

using DueTarget = std::variant<WorkingTime, CalendarDays>;

/// A target longer than this is a mistake: 10 years of calendar days, 366 whole days of work.
inline constexpr int64_t kMaxCalendarDays = 3660;
inline constexpr int64_t kMaxWorkingMinutes = int64_t{366} * 24 * 60;

/// After so many days without working time the calendar is held to have none.
inline constexpr int64_t kMaxIdleDays = 400;

/// The targets of the events that can carry `due_at`, from the event's `time`, which decides all
/// durations. Absent: we give them no due date.
struct DuePolicy {
    WorkingCalendar calendar;
    std::optional<DueTarget> referral;      // referral.requested
    std::optional<DueTarget> complaint;     // complaint.received
    std::optional<DueTarget> kpi_referral;  // kpi.referred
    bool operator==(const DuePolicy&) const = default;
};

/// The first instant at which `target` has passed since `start`, exact to the millisecond. Work
/// that starts outside working time begins at the next opening; work that fills a day is due at its
/// closing, not at the next opening. Errors: Config, naming the calendar, for a zone that the tz
/// database lacks, a target outside its bounds, a calendar without working time for kMaxIdleDays,
/// and a due date after the last instant.
[[nodiscard]] Result<events::Timestamp> due_at(const WorkingCalendar& calendar,
                                               events::Timestamp start,
                                               const DueTarget& target);

/// The due date that the policy gives this event; none when the event has one already or its type
/// has no target. Errors: as due_at.
[[nodiscard]] Result<std::optional<events::Timestamp>> due_date_of(const events::Decoded& event,
                                                                   const DuePolicy& policy);

/// The structured CloudEvent `event_json`, decoded as `event`, with the policy's `due_at` added to
/// its data: RFC 3339 in UTC with milliseconds, all else with the same meaning in the same order.
/// The text itself when due_date_of() gives none. Errors: TooLarge when the due date does not fit
/// into it; those of due_at.
[[nodiscard]] Result<std::string> with_due_date(std::string_view event_json,
                                                const events::Decoded& event,
                                                const DuePolicy& policy);
/// As above for who has only the text. Errors: also Invalid when it is no valid event.
[[nodiscard]] Result<std::string> with_due_date(std::string_view event_json,
                                                const DuePolicy& policy);

}  // namespace sijill::producers
