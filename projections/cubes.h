#pragma once
// projections/cubes.h - the KPI cells: which dimensions and integer measures each cube has.

#include "projections/dictionary.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sijill::projections {

/// Stored as numbers in every cell's key: never renumber, only append.
enum class Cube : uint8_t {
    Calls = 1,
    CallPurposes,
    ContactNatures,
    OutboundCalls,
    Chats,
    Messages,
    Contacts,
    Appointments,
    AppointmentSlots,
    Cases,
    CasePurposes,
    CaseFlow,
    Complaints,
    Referrals,
    Surveys,
    Evaluations,
    KpiReferrals,
};
inline constexpr size_t kCubeCount = 17;
inline constexpr size_t kMaxDimensions = 3;
inline constexpr size_t kMaxMeasures = 34;

/// Upper edges of the queue-wait histogram, in milliseconds; the last bin is what waited longer.
/// Part of the fold identity.
inline constexpr std::array<int64_t, 14> kWaitEdgesMs{5000,
                                                      10000,
                                                      12000,
                                                      15000,
                                                      20000,
                                                      30000,
                                                      45000,
                                                      60000,
                                                      90000,
                                                      120000,
                                                      180000,
                                                      240000,
                                                      300000,
                                                      600000};

/// The bin of a wait: bin i holds (edge i-1, edge i].
[[nodiscard]] constexpr size_t wait_bin(int64_t wait_ms) {
    size_t bin = 0;
    while (bin < kWaitEdgesMs.size() && wait_ms > kWaitEdgesMs[bin]) {
        ++bin;
    }
    return bin;
}

/// An abandon at or under this queue time is short.
inline constexpr int64_t kShortAbandonMs = 5000;

struct CubeDescriptor {
    Cube cube;
    std::string_view name;
    std::span<const std::string_view> dimensions;  // at most kMaxDimensions
    std::span<const std::string_view>
        measures;  // at most kMaxMeasures; stored by position: only append
};

[[nodiscard]] const CubeDescriptor& describe(Cube cube);
[[nodiscard]] std::span<const CubeDescriptor> all_cubes();

/// Position of a dimension or measure in its cube; nullopt when the cube has none of that name.
[[nodiscard]] std::optional<size_t> dimension_index(Cube cube, std::string_view name);
[[nodiscard]] std::optional<size_t> measure_index(Cube cube, std::string_view name);

// Measures by position, for the code that contributes. Names are in cubes.cc, in the same order.
namespace calls {
enum : uint8_t {
    Offered,
    Answered,
    Abandoned,
    ShortAbandoned,
    FlowedOut,
    WaitAnsweredMs,
    WaitAbandonedMs,
    TalkMs,
    HoldMs,
    AcwMs,
    WrappedUp,
    Handled,
    Referred,
    CallbackDue,
    NoAction,
    Recorded,
    AgentNotAnswered,
    Transferred,
    Held,
    WaitBin0
};
}
namespace call_purposes {
enum : uint8_t { Answered, Handled, Referred };
}
namespace contact_natures {
enum : uint8_t { Contacts };
}
namespace outbound_calls {
enum : uint8_t { Attempted, Connected, Failed, Recorded };
}
namespace chats {
enum : uint8_t {
    Started,
    Accepted,
    Abandoned,
    Ended,
    Responded,
    FirstResponseMs,
    DurationMs,
    Unidentified
};
}
namespace messages {
enum : uint8_t { Received, Answered, Handled, Referred, ResponseMs };
}
namespace contacts {
enum : uint8_t { Contacts };
}
namespace appointments {
enum : uint8_t { Booked, Cancelled };
}
namespace appointment_slots {
enum : uint8_t { Slots, Attended, NoShow, Cancelled };
}
namespace cases {
enum : uint8_t { Opened, Referred, Resolved, ResolvedAtFirstContact, Reopened, Merged, Cancelled };
}
namespace case_purposes {
enum : uint8_t { Opened };
}
namespace case_flow {
enum : uint8_t { Opened, Resolved, Closed, Reopened };
}
namespace complaints {
enum : uint8_t { Complaints, Suggestions, Acknowledged, Answered };
}
namespace referrals {
enum : uint8_t { Requested, Answered, Declined, Returned, Recalled, TurnaroundMs };
}
namespace surveys {
enum : uint8_t { Invited, Answered, Satisfied, Score };
}
namespace evaluations {
enum : uint8_t { Completed, WeightedPoints, WeightedMaximum, AutomaticFails };
}
namespace kpi_referrals {
enum : uint8_t { Referred, Acknowledged, Answered, Closed };
}

}  // namespace sijill::projections
