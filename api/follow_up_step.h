#pragma once
// api/follow_up_step.h - a step of a department's work, as the event that records it.

#include "api/table.h"
#include "events/result.h"
#include "events/validate.h"
#include "projections/rows.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// What somebody wants to do about a follow-up. What a step does not need is "".
struct FollowUpStep {
    std::string department;
    std::string step;      // accept, answer, return, decline, close
    std::string subject;   // a case, or a referred figure
    std::string referral;  // of a case; "" where the department has one that the step fits
    std::string outcome;   // of an answer about a case; of a closing
    std::string reason;    // of a return or a refusal
    std::string cause;     // of an answer about a figure, with `action`
    std::string action;
    std::optional<int64_t> version = {};  // that the subject must have
};

/// The members of a body, beside the department. Every violation is told.
struct ReadStep {
    FollowUpStep step;
    std::vector<events::Violation> violations;
};
[[nodiscard]] ReadStep read_step(std::string_view json);

/// A UUIDv7 of the instant and the system's randomness.
[[nodiscard]] std::string new_event_id(int64_t now_ms);

/// The event of this instant, as structured JSON: by the department, a closing by the centre;
/// expecting the version that was read, so that it has no effect when somebody else was faster.
/// `rows`: of the shard that the subject lives in. Errors: NotFound (the department has no such
/// follow-up), Conflict (it does not stand where the step leads on from, and where it does stand),
/// Rejected (the subject has not the step's version), Invalid (what the step needs or does not
/// take; `violations` has each, with a pointer to its member), Corrupt, Storage.
[[nodiscard]] Result<std::string> event_of_step(const projections::RowReader& rows,
                                                const FollowUpStep& step,
                                                int64_t now_ms,
                                                std::vector<events::Violation>& violations);

/// The violations of a step's event as those of the step: `/data/reason` is its `/reason`.
[[nodiscard]] std::vector<events::Violation> of_step(std::vector<events::Violation> violations);

}  // namespace sijill::api
