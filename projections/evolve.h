#pragma once
// projections/evolve.h - one evolve() per aggregate and event, and the check that none is
// forgotten.
//
// evolve(state, event, context) is total and pure: no clock, randomness, floats, locale or hash
// order. It changes the state and says Applied or OutOfScale, or leaves it untouched and says
// Illegal.

#include "events/event.h"
#include "projections/state.h"

#include <optional>
#include <string_view>
#include <vector>

namespace sijill::projections {

// The handlers. A new event needs one here and one body beside its family; the build stops until it
// has it.
Verdict evolve(CallState& state, const events::CallOffered& event, const FoldContext& context);
Verdict evolve(CallState& state, const events::CallAnswered& event, const FoldContext& context);
Verdict evolve(CallState& state, const events::CallAbandoned& event, const FoldContext& context);
Verdict evolve(CallState& state, const events::CallFlowedOut& event, const FoldContext& context);
Verdict evolve(CallState& state,
               const events::CallAgentNotAnswered& event,
               const FoldContext& context);
Verdict evolve(CallState& state, const events::CallHeld& event, const FoldContext& context);
Verdict evolve(CallState& state, const events::CallRetrieved& event, const FoldContext& context);
Verdict evolve(CallState& state, const events::CallTransferred& event, const FoldContext& context);
Verdict evolve(CallState& state, const events::CallEnded& event, const FoldContext& context);
Verdict evolve(CallState& state, const events::CallWrappedUp& event, const FoldContext& context);
Verdict evolve(CallState& state,
               const events::CallOutboundAttempted& event,
               const FoldContext& context);
Verdict evolve(CallState& state,
               const events::CallOutboundConnected& event,
               const FoldContext& context);
Verdict evolve(CallState& state,
               const events::CallOutboundFailed& event,
               const FoldContext& context);
Verdict evolve(CallState& state,
               const events::CallRecordingAvailable& event,
               const FoldContext& context);
Verdict evolve(CallState& state,
               const events::CallRecordingDeleted& event,
               const FoldContext& context);
Verdict evolve(ChatState& state, const events::ChatStarted& event, const FoldContext& context);
Verdict evolve(ChatState& state, const events::ChatAccepted& event, const FoldContext& context);
Verdict evolve(ChatState& state,
               const events::ChatMessagePosted& event,
               const FoldContext& context);
Verdict evolve(ChatState& state,
               const events::ChatFirstResponseGiven& event,
               const FoldContext& context);
Verdict evolve(ChatState& state, const events::ChatAbandoned& event, const FoldContext& context);
Verdict evolve(ChatState& state, const events::ChatEnded& event, const FoldContext& context);
Verdict evolve(MessageState& state,
               const events::MessageReceived& event,
               const FoldContext& context);
Verdict evolve(MessageState& state,
               const events::MessageAnswered& event,
               const FoldContext& context);
Verdict evolve(AppointmentState& state,
               const events::AppointmentBooked& event,
               const FoldContext& context);
Verdict evolve(AppointmentState& state,
               const events::AppointmentRescheduled& event,
               const FoldContext& context);
Verdict evolve(AppointmentState& state,
               const events::AppointmentCancelled& event,
               const FoldContext& context);
Verdict evolve(AppointmentState& state,
               const events::AppointmentCheckedIn& event,
               const FoldContext& context);
Verdict evolve(AppointmentState& state,
               const events::AppointmentCompleted& event,
               const FoldContext& context);
Verdict evolve(AppointmentState& state,
               const events::AppointmentNoShowRecorded& event,
               const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseOpened& event, const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::CaseContactLinked& event,
               const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseAssigned& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseUnassigned& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseReclassified& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CasePended& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseResumed& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseResolved& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseClosed& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseReopened& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseMergedInto& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseAbsorbed& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseCancelled& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::CaseNoteAdded& event, const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::ComplaintReceived& event,
               const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::ComplaintAcknowledged& event,
               const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::ComplaintAssessed& event,
               const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::ComplaintResponseSent& event,
               const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::SuggestionReceived& event,
               const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::ReferralRequested& event,
               const FoldContext& context);
Verdict evolve(CaseState& state, const events::ReferralAccepted& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::ReferralDeclined& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::ReferralReturned& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::ReferralRecalled& event, const FoldContext& context);
Verdict evolve(CaseState& state, const events::ReferralAnswered& event, const FoldContext& context);
Verdict evolve(CaseState& state,
               const events::ReferralFollowedUp& event,
               const FoldContext& context);
Verdict evolve(KpiReferralState& state,
               const events::KpiReferred& event,
               const FoldContext& context);
Verdict evolve(KpiReferralState& state,
               const events::KpiReferralAcknowledged& event,
               const FoldContext& context);
Verdict evolve(KpiReferralState& state,
               const events::KpiReferralAnswered& event,
               const FoldContext& context);
Verdict evolve(KpiReferralState& state,
               const events::KpiReferralClosed& event,
               const FoldContext& context);
Verdict evolve(SurveyState& state, const events::SurveyInvited& event, const FoldContext& context);
Verdict evolve(SurveyState& state, const events::SurveyAnswered& event, const FoldContext& context);
Verdict evolve(SurveyState& state, const events::SurveyExpired& event, const FoldContext& context);
Verdict evolve(EvaluationState& state,
               const events::EvaluationCompleted& event,
               const FoldContext& context);
Verdict evolve(EvaluationState& state,
               const events::EvaluationCalibrated& event,
               const FoldContext& context);
Verdict evolve(EvaluationState& state,
               const events::EvaluationDisputed& event,
               const FoldContext& context);
Verdict evolve(EvaluationState& state,
               const events::EvaluationWithdrawn& event,
               const FoldContext& context);
Verdict evolve(PeriodState& state, const events::PeriodSealed& event, const FoldContext& context);
Verdict evolve(PeriodState& state, const events::PeriodRestated& event, const FoldContext& context);
Verdict evolve(PersonState& state,
               const events::PersonErasureRequested& event,
               const FoldContext& context);
Verdict evolve(PersonState& state,
               const events::PersonKeyDestroyed& event,
               const FoldContext& context);

/// Each code once, in the writer's order: what is coded twice counts once.
[[nodiscard]] std::vector<Term> distinct_terms(const events::CodeList& codes,
                                               Dictionary& dictionary);

template <class S, class E>
using Handler = Verdict (*)(S&, const E&, const FoldContext&);

/// True when there is an evolve() with exactly these parameters; a converting one does not count.
template <class S, class E>
concept Handles = requires {
    static_cast<Handler<S, E>>(&evolve);
};

/// How many aggregates decide on event E.
template <class E, class... S>
consteval size_t deciders(events::TypeList<S...> /*states*/) {
    return (static_cast<size_t>(Handles<S, E>) + ... + 0);
}

/// Corrections belong to no aggregate: the fold applies them to the subject's history.
template <class E>
inline constexpr bool kIsCorrection = events::kContains<E, events::CorrectionEvents>;

template <class E, class States>
consteval bool decided() {
    static_assert(deciders<E>(States{}) != 0 || kIsCorrection<E>,
                  "no aggregate decides on this event");
    static_assert(deciders<E>(States{}) <= 1, "two aggregates decide on this event");
    return true;
}

template <class States, class... E>
consteval bool exhaustive(events::TypeList<E...> /*events*/) {
    static_assert(deciders<Unlisted>(States{}) == 0, "a catch-all evolve() hides forgotten events");
    return (decided<E, States>() && ...);
}

static_assert(exhaustive<AllStates>(events::AllEvents{}));

/// Applies one event that is no correction. The state must be of kind_of(event).
[[nodiscard]] Verdict fold_event(State& state,
                                 const events::Event& event,
                                 const FoldContext& context);

/// The aggregate an event belongs to; nullopt for corrections, whose subject says it.
[[nodiscard]] std::optional<AggregateKind> kind_of(const events::Event& event);

}  // namespace sijill::projections
