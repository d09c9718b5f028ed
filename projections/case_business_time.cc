// projections/case_business_time.cc - how much working time a case and its referrals took.

#include "projections/business_time.h"
#include "projections/contribution_cell.h"

namespace sijill::projections {

void contribute_business_times(const State& state,
                               const BusinessTime& business_time,
                               const ContributionContext& context,
                               Contributions& out) {
    const auto* c = std::get_if<CaseState>(&state);
    if (c == nullptr || c->status == CaseStatus::None) {
        return;
    }
    const auto worked = [&](int64_t begin_ms, int64_t end_ms) {
        return business_time.between(context.local_time, begin_ms, end_ms);
    };
    Cell cell(out,
              Cube::CaseBusinessTimes,
              context.local_time.hour_of(c->opened_at_ms),
              {context.names.of(c->kind), c->priority, c->opened_via});
    if (c->first_resolved_at_ms && c->status != CaseStatus::Merged) {
        cell.count(case_business_times::ResolvedCases, true);
        cell.add(case_business_times::FirstResolutionMs,
                 worked(c->opened_at_ms, *c->first_resolved_at_ms));
        cell.add(case_business_times::LastResolutionMs,
                 worked(c->opened_at_ms, *c->last_resolved_at_ms));
    }
    if (c->first_response_at_ms) {
        cell.count(case_business_times::Responded, true);
        cell.add(case_business_times::FirstResponseMs,
                 worked(c->opened_at_ms, *c->first_response_at_ms));
    }
    for (const Referral& referral : c->referrals) {
        if (referral.status == ReferralStatus::Answered) {
            Cell answered(out,
                          Cube::ReferralBusinessTimes,
                          context.local_time.hour_of(referral.requested_at_ms),
                          {referral.department});
            answered.count(referral_business_times::Answered, true);
            answered.add(referral_business_times::TurnaroundMs,
                         worked(referral.requested_at_ms, referral.settled_at_ms));
        }
    }
}

}  // namespace sijill::projections
