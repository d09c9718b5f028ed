#pragma once
// projections/governance_states.h - KPI referrals, published periods, erased persons; folded in log
// order.

#include "events/kpi_referral_events.h"
#include "projections/fact.h"

#include <optional>
#include <string>
#include <vector>

namespace sijill::projections {

enum class KpiReferralStatus : uint8_t { None, Referred, Acknowledged, Answered, Closed };

[[nodiscard]] std::string_view name_of(KpiReferralStatus status);

/// A figure that missed its target, and what its department said of it.
struct KpiReferralState {
    KpiReferralStatus status = KpiReferralStatus::None;
    int64_t referred_at_ms = 0;  // the event's time
    Term kpi;
    Term department;
    std::string period;
    std::string dimensions;  // JSON object, as referred
    std::string position;
    int64_t definition_version = 0;
    int64_t numerator = 0;
    int64_t denominator = 0;
    int64_t target = 0;
    std::optional<int64_t> due_at_ms;
    std::optional<int64_t> acknowledged_at_ms;
    std::optional<int64_t> answered_at_ms;
    Term cause;
    Term action;
    std::optional<events::KpiReferralOutcome> outcome;
    int64_t closed_at_ms = 0;
    Term base;
    Term variant;
    std::optional<events::TargetDirection> direction;

    static constexpr auto members(const auto& visit) {
        return visit(&KpiReferralState::status,
                     &KpiReferralState::referred_at_ms,
                     &KpiReferralState::kpi,
                     &KpiReferralState::department,
                     &KpiReferralState::period,
                     &KpiReferralState::dimensions,
                     &KpiReferralState::position,
                     &KpiReferralState::definition_version,
                     &KpiReferralState::numerator,
                     &KpiReferralState::denominator,
                     &KpiReferralState::target,
                     &KpiReferralState::due_at_ms,
                     &KpiReferralState::acknowledged_at_ms,
                     &KpiReferralState::answered_at_ms,
                     &KpiReferralState::cause,
                     &KpiReferralState::action,
                     &KpiReferralState::outcome,
                     &KpiReferralState::closed_at_ms,
                     &KpiReferralState::base,
                     &KpiReferralState::variant,
                     &KpiReferralState::direction);
    }
    bool operator==(const KpiReferralState&) const = default;
};

/// The published revisions of one period: revision 1 sealed it, each later one restated it.
struct PeriodState {
    struct Revision {
        int64_t number = 0;
        int64_t at_ms = 0;
        std::string digest;
        std::string position;
        std::string rules;  // "" when the event did not say
        static constexpr auto members(const auto& visit) {
            return visit(&Revision::number,
                         &Revision::at_ms,
                         &Revision::digest,
                         &Revision::position,
                         &Revision::rules);
        }
        bool operator==(const Revision&) const = default;
    };
    std::vector<Revision> revisions;
    static constexpr auto members(const auto& visit) { return visit(&PeriodState::revisions); }
    bool operator==(const PeriodState&) const = default;
};

/// A person who asked to be forgotten; the keystore does the forgetting (privacy/).
struct PersonState {
    bool erasure_requested = false;
    bool key_destroyed = false;
    int64_t key_destroyed_at_ms = 0;
    static constexpr auto members(const auto& visit) {
        return visit(&PersonState::erasure_requested,
                     &PersonState::key_destroyed,
                     &PersonState::key_destroyed_at_ms);
    }
    bool operator==(const PersonState&) const = default;
};

}  // namespace sijill::projections
