#pragma once
// projections/cubes.h - the KPI cells: which dimensions and integer measures each cube has.

#include "events/time.h"

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
    CaseBacklog,
    ReferralBacklog,
    DueClocks,
    CaseTimes,
    Agents,
    CaseResolutions,
    CaseStatusBacklog,
    CaseBusinessTimes,
    ReferralBusinessTimes,
};
inline constexpr size_t kCubeCount = 26;
inline constexpr size_t kMaxDimensions = 3;
inline constexpr size_t kMaxMeasures = 35;

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

/// The bin of a value: bin i holds (edge i-1, edge i], the last what is above all edges.
template <class T, size_t N>
[[nodiscard]] constexpr size_t bin_of(const std::array<T, N>& edges, T value) {
    size_t bin = 0;
    while (bin < edges.size() && value > edges[bin]) {
        ++bin;
    }
    return bin;
}

[[nodiscard]] constexpr size_t wait_bin(int64_t wait_ms) {
    return bin_of(kWaitEdgesMs, wait_ms);
}

inline constexpr int64_t kHourEdgeMs = 3'600'000;
inline constexpr int64_t kDayEdgeMs = 24 * kHourEdgeMs;

/// Upper edges of the histograms of a case: how long until it was resolved, until its first
/// response, and from a resolution to the reopening. Part of the fold identity.
inline constexpr std::array<int64_t, 8> kResolutionEdgesMs{kHourEdgeMs,
                                                           4 * kHourEdgeMs,
                                                           kDayEdgeMs,
                                                           2 * kDayEdgeMs,
                                                           3 * kDayEdgeMs,
                                                           7 * kDayEdgeMs,
                                                           14 * kDayEdgeMs,
                                                           30 * kDayEdgeMs};
inline constexpr std::array<int64_t, 6> kResponseEdgesMs{
    kHourEdgeMs / 4, kHourEdgeMs, 4 * kHourEdgeMs, kDayEdgeMs, 3 * kDayEdgeMs, 7 * kDayEdgeMs};
inline constexpr std::array<int64_t, 5> kReopeningEdgesMs{
    kDayEdgeMs, 3 * kDayEdgeMs, 7 * kDayEdgeMs, 14 * kDayEdgeMs, 30 * kDayEdgeMs};

/// An abandon at or under this queue time is short.
inline constexpr int64_t kShortAbandonMs = 5000;

/// Upper edges of ages, in local days; the last bin is what is older. Age is the number of local
/// days that have begun since, that of the beginning included: what began today is 1 day old.
inline constexpr std::array<int32_t, 6> kAgeEdgesDays{1, 3, 7, 14, 30, 90};
inline constexpr std::array<std::string_view, kAgeEdgesDays.size() + 1> kAgeNames{
    "le_01d", "le_03d", "le_07d", "le_14d", "le_30d", "le_90d", "over_90d"};

/// The dimension that every running cube has beside its own: how old a cell's bucket is at the end
/// of the period, as one of kAgeNames.
inline constexpr std::string_view kAgeDimension = "age";

/// What a slot of a row of cells is. The cells of a running cube stand in rows of changes. Of the
/// others most are alone in their day, so the hours of a block are one row while they are few.
/// Beyond that they stand in rows of hours, which are small enough to be written anew for each
/// event at the log's end, and, added up by local day so that long spans are few rows, in a row of
/// days.
enum class Grain : uint8_t {
    Hour,      // a row is 8 local days of a block of many hours, its slots are their hours
    Day,       // a row is 32 local days, a block, of many hours; its slots are those days
    Change,    // a row is a block by 8 days of change, its slots are the pairs of the two
    FewHours,  // a row is a block, its slots are its hours
};
inline constexpr int32_t kHourDays = 8;
inline constexpr int32_t kBlockDays = 32;
inline constexpr int32_t kChangeDays = 8;
[[nodiscard]] constexpr int32_t slots_of(Grain grain) {
    switch (grain) {
        case Grain::Hour:
            return kHourDays * 24;
        case Grain::Day:
            return kBlockDays;
        case Grain::Change:
            return kBlockDays * kChangeDays;
        case Grain::FewHours:
            return kBlockDays * 24;
    }
    return 0;
}
/// So many cells of the same dimensions are few hours: no more than the row of days would have.
inline constexpr size_t kMostFewHours = kBlockDays;
static_assert(kBlockDays % kHourDays == 0, "the days of a row of hours are in one block");
/// The block that a local day is in.
[[nodiscard]] constexpr int32_t block_of_day(int32_t day) {
    return static_cast<int32_t>(events::floor_div(day, kBlockDays));
}
/// The days of change that a local day is among, by number: the first is kChangeDays times that.
[[nodiscard]] constexpr int32_t changes_of_day(int32_t day) {
    return static_cast<int32_t>(events::floor_div(day, kChangeDays));
}
/// The local days of a cell of a running cube.
struct ChangeDays {
    int32_t bucket;
    int32_t change;
};
/// Its slot in the row of its block and its days of change.
[[nodiscard]] constexpr int32_t change_slot(ChangeDays days) {
    return (days.change - changes_of_day(days.change) * kChangeDays) * kBlockDays + days.bucket -
           block_of_day(days.bucket) * kBlockDays;
}
/// The reverse.
[[nodiscard]] constexpr ChangeDays change_days(int32_t block, int32_t changes, int32_t slot) {
    return {block * kBlockDays + slot % kBlockDays, changes * kChangeDays + slot / kBlockDays};
}

/// A value for each dimension of a cube.
using DimensionTexts = std::array<std::string_view, kMaxDimensions>;

struct CubeDescriptor {
    Cube cube;
    std::string_view name;
    std::span<const std::string_view> dimensions;  // at most kMaxDimensions
    std::span<const std::string_view>
        measures;  // at most kMaxMeasures; stored by position: only append
    // A running cube holds changes: the figure of a period is their sum up to its end. Its bucket
    // is the local day on which a thing began; beside that each cell has the local day of the
    // change, which never comes before the beginning.
    bool running = false;
    // No row of cells has a computed cube: its cells are made out of spans of time when they are
    // asked for (span_table.h, business_time.h), for a calendar may differ then.
    bool computed = false;
};

[[nodiscard]] const CubeDescriptor& describe(Cube cube);
[[nodiscard]] std::span<const CubeDescriptor> all_cubes();

/// Position of a dimension or measure in its cube; nullopt when the cube has none of that name.
[[nodiscard]] std::optional<size_t> dimension_index(Cube cube, std::string_view name);
[[nodiscard]] std::optional<size_t> measure_index(Cube cube, std::string_view name);
/// As dimension_index, and true for the age of a running cube.
[[nodiscard]] bool has_dimension(Cube cube, std::string_view name);

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
    HandleMs,
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
enum : uint8_t { Opened, Resolved, ResolvedAtFirstContact };
}
namespace case_resolutions {
enum : uint8_t { Resolved, Reopened };
}
namespace case_flow {
enum : uint8_t { Opened, Resolved, Closed, Reopened, Merged, Cancelled };
}
namespace complaints {
enum : uint8_t { Complaints, Suggestions, Acknowledged, Answered };
}
namespace referrals {
enum : uint8_t { Requested, Answered, Declined, Returned, Recalled, TurnaroundMs };
}
namespace surveys {
enum : uint8_t { Invited, Answered, Satisfied, Score, Promoters, Detractors };
}
namespace evaluations {
enum : uint8_t { Completed, WeightedPoints, WeightedMaximum, AutomaticFails };
}
namespace case_backlog {
enum : uint8_t { Cases };
}
namespace case_status_backlog {
enum : uint8_t { Cases };
}
// Late is counted when the due instant passes and taken back when it is settled.
namespace referral_backlog {
enum : uint8_t { Referrals, FellDue, SettledLate };
}
// Bucket: the due instant. An open clock is breached when its due instant has passed.
namespace due_clocks {
enum : uint8_t { Met, Breached, Open };
}
namespace case_times {
enum : uint8_t {
    FirstResolutionMs,
    LastResolutionMs,
    ResolvedBin0,
    Responded = ResolvedBin0 + kResolutionEdgesMs.size() + 1,
    FirstResponseMs,
    RespondedBin0,
    ReopenedBin0 = RespondedBin0 + kResponseEdgesMs.size() + 1,
    UndoneBin0 = ReopenedBin0 + kReopeningEdgesMs.size() + 1,
    HeldAfterReopening = UndoneBin0 + kReopeningEdgesMs.size() + 1,
    End
};
}
namespace case_business_times {
enum : uint8_t { ResolvedCases, FirstResolutionMs, LastResolutionMs, Responded, FirstResponseMs };
}
namespace referral_business_times {
enum : uint8_t { Answered, TurnaroundMs };
}
/// The measure of a computed cube that counts the spans of one of its measures of time; nullopt:
/// none does.
[[nodiscard]] constexpr std::optional<size_t> span_count(Cube cube, size_t measure) {
    if (cube == Cube::ReferralBusinessTimes) {
        return referral_business_times::Answered;
    }
    if (measure == case_business_times::LastResolutionMs) {
        return std::nullopt;
    }
    return measure == case_business_times::FirstResolutionMs ? case_business_times::ResolvedCases
                                                             : case_business_times::Responded;
}
namespace agents {
enum : uint8_t { Answered, HandleMs, WrappedUp, Recorded, Connected };
}
namespace kpi_referrals {
enum : uint8_t { Referred, Acknowledged, Answered, Closed };
}

}  // namespace sijill::projections
