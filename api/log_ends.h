#pragma once
// api/log_ends.h - how far the views are behind the log.

#include "api/positions.h"
#include "log/event_log.h"
#include "projections/row_codec.h"

#include <cstdint>
#include <vector>

namespace sijill::api {

struct Lag {
    int64_t records = 0;
    double seconds = 0;  // at most so much older than now is what is not folded
};

/// Where the log's partitions ended when it was asked last. Places of partitions in vectors are
/// those of ranges(). One thread at a time.
class LogEnds {
  public:
    /// What the log said. `committed`: up to where the views were after that; `asked_at_ms`: the
    /// clock before it.
    void note(const std::vector<log::OffsetRange>& ranges,
              const Vector& committed,
              int64_t asked_at_ms);

    /// The end of the partition at this place; `next` while it is not known, or when the views are
    /// further already.
    [[nodiscard]] int64_t end_of(size_t at, int64_t next) const;

    /// Of views at these positions.
    [[nodiscard]] Lag lag_of(const std::vector<projections::Position>& positions,
                             int64_t now_ms) const;

  private:
    struct End {
        int64_t offset = 0;
        // All that was appended before this was folded; 0: not known. Without it a partition that
        // was quiet for a night would be a night behind, for as long as its next event is folded.
        int64_t level_at_ms = 0;
    };
    std::vector<End> ends_;
};

}  // namespace sijill::api
