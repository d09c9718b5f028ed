#pragma once
// projections/targets.h - the targets of KPIs and the departments that own them: which figures
// missed.

#include "events/kpi_referral_events.h"
#include "projections/kpi.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

using events::TargetDirection;

/// A target, and who is asked when a figure misses it.
struct KpiTarget {
    std::string kpi;
    std::string base;     // "" is the KPI's first
    std::string variant;  // "" is none
    std::map<std::string, std::string> filters;
    std::string by;          // a dimension: each of its values is judged by itself; "" is none
    std::string department;  // "": the value of `by`, which then is a dimension of departments
    TargetDirection direction{};
    int64_t thousandths = 0;  // of the KPI's unit: 95000 is 95 %
    int64_t least = 1;        // a ratio over fewer is not judged
    bool operator==(const KpiTarget&) const = default;
};

/// What a site says about its figures.
struct SiteKpis {
    KpiCatalogue catalogue;
    std::vector<KpiTarget> targets;
};

/// Changes when an answer about its figures may.
[[nodiscard]] std::string digest_of(const SiteKpis& site);

/// What is wrong with a target, and in which of its members: "base", "filters.queue".
struct TargetFlaw {
    std::string member;
    std::string what;
};

/// No such KPI, base, variant or dimension, or nobody owns it. None: it can be judged.
[[nodiscard]] std::vector<TargetFlaw> flaws_of(const KpiTarget& target, const KpiCatalogue& kpis);

/// Exact. What has no value, is suppressed, or is a ratio over too few, misses nothing.
[[nodiscard]] bool misses(const KpiTarget& target, const KpiDefinition& kpi, const Figure& figure);

/// "at least 95 %"
[[nodiscard]] std::string print_target(TargetDirection direction, int64_t thousandths, Unit unit);

/// A figure and what it must reach: "88.20 % (at least 95 %)"
[[nodiscard]] std::string print_judged(const KpiDefinition& kpi,
                                       const Figure& figure,
                                       TargetDirection direction,
                                       int64_t thousandths);

/// `95`, `12.5`, `-3.25`: in thousandths; at most three decimals and nine digits before them.
[[nodiscard]] std::optional<int64_t> parse_thousandths(std::string_view text);
/// The shortest of these spellings.
[[nodiscard]] std::string format_thousandths(int64_t thousandths);

/// The id of the referral of a figure: the same for the same target, period and value of `by`, so
/// that referring twice is referring once.
[[nodiscard]] std::string referral_id_of(const KpiTarget& target,
                                         std::string_view period,
                                         std::string_view value);

}  // namespace sijill::projections
