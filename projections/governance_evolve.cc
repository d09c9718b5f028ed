// projections/governance_evolve.cc - KPI referrals, published periods and erased persons, in log
// order.

#include "projections/dictionary.h"
#include "projections/evolve.h"

#include <array>

namespace sijill::projections {

namespace {

namespace ev = events;

// PeriodSealed or PeriodRestated: the next revision.
template <class E>
Verdict publish(PeriodState& state, const E& e, int64_t at_ms) {
    if (e.revision.value != static_cast<int64_t>(state.revisions.size()) + 1) {
        return Verdict::Illegal;
    }
    state.revisions.push_back({e.revision.value,
                               at_ms,
                               std::string(e.digest.text),
                               std::string(e.position.text),
                               std::string(e.rules ? e.rules->text : "")});
    return Verdict::Applied;
}

}  // namespace

std::string_view name_of(KpiReferralStatus status) {
    static constexpr std::array<std::string_view, 5> kNames{
        "NONE", "REFERRED", "ACKNOWLEDGED", "ANSWERED", "CLOSED"};
    return kNames[static_cast<size_t>(status)];
}

Verdict evolve(KpiReferralState& state, const ev::KpiReferred& e, const FoldContext& context) {
    if (state.status != KpiReferralStatus::None) {
        return Verdict::Illegal;
    }
    state.status = KpiReferralStatus::Referred;
    state.referred_at_ms = context.stamp.time_ms;
    state.kpi = context.dictionary.intern(e.kpi.text);
    state.department = context.dictionary.intern(e.to_department.text);
    state.period = e.period.text;
    state.dimensions = e.dimensions.text;
    state.position = e.position.text;
    state.definition_version = e.definition_version.value;
    state.numerator = e.numerator.value;
    state.denominator = e.denominator.value;
    state.target = e.target.value;
    if (e.due_at) {
        state.due_at_ms = e.due_at->ms;
    }
    state.base = context.dictionary.intern(e.base ? e.base->text : "");
    state.variant = context.dictionary.intern(e.variant ? e.variant->text : "");
    state.direction = e.direction;
    return Verdict::Applied;
}

Verdict evolve(KpiReferralState& state,
               const ev::KpiReferralAcknowledged& /*e*/,
               const FoldContext& context) {
    if (state.status != KpiReferralStatus::Referred) {
        return Verdict::Illegal;
    }
    state.status = KpiReferralStatus::Acknowledged;
    state.acknowledged_at_ms = context.stamp.time_ms;
    return Verdict::Applied;
}

Verdict evolve(KpiReferralState& state,
               const ev::KpiReferralAnswered& e,
               const FoldContext& context) {
    if (state.status != KpiReferralStatus::Acknowledged) {
        return Verdict::Illegal;
    }
    state.status = KpiReferralStatus::Answered;
    state.answered_at_ms = context.stamp.time_ms;
    state.cause = context.dictionary.intern(e.cause.text);
    state.action = context.dictionary.intern(e.action.text);
    return Verdict::Applied;
}

// The centre may withdraw at any time; it settles a figure only after the department answered.
Verdict evolve(KpiReferralState& state,
               const ev::KpiReferralClosed& e,
               const FoldContext& context) {
    const bool open =
        state.status != KpiReferralStatus::None && state.status != KpiReferralStatus::Closed;
    const bool settles = e.outcome != ev::KpiReferralOutcome::Withdrawn;
    if (!open || (settles && state.status != KpiReferralStatus::Answered)) {
        return Verdict::Illegal;
    }
    state.status = KpiReferralStatus::Closed;
    state.outcome = e.outcome;
    state.closed_at_ms = context.stamp.time_ms;
    return Verdict::Applied;
}

Verdict evolve(PeriodState& state, const ev::PeriodSealed& e, const FoldContext& context) {
    if (!state.revisions.empty()) {
        return Verdict::Illegal;
    }
    return publish(state, e, context.stamp.time_ms);
}

Verdict evolve(PeriodState& state, const ev::PeriodRestated& e, const FoldContext& context) {
    if (state.revisions.empty()) {
        return Verdict::Illegal;
    }
    return publish(state, e, context.stamp.time_ms);
}

Verdict evolve(PersonState& state,
               const ev::PersonErasureRequested& /*e*/,
               const FoldContext& /*context*/) {
    state.erasure_requested = true;
    return Verdict::Applied;
}

Verdict evolve(PersonState& state,
               const ev::PersonKeyDestroyed& /*e*/,
               const FoldContext& context) {
    if (state.key_destroyed) {
        return Verdict::Illegal;
    }
    state.key_destroyed = true;
    state.key_destroyed_at_ms = context.stamp.time_ms;
    return Verdict::Applied;
}

}  // namespace sijill::projections
