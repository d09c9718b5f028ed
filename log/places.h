#pragma once
// log/places.h - rules about places that every back end shares.

#include "events/record.h"
#include "events/result.h"
#include "log/event_log.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace sijill::log {

/// Milliseconds since 1970 UTC; tests put their own in.
using Clock = std::function<int64_t()>;
[[nodiscard]] int64_t system_clock_ms();

/// What kMaxRecordBytes limits.
[[nodiscard]] size_t record_bytes(const events::NewRecord& record);
[[nodiscard]] Unexpected too_large(const events::NewRecord& record);

/// Refuses a place outside the log: such a position was stored while another log stood there, and
/// reading on would mix two histories. `ranges`: every partition, ordered. Errors: Corrupt (names
/// topic, partition, offset, remedy).
[[nodiscard]] Result<void> check_places(std::string_view topic,
                                        std::span<const Place> places,
                                        std::span<const OffsetRange> ranges);

/// Appends one partition to a position as people and clients write it: `0:1234,1:987`, the next
/// offset of each.
void append_to_position(std::string& text, int32_t partition, int64_t next_offset);

/// One partition's progress in a reader of a local back end.
struct Cursor {
    int32_t partition = 0;
    int64_t next_offset = 0;
    int64_t reported_end = -1;

    /// True when a read has something to say: records, or an end not reported yet.
    [[nodiscard]] bool has_news(int64_t end) const {
        return next_offset < end || reported_end != next_offset;
    }
};

/// A random UUID (version 4) as text: tells a recreated local log from its predecessor.
[[nodiscard]] std::string random_log_id();

}  // namespace sijill::log
