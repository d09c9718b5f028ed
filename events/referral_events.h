#pragma once
// events/referral_events.h - a case referred to a department (subject: case_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class ReferralOutcome { Actioned, Information, NoAction };
template <>
struct EnumNames<ReferralOutcome> {
    static constexpr std::array<std::string_view, 3> kNames{"actioned", "information", "no_action"};
};

struct ReferralRequested {
    static constexpr std::string_view kType = "referral.requested";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "case_id";
    static constexpr std::string_view kSummary = "A department is asked to follow a case up.";
    Id referral_id;
    Id case_id;
    Code from_unit;
    Code to_department;
    Code reason;
    Timestamp requested_at;
    std::optional<Timestamp> due_at;
    std::optional<Sealed> question;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"referral_id", &ReferralRequested::referral_id},
                     Field{"case_id", &ReferralRequested::case_id},
                     Field{"from_unit", &ReferralRequested::from_unit},
                     Field{"to_department", &ReferralRequested::to_department},
                     Field{"reason", &ReferralRequested::reason},
                     Field{"requested_at", &ReferralRequested::requested_at},
                     Field{"due_at", &ReferralRequested::due_at},
                     Field{"question", &ReferralRequested::question});
    }
    bool operator==(const ReferralRequested&) const = default;
};

struct ReferralAccepted {
    static constexpr std::string_view kType = "referral.accepted";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The department took the referral.";
    Id referral_id;
    Timestamp at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"referral_id", &ReferralAccepted::referral_id},
                     Field{"at", &ReferralAccepted::at});
    }
    bool operator==(const ReferralAccepted&) const = default;
};

struct ReferralDeclined {
    static constexpr std::string_view kType = "referral.declined";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The department refused the referral.";
    Id referral_id;
    Timestamp at;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"referral_id", &ReferralDeclined::referral_id},
                     Field{"at", &ReferralDeclined::at},
                     Field{"reason", &ReferralDeclined::reason});
    }
    bool operator==(const ReferralDeclined&) const = default;
};

struct ReferralReturned {
    static constexpr std::string_view kType = "referral.returned";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The department gave an accepted referral back.";
    Id referral_id;
    Timestamp at;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"referral_id", &ReferralReturned::referral_id},
                     Field{"at", &ReferralReturned::at},
                     Field{"reason", &ReferralReturned::reason});
    }
    bool operator==(const ReferralReturned&) const = default;
};

struct ReferralRecalled {
    static constexpr std::string_view kType = "referral.recalled";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The centre took the referral back.";
    Id referral_id;
    Timestamp at;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"referral_id", &ReferralRecalled::referral_id},
                     Field{"at", &ReferralRecalled::at},
                     Field{"reason", &ReferralRecalled::reason});
    }
    bool operator==(const ReferralRecalled&) const = default;
};

struct ReferralAnswered {
    static constexpr std::string_view kType = "referral.answered";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The department answered.";
    Id referral_id;
    Timestamp at;
    ReferralOutcome outcome{};
    std::optional<Sealed> answer;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"referral_id", &ReferralAnswered::referral_id},
                     Field{"at", &ReferralAnswered::at},
                     Field{"outcome", &ReferralAnswered::outcome},
                     Field{"answer", &ReferralAnswered::answer});
    }
    bool operator==(const ReferralAnswered&) const = default;
};

struct ReferralFollowedUp {
    static constexpr std::string_view kType = "referral.followed_up";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The centre reminded the department.";
    Id referral_id;
    Timestamp at;
    Code via;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"referral_id", &ReferralFollowedUp::referral_id},
                     Field{"at", &ReferralFollowedUp::at},
                     Field{"via", &ReferralFollowedUp::via});
    }
    bool operator==(const ReferralFollowedUp&) const = default;
};

using ReferralEvents = TypeList<ReferralRequested,
                                ReferralAccepted,
                                ReferralDeclined,
                                ReferralReturned,
                                ReferralRecalled,
                                ReferralAnswered,
                                ReferralFollowedUp>;

}  // namespace sijill::events
