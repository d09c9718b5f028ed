#include "api/log_ends.h"

#include <algorithm>

namespace sijill::api {

void LogEnds::note(const std::vector<log::OffsetRange>& ranges,
                   const Vector& committed,
                   int64_t asked_at_ms) {
    ends_.resize(ranges.size());
    for (size_t i = 0; i < ranges.size(); ++i) {
        ends_[i].offset = ranges[i].end;
        const auto next = committed.find(ranges[i].partition);
        if (next != committed.end() && next->second >= ranges[i].end) {
            ends_[i].level_at_ms = asked_at_ms;
        }
    }
}

int64_t LogEnds::end_of(size_t at, int64_t next) const {
    return at < ends_.size() ? std::max(ends_[at].offset, next) : next;
}

Lag LogEnds::lag_of(const std::vector<projections::Position>& positions, int64_t now_ms) const {
    Lag lag;
    int64_t oldest = now_ms;
    for (size_t i = 0; i < positions.size(); ++i) {
        const projections::Position& position = positions[i];
        const int64_t behind = end_of(i, position.next_offset) - position.next_offset;
        if (behind == 0) {
            continue;
        }
        lag.records += behind;
        const int64_t folded_to = std::max(ends_[i].level_at_ms, position.last_append_time_ms);
        if (folded_to > 0) {  // else nothing of it was folded yet, and its age is not known
            oldest = std::min(oldest, folded_to);
        }
    }
    lag.seconds = static_cast<double>(now_ms - oldest) / 1'000;
    return lag;
}

}  // namespace sijill::api
