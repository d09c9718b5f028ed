#include "projections/contributions.h"

#include "events/check.h"
#include "projections/contribution_cell.h"
#include "projections/dictionary.h"
#include "projections/dimension_values.h"

#include <algorithm>
#include <array>
#include <string>

namespace sijill::projections {

namespace {

// Talk, hold and after-call work. Of a call that is wrapped up alone, so that the average is of the
// calls whose times are added.
int64_t handle_ms(const CallState& call) {
    const CallState::Ended& ended = call.ended.value;
    return call.wrapped_up.known ? ended.talk_ms + ended.hold_ms + call.wrapped_up.value.acw_ms : 0;
}

void contribute_outcome(const CallState& call, Cell& cell) {
    if (!call.wrapped_up.known) {
        return;
    }
    const auto outcome = call.wrapped_up.value.outcome;
    cell.count(calls::WrappedUp, true);
    cell.add(calls::AcwMs, call.wrapped_up.value.acw_ms);
    cell.add(calls::HandleMs, handle_ms(call));
    cell.count(calls::Handled, outcome == events::CallOutcome::Handled);
    cell.count(calls::Referred, outcome == events::CallOutcome::Referred);
    cell.count(calls::CallbackDue, outcome == events::CallOutcome::CallbackDue);
    cell.count(calls::NoAction, outcome == events::CallOutcome::NoAction);
}

void contribute_coding(const CallState& call,
                       int32_t hour,
                       const ContributionContext& context,
                       Contributions& out) {
    const CallState::WrappedUp& coding = call.wrapped_up.value;
    for (const Term purpose : coding.purposes) {
        Cell cell(out, Cube::CallPurposes, hour, {purpose, call.offered.value.queue});
        cell.count(call_purposes::Answered, true);
        cell.count(call_purposes::Handled, coding.outcome == events::CallOutcome::Handled);
        cell.count(call_purposes::Referred, coding.outcome == events::CallOutcome::Referred);
    }
    for (const Term nature : coding.natures) {
        Cell(out, Cube::ContactNatures, hour, {nature, context.names.phone()})
            .add(contact_natures::Contacts, 1);
    }
}

// The same call again under its agent.
void contribute_agent(const CallState& call, int32_t hour, Contributions& out) {
    Cell cell(out, Cube::Agents, hour, {call.answered.value.agent});
    cell.count(agents::Answered, true);
    cell.add(agents::HandleMs, handle_ms(call));
    cell.count(agents::WrappedUp, call.wrapped_up.known);
    cell.count(agents::Recorded, call.recordings > 0);
}

// Everything of a call belongs to the hour in which it was offered, so answered + abandoned +
// flowed out never exceed offered. An answer outweighs an abandon, both outweigh a flow-out.
void contribute_inbound(const CallState& call,
                        const ContributionContext& context,
                        Contributions& out) {
    const int32_t hour = context.local_time.hour_of(call.offered.stamp.time_ms);
    Cell cell(out, Cube::Calls, hour, {call.offered.value.queue, call.offered.value.language});
    cell.count(calls::Offered, true);
    cell.add(calls::AgentNotAnswered, call.agent_not_answered);
    if (call.answered.known) {
        const int64_t wait = call.answered.value.wait_ms;
        cell.count(calls::Answered, true);
        cell.add(calls::Transferred, call.transfers);
        cell.add(calls::Held, call.holds);
        cell.add(calls::WaitAnsweredMs, wait);
        cell.count(calls::WaitBin0 + wait_bin(wait), true);
        cell.add(calls::TalkMs, call.ended.value.talk_ms);
        cell.add(calls::HoldMs, call.ended.value.hold_ms);
        cell.count(calls::Recorded, call.recordings > 0);
        contribute_outcome(call, cell);
        contribute_coding(call, hour, context, out);
        contribute_agent(call, hour, out);
    } else if (call.abandoned_wait_ms.known) {
        cell.count(calls::Abandoned, true);
        cell.count(calls::ShortAbandoned, call.abandoned_wait_ms.value <= kShortAbandonMs);
        cell.add(calls::WaitAbandonedMs, call.abandoned_wait_ms.value);
    } else if (call.flowed_out_wait_ms.known) {
        cell.count(calls::FlowedOut, true);
    }
}

void contribute_outbound(const CallState& call,
                         const ContributionContext& context,
                         Contributions& out) {
    const int32_t hour = context.local_time.hour_of(call.attempted.stamp.time_ms);
    Cell cell(out, Cube::OutboundCalls, hour, {call.attempted.value.reason});
    cell.count(outbound_calls::Attempted, true);
    cell.count(outbound_calls::Connected, call.connected.known);
    cell.count(outbound_calls::Failed, call.failed.known && !call.connected.known);
    cell.count(outbound_calls::Recorded, call.connected.known && call.recordings > 0);
    if (call.connected.known) {
        Cell agent(out, Cube::Agents, hour, {call.attempted.value.agent});
        agent.count(agents::Connected, true);
        agent.count(agents::Recorded, call.recordings > 0);
    }
}

void contribute_contact(int64_t time_ms,
                        Term channel,
                        const ContributionContext& context,
                        Contributions& out) {
    Cell(out, Cube::Contacts, context.local_time.hour_of(time_ms), {channel})
        .add(contacts::Contacts, 1);
}

// csat5: 4 or 5 of 5. csat2: yes. Other instruments have no notion of satisfied here.
bool is_satisfied(events::Instrument instrument, int64_t score) {
    return (instrument == events::Instrument::Csat5 && score >= 4) ||
           (instrument == events::Instrument::Csat2 && score >= 1);
}

}  // namespace

NameTerms::NameTerms(Dictionary& dictionary)
    : phone_(dictionary.intern(kPhoneChannel)),
      chat_(dictionary.intern(kChatChannel)),
      referral_answer_(dictionary.intern(kReferralAnswer)),
      complaint_response_(dictionary.intern(kComplaintResponse)) {
    const auto fill = [&dictionary](auto& table) {
        using E = decltype(table.first);
        std::ranges::transform(events::EnumNames<E>::kNames,
                               table.second.begin(),
                               [&dictionary](auto name) { return dictionary.intern(name); });
    };
    for (size_t i = 0; i < kCaseStatusCount; ++i) {
        case_statuses_[i] = dictionary.intern(name_of(static_cast<CaseStatus>(i)));
    }
    std::apply([&fill](auto&... table) { (fill(table), ...); }, tables_);
}

void contribute(const CallState& call, const ContributionContext& context, Contributions& out) {
    if (call.offered.known) {
        contribute_inbound(call, context, out);
        contribute_contact(call.offered.stamp.time_ms, context.names.phone(), context, out);
    }
    if (call.attempted.known) {
        contribute_outbound(call, context, out);
        contribute_contact(call.attempted.stamp.time_ms, context.names.phone(), context, out);
    }
}

// An answer outweighs an abandon, as it does of a call.
void contribute(const ChatState& chat, const ContributionContext& context, Contributions& out) {
    if (!chat.started.known) {
        return;
    }
    const ChatState::Started& started = chat.started.value;
    const int32_t hour = context.local_time.hour_of(chat.started.stamp.time_ms);
    Cell cell(out,
              Cube::Chats,
              hour,
              {context.names.of(started.channel), started.country, started.language});
    cell.count(chats::Started, true);
    cell.count(chats::Accepted, chat.accepted_by.known);
    const bool taken =
        chat.accepted_by.known || chat.first_response_ms.known || chat.first_agent_message_ms.known;
    cell.count(chats::Abandoned, chat.abandoned.known && !taken);
    cell.count(chats::Ended, chat.ended.known);
    cell.add(chats::DurationMs, chat.ended.value.duration_ms);
    cell.count(chats::Unidentified, started.citizen.empty());
    if (chat.first_response_ms.known) {
        cell.count(chats::Responded, true);
        cell.add(chats::FirstResponseMs, chat.first_response_ms.value);
    } else if (chat.first_agent_message_ms.known) {
        cell.count(chats::Responded, true);
        cell.add(
            chats::FirstResponseMs,
            std::max<int64_t>(0, chat.first_agent_message_ms.value - chat.started.stamp.time_ms));
    }
    if (!started.citizen.empty()) {
        out.people.push_back({Cube::Chats, day_of_hour(hour), started.citizen});
    }
    contribute_contact(chat.started.stamp.time_ms, context.names.chat(), context, out);
}

void contribute(const MessageState& message,
                const ContributionContext& context,
                Contributions& out) {
    if (!message.received.known) {
        return;
    }
    const MessageState::Received& received = message.received.value;
    const int64_t at = message.received.stamp.time_ms;
    const int32_t hour = context.local_time.hour_of(at);
    const Term channel = context.names.of(received.channel);
    Cell cell(out, Cube::Messages, hour, {channel, received.language});
    cell.count(messages::Received, true);
    if (message.answered.known) {
        const MessageState::Answered& answered = message.answered.value;
        cell.count(messages::Answered, true);
        cell.count(messages::Handled, answered.outcome == events::MessageOutcome::Handled);
        cell.count(messages::Referred, answered.outcome == events::MessageOutcome::Referred);
        cell.add(messages::ResponseMs, std::max<int64_t>(0, answered.answered_at_ms - at));
    }
    const bool coded = message.answered.known && !message.answered.value.natures.empty();
    for (const Term nature : coded ? message.answered.value.natures : received.natures) {
        Cell(out, Cube::ContactNatures, hour, {nature, channel}).add(contact_natures::Contacts, 1);
    }
    contribute_contact(at, channel, context, out);
}

void contribute(const AppointmentState& appointment,
                const ContributionContext& context,
                Contributions& out) {
    if (!appointment.booked.known) {
        return;
    }
    const AppointmentState::Booked& booked = appointment.booked.value;
    Cell booking(out,
                 Cube::Appointments,
                 context.local_time.hour_of(appointment.booked.stamp.time_ms),
                 {booked.purpose, booked.location, context.names.of(booked.via)});
    const bool attended = appointment.checked_in.known || appointment.completed.known;
    const bool no_show = appointment.no_show.known && !attended;
    const bool cancelled = appointment.cancelled_notice_ms.known && !attended && !no_show;
    booking.count(appointments::Booked, true);
    booking.count(appointments::Cancelled, cancelled);
    const auto& moved_to = appointment.moved_to_ms;
    const auto& moved_location = appointment.moved_location;
    const int64_t start_ms = moved_to.known ? moved_to.value : booked.slot_start_ms;
    const Term location = moved_location.known ? moved_location.value : booked.location;
    Cell slot(out,
              Cube::AppointmentSlots,
              context.local_time.hour_of(start_ms),
              {booked.purpose, location});
    slot.count(appointment_slots::Slots, true);
    slot.count(appointment_slots::Attended, attended);
    slot.count(appointment_slots::NoShow, no_show);
    slot.count(appointment_slots::Cancelled, cancelled);
}

void contribute(const KpiReferralState& referral,
                const ContributionContext& context,
                Contributions& out) {
    if (referral.status == KpiReferralStatus::None) {
        return;
    }
    Cell cell(out,
              Cube::KpiReferrals,
              context.local_time.hour_of(referral.referred_at_ms),
              {referral.department, referral.kpi});
    cell.count(kpi_referrals::Referred, true);
    cell.count(kpi_referrals::Acknowledged, referral.acknowledged_at_ms.has_value());
    cell.count(kpi_referrals::Answered, referral.answered_at_ms.has_value());
    cell.count(kpi_referrals::Closed, referral.status == KpiReferralStatus::Closed);
}

void contribute(const SurveyState& survey, const ContributionContext& context, Contributions& out) {
    if (!survey.invited.known) {
        return;
    }
    const SurveyState::Invited& invited = survey.invited.value;
    const Term about = context.names.of(invited.about);
    const Term instrument = context.names.of(invited.instrument);
    Cell(out,
         Cube::Surveys,
         context.local_time.hour_of(survey.invited.stamp.time_ms),
         {about, instrument, invited.via})
        .add(surveys::Invited, 1);
    if (survey.answered && !is_out_of_scale(survey)) {
        Cell cell(out,
                  Cube::Surveys,
                  context.local_time.hour_of(survey.answered_at_ms),
                  {about, instrument, invited.via});
        const bool nps = invited.instrument == events::Instrument::Nps11;
        cell.count(surveys::Answered, true);
        cell.count(surveys::Satisfied, is_satisfied(invited.instrument, survey.score));
        cell.add(surveys::Score, survey.score);
        cell.count(surveys::Promoters, nps && survey.score >= 9);
        cell.count(surveys::Detractors, nps && survey.score <= 6);
    }
}

void contribute(const EvaluationState& evaluation,
                const ContributionContext& context,
                Contributions& out) {
    if (!evaluation.completed.known || evaluation.withdrawn.known) {
        return;
    }
    const EvaluationState::Completed& completed = evaluation.completed.value;
    Cell cell(out,
              Cube::Evaluations,
              context.local_time.hour_of(evaluation.completed.stamp.time_ms),
              {completed.form, completed.agent});
    cell.count(evaluations::Completed, true);
    cell.add(evaluations::WeightedPoints, completed.weighted_points);
    cell.add(evaluations::WeightedMaximum, completed.weighted_max);
    cell.count(evaluations::AutomaticFails, completed.automatic_fail);
}

// Published periods and erased persons are lists of their own; they add to no figure.
void contribute(const PeriodState& /*period*/,
                const ContributionContext& /*context*/,
                Contributions& /*out*/) {}

void contribute(const PersonState& /*person*/,
                const ContributionContext& /*context*/,
                Contributions& /*out*/) {}

void contributions_of(const State& state, const ContributionContext& context, Contributions& out) {
    out.clear();
    std::visit([&](const auto& s) { contribute(s, context, out); }, state);
}

namespace {

template <AggregateKind kind>
constexpr std::array kOnly{kind};

}  // namespace

std::span<const AggregateKind> kinds_of(Cube cube) {
    using Kind = AggregateKind;
    static constexpr std::array kContacts{Kind::Call, Kind::Chat, Kind::Message};
    static constexpr std::array kCoded{Kind::Call, Kind::Message};
    switch (cube) {
        case Cube::Contacts:
            return kContacts;
        case Cube::ContactNatures:
            return kCoded;
        case Cube::Calls:
        case Cube::CallPurposes:
        case Cube::OutboundCalls:
        case Cube::Agents:
            return kOnly<Kind::Call>;
        case Cube::Chats:
            return kOnly<Kind::Chat>;
        case Cube::Messages:
            return kOnly<Kind::Message>;
        case Cube::Appointments:
        case Cube::AppointmentSlots:
            return kOnly<Kind::Appointment>;
        case Cube::Cases:
        case Cube::CasePurposes:
        case Cube::CaseFlow:
        case Cube::Complaints:
        case Cube::Referrals:
        case Cube::CaseBacklog:
        case Cube::ReferralBacklog:
        case Cube::DueClocks:
        case Cube::CaseTimes:
        case Cube::CaseResolutions:
        case Cube::CaseStatusBacklog:
        case Cube::CaseBusinessTimes:
        case Cube::ReferralBusinessTimes:
            return kOnly<Kind::Case>;
        case Cube::KpiReferrals:
            return kOnly<Kind::KpiReferral>;
        case Cube::Surveys:
            return kOnly<Kind::Survey>;
        case Cube::Evaluations:
            return kOnly<Kind::Evaluation>;
    }
    CHECK(false, "a cube that is not in the list");
}

}  // namespace sijill::projections
