#include "producers/due_dates.h"

#include "events/decode.h"
#include "events/patch.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>

namespace sijill::producers {

namespace {

using events::floor_div;
using events::kMsPerDay;
using events::kMsPerMinute;
using events::Timestamp;

Unexpected fail_of(const WorkingCalendar& calendar, const std::string& what) {
    return fail(Errc::Config, "working calendar '" + calendar.name + "' " + what);
}

Result<const date::time_zone*> zone_of(const WorkingCalendar& calendar) {
    try {
        return date::locate_zone(calendar.time_zone);
    } catch (const std::exception&) {
        return fail_of(calendar,
                       "has the time zone '" + calendar.time_zone +
                           "', which is not in the system's tz database (Debian package tzdata)");
    }
}

/// Adds working time. Walks in steps in which the local clock runs evenly within one local day: a
/// step ends at local midnight or where the offset from UTC changes.
class Walk {
  public:
    Walk(const WorkingCalendar& calendar, const date::time_zone& zone)
        : calendar_(calendar), zone_(zone) {}

    Result<Timestamp> add(Timestamp start, int64_t work_ms) {
        int64_t now = start.ms;
        int64_t worked_at = now;  // the last instant of working time so far
        while (now - worked_at <= kMaxIdleDays * kMsPerDay) {
            const Step step = step_from(now);
            for (const WorkingSpan& span : events::hours_of(calendar_, step.day)) {
                const int64_t begin = std::max(now, step.utc_of(span.begin));
                const int64_t end = std::min(step.end_ms, step.utc_of(span.end));
                if (begin >= end) {
                    continue;
                }
                if (end - begin >= work_ms) {
                    return checked(begin + work_ms);
                }
                work_ms -= end - begin;
                worked_at = end;
            }
            now = step.end_ms;
        }
        return fail_of(calendar_,
                       "has no working time within " + std::to_string(kMaxIdleDays) + " days of " +
                           events::format_rfc3339({std::min(worked_at, events::kLastInstant.ms)}));
    }

    [[nodiscard]] Result<Timestamp> checked(int64_t ms) const {
        if (ms > events::kLastInstant.ms) {
            return fail_of(calendar_, "would give a due date after the year 2199");
        }
        return Timestamp{ms};
    }

  private:
    struct Step {
        int64_t day = 0;        // local
        int64_t offset_ms = 0;  // local - UTC
        int64_t end_ms = 0;     // UTC
        [[nodiscard]] int64_t utc_of(int minute) const {
            return day * kMsPerDay + minute * kMsPerMinute - offset_ms;
        }
    };

    [[nodiscard]] Step step_from(int64_t now) const {
        const auto info =
            zone_.get_info(date::sys_seconds{std::chrono::seconds{floor_div(now, 1000)}});
        Step step;
        step.offset_ms = info.offset.count() * 1000;
        step.day = floor_div(now + step.offset_ms, kMsPerDay);
        const int64_t midnight = (step.day + 1) * kMsPerDay - step.offset_ms;
        // In seconds: a zone's last segment ends where milliseconds would overflow.
        const int64_t change = info.end.time_since_epoch().count();
        step.end_ms = change > floor_div(midnight, 1000) ? midnight : change * 1000;
        return step;
    }

    const WorkingCalendar& calendar_;
    const date::time_zone& zone_;
};

/// The same local time `days` later.
int64_t days_later(const date::time_zone& zone, int64_t start_ms, int64_t days) {
    using std::chrono::seconds;
    const int64_t start_s = floor_div(start_ms, 1000);
    const auto offset = zone.get_info(date::sys_seconds{seconds{start_s}}).offset;
    const date::local_seconds local{seconds{start_s} + offset + date::days{days}};
    const auto info = zone.get_info(local);
    if (info.result == date::local_info::nonexistent) {
        return info.first.end.time_since_epoch().count() * 1000;
    }
    return (local.time_since_epoch() - info.first.offset).count() * 1000 + start_ms -
           start_s * 1000;
}

/// What the policy says about an event that has no due date.
std::optional<DueTarget> target_of(const events::Event& event, const DuePolicy& policy) {
    if (const auto* e = std::get_if<events::ReferralRequested>(&event); e && !e->due_at) {
        return policy.referral;
    }
    if (const auto* e = std::get_if<events::ComplaintReceived>(&event); e && !e->due_at) {
        return policy.complaint;
    }
    if (const auto* e = std::get_if<events::KpiReferred>(&event); e && !e->due_at) {
        return policy.kpi_referral;
    }
    return std::nullopt;
}

}  // namespace

Result<Timestamp> due_at(const WorkingCalendar& calendar,
                         Timestamp start,
                         const DueTarget& target) {
    const auto zone = zone_of(calendar);
    if (!zone) {
        return Unexpected(zone.error());
    }
    Walk walk(calendar, **zone);
    if (const auto* work = std::get_if<WorkingTime>(&target)) {
        if (work->minutes < 1 || work->minutes > kMaxWorkingMinutes) {
            return fail_of(calendar,
                           "cannot add " + std::to_string(work->minutes) +
                               " minutes of work; 1 to " + std::to_string(kMaxWorkingMinutes));
        }
        return walk.add(start, work->minutes * kMsPerMinute);
    }
    const int64_t days = std::get<CalendarDays>(target).days;
    if (days < 1 || days > kMaxCalendarDays) {
        return fail_of(calendar,
                       "cannot add " + std::to_string(days) + " days; 1 to " +
                           std::to_string(kMaxCalendarDays));
    }
    return walk.checked(days_later(**zone, start.ms, days));
}

Result<std::optional<Timestamp>> due_date_of(const events::Decoded& event,
                                             const DuePolicy& policy) {
    const auto target = target_of(event.event, policy);
    if (!target) {
        return std::optional<Timestamp>{};
    }
    const auto due = due_at(policy.calendar, event.envelope.time, *target);
    if (!due) {
        return Unexpected(due.error());
    }
    return std::optional(*due);
}

Result<std::string> with_due_date(std::string_view event_json, const DuePolicy& policy) {
    events::Decoder decoder;
    const events::Decoded* event = decoder.decode_text(event_json);
    if (event == nullptr) {
        return fail(Errc::Invalid,
                    "not a valid event: " + std::string(events::name_of(decoder.refusal())));
    }
    return with_due_date(event_json, *event, policy);
}

Result<std::string> with_due_date(std::string_view event_json,
                                  const events::Decoded& event,
                                  const DuePolicy& policy) {
    const auto due = due_date_of(event, policy);
    if (!due) {
        return Unexpected(due.error());
    }
    if (!*due) {
        return std::string(event_json);
    }
    const events::Patch patch{R"({"due_at":")" + events::format_rfc3339(**due) + R"("})", {}};
    auto dated = events::patched_event(event_json, patch);
    if (dated && dated->size() > events::kMaxEventBytes) {
        return fail(Errc::TooLarge, "the event has no room for its due date within 64 KiB");
    }
    return dated;
}

}  // namespace sijill::producers
