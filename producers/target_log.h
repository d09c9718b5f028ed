#pragma once
// producers/target_log.h - the log that a connector carries into, and how it is known again.

#include "log/event_log.h"
#include "producers/state_file.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sijill::producers {

/// A record that was carried, or appended: it tells a log that was made again.
struct CarriedRecord {
    int64_t offset = 0;
    uint32_t content_check = 0;  // events::content_check of its value
    bool operator==(const CarriedRecord&) const = default;
};

/// Up to a connector's place all is in this log. Of another one, or of an older copy of it, the
/// place tells nothing: what went on behind it would be missing there in silence.
struct TargetLog {
    std::string name;
    std::string id;                         // "": nothing was carried yet
    std::map<int32_t, CarriedRecord> last;  // what was appended last to each partition
    bool operator==(const TargetLog&) const = default;
};

/// As lines of a state file.
[[nodiscard]] std::string encode_target(const TargetLog& target);

/// One of these lines; false: it is none.
bool read_target_line(std::string_view what, StateFields& fields, TargetLog& target);

/// The log as the target to go on with after `before`. Errors: Corrupt (it is another log, or has
/// not what was appended), those of the log.
[[nodiscard]] Result<TargetLog> target_after(TargetLog before, log::EventLog& log);

}  // namespace sijill::producers
