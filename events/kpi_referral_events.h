#pragma once
// events/kpi_referral_events.h - a KPI view that missed its target, referred to its department
// (subject: kpi_referral_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class KpiReferralOutcome { Resolved, Accepted, Withdrawn };
template <>
struct EnumNames<KpiReferralOutcome> {
    static constexpr std::array<std::string_view, 3> kNames{"resolved", "accepted", "withdrawn"};
};

enum class TargetDirection { AtLeast, AtMost };
template <>
struct EnumNames<TargetDirection> {
    static constexpr std::array<std::string_view, 2> kNames{"at_least", "at_most"};
};

/// `target` is in thousandths of the KPI's unit: 95000 is 95 %. `base`, `variant` and `dimensions`
/// narrow the figure as they narrow a query.
struct KpiReferred {
    static constexpr std::string_view kType = "kpi.referred";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "kpi_referral_id";
    static constexpr std::string_view kSummary =
        "A figure that missed its target is referred to the department that owns it.";
    Id kpi_referral_id;
    Code kpi;
    Count definition_version;
    Text period;
    Object dimensions;
    Integer numerator;
    Integer denominator;
    Integer target;
    Code to_department;
    Timestamp referred_at;
    Text position;
    std::optional<Timestamp> due_at;
    std::optional<Code> base;
    std::optional<Code> variant;
    std::optional<TargetDirection> direction;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"kpi_referral_id", &KpiReferred::kpi_referral_id},
                     Field{"kpi", &KpiReferred::kpi},
                     Field{"definition_version", &KpiReferred::definition_version},
                     Field{"period", &KpiReferred::period},
                     Field{"dimensions", &KpiReferred::dimensions},
                     Field{"numerator", &KpiReferred::numerator},
                     Field{"denominator", &KpiReferred::denominator},
                     Field{"target", &KpiReferred::target},
                     Field{"to_department", &KpiReferred::to_department},
                     Field{"referred_at", &KpiReferred::referred_at},
                     Field{"position", &KpiReferred::position},
                     Field{"due_at", &KpiReferred::due_at},
                     Field{"base", &KpiReferred::base},
                     Field{"variant", &KpiReferred::variant},
                     Field{"direction", &KpiReferred::direction});
    }
    bool operator==(const KpiReferred&) const = default;
};

struct KpiReferralAcknowledged {
    static constexpr std::string_view kType = "kpi.referral_acknowledged";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The department has seen the referral.";
    Timestamp at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &KpiReferralAcknowledged::at});
    }
    bool operator==(const KpiReferralAcknowledged&) const = default;
};

struct KpiReferralAnswered {
    static constexpr std::string_view kType = "kpi.referral_answered";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The department named cause and action.";
    Timestamp at;
    Code cause;
    Code action;
    std::optional<Sealed> text;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &KpiReferralAnswered::at},
                     Field{"cause", &KpiReferralAnswered::cause},
                     Field{"action", &KpiReferralAnswered::action},
                     Field{"text", &KpiReferralAnswered::text});
    }
    bool operator==(const KpiReferralAnswered&) const = default;
};

struct KpiReferralClosed {
    static constexpr std::string_view kType = "kpi.referral_closed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The referral of the figure is settled.";
    Timestamp at;
    KpiReferralOutcome outcome{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &KpiReferralClosed::at},
                     Field{"outcome", &KpiReferralClosed::outcome});
    }
    bool operator==(const KpiReferralClosed&) const = default;
};

using KpiReferralEvents =
    TypeList<KpiReferred, KpiReferralAcknowledged, KpiReferralAnswered, KpiReferralClosed>;

}  // namespace sijill::events
