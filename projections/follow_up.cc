#include "projections/follow_up.h"

#include "events/check.h"

#include <algorithm>
#include <array>

namespace sijill::projections {

namespace {

constexpr std::array<std::string_view, kFollowUpStatusCount> kFollowUpNames{
    "waiting", "accepted", "answered", "returned", "declined", "recalled", "closed"};

}  // namespace

std::optional<FollowUpStatus> follow_up_status(uint8_t number) {
    return number >= 1 && number <= kFollowUpStatusCount
               ? std::optional(static_cast<FollowUpStatus>(number))
               : std::nullopt;
}

std::string_view name_of(FollowUpStatus status) {
    return kFollowUpNames.at(static_cast<size_t>(status) - 1);
}

std::optional<FollowUpStatus> follow_up_status(std::string_view name) {
    const auto found = std::ranges::find(kFollowUpNames, name);
    return found == kFollowUpNames.end()
               ? std::nullopt
               : follow_up_status(static_cast<uint8_t>(found - kFollowUpNames.begin() + 1));
}

FollowUpStatus follow_up_status(const Referral& referral) {
    switch (referral.status) {
        case ReferralStatus::Requested:
            return FollowUpStatus::Waiting;
        case ReferralStatus::Accepted:
            return FollowUpStatus::Accepted;
        case ReferralStatus::Declined:
            return FollowUpStatus::Declined;
        case ReferralStatus::Returned:
            return FollowUpStatus::Returned;
        case ReferralStatus::Recalled:
            return FollowUpStatus::Recalled;
        case ReferralStatus::Answered:
            break;
    }
    return FollowUpStatus::Answered;
}

FollowUpStatus follow_up_status(const KpiReferralState& figure) {
    switch (figure.status) {
        case KpiReferralStatus::None:
            CHECK(false, "a figure that was not referred is no follow-up");
        case KpiReferralStatus::Referred:
            return FollowUpStatus::Waiting;
        case KpiReferralStatus::Acknowledged:
            return FollowUpStatus::Accepted;
        case KpiReferralStatus::Answered:
            return FollowUpStatus::Answered;
        case KpiReferralStatus::Closed:
            break;
    }
    return FollowUpStatus::Closed;
}

int64_t settled_at_ms(const KpiReferralState& figure) {
    return figure.status == KpiReferralStatus::Closed ? figure.closed_at_ms
                                                      : figure.answered_at_ms.value_or(0);
}

}  // namespace sijill::projections
