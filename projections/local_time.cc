#include "projections/local_time.h"

#include <date/tz.h>

#include <chrono>
#include <optional>

namespace sijill::projections {

namespace {

using std::chrono::seconds;

int64_t to_ms(date::sys_seconds time) {
    // Zones open and close at the ends of the representable time: clamp so that milliseconds do not
    // overflow.
    constexpr int64_t kFar = int64_t{1} << 50;
    const int64_t s = time.time_since_epoch().count();
    return s > kFar / 1000 ? kFar : (s < -kFar / 1000 ? -kFar : s * 1000);
}

}  // namespace

Result<LocalTime> LocalTime::of(std::string_view zone) {
    LocalTime local;
    local.zone_ = zone;
    try {
        local.tz_ = date::locate_zone(local.zone_);
    } catch (const std::exception&) {
        return fail(Errc::Config,
                    "time zone '" + local.zone_ +
                        "' is not in the system's tz database (Debian package tzdata)");
    }
    return local;
}

void LocalTime::look_up(int64_t utc_ms) const {
    const auto* zone = static_cast<const date::time_zone*>(tz_);
    const auto info = zone->get_info(date::sys_seconds{seconds{events::floor_div(utc_ms, 1000)}});
    last_ = {to_ms(info.begin), to_ms(info.end), info.offset.count() * 1000};
}

std::string LocalTime::rules() const {
    std::string rules;
    std::optional<int64_t> before;
    for (int64_t at = events::kFirstInstant.ms; at <= events::kLastInstant.ms;) {
        const Segment segment = segment_of(at);
        if (segment.offset_ms != before) {  // others change a name alone
            rules += (before ? " " + std::to_string(at / events::kMsPerSecond) + ":" : "") +
                     std::to_string(segment.offset_ms / events::kMsPerSecond);
            before = segment.offset_ms;
        }
        at = segment.end_ms;
    }
    return rules;
}

int64_t LocalTime::instant_of(int32_t hour) const {
    // Offsets lie within a day: start before and step to the first instant of that local hour,
    // segment by segment.
    const int64_t local_ms = static_cast<int64_t>(hour) * events::kMsPerHour;
    int64_t utc = local_ms - events::kMsPerDay;
    while (true) {
        const Segment segment = segment_of(utc);
        const int64_t candidate = std::max(utc, local_ms - segment.offset_ms);
        if (candidate < segment.end_ms) {
            return candidate;
        }
        utc = segment.end_ms;
    }
}

}  // namespace sijill::projections
