#pragma once
// projections/quiet_events.h - events after which a figure, or the days it stands in, cannot have
// changed.

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

/// Their instants are the bucket of no cell, now or later: what they change stands in the days of
/// other events. The Fold and FoldProperty tests hold every one of them to it.
using DaylessEvents = events::Concat<QuietEvents,
                                     events::TypeList<events::CaseAssigned,
                                                      events::CaseReclassified,
                                                      events::CasePended,
                                                      events::CaseResumed>>::type;

[[nodiscard]] inline bool is_dayless(const events::Event& event) {
    return std::visit([]<class E>(const E&) { return events::kContains<E, DaylessEvents>; }, event);
}

}  // namespace sijill::projections
