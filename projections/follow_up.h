#pragma once
// projections/follow_up.h - what a department must follow up: where it stands, whichever aggregate
// asks for it.

#include "projections/case_state.h"
#include "projections/governance_states.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sijill::projections {

/// Stored as numbers in keys: never renumber, only append. Waiting and Accepted are open: the
/// department must act. A figure that it answered is settled by the centre: Closed.
enum class FollowUpStatus : uint8_t {
    Waiting = 1,
    Accepted,
    Answered,
    Returned,
    Declined,
    Recalled,
    Closed
};
inline constexpr uint8_t kFollowUpStatusCount = 7;

/// nullopt for a number that is no status.
[[nodiscard]] std::optional<FollowUpStatus> follow_up_status(uint8_t number);
/// "waiting"
[[nodiscard]] std::string_view name_of(FollowUpStatus status);
[[nodiscard]] std::optional<FollowUpStatus> follow_up_status(std::string_view name);

[[nodiscard]] constexpr bool is_open(FollowUpStatus status) {
    return status == FollowUpStatus::Waiting || status == FollowUpStatus::Accepted;
}

[[nodiscard]] FollowUpStatus follow_up_status(const Referral& referral);
/// The referral must have been made.
[[nodiscard]] FollowUpStatus follow_up_status(const KpiReferralState& figure);

/// When a settled one came to stand where it does: event time.
[[nodiscard]] int64_t settled_at_ms(const KpiReferralState& figure);

}  // namespace sijill::projections
