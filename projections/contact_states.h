#pragma once
// projections/contact_states.h - what is known of a call, chat, message, appointment, survey or
// evaluation. These gather facts: the same events in any order give the same state. Members are
// listed for the row codec.

#include "events/appointment_events.h"
#include "events/call_events.h"
#include "events/chat_events.h"
#include "events/message_events.h"
#include "events/survey_events.h"
#include "projections/fact.h"

#include <string>
#include <vector>

namespace sijill::projections {

using Terms = std::vector<Term>;

struct CallState {
    struct Offered {
        Term queue;
        Term language;
        std::string citizen;
        static constexpr auto members(const auto& visit) {
            return visit(&Offered::queue, &Offered::language, &Offered::citizen);
        }
        bool operator==(const Offered&) const = default;
    };
    struct Answered {
        Term agent;
        int64_t wait_ms = 0;
        static constexpr auto members(const auto& visit) {
            return visit(&Answered::agent, &Answered::wait_ms);
        }
        bool operator==(const Answered&) const = default;
    };
    struct Ended {
        int64_t talk_ms = 0;
        int64_t hold_ms = 0;
        static constexpr auto members(const auto& visit) {
            return visit(&Ended::talk_ms, &Ended::hold_ms);
        }
        bool operator==(const Ended&) const = default;
    };
    struct WrappedUp {
        int64_t acw_ms = 0;
        Terms purposes;
        Terms natures;
        events::CallOutcome outcome{};
        static constexpr auto members(const auto& visit) {
            return visit(
                &WrappedUp::acw_ms, &WrappedUp::purposes, &WrappedUp::natures, &WrappedUp::outcome);
        }
        bool operator==(const WrappedUp&) const = default;
    };
    struct Attempted {
        Term agent;
        Term reason;
        static constexpr auto members(const auto& visit) {
            return visit(&Attempted::agent, &Attempted::reason);
        }
        bool operator==(const Attempted&) const = default;
    };

    Fact<Offered> offered;
    Fact<Answered> answered;
    Fact<int64_t> abandoned_wait_ms;
    Fact<int64_t> flowed_out_wait_ms;
    Fact<Ended> ended;
    Fact<WrappedUp> wrapped_up;
    Fact<Attempted> attempted;
    Fact<bool> connected;
    Fact<events::DialFailure> failed;
    int64_t recordings =
        0;  // counts what happened; a deletion later does not make the call unrecorded
    int64_t recordings_deleted = 0;
    int64_t agent_not_answered = 0;
    int64_t holds = 0;
    int64_t retrievals = 0;
    int64_t transfers = 0;

    static constexpr auto members(const auto& visit) {
        return visit(&CallState::offered,
                     &CallState::answered,
                     &CallState::abandoned_wait_ms,
                     &CallState::flowed_out_wait_ms,
                     &CallState::ended,
                     &CallState::wrapped_up,
                     &CallState::attempted,
                     &CallState::connected,
                     &CallState::failed,
                     &CallState::recordings,
                     &CallState::recordings_deleted,
                     &CallState::agent_not_answered,
                     &CallState::holds,
                     &CallState::retrievals,
                     &CallState::transfers);
    }
    bool operator==(const CallState&) const = default;
};

struct ChatState {
    struct Started {
        events::ChatChannel channel{};
        Term country;
        Term language;
        std::string citizen;
        static constexpr auto members(const auto& visit) {
            return visit(
                &Started::channel, &Started::country, &Started::language, &Started::citizen);
        }
        bool operator==(const Started&) const = default;
    };
    struct Ended {
        int64_t duration_ms = 0;
        Terms purposes;
        static constexpr auto members(const auto& visit) {
            return visit(&Ended::duration_ms, &Ended::purposes);
        }
        bool operator==(const Ended&) const = default;
    };

    Fact<Started> started;
    Fact<Term> accepted_by;
    Fact<int64_t> first_response_ms;
    Fact<int64_t> first_agent_message_ms;  // instant of the agent's earliest message, for sources
                                           // that derive nothing
    Fact<bool> abandoned;
    Fact<Ended> ended;
    int64_t messages = 0;

    static constexpr auto members(const auto& visit) {
        return visit(&ChatState::started,
                     &ChatState::accepted_by,
                     &ChatState::first_response_ms,
                     &ChatState::first_agent_message_ms,
                     &ChatState::abandoned,
                     &ChatState::ended,
                     &ChatState::messages);
    }
    bool operator==(const ChatState&) const = default;
};

struct MessageState {
    struct Received {
        events::MessageChannel channel{};
        Term language;
        std::string citizen;
        Terms purposes;
        Terms natures;
        static constexpr auto members(const auto& visit) {
            return visit(&Received::channel,
                         &Received::language,
                         &Received::citizen,
                         &Received::purposes,
                         &Received::natures);
        }
        bool operator==(const Received&) const = default;
    };
    struct Answered {
        Term agent;
        events::MessageOutcome outcome{};
        int64_t answered_at_ms = 0;
        Terms purposes;
        Terms natures;
        static constexpr auto members(const auto& visit) {
            return visit(&Answered::agent,
                         &Answered::outcome,
                         &Answered::answered_at_ms,
                         &Answered::purposes,
                         &Answered::natures);
        }
        bool operator==(const Answered&) const = default;
    };

    Fact<Received> received;
    Fact<Answered> answered;

    static constexpr auto members(const auto& visit) {
        return visit(&MessageState::received, &MessageState::answered);
    }
    bool operator==(const MessageState&) const = default;
};

struct AppointmentState {
    struct Booked {
        Term purpose;
        Term location;
        events::BookedVia via{};
        int64_t slot_start_ms = 0;
        std::string citizen;
        static constexpr auto members(const auto& visit) {
            return visit(&Booked::purpose,
                         &Booked::location,
                         &Booked::via,
                         &Booked::slot_start_ms,
                         &Booked::citizen);
        }
        bool operator==(const Booked&) const = default;
    };
    Fact<Booked> booked;
    Latest<int64_t> moved_to_ms;
    Latest<Term> moved_location;  // not every rescheduling names one
    int64_t reschedules = 0;
    Fact<int64_t> cancelled_notice_ms;
    Fact<bool> checked_in;
    Fact<Term> completed;
    Fact<bool> no_show;

    static constexpr auto members(const auto& visit) {
        return visit(&AppointmentState::booked,
                     &AppointmentState::moved_to_ms,
                     &AppointmentState::moved_location,
                     &AppointmentState::reschedules,
                     &AppointmentState::cancelled_notice_ms,
                     &AppointmentState::checked_in,
                     &AppointmentState::completed,
                     &AppointmentState::no_show);
    }
    bool operator==(const AppointmentState&) const = default;
};

struct SurveyState {
    struct Invited {
        events::SurveyAbout about{};
        std::string about_id;
        events::Instrument instrument{};
        Term via;
        static constexpr auto members(const auto& visit) {
            return visit(&Invited::about, &Invited::about_id, &Invited::instrument, &Invited::via);
        }
        bool operator==(const Invited&) const = default;
    };

    Fact<Invited> invited;
    bool answered = false;
    int64_t revision =
        0;  // the highest revision counts; equal revisions: the first statement stands
    Stamp answer_stamp;
    int64_t answered_at_ms = 0;
    int64_t score = 0;
    Fact<bool> expired;

    static constexpr auto members(const auto& visit) {
        return visit(&SurveyState::invited,
                     &SurveyState::answered,
                     &SurveyState::revision,
                     &SurveyState::answer_stamp,
                     &SurveyState::answered_at_ms,
                     &SurveyState::score,
                     &SurveyState::expired);
    }
    bool operator==(const SurveyState&) const = default;
};

/// Whether the answer that counts has a score that the instrument lacks, as far as both are known.
[[nodiscard]] bool is_out_of_scale(const SurveyState& survey);

struct EvaluationState {
    struct Completed {
        std::string contact;
        Term agent;
        Term form;
        int64_t weighted_points = 0;
        int64_t weighted_max = 0;
        bool automatic_fail = false;
        static constexpr auto members(const auto& visit) {
            return visit(&Completed::contact,
                         &Completed::agent,
                         &Completed::form,
                         &Completed::weighted_points,
                         &Completed::weighted_max,
                         &Completed::automatic_fail);
        }
        bool operator==(const Completed&) const = default;
    };

    Fact<Completed> completed;
    Fact<bool> withdrawn;
    int64_t calibrations = 0;
    int64_t disputes = 0;

    static constexpr auto members(const auto& visit) {
        return visit(&EvaluationState::completed,
                     &EvaluationState::withdrawn,
                     &EvaluationState::calibrations,
                     &EvaluationState::disputes);
    }
    bool operator==(const EvaluationState&) const = default;
};

}  // namespace sijill::projections
