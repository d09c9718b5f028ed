#pragma once
// events/complaint_events.h - the steps of a complaint, which is a case of that kind (subject:
// case_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class Severity { Low, Medium, High, Critical };
template <>
struct EnumNames<Severity> {
    static constexpr std::array<std::string_view, 4> kNames{"low", "medium", "high", "critical"};
};

enum class ComplaintDecision { Upheld, Partly, NotUpheld };
template <>
struct EnumNames<ComplaintDecision> {
    static constexpr std::array<std::string_view, 3> kNames{"upheld", "partly", "not_upheld"};
};

struct ComplaintReceived {
    static constexpr std::string_view kType = "complaint.received";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "case_id";
    static constexpr std::string_view kSummary =
        "A complaint was received; its case is open already.";
    Id case_id;
    Code category;
    Code received_via;
    Severity severity{};
    std::optional<Id> contact_id;
    std::optional<Sealed> text;
    std::optional<Sealed> remedy_sought;
    std::optional<Timestamp> due_at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"case_id", &ComplaintReceived::case_id},
                     Field{"category", &ComplaintReceived::category},
                     Field{"received_via", &ComplaintReceived::received_via},
                     Field{"severity", &ComplaintReceived::severity},
                     Field{"contact_id", &ComplaintReceived::contact_id},
                     Field{"text", &ComplaintReceived::text},
                     Field{"remedy_sought", &ComplaintReceived::remedy_sought},
                     Field{"due_at", &ComplaintReceived::due_at});
    }
    bool operator==(const ComplaintReceived&) const = default;
};

struct ComplaintAcknowledged {
    static constexpr std::string_view kType = "complaint.acknowledged";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The citizen was told that the complaint was received.";
    Timestamp at;
    Code via;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &ComplaintAcknowledged::at},
                     Field{"via", &ComplaintAcknowledged::via});
    }
    bool operator==(const ComplaintAcknowledged&) const = default;
};

struct ComplaintAssessed {
    static constexpr std::string_view kType = "complaint.assessed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "Severity and admissibility were decided and an answer promised.";
    Severity severity{};
    bool admissible = false;
    Timestamp due_at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"severity", &ComplaintAssessed::severity},
                     Field{"admissible", &ComplaintAssessed::admissible},
                     Field{"due_at", &ComplaintAssessed::due_at});
    }
    bool operator==(const ComplaintAssessed&) const = default;
};

struct ComplaintResponseSent {
    static constexpr std::string_view kType = "complaint.response_sent";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The decision on the complaint was sent.";
    Timestamp at;
    ComplaintDecision decision{};
    Code via;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &ComplaintResponseSent::at},
                     Field{"decision", &ComplaintResponseSent::decision},
                     Field{"via", &ComplaintResponseSent::via});
    }
    bool operator==(const ComplaintResponseSent&) const = default;
};

struct SuggestionReceived {
    static constexpr std::string_view kType = "suggestion.received";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "case_id";
    static constexpr std::string_view kSummary =
        "A suggestion was received; counted beside complaints.";
    Id case_id;
    Code category;
    Code received_via;
    std::optional<Id> contact_id;
    std::optional<Sealed> text;
    std::optional<Sealed> remedy_sought;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"case_id", &SuggestionReceived::case_id},
                     Field{"category", &SuggestionReceived::category},
                     Field{"received_via", &SuggestionReceived::received_via},
                     Field{"contact_id", &SuggestionReceived::contact_id},
                     Field{"text", &SuggestionReceived::text},
                     Field{"remedy_sought", &SuggestionReceived::remedy_sought});
    }
    bool operator==(const SuggestionReceived&) const = default;
};

using ComplaintEvents = TypeList<ComplaintReceived,
                                 ComplaintAcknowledged,
                                 ComplaintAssessed,
                                 ComplaintResponseSent,
                                 SuggestionReceived>;

}  // namespace sijill::events
