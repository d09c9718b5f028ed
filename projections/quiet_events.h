#pragma once
// projections/quiet_events.h - events after which no figure and no index can have changed.

#include "events/event.h"

namespace sijill::projections {

/// Their aggregate adds what it added before and is indexed where it was, so the fold does not work
/// that out anew. Most events of a long-lived case are of these. The Fold and FoldProperty tests
/// hold every one of them to it.
using QuietEvents = events::TypeList<events::CaseContactLinked,
                                     events::CaseAssigned,
                                     events::CaseUnassigned,
                                     events::CasePended,
                                     events::CaseResumed,
                                     events::CaseNoteAdded>;

[[nodiscard]] inline bool is_quiet(const events::Event& event) {
    return std::visit([]<class E>(const E&) { return events::kContains<E, QuietEvents>; }, event);
}

}  // namespace sijill::projections
