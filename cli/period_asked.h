#pragma once
// cli/period_asked.h - a period as the commands that publish of it ask for it: whole, and over.

#include "cli/context.h"
#include "events/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sijill::cli {

/// Of the events that publish something of a period.
inline constexpr std::string_view kPeriodSource = "urn:sijill:periods";
inline constexpr const char* kPeriodActor = "system:sijill";

/// Folds all that the log has, for what is published follows from that and not from what happened
/// to be folded. Gives the position that a server must have reached, of questions to it; "" where
/// everything is folded here. Errors: as fold_and_view(), end_of_server_log().
[[nodiscard]] Result<std::string> whole_log(const Options& options);

/// The answer about the period, of a server's views when they have reached `least`.
[[nodiscard]] Result<nlohmann::ordered_json> ask_period(const std::string& period,
                                                        const std::string& least,
                                                        const Options& options);

/// Whether that period is over. The figures of one that is not are not yet its own. The log's last
/// record decides what is past, so that it must be of later too: the record that publishes them
/// would make more overdue. Errors: Rejected.
[[nodiscard]] Result<void> require_over(const nlohmann::ordered_json& answer, int64_t now_ms);

}  // namespace sijill::cli
