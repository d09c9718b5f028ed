// projections/case_state.cc - the case's state machine as one table.

#include "projections/case_state.h"

#include <array>

namespace sijill::projections {

namespace {

using S = CaseStatus;
constexpr S kIllegal = S::None;  // None is never the next status, so it spells "not allowed"

using Row = std::array<S, kCaseTriggerCount>;

// Columns: opened, assigned, pended, resumed, referral requested, referral settled, resolved,
// closed, closed as resolved, reopened, merged into, cancelled. A resolved case closes as anything;
// one that is not cannot close as resolved, for no figure would count it so. A reopening is allowed
// however late: time never decides a transition, the reopen-rate KPI has its own window.
constexpr std::array<Row, kCaseStatusCount> kTable{{
    // None: nothing is known of the case before it is opened
    {S::New,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal},
    // New
    {kIllegal,
     S::Open,
     kIllegal,
     kIllegal,
     S::Referred,
     kIllegal,
     S::Resolved,
     S::Closed,
     kIllegal,
     kIllegal,
     S::Merged,
     S::Cancelled},
    // Open
    {kIllegal,
     S::Open,
     S::Pending,
     kIllegal,
     S::Referred,
     S::Open,
     S::Resolved,
     S::Closed,
     kIllegal,
     kIllegal,
     S::Merged,
     S::Cancelled},
    // Pending
    {kIllegal,
     S::Pending,
     kIllegal,
     S::Open,
     S::Referred,
     S::Pending,
     S::Resolved,
     S::Closed,
     kIllegal,
     kIllegal,
     S::Merged,
     S::Cancelled},
    // Referred: answer or recall first
    {kIllegal,
     S::Referred,
     kIllegal,
     kIllegal,
     S::Referred,
     S::Referred,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal},
    // Resolved
    {kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     S::Closed,
     S::Closed,
     S::Open,
     kIllegal,
     kIllegal},
    // Closed
    {kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     S::Open,
     kIllegal,
     kIllegal},
    // Merged and Cancelled are final
    {kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal},
    {kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal,
     kIllegal},
}};

}  // namespace

std::optional<CaseStatus> next_status(CaseStatus from, CaseTrigger trigger) {
    const S next = kTable[static_cast<size_t>(from)][static_cast<size_t>(trigger)];
    return next == kIllegal ? std::nullopt : std::optional(next);
}

std::string_view name_of(CaseStatus status) {
    static constexpr std::array<std::string_view, kCaseStatusCount> kNames{
        "NONE", "NEW", "OPEN", "PENDING", "REFERRED", "RESOLVED", "CLOSED", "MERGED", "CANCELLED"};
    return kNames[static_cast<size_t>(status)];
}

std::string_view name_of(ReferralStatus status) {
    static constexpr std::array<std::string_view, 6> kNames{
        "REQUESTED", "ACCEPTED", "DECLINED", "RETURNED", "RECALLED", "ANSWERED"};
    return kNames[static_cast<size_t>(status)];
}

}  // namespace sijill::projections
