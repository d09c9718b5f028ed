#pragma once
// projections/state.h - the aggregates, and the state of any of them.

#include "events/type_list.h"
#include "projections/case_state.h"
#include "projections/contact_states.h"
#include "projections/governance_states.h"

#include <cstdint>
#include <string_view>
#include <variant>

namespace sijill::projections {

/// The aggregates, in the order of their stored numbers: only append.
enum class AggregateKind : uint8_t {
    Call = 1,
    Chat,
    Message,
    Appointment,
    Case,
    KpiReferral,
    Survey,
    Evaluation,
    Period,
    Person,
};
inline constexpr size_t kAggregateKindCount = 10;

[[nodiscard]] std::string_view name_of(AggregateKind kind);

/// In the order of AggregateKind: alternative i is kind i + 1.
using AllStates = events::TypeList<CallState,
                                   ChatState,
                                   MessageState,
                                   AppointmentState,
                                   CaseState,
                                   KpiReferralState,
                                   SurveyState,
                                   EvaluationState,
                                   PeriodState,
                                   PersonState>;
using State = events::ToVariant<AllStates>::type;

[[nodiscard]] inline AggregateKind kind_of(const State& state) {
    return static_cast<AggregateKind>(state.index() + 1);
}

struct Unlisted {};  // no event and no state: a function that takes it takes everything

/// A state of this kind that knows nothing yet.
[[nodiscard]] State empty_state(AggregateKind kind);

}  // namespace sijill::projections
