#pragma once
// log/read_again.h - single records of a partition, read again by their offsets.

#include "log/event_log.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>

namespace sijill::log {

/// Is given each record; its views are valid during the call.
using Deliver = std::function<void(const events::Record& record)>;

/// Delivers the records at these ascending offsets; one that is no longer there is left out.
/// Errors: those of the log; Unavailable when it gave nothing for `patience`.
[[nodiscard]] Result<void> read_again(
    EventLog& log,
    int32_t partition,
    std::span<const int64_t> offsets,
    const Deliver& deliver,
    std::chrono::milliseconds patience = std::chrono::seconds(30));

/// What stands at an offset where a record was read before.
enum class Found { Same, Other, Gone };

/// Compares by events::content_check: a topic that was made again under its name has others. Gone:
/// a hole, as compaction leaves it. Errors: those of the log (Corrupt: the offset is outside it).
[[nodiscard]] Result<Found> find_again(EventLog& log,
                                       int32_t partition,
                                       int64_t offset,
                                       uint32_t content_check);

}  // namespace sijill::log
