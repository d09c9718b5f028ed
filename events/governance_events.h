#pragma once
// events/governance_events.h - corrections, sealed periods and erasure

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

struct EventCorrected {
    static constexpr std::string_view kType = "event.corrected";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "An earlier event of the same subject said something wrong: patch is merged into its data "
        "(RFC 7386; {} changes nothing), and it happened at time when that is given. Of a subject "
        "1,000 corrections are heard, those that void included; later ones are listed.";
    Text target_source;
    Id target_id;
    Object patch;
    Code reason;
    std::optional<Timestamp> time;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"target_source", &EventCorrected::target_source},
                     Field{"target_id", &EventCorrected::target_id},
                     Field{"patch", &EventCorrected::patch},
                     Field{"reason", &EventCorrected::reason},
                     Field{"time", &EventCorrected::time});
    }
    bool operator==(const EventCorrected&) const = default;
};

struct EventVoided {
    static constexpr std::string_view kType = "event.voided";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "An earlier event of the same subject did not happen.";
    Text target_source;
    Id target_id;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"target_source", &EventVoided::target_source},
                     Field{"target_id", &EventVoided::target_id},
                     Field{"reason", &EventVoided::reason});
    }
    bool operator==(const EventVoided&) const = default;
};

/// `digest`: SHA-256 of every figure of the period, as `sijill period show` computes it at
/// `position`.
struct PeriodSealed {
    static constexpr std::string_view kType = "period.sealed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "period";
    static constexpr std::string_view kSummary = "The figures of a period were published.";
    Id period;
    Count revision;
    Digest digest;
    Text position;
    std::optional<Digest> rules;  // SHA-256 of the fold identity and the KPI definitions
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"period", &PeriodSealed::period},
                     Field{"revision", &PeriodSealed::revision},
                     Field{"digest", &PeriodSealed::digest},
                     Field{"position", &PeriodSealed::position},
                     Field{"rules", &PeriodSealed::rules});
    }
    bool operator==(const PeriodSealed&) const = default;
};

struct PeriodRestated {
    static constexpr std::string_view kType = "period.restated";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "period";
    static constexpr std::string_view kSummary =
        "The figures of a sealed period were published anew.";
    Id period;
    Count revision;
    Digest digest;
    Text position;
    std::optional<Digest> rules;  // SHA-256 of the fold identity and the KPI definitions
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"period", &PeriodRestated::period},
                     Field{"revision", &PeriodRestated::revision},
                     Field{"digest", &PeriodRestated::digest},
                     Field{"position", &PeriodRestated::position},
                     Field{"rules", &PeriodRestated::rules});
    }
    bool operator==(const PeriodRestated&) const = default;
};

struct PersonErasureRequested {
    static constexpr std::string_view kType = "person.erasure_requested";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "person";
    static constexpr std::string_view kSummary = "A person asked to be forgotten.";
    Token person;
    Code reason;
    Code legal_basis;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"person", &PersonErasureRequested::person},
                     Field{"reason", &PersonErasureRequested::reason},
                     Field{"legal_basis", &PersonErasureRequested::legal_basis});
    }
    bool operator==(const PersonErasureRequested&) const = default;
};

struct PersonKeyDestroyed {
    static constexpr std::string_view kType = "person.key_destroyed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "person";
    static constexpr std::string_view kSummary =
        "The key of a person was destroyed; their sealed fields cannot be read any more.";
    Token person;
    Code reason;
    Code legal_basis;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"person", &PersonKeyDestroyed::person},
                     Field{"reason", &PersonKeyDestroyed::reason},
                     Field{"legal_basis", &PersonKeyDestroyed::legal_basis});
    }
    bool operator==(const PersonKeyDestroyed&) const = default;
};

using CorrectionEvents = TypeList<EventCorrected, EventVoided>;
using PeriodEvents = TypeList<PeriodSealed, PeriodRestated>;
using PersonEvents = TypeList<PersonErasureRequested, PersonKeyDestroyed>;

}  // namespace sijill::events
