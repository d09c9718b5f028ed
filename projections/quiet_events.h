#pragma once
// projections/quiet_events.h - events after which no figure and no index can have changed.

#include "events/event.h"

namespace sijill::projections {

/// Their aggregate adds what it added before and is indexed where it was, so the fold does not work
/// that out anew. Notes and linked contacts that tell the citizen something are not of these, for
/// they may be the first response. The Fold and FoldProperty tests hold every one of them to it.
using QuietEvents =
    events::TypeList<events::CaseContactLinked, events::CaseUnassigned, events::CaseNoteAdded>;

[[nodiscard]] inline bool is_quiet(const events::Event& event) {
    if (const auto* note = std::get_if<events::CaseNoteAdded>(&event)) {
        return note->visibility == events::NoteVisibility::Internal;
    }
    if (const auto* linked = std::get_if<events::CaseContactLinked>(&event)) {
        return linked->role != events::ContactRole::Outbound;
    }
    return std::visit([]<class E>(const E&) { return events::kContains<E, QuietEvents>; }, event);
}

}  // namespace sijill::projections
