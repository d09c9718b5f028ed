#pragma once
// projections/local_time.h - the centre's wall clock: which local hour and day an instant falls in.

#include "events/result.h"
#include "events/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sijill::projections {

/// Local hours are counted from 1970-01-01T00:00 of the wall clock; day d is hours [24 d, 24 d +
/// 24). An hour that a change of the clock repeats is one bucket, one that it skips is empty.
/// Copies share the zone. Threads: a copy each.
class LocalTime {
  public:
    /// Errors: Config when the IANA zone is not in the system's tz database.
    [[nodiscard]] static Result<LocalTime> of(std::string_view zone);

    [[nodiscard]] int32_t hour_of(int64_t utc_ms) const {
        return static_cast<int32_t>(
            events::floor_div(utc_ms + segment_of(utc_ms).offset_ms, events::kMsPerHour));
    }
    [[nodiscard]] int32_t day_of(int64_t utc_ms) const {
        return static_cast<int32_t>(
            events::floor_div(utc_ms + segment_of(utc_ms).offset_ms, events::kMsPerDay));
    }
    /// The first instant whose local hour is `hour` or later.
    [[nodiscard]] int64_t instant_of(int32_t hour) const;
    [[nodiscard]] const std::string& zone() const { return zone_; }
    /// Its offsets in seconds, each with the second since 1970 from which it counts, until 2200:
    /// two of equal rules give every instant of these years the same hour.
    [[nodiscard]] std::string rules() const;

    /// A span of instants with one offset from UTC.
    struct Segment {
        int64_t begin_ms = 0;
        int64_t end_ms = 0;
        int64_t offset_ms = 0;
    };
    [[nodiscard]] Segment segment_of(int64_t utc_ms) const {
        if (utc_ms < last_.begin_ms || utc_ms >= last_.end_ms) {
            look_up(utc_ms);
        }
        return last_;
    }

  private:
    void look_up(int64_t utc_ms) const;

    std::string zone_;
    const void* tz_ = nullptr;  // date::time_zone, owned by the library for the process's life
    mutable Segment last_;      // events come in runs of one segment
};

inline constexpr int32_t kHoursPerDay = 24;

/// Local day of a local hour.
[[nodiscard]] constexpr int32_t day_of_hour(int32_t hour) {
    return static_cast<int32_t>(events::floor_div(hour, kHoursPerDay));
}

}  // namespace sijill::projections
