#pragma once
// consumers/changes.h - what changed in a period since a position: each figure, with the events
// that changed it.

#include "consumers/shard_set.h"
#include "events/result.h"
#include "log/event_log.h"
#include "projections/local_time.h"
#include "projections/publication.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sijill::consumers {

/// An event that the log got behind the position.
struct LaterEvent {
    int32_t partition = 0;
    int64_t offset = 0;
    int64_t append_time_ms = 0;
    std::string type;  // "case.opened"
    std::string subject;
    std::string id;
};

struct ExplainedChange {
    projections::ChangedFigure figure;
    std::vector<size_t> events;  // places in Changes::events; of every subject that adds otherwise
};

struct Changes {
    std::string digest_before;       // of the period's figures in the earlier view
    std::vector<LaterEvent> events;  // of whom something changed; by partition and offset
    std::vector<ExplainedChange> figures;
};

/// Of which period, and which KPIs.
struct ChangesAsked {
    const projections::Period& period;
    const projections::KpiCatalogue& kpis;
    const projections::LocalTime& local_time;
};

/// Compares two views of one log; the earlier one holds a prefix of what the later one holds. Only
/// people who are counted once (chat-citizens) and suppressed figures are without events. Errors:
/// Unavailable, Corrupt, Storage.
[[nodiscard]] Result<Changes> changes_since(log::EventLog& log,
                                            const ShardView& before,
                                            const ShardView& after,
                                            const ChangesAsked& asked);

}  // namespace sijill::consumers
