#pragma once
// projections/day_index.h - which aggregates stand in a local day: what a figure is opened with.

#include "projections/rows.h"
#include "projections/state.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sijill::projections {

/// Pages of subjects: one row for each kind, day and span of offsets in which an aggregate was
/// listed. Pages only grow, in offset order, so they do not depend on batches. An aggregate that
/// left a day, or might have come to stand there and did not, stays listed: its contributions tell
/// whether it stands there. Threads: one owner.
class DayIndex {
  public:
    /// Continues behind `next_offset`. The rows must outlive the index.
    DayIndex(const RowReader& rows, int64_t next_offset);

    /// Since the record at `offset` the aggregate may stand in the day; offsets never fall. Errors:
    /// Storage, Corrupt.
    [[nodiscard]] Result<void> list(AggregateKind kind,
                                    std::string_view subject,
                                    int32_t day,
                                    int64_t offset);

    /// Appends the changed rows and forgets the pages that will not grow any more.
    void take_changes(RowBatch& out);

    [[nodiscard]] size_t bytes() const { return bytes_; }
    /// Reads of the store: only of the page that was being filled when the index was opened.
    [[nodiscard]] uint64_t gets() const { return gets_; }

  private:
    struct Page {
        std::string subjects;  // as in its row
        bool dirty = false;
    };
    using Key = std::tuple<AggregateKind, int32_t, int64_t>;  // kind, day, number of the span

    const RowReader& rows_;
    int64_t resumed_span_;  // the one whose pages the store may have; -1: none
    int64_t last_span_ = -1;
    size_t bytes_ = 0;
    uint64_t gets_ = 0;
    std::map<Key, Page> pages_;
};

/// Calls `subject` for each one of a page. Errors: Corrupt.
[[nodiscard]] Result<void> decode_subjects(
    std::string_view page, const std::function<void(std::string_view subject)>& subject);

/// Calls `subject` for each aggregate of the kind that is listed in the local days [begin_day,
/// end_day): all that stand there, and others. One comes once for each day. Errors: Storage,
/// Corrupt.
[[nodiscard]] Result<void> for_each_standing(
    const RowReader& rows,
    AggregateKind kind,
    int32_t begin_day,
    int32_t end_day,
    const std::function<void(std::string_view subject)>& subject);

}  // namespace sijill::projections
