// projections/case_evolve.cc - the life of a case, its referrals and its complaint, in log order.

#include "projections/dictionary.h"
#include "projections/evolve.h"

#include <algorithm>
#include <string>

namespace sijill::projections {

namespace {

namespace ev = events;

constexpr size_t kUsualTurns = 4;  // room for them at once costs less than to grow

bool opened(const CaseState& state) {
    return state.status != CaseStatus::None;
}

void enter(CaseState& state, CaseStatus status, int64_t at_ms) {
    const bool open = status == CaseStatus::New || status == CaseStatus::Open ||
                      status == CaseStatus::Pending || status == CaseStatus::Referred;
    if (open && status != state.status) {
        if (state.turns.empty()) {
            state.turns.reserve(kUsualTurns);
        }
        state.turns.push_back({at_ms, status});
    }
    state.status = status;
}

// Moves the case when the table allows it.
Verdict move(CaseState& state, CaseTrigger trigger, int64_t at_ms) {
    const auto next = next_status(state.status, trigger);
    if (!next) {
        return Verdict::Illegal;
    }
    enter(state, *next, at_ms);
    return Verdict::Applied;
}

// For events that leave the status alone but need an opened case.
Verdict noted(const CaseState& state) {
    return opened(state) ? Verdict::Applied : Verdict::Illegal;
}

void respond(CaseState& state, int64_t at_ms) {
    if (!state.first_response_at_ms) {
        state.first_response_at_ms = at_ms;
    }
}

// The case leaves the open ones without having been resolved, or one that was is closed.
Verdict end_unresolved(CaseState& state, CaseTrigger trigger, int64_t at_ms) {
    const bool open = !state.ended();
    if (move(state, trigger, at_ms) == Verdict::Illegal) {
        return Verdict::Illegal;
    }
    state.closed_at_ms = at_ms;
    if (open) {
        state.ends.push_back({at_ms, state.status, {}});
    } else {
        state.ends.back().closed_at_ms = at_ms;
    }
    return Verdict::Applied;
}

Referral* find_referral(CaseState& state, std::string_view id) {
    const auto found = std::ranges::find(state.referrals, id, &Referral::id);
    return found == state.referrals.end() ? nullptr : &*found;
}

// A referral ends: by the department from `from`, or by the centre's recall from any open status.
Verdict settle(
    CaseState& state, std::string_view id, ReferralStatus from, ReferralStatus to, int64_t at_ms) {
    Referral* referral = find_referral(state, id);
    if (referral == nullptr || !referral->open() ||
        (to != ReferralStatus::Recalled && referral->status != from) ||
        move(state, CaseTrigger::ReferralSettled, at_ms) == Verdict::Illegal) {
        return Verdict::Illegal;
    }
    referral->status = to;
    referral->settled_at_ms = at_ms;
    const bool waiting = std::ranges::any_of(state.referrals, &Referral::open);
    if (state.status == CaseStatus::Referred && !waiting) {
        enter(state, CaseStatus::Open, at_ms);
    }
    return Verdict::Applied;
}

}  // namespace

Verdict evolve(CaseState& state, const ev::CaseOpened& e, const FoldContext& context) {
    if (move(state, CaseTrigger::Opened, context.stamp.time_ms) == Verdict::Illegal) {
        return Verdict::Illegal;
    }
    state.opened_at_ms = context.stamp.time_ms;
    state.kind = e.kind;
    state.purposes = distinct_terms(e.purposes, context.dictionary);
    state.priority = context.dictionary.intern(e.priority.text);
    state.opened_via = context.dictionary.intern(e.opened_via.text);
    state.citizen = e.citizen ? std::string(e.citizen->text) : std::string();
    if (e.contact_id) {
        state.contacts.add_new(e.contact_id->text);
    }
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::CaseContactLinked& e, const FoldContext& context) {
    if (opened(state)) {
        state.contacts.add_new(e.contact_id.text);
        if (e.role == ev::ContactRole::Outbound) {
            respond(state, context.stamp.time_ms);
        }
    }
    return noted(state);
}

Verdict evolve(CaseState& state, const ev::CaseAssigned& e, const FoldContext& context) {
    if (move(state, CaseTrigger::Assigned, context.stamp.time_ms) == Verdict::Illegal) {
        return Verdict::Illegal;
    }
    state.queue = context.dictionary.intern(e.queue.text);
    state.agent = e.agent ? std::string(e.agent->text) : std::string();
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::CaseUnassigned& e, const FoldContext& context) {
    if (opened(state)) {
        state.queue = context.dictionary.intern(e.queue.text);
        state.agent.clear();
    }
    return noted(state);
}

Verdict evolve(CaseState& state, const ev::CaseReclassified& e, const FoldContext& context) {
    if (opened(state)) {
        state.purposes = distinct_terms(e.new_purposes, context.dictionary);
    }
    return noted(state);
}

Verdict evolve(CaseState& state, const ev::CasePended& /*e*/, const FoldContext& context) {
    return move(state, CaseTrigger::Pended, context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::CaseResumed& /*e*/, const FoldContext& context) {
    return move(state, CaseTrigger::Resumed, context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::CaseResolved& e, const FoldContext& context) {
    // A complaint is resolved only after its answer was sent (ISO 10002: communicate, then close).
    const bool unanswered =
        state.complaint && !state.complaint->suggestion && !state.complaint->decision;
    if (unanswered ||
        move(state, CaseTrigger::Resolved, context.stamp.time_ms) == Verdict::Illegal) {
        return Verdict::Illegal;
    }
    if (!state.first_resolved_at_ms) {
        state.first_resolved_at_ms = context.stamp.time_ms;
        state.first_contact = e.first_contact;
        state.resolution = context.dictionary.intern(e.resolution.text);
    }
    state.last_resolved_at_ms = context.stamp.time_ms;
    state.ends.push_back({context.stamp.time_ms, CaseStatus::Resolved, {}});
    respond(state, context.stamp.time_ms);
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::CaseClosed& e, const FoldContext& context) {
    const auto trigger =
        e.reason == ev::CloseReason::Resolved ? CaseTrigger::ClosedAsResolved : CaseTrigger::Closed;
    return end_unresolved(state, trigger, context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::CaseReopened& e, const FoldContext& context) {
    if (e.episode.value != state.episode + 1 ||
        move(state, CaseTrigger::Reopened, context.stamp.time_ms) == Verdict::Illegal) {
        return Verdict::Illegal;
    }
    state.episode = e.episode.value;
    state.reopened_at_ms.push_back(context.stamp.time_ms);
    state.closed_at_ms.reset();
    if (e.contact_id) {
        state.contacts.add_new(e.contact_id->text);
    }
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::CaseMergedInto& e, const FoldContext& context) {
    if (e.other_case_id.text == context.subject) {
        return Verdict::Illegal;  // nothing would go on
    }
    const Verdict verdict = end_unresolved(state, CaseTrigger::MergedInto, context.stamp.time_ms);
    if (verdict == Verdict::Applied) {
        state.merged_into = e.other_case_id.text;
    }
    return verdict;
}

Verdict evolve(CaseState& state, const ev::CaseAbsorbed& /*e*/, const FoldContext& /*context*/) {
    return noted(state);
}

Verdict evolve(CaseState& state, const ev::CaseCancelled& /*e*/, const FoldContext& context) {
    return end_unresolved(state, CaseTrigger::Cancelled, context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::CaseNoteAdded& e, const FoldContext& context) {
    if (opened(state)) {
        ++state.notes;
        if (e.visibility == ev::NoteVisibility::Citizen) {
            respond(state, context.stamp.time_ms);
        }
    }
    return noted(state);
}

Verdict evolve(CaseState& state, const ev::ComplaintReceived& e, const FoldContext& context) {
    if (!opened(state) || state.complaint) {
        return Verdict::Illegal;
    }
    Complaint& complaint = state.complaint.emplace();
    complaint.received_at_ms = context.stamp.time_ms;
    complaint.ends_before = static_cast<int64_t>(state.ends.size());
    complaint.category = context.dictionary.intern(e.category.text);
    complaint.received_via = context.dictionary.intern(e.received_via.text);
    complaint.severity = e.severity;
    if (e.due_at) {
        complaint.due_at_ms = e.due_at->ms;
    }
    return Verdict::Applied;
}

Verdict evolve(CaseState& state,
               const ev::ComplaintAcknowledged& /*e*/,
               const FoldContext& context) {
    if (!state.complaint) {
        return Verdict::Illegal;
    }
    state.complaint->acknowledged = true;
    respond(state, context.stamp.time_ms);
    return Verdict::Applied;
}

// What is not admissible is owed no answer, whatever due date comes with that.
Verdict evolve(CaseState& state, const ev::ComplaintAssessed& e, const FoldContext& context) {
    if (!state.complaint) {
        return Verdict::Illegal;
    }
    state.complaint->severity = e.severity;
    if (e.admissible) {
        state.complaint->due_at_ms = e.due_at.ms;
        state.complaint->inadmissible_at_ms.reset();
    } else if (!state.complaint->inadmissible_at_ms) {
        state.complaint->inadmissible_at_ms = context.stamp.time_ms;
    }
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::ComplaintResponseSent& e, const FoldContext& context) {
    if (!state.complaint) {
        return Verdict::Illegal;
    }
    state.complaint->decision = e.decision;
    state.complaint->response_sent_at_ms = context.stamp.time_ms;
    if (!state.complaint->first_response_sent_at_ms) {
        state.complaint->first_response_sent_at_ms = context.stamp.time_ms;
    }
    respond(state, context.stamp.time_ms);
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::SuggestionReceived& e, const FoldContext& context) {
    if (!opened(state) || state.complaint) {
        return Verdict::Illegal;
    }
    Complaint& suggestion = state.complaint.emplace();
    suggestion.suggestion = true;
    suggestion.received_at_ms = context.stamp.time_ms;
    suggestion.ends_before = static_cast<int64_t>(state.ends.size());
    suggestion.category = context.dictionary.intern(e.category.text);
    suggestion.received_via = context.dictionary.intern(e.received_via.text);
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::ReferralRequested& e, const FoldContext& context) {
    if (find_referral(state, e.referral_id.text) != nullptr ||
        move(state, CaseTrigger::ReferralRequested, context.stamp.time_ms) == Verdict::Illegal) {
        return Verdict::Illegal;
    }
    Referral& referral = state.referrals.emplace_back();
    referral.id = e.referral_id.text;
    referral.department = context.dictionary.intern(e.to_department.text);
    referral.requested_at_ms = context.stamp.time_ms;
    if (e.due_at) {
        referral.due_at_ms = e.due_at->ms;
    }
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::ReferralAccepted& e, const FoldContext& /*context*/) {
    Referral* referral = find_referral(state, e.referral_id.text);
    if (referral == nullptr || referral->status != ReferralStatus::Requested) {
        return Verdict::Illegal;
    }
    referral->status = ReferralStatus::Accepted;
    return Verdict::Applied;
}

Verdict evolve(CaseState& state, const ev::ReferralDeclined& e, const FoldContext& context) {
    return settle(state,
                  e.referral_id.text,
                  ReferralStatus::Requested,
                  ReferralStatus::Declined,
                  context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::ReferralReturned& e, const FoldContext& context) {
    return settle(state,
                  e.referral_id.text,
                  ReferralStatus::Accepted,
                  ReferralStatus::Returned,
                  context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::ReferralRecalled& e, const FoldContext& context) {
    return settle(state,
                  e.referral_id.text,
                  ReferralStatus::Accepted,
                  ReferralStatus::Recalled,
                  context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::ReferralAnswered& e, const FoldContext& context) {
    return settle(state,
                  e.referral_id.text,
                  ReferralStatus::Accepted,
                  ReferralStatus::Answered,
                  context.stamp.time_ms);
}

Verdict evolve(CaseState& state, const ev::ReferralFollowedUp& e, const FoldContext& /*context*/) {
    Referral* referral = find_referral(state, e.referral_id.text);
    if (referral == nullptr || !referral->open()) {
        return Verdict::Illegal;
    }
    ++referral->reminders;
    return Verdict::Applied;
}

}  // namespace sijill::projections
