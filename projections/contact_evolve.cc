// projections/contact_evolve.cc - how calls, chats, messages, appointments, surveys and evaluations
// gather their facts.

#include "projections/dictionary.h"
#include "projections/evolve.h"

#include <algorithm>
#include <string>

namespace sijill::projections {

namespace {

namespace ev = events;

std::string token(const std::optional<ev::Token>& value) {
    return value ? std::string(value->text) : std::string();
}

Term term(const FoldContext& context, const std::optional<ev::Code>& code) {
    return code ? context.dictionary.intern(code->text) : Term{};
}

Terms terms(const FoldContext& context, const std::optional<ev::CodeList>& codes) {
    return codes ? distinct_terms(*codes, context.dictionary) : Terms();
}

// What an instrument can be answered with. Another score is no answer to what was asked.
bool is_score(ev::Instrument instrument, int64_t score) {
    switch (instrument) {
        case ev::Instrument::Csat5:
            return score >= 1 && score <= 5;
        case ev::Instrument::Nps11:
            return score >= 0 && score <= 10;
        case ev::Instrument::Csat2:
        case ev::Instrument::FcrYn:
            break;
    }
    return score == 0 || score == 1;
}

}  // namespace

Verdict evolve(CallState& call, const ev::CallOffered& e, const FoldContext& context) {
    call.offered.state(
        {context.dictionary.intern(e.queue.text), term(context, e.language), token(e.citizen)},
        context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallAnswered& e, const FoldContext& context) {
    call.answered.state({context.dictionary.intern(e.agent.text), e.queue_wait.value},
                        context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallAbandoned& e, const FoldContext& context) {
    call.abandoned_wait_ms.state(e.queue_wait.value, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallFlowedOut& e, const FoldContext& context) {
    call.flowed_out_wait_ms.state(e.queue_wait.value, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call,
               const ev::CallAgentNotAnswered& /*e*/,
               const FoldContext& /*context*/) {
    ++call.agent_not_answered;
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallHeld& /*e*/, const FoldContext& /*context*/) {
    ++call.holds;
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallRetrieved& /*e*/, const FoldContext& /*context*/) {
    ++call.retrievals;
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallTransferred& /*e*/, const FoldContext& /*context*/) {
    ++call.transfers;
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallEnded& e, const FoldContext& context) {
    call.ended.state({e.talk.value, e.hold.value}, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallWrappedUp& e, const FoldContext& context) {
    call.wrapped_up.state(
        {e.acw.value, terms(context, e.purposes), terms(context, e.natures), e.outcome},
        context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallOutboundAttempted& e, const FoldContext& context) {
    call.attempted.state(
        {context.dictionary.intern(e.agent.text), context.dictionary.intern(e.reason.text)},
        context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call,
               const ev::CallOutboundConnected& /*e*/,
               const FoldContext& context) {
    call.connected.state(true, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call, const ev::CallOutboundFailed& e, const FoldContext& context) {
    call.failed.state(e.cause, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(CallState& call,
               const ev::CallRecordingAvailable& /*e*/,
               const FoldContext& /*context*/) {
    ++call.recordings;
    return Verdict::Applied;
}

Verdict evolve(CallState& call,
               const ev::CallRecordingDeleted& /*e*/,
               const FoldContext& /*context*/) {
    ++call.recordings_deleted;
    return Verdict::Applied;
}

Verdict evolve(ChatState& chat, const ev::ChatStarted& e, const FoldContext& context) {
    const std::string_view country = e.country ? e.country->text : std::string_view{};
    chat.started.state({e.channel,
                        context.dictionary.intern(country),
                        term(context, e.language),
                        token(e.citizen)},
                       context.stamp);
    return Verdict::Applied;
}

Verdict evolve(ChatState& chat, const ev::ChatAccepted& e, const FoldContext& context) {
    chat.accepted_by.state(context.dictionary.intern(e.agent.text), context.stamp);
    return Verdict::Applied;
}

Verdict evolve(ChatState& chat, const ev::ChatMessagePosted& e, const FoldContext& context) {
    ++chat.messages;
    if (e.author == ev::ChatAuthor::Agent) {
        // The earliest message by its own instant, not by the event's time.
        chat.first_agent_message_ms.state(e.posted_at.ms, {e.posted_at.ms, context.stamp.tie});
    }
    return Verdict::Applied;
}

Verdict evolve(ChatState& chat, const ev::ChatFirstResponseGiven& e, const FoldContext& context) {
    chat.first_response_ms.state(e.response.value, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(ChatState& chat, const ev::ChatAbandoned& /*e*/, const FoldContext& context) {
    chat.abandoned.state(true, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(ChatState& chat, const ev::ChatEnded& e, const FoldContext& context) {
    chat.ended.state({e.duration.value, terms(context, e.purposes)}, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(MessageState& message, const ev::MessageReceived& e, const FoldContext& context) {
    message.received.state({e.channel,
                            term(context, e.language),
                            token(e.citizen),
                            terms(context, e.purposes),
                            terms(context, e.natures)},
                           context.stamp);
    return Verdict::Applied;
}

Verdict evolve(MessageState& message, const ev::MessageAnswered& e, const FoldContext& context) {
    message.answered.state({context.dictionary.intern(e.agent.text),
                            e.outcome,
                            e.answered_at.ms,
                            terms(context, e.purposes),
                            terms(context, e.natures)},
                           context.stamp);
    return Verdict::Applied;
}

Verdict evolve(AppointmentState& appointment,
               const ev::AppointmentBooked& e,
               const FoldContext& context) {
    appointment.booked.state({context.dictionary.intern(e.purpose.text),
                              context.dictionary.intern(e.location.text),
                              e.booked_via,
                              e.slot_start.ms,
                              token(e.citizen)},
                             context.stamp);
    return Verdict::Applied;
}

Verdict evolve(AppointmentState& appointment,
               const ev::AppointmentRescheduled& e,
               const FoldContext& context) {
    ++appointment.reschedules;
    appointment.moved_to_ms.state(e.new_start.ms, context.stamp);
    if (e.new_location) {
        appointment.moved_location.state(term(context, e.new_location), context.stamp);
    }
    return Verdict::Applied;
}

Verdict evolve(AppointmentState& appointment,
               const ev::AppointmentCancelled& e,
               const FoldContext& context) {
    appointment.cancelled_notice_ms.state(e.notice.value, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(AppointmentState& appointment,
               const ev::AppointmentCheckedIn& /*e*/,
               const FoldContext& context) {
    appointment.checked_in.state(true, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(AppointmentState& appointment,
               const ev::AppointmentCompleted& e,
               const FoldContext& context) {
    appointment.completed.state(term(context, e.outcome), context.stamp);
    return Verdict::Applied;
}

Verdict evolve(AppointmentState& appointment,
               const ev::AppointmentNoShowRecorded& /*e*/,
               const FoldContext& context) {
    appointment.no_show.state(true, context.stamp);
    return Verdict::Applied;
}

bool is_out_of_scale(const SurveyState& survey) {
    return survey.answered && survey.invited.known &&
           !is_score(survey.invited.value.instrument, survey.score);
}

Verdict evolve(SurveyState& survey, const ev::SurveyInvited& e, const FoldContext& context) {
    const bool before = is_out_of_scale(survey);
    survey.invited.state({e.about,
                          std::string(e.about_id.text),
                          e.instrument,
                          context.dictionary.intern(e.via.text)},
                         context.stamp);
    return !before && is_out_of_scale(survey) ? Verdict::OutOfScale : Verdict::Applied;
}

Verdict evolve(SurveyState& survey, const ev::SurveyAnswered& e, const FoldContext& context) {
    const bool higher = !survey.answered || e.revision.value > survey.revision;
    const bool earlier = survey.answered && e.revision.value == survey.revision &&
                         context.stamp < survey.answer_stamp;
    if (higher || earlier) {
        survey.answered = true;
        survey.revision = e.revision.value;
        survey.answer_stamp = context.stamp;
        survey.answered_at_ms = e.answered_at.ms;
        survey.score = e.score.value;
        return is_out_of_scale(survey) ? Verdict::OutOfScale : Verdict::Applied;
    }
    return Verdict::Applied;
}

Verdict evolve(SurveyState& survey, const ev::SurveyExpired& /*e*/, const FoldContext& context) {
    survey.expired.state(true, context.stamp);
    return Verdict::Applied;
}

Verdict evolve(EvaluationState& evaluation,
               const ev::EvaluationCompleted& e,
               const FoldContext& context) {
    int64_t points = 0;
    int64_t max = 0;
    bool above = false;
    for (const ev::EvaluationItem& item : e.items) {
        if (!item.not_applicable.value_or(false)) {
            above = above || item.points.value > item.max.value;
            points += item.weight.value * item.points.value;
            max += item.weight.value * item.max.value;
        }
    }
    evaluation.completed.state({std::string(e.contact_id.text),
                                context.dictionary.intern(e.agent.text),
                                context.dictionary.intern(e.form.text),
                                e.automatic_fail ? 0 : points,
                                max,
                                e.automatic_fail},
                               context.stamp);
    return above ? Verdict::OutOfScale : Verdict::Applied;
}

Verdict evolve(EvaluationState& evaluation,
               const ev::EvaluationCalibrated& /*e*/,
               const FoldContext& /*context*/) {
    ++evaluation.calibrations;
    return Verdict::Applied;
}

Verdict evolve(EvaluationState& evaluation,
               const ev::EvaluationDisputed& /*e*/,
               const FoldContext& /*context*/) {
    ++evaluation.disputes;
    return Verdict::Applied;
}

Verdict evolve(EvaluationState& evaluation,
               const ev::EvaluationWithdrawn& /*e*/,
               const FoldContext& context) {
    evaluation.withdrawn.state(true, context.stamp);
    return Verdict::Applied;
}

}  // namespace sijill::projections
