#pragma once
// projections/case_state.h - one case, with its referrals and its complaint; folded in log order.

#include "events/case_events.h"
#include "events/complaint_events.h"
#include "projections/fact.h"
#include "projections/packed_text.h"

#include <optional>
#include <string>
#include <vector>

namespace sijill::projections {

/// Where a case stands. None: no case.opened has been applied. Stored as numbers: only append.
enum class CaseStatus : uint8_t {
    None,
    New,
    Open,
    Pending,
    Referred,
    Resolved,
    Closed,
    Merged,
    Cancelled
};
inline constexpr size_t kCaseStatusCount = 9;

[[nodiscard]] std::string_view name_of(CaseStatus status);

/// The events that move a case from status to status.
enum class CaseTrigger : uint8_t {
    Opened,
    Assigned,
    Pended,
    Resumed,
    ReferralRequested,
    ReferralSettled,  // answered, declined, returned or recalled
    Resolved,
    Closed,
    ClosedAsResolved,
    Reopened,
    MergedInto,
    Cancelled,
};
inline constexpr size_t kCaseTriggerCount = 12;

/// The next status, or nullopt when the event is illegal there. ReferralSettled gives Referred from
/// Referred; the caller moves on to Open when no referral is open any more.
[[nodiscard]] std::optional<CaseStatus> next_status(CaseStatus from, CaseTrigger trigger);

enum class ReferralStatus : uint8_t { Requested, Accepted, Declined, Returned, Recalled, Answered };

[[nodiscard]] std::string_view name_of(ReferralStatus status);

struct Referral {
    std::string id;
    Term department;
    int64_t requested_at_ms = 0;
    std::optional<int64_t> due_at_ms;
    ReferralStatus status = ReferralStatus::Requested;
    int64_t settled_at_ms = 0;
    int64_t reminders = 0;

    [[nodiscard]] bool open() const {
        return status == ReferralStatus::Requested || status == ReferralStatus::Accepted;
    }
    static constexpr auto members(const auto& visit) {
        return visit(&Referral::id,
                     &Referral::department,
                     &Referral::requested_at_ms,
                     &Referral::due_at_ms,
                     &Referral::status,
                     &Referral::settled_at_ms,
                     &Referral::reminders);
    }
    bool operator==(const Referral&) const = default;
};

struct Complaint {
    bool suggestion = false;
    int64_t received_at_ms = 0;  // the event's time
    Term category;
    Term received_via;
    events::Severity severity{};
    bool acknowledged = false;
    std::optional<int64_t> due_at_ms;
    std::optional<int64_t> inadmissible_at_ms;  // when an assessment last made it so
    int64_t ends_before = 0;                    // of the case, when it was received
    std::optional<events::ComplaintDecision> decision;
    int64_t response_sent_at_ms = 0;
    std::optional<int64_t> first_response_sent_at_ms;
    static constexpr auto members(const auto& visit) {
        return visit(&Complaint::suggestion,
                     &Complaint::received_at_ms,
                     &Complaint::category,
                     &Complaint::received_via,
                     &Complaint::severity,
                     &Complaint::acknowledged,
                     &Complaint::due_at_ms,
                     &Complaint::inadmissible_at_ms,
                     &Complaint::ends_before,
                     &Complaint::decision,
                     &Complaint::response_sent_at_ms,
                     &Complaint::first_response_sent_at_ms);
    }
    bool operator==(const Complaint&) const = default;
};

/// An episode begins when the case is opened or reopened and ends when it is resolved, or closed,
/// merged or cancelled without that. What was resolved may be closed too.
struct EpisodeEnd {
    int64_t at_ms = 0;
    CaseStatus how = CaseStatus::Resolved;
    std::optional<int64_t> closed_at_ms;  // of one resolved

    [[nodiscard]] bool resolved() const { return how == CaseStatus::Resolved; }
    static constexpr auto members(const auto& visit) {
        return visit(&EpisodeEnd::at_ms, &EpisodeEnd::how, &EpisodeEnd::closed_at_ms);
    }
    bool operator==(const EpisodeEnd&) const = default;
};

/// The case came to another status in which it is open.
struct StatusTurn {
    int64_t at_ms = 0;
    CaseStatus status = CaseStatus::None;
    static constexpr auto members(const auto& visit) {
        return visit(&StatusTurn::at_ms, &StatusTurn::status);
    }
    bool operator==(const StatusTurn&) const = default;
};

struct CaseState {
    CaseStatus status = CaseStatus::None;
    int64_t opened_at_ms = 0;  // the time of case.opened; reopening keeps it
    events::CaseKind kind{};
    std::vector<Term> purposes;
    Term priority;
    Term opened_via;
    std::string citizen;
    Term queue;
    std::string agent;
    int64_t episode = 1;
    std::vector<int64_t> reopened_at_ms;
    std::vector<EpisodeEnd> ends;  // one for each reopening, and one more when the case has ended
    std::optional<int64_t> first_resolved_at_ms;
    std::optional<int64_t> last_resolved_at_ms;
    bool first_contact = false;
    Term resolution;  // the first
    std::optional<int64_t> closed_at_ms;
    std::string merged_into;
    PackedTexts contacts;
    std::vector<Referral> referrals;
    std::optional<Complaint> complaint;
    int64_t notes = 0;
    std::optional<int64_t> first_response_at_ms;  // of the first event that tells the citizen
    std::vector<StatusTurn> turns;                // in log order

    [[nodiscard]] bool ended() const { return ends.size() > reopened_at_ms.size(); }
    static constexpr auto members(const auto& visit) {
        return visit(&CaseState::status,
                     &CaseState::opened_at_ms,
                     &CaseState::kind,
                     &CaseState::purposes,
                     &CaseState::priority,
                     &CaseState::opened_via,
                     &CaseState::citizen,
                     &CaseState::queue,
                     &CaseState::agent,
                     &CaseState::episode,
                     &CaseState::reopened_at_ms,
                     &CaseState::ends,
                     &CaseState::first_resolved_at_ms,
                     &CaseState::last_resolved_at_ms,
                     &CaseState::first_contact,
                     &CaseState::resolution,
                     &CaseState::closed_at_ms,
                     &CaseState::merged_into,
                     &CaseState::contacts,
                     &CaseState::referrals,
                     &CaseState::complaint,
                     &CaseState::notes,
                     &CaseState::first_response_at_ms,
                     &CaseState::turns);
    }
    bool operator==(const CaseState&) const = default;
};

}  // namespace sijill::projections
