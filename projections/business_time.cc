#include "projections/business_time.h"

#include "projections/period.h"

#include <algorithm>
#include <utility>

namespace sijill::projections {

namespace {

using events::kMsPerDay;
using events::kMsPerMinute;

// The local days of all instants that an event may tell: the clock is at most a day off.
constexpr int64_t kFirstDay = events::floor_div(events::kFirstInstant.ms, kMsPerDay) - 1;
constexpr int64_t kDays = events::floor_div(events::kLastInstant.ms, kMsPerDay) + 2 - kFirstDay;

std::string week_text(const events::WeekHours& hours) {
    std::string text;
    for (const events::DayHours& day : hours) {
        for (const events::WorkingSpan& span : day) {
            text += ' ' + std::to_string(span.begin) + '-' + std::to_string(span.end);
        }
        text += ';';
    }
    return text;
}

std::string date_text(const events::CivilDate& date) {
    return day_text(static_cast<int32_t>(events::days_from_civil(date)));
}

std::string text_of(const events::WorkingCalendar& calendar) {
    std::string text = calendar.time_zone + week_text(calendar.hours) + " weekend ";
    for (const bool weekend : calendar.weekend) {
        text += weekend ? '1' : '0';
    }
    for (const events::CivilDate& date : calendar.holidays) {
        text += " holiday " + date_text(date);
    }
    for (const events::Season& season : calendar.seasons) {
        text += " season " + date_text(season.from) + ' ' + date_text(season.to) +
                week_text(season.hours);
    }
    return text;
}

}  // namespace

Result<std::shared_ptr<const BusinessTime>> BusinessTime::of(events::WorkingCalendar calendar) {
    auto local_time = LocalTime::of(calendar.time_zone);
    if (!local_time) {
        return Unexpected(local_time.error());
    }
    return std::shared_ptr<const BusinessTime>(
        new BusinessTime(std::move(calendar), std::move(*local_time)));
}

BusinessTime::BusinessTime(events::WorkingCalendar calendar, LocalTime local_time)
    : calendar_(std::move(calendar)),
      local_time_(std::move(local_time)),
      rules_(text_of(calendar_)) {
    days_.reserve(kDays);
    int64_t sum = 0;
    for (int64_t day = 0; day < kDays; ++day) {
        const events::DayHours& hours = events::hours_of(calendar_, kFirstDay + day);
        days_.push_back({sum, &hours});
        for (const events::WorkingSpan& span : hours) {
            sum += (span.end - span.begin) * kMsPerMinute;
        }
    }
}

int64_t BusinessTime::until(int64_t local_ms) const {
    const int64_t since_first =
        std::clamp<int64_t>(local_ms - kFirstDay * kMsPerDay, 0, kDays * kMsPerDay - 1);
    const Day& day = days_[static_cast<size_t>(since_first / kMsPerDay)];
    const int64_t time = since_first % kMsPerDay;
    int64_t sum = day.before_ms;
    for (const events::WorkingSpan& span : *day.hours) {
        const int64_t begin = span.begin * kMsPerMinute;
        const int64_t end = span.end * kMsPerMinute;
        sum += std::clamp(time, begin, end) - begin;
    }
    return sum;
}

int64_t BusinessTime::between(const LocalTime& local_time, int64_t begin_ms, int64_t end_ms) const {
    int64_t sum = 0;
    for (int64_t at = begin_ms; at < end_ms;) {
        const LocalTime::Segment segment = local_time.segment_of(at);
        const int64_t stop = std::min(end_ms, segment.end_ms);
        sum += until(stop + segment.offset_ms) - until(at + segment.offset_ms);
        at = stop;
    }
    return sum;
}

}  // namespace sijill::projections
