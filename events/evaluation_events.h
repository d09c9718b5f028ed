#pragma once
// events/evaluation_events.h - one quality evaluation of one contact (subject: evaluation_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

struct EvaluationCompleted {
    static constexpr std::string_view kType = "evaluation.completed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "evaluation_id";
    static constexpr std::string_view kSummary =
        "An evaluator scored a contact; time is the moment of evaluation.";
    Id evaluation_id;
    Id contact_id;
    Token agent;
    Token evaluator;
    Code form;
    Count form_version;
    ItemList items;
    bool automatic_fail = false;
    std::optional<Id> recording_id;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"evaluation_id", &EvaluationCompleted::evaluation_id},
                     Field{"contact_id", &EvaluationCompleted::contact_id},
                     Field{"agent", &EvaluationCompleted::agent},
                     Field{"evaluator", &EvaluationCompleted::evaluator},
                     Field{"form", &EvaluationCompleted::form},
                     Field{"form_version", &EvaluationCompleted::form_version},
                     Field{"items", &EvaluationCompleted::items},
                     Field{"automatic_fail", &EvaluationCompleted::automatic_fail},
                     Field{"recording_id", &EvaluationCompleted::recording_id});
    }
    bool operator==(const EvaluationCompleted&) const = default;
};

struct EvaluationCalibrated {
    static constexpr std::string_view kType = "evaluation.calibrated";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The score was confirmed in calibration.";
    Timestamp at;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &EvaluationCalibrated::at},
                     Field{"reason", &EvaluationCalibrated::reason});
    }
    bool operator==(const EvaluationCalibrated&) const = default;
};

struct EvaluationDisputed {
    static constexpr std::string_view kType = "evaluation.disputed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The agent disputes the score; it still counts.";
    Timestamp at;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &EvaluationDisputed::at},
                     Field{"reason", &EvaluationDisputed::reason});
    }
    bool operator==(const EvaluationDisputed&) const = default;
};

struct EvaluationWithdrawn {
    static constexpr std::string_view kType = "evaluation.withdrawn";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The evaluation is withdrawn and no longer counts.";
    Timestamp at;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &EvaluationWithdrawn::at},
                     Field{"reason", &EvaluationWithdrawn::reason});
    }
    bool operator==(const EvaluationWithdrawn&) const = default;
};

using EvaluationEvents =
    TypeList<EvaluationCompleted, EvaluationCalibrated, EvaluationDisputed, EvaluationWithdrawn>;

}  // namespace sijill::events
