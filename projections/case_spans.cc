// projections/case_spans.cc - between which instants work on a case and its referrals went on.

#include "projections/contribution_cell.h"

namespace sijill::projections {

void contribute_spans(const CaseState& state,
                      const ContributionContext& context,
                      Contributions& out) {
    const auto span = [&](const CellKey& cell, size_t measure, int64_t begin_ms, int64_t end_ms) {
        out.spans.push_back({cell, static_cast<uint8_t>(measure), begin_ms, end_ms});
    };
    const CellKey of_case{Cube::CaseBusinessTimes,
                          context.local_time.hour_of(state.opened_at_ms),
                          {context.names.of(state.kind), state.priority, state.opened_via}};
    const auto since_opening = [&](size_t measure, int64_t end_ms) {
        span(of_case, measure, state.opened_at_ms, end_ms);
    };
    if (state.first_resolved_at_ms && state.status != CaseStatus::Merged) {
        since_opening(case_business_times::FirstResolutionMs, *state.first_resolved_at_ms);
        since_opening(case_business_times::LastResolutionMs, *state.last_resolved_at_ms);
    }
    if (state.first_response_at_ms) {
        since_opening(case_business_times::FirstResponseMs, *state.first_response_at_ms);
    }
    for (const Referral& referral : state.referrals) {
        if (referral.status == ReferralStatus::Answered) {
            span({Cube::ReferralBusinessTimes,
                  context.local_time.hour_of(referral.requested_at_ms),
                  {referral.department}},
                 referral_business_times::TurnaroundMs,
                 referral.requested_at_ms,
                 referral.settled_at_ms);
        }
    }
}

}  // namespace sijill::projections
