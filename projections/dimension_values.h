#pragma once
// projections/dimension_values.h - the values that a dimension of a cube can have.

#include "projections/cubes.h"

#include <span>
#include <string_view>

namespace sijill::projections {

/// Of the channels of contacts, those of calls and of chats; the others are of messages.
inline constexpr std::string_view kPhoneChannel = "phone";
inline constexpr std::string_view kChatChannel = "chat";
/// The metrics of due clocks.
inline constexpr std::string_view kReferralAnswer = "referral_answer";
inline constexpr std::string_view kComplaintResponse = "complaint_response";

/// All values but "" (not known) of a dimension whose values are an enumeration of the events or
/// the fold's own; empty for one of codes, which are the site's to choose, and for a dimension that
/// the cube does not have.
[[nodiscard]] std::span<const std::string_view> values_of(Cube cube, std::string_view dimension);

/// Whether a dimension of these values_of() may have the value.
[[nodiscard]] bool may_be(std::span<const std::string_view> values, std::string_view value);

}  // namespace sijill::projections
