#pragma once
// events/survey_events.h - one survey of one citizen (subject: survey_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

/// What the survey asks about. contact and case are the general terms; a channel that knows says
/// call, chat, message or appointment.
enum class SurveyAbout { Contact, Case, Call, Chat, Message, Appointment };
template <>
struct EnumNames<SurveyAbout> {
    static constexpr std::array<std::string_view, 6> kNames{
        "contact", "case", "call", "chat", "message", "appointment"};
};

enum class Instrument { Csat5, Csat2, Nps11, FcrYn };
template <>
struct EnumNames<Instrument> {
    static constexpr std::array<std::string_view, 4> kNames{"csat5", "csat2", "nps11", "fcr_yn"};
};

struct SurveyInvited {
    static constexpr std::string_view kType = "survey.invited";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "survey_id";
    static constexpr std::string_view kSummary = "A citizen was asked.";
    Id survey_id;
    SurveyAbout about{};
    Id about_id;
    Instrument instrument{};
    Code via;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"survey_id", &SurveyInvited::survey_id},
                     Field{"about", &SurveyInvited::about},
                     Field{"about_id", &SurveyInvited::about_id},
                     Field{"instrument", &SurveyInvited::instrument},
                     Field{"via", &SurveyInvited::via});
    }
    bool operator==(const SurveyInvited&) const = default;
};

struct SurveyAnswered {
    static constexpr std::string_view kType = "survey.answered";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The citizen answered; the highest revision counts. score: 1 to 5 of csat5, 0 to 10 of "
        "nps11, 0 or 1 of the others; another counts nowhere, and is listed.";
    Count revision;
    Points score;
    Timestamp answered_at;
    std::optional<Sealed> comment;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"revision", &SurveyAnswered::revision},
                     Field{"score", &SurveyAnswered::score},
                     Field{"answered_at", &SurveyAnswered::answered_at},
                     Field{"comment", &SurveyAnswered::comment});
    }
    bool operator==(const SurveyAnswered&) const = default;
};

struct SurveyExpired {
    static constexpr std::string_view kType = "survey.expired";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "No answer is accepted any more.";
    Timestamp at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &SurveyExpired::at});
    }
    bool operator==(const SurveyExpired&) const = default;
};

using SurveyEvents = TypeList<SurveyInvited, SurveyAnswered, SurveyExpired>;

}  // namespace sijill::events
