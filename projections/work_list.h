#pragma once
// projections/work_list.h - the follow-ups of a department: case referrals and referred figures in
// one list.

#include "projections/follow_up.h"
#include "projections/kpi.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sijill::projections {

/// What a department was told of a figure.
struct ReferredFigure {
    std::string kpi;
    std::string base;
    std::string variant;
    std::string dimensions;  // JSON object
    std::string period;
    Figure figure;
    int64_t target = 0;  // thousandths of the KPI's unit
    std::optional<events::TargetDirection> direction;
    bool operator==(const ReferredFigure&) const = default;
};

/// One follow-up, with what its department needs to know before it opens it.
struct FollowUp {
    FollowUpStatus status{};
    AggregateKind kind{};  // Case or KpiReferral
    std::string subject;   // the case, or the figure's referral
    std::string referral;  // its id in the case; "" of a figure
    int64_t referred_at_ms = 0;
    std::optional<int64_t> due_at_ms;
    std::optional<int64_t> settled_at_ms;  // none while it is open
    std::string about;                     // the kind of case, or the KPI
    std::optional<ReferredFigure> figure;

    /// Open and past its due instant, or settled behind it. Without a due date never.
    [[nodiscard]] bool late(int64_t now_ms) const {
        return due_at_ms && settled_at_ms.value_or(now_ms) > *due_at_ms;
    }
    /// From the referral until it was settled or until now; never negative.
    [[nodiscard]] int64_t age_ms(int64_t now_ms) const;
    bool operator==(const FollowUp&) const = default;
};

/// Where a follow-up stands in a list: the oldest referral first.
struct FollowUpPlace {
    int64_t referred_at_ms = INT64_MIN;
    std::string subject = {};
    std::string referral = {};
    auto operator<=>(const FollowUpPlace&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Which of them: what is not set does not narrow. And which part of these.
struct WorkListFilter {
    std::optional<FollowUpStatus> status = {};
    bool only_open = false;
    bool only_overdue = false;
    std::optional<Period> settled_in = {};  // of the settled ones; open ones stay
    FollowUpPlace after = {};
    size_t limit = SIZE_MAX;  // at least 1
};

/// Upper edges of the age buckets, in whole days; the last bucket is what is older.
inline constexpr std::array<int64_t, 4> kOpenAgeEdgesDays{2, 7, 14, 30};
using AgeCounts = std::array<int64_t, kOpenAgeEdgesDays.size() + 1>;

/// How many follow-ups stand where, whatever the filter; each equals the list with that filter.
struct WorkListCounts {
    std::array<int64_t, kFollowUpStatusCount> by_status{};  // at status - 1
    int64_t overdue = 0;                                    // of the open ones
    AgeCounts open_by_age{};
    bool operator==(const WorkListCounts&) const = default;
};

struct WorkList {
    std::vector<FollowUp> items;
    std::optional<FollowUpPlace> next;  // of the last of them, when there are others behind it
    WorkListCounts counts;
};

/// The place of an age in AgeCounts: whole days up to an edge, that day included.
[[nodiscard]] size_t age_bucket(int64_t age_ms);
/// "0-2", "3-7", …, "31+"
[[nodiscard]] std::string age_bucket_name(size_t bucket);

/// Errors: Corrupt, Storage.
[[nodiscard]] Result<WorkList> work_list_of(const Shards& shards,
                                            std::string_view department,
                                            const WorkListFilter& filter,
                                            const LocalTime& local_time,
                                            int64_t now_ms);

/// The counts of every department that has or had a follow-up. Errors: Corrupt, Storage.
[[nodiscard]] Result<std::map<std::string, WorkListCounts>> follow_up_counts(const Shards& shards,
                                                                             int64_t now_ms);

}  // namespace sijill::projections
