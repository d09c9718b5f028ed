#include "projections/contributions.h"

#include <algorithm>

namespace sijill::projections {

namespace {

// One cell under construction: every add() is a contribution to it.
class Cell {
  public:
    Cell(Contributions& out, Cube cube, int32_t hour, std::initializer_list<Term> dimensions)
        : out_(out) {
        key_.cube = cube;
        key_.hour = hour;
        std::copy(dimensions.begin(), dimensions.end(), key_.dimensions.begin());
    }
    // Member by member: a copy of key_ in vector registers would wait for the words just written.
    void add(size_t measure, int64_t value) {
        if (value == 0) {
            return;
        }
        Contribution& contribution = out_.cells.emplace_back();
        contribution.cell.cube = key_.cube;
        contribution.cell.hour = key_.hour;
        for (size_t i = 0; i < kMaxDimensions; ++i) {
            contribution.cell.dimensions[i].number = key_.dimensions[i].number;
        }
        contribution.measure = static_cast<uint8_t>(measure);
        contribution.value = value;
    }
    void count(size_t measure, bool holds) { add(measure, holds ? 1 : 0); }

  private:
    Contributions& out_;
    CellKey key_;
};

void contribute_outcome(const CallState& call, Cell& cell) {
    if (!call.wrapped_up.known) {
        return;
    }
    const auto outcome = call.wrapped_up.value.outcome;
    cell.count(calls::WrappedUp, true);
    cell.add(calls::AcwMs, call.wrapped_up.value.acw_ms);
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

// Everything of a call belongs to the hour in which it was offered, so answered + abandoned +
// flowed out never exceed offered. An answer outweighs an abandon, both outweigh a flow-out.
void contribute_inbound(const CallState& call,
                        const ContributionContext& context,
                        Contributions& out) {
    const int32_t hour = context.local_time.hour_of(call.offered.stamp.time_ms);
    Cell cell(out, Cube::Calls, hour, {call.offered.value.queue, call.offered.value.language});
    cell.count(calls::Offered, true);
    cell.add(calls::AgentNotAnswered, call.agent_not_answered);
    cell.add(calls::Transferred, call.transfers);
    cell.add(calls::Held, call.holds);
    if (call.answered.known) {
        const int64_t wait = call.answered.value.wait_ms;
        cell.count(calls::Answered, true);
        cell.add(calls::WaitAnsweredMs, wait);
        cell.count(calls::WaitBin0 + wait_bin(wait), true);
        cell.add(calls::TalkMs, call.ended.value.talk_ms);
        cell.add(calls::HoldMs, call.ended.value.hold_ms);
        cell.count(calls::Recorded, call.recordings > 0);
        contribute_outcome(call, cell);
        contribute_coding(call, hour, context, out);
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

void contribute_complaint(const Complaint& complaint,
                          const ContributionContext& context,
                          Contributions& out) {
    const Term severity = complaint.suggestion ? Term{} : context.names.of(complaint.severity);
    Cell cell(out,
              Cube::Complaints,
              context.local_time.hour_of(complaint.received_at_ms),
              {complaint.category, severity, complaint.received_via});
    cell.count(complaints::Complaints, !complaint.suggestion);
    cell.count(complaints::Suggestions, complaint.suggestion);
    cell.count(complaints::Acknowledged, complaint.acknowledged);
    cell.count(complaints::Answered, complaint.decision.has_value());
}

void contribute_referral(const Referral& referral,
                         const ContributionContext& context,
                         Contributions& out) {
    Cell cell(out,
              Cube::Referrals,
              context.local_time.hour_of(referral.requested_at_ms),
              {referral.department});
    cell.count(referrals::Requested, true);
    cell.count(referrals::Answered, referral.status == ReferralStatus::Answered);
    cell.count(referrals::Declined, referral.status == ReferralStatus::Declined);
    cell.count(referrals::Returned, referral.status == ReferralStatus::Returned);
    cell.count(referrals::Recalled, referral.status == ReferralStatus::Recalled);
    if (referral.status == ReferralStatus::Answered) {
        cell.add(referrals::TurnaroundMs, referral.settled_at_ms - referral.requested_at_ms);
    }
}

// What happened to cases in an hour, whenever they were opened.
void contribute_case_flow(const CaseState& state,
                          Term kind,
                          const ContributionContext& context,
                          Contributions& out) {
    const auto happened = [&](size_t measure, int64_t at_ms) {
        Cell(out, Cube::CaseFlow, context.local_time.hour_of(at_ms), {kind}).add(measure, 1);
    };
    happened(case_flow::Opened, state.opened_at_ms);
    if (state.first_resolved_at_ms) {
        happened(case_flow::Resolved, *state.first_resolved_at_ms);
    }
    if (state.closed_at_ms) {
        happened(case_flow::Closed, *state.closed_at_ms);
    }
    for (const int64_t at : state.reopened_at_ms) {
        happened(case_flow::Reopened, at);
    }
}

}  // namespace

NameTerms::NameTerms(Dictionary& dictionary)
    : phone_(dictionary.intern("phone")), chat_(dictionary.intern("chat")) {
    const auto fill = [&dictionary](auto& table) {
        using E = decltype(table.first);
        std::ranges::transform(events::EnumNames<E>::kNames,
                               table.second.begin(),
                               [&dictionary](auto name) { return dictionary.intern(name); });
    };
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
    cell.count(chats::Abandoned, chat.abandoned.known);
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
    const AppointmentState::Slot& moved = appointment.moved.value;
    const int64_t start_ms = appointment.moved.known ? moved.start_ms : booked.slot_start_ms;
    const Term location = moved.location == Term{} ? booked.location : moved.location;
    Cell slot(out,
              Cube::AppointmentSlots,
              context.local_time.hour_of(start_ms),
              {booked.purpose, location});
    slot.count(appointment_slots::Slots, true);
    slot.count(appointment_slots::Attended, attended);
    slot.count(appointment_slots::NoShow, no_show);
    slot.count(appointment_slots::Cancelled, cancelled);
}

void contribute(const CaseState& state, const ContributionContext& context, Contributions& out) {
    if (state.status == CaseStatus::None) {
        return;
    }
    const int32_t hour = context.local_time.hour_of(state.opened_at_ms);
    const Term kind = context.names.of(state.kind);
    Cell cohort(out, Cube::Cases, hour, {kind, state.priority, state.opened_via});
    const bool resolved =
        state.first_resolved_at_ms.has_value() && state.status != CaseStatus::Merged;
    cohort.count(cases::Opened, true);
    cohort.count(cases::Referred, !state.referrals.empty());
    cohort.count(cases::Resolved, resolved);
    cohort.count(
        cases::ResolvedAtFirstContact,
        resolved && state.first_contact && state.referrals.empty() && state.reopened_at_ms.empty());
    cohort.count(cases::Reopened, !state.reopened_at_ms.empty());
    cohort.count(cases::Merged, state.status == CaseStatus::Merged);
    cohort.count(cases::Cancelled, state.status == CaseStatus::Cancelled);
    for (const Term purpose : state.purposes) {
        Cell(out, Cube::CasePurposes, hour, {purpose, kind}).add(case_purposes::Opened, 1);
    }
    contribute_case_flow(state, kind, context, out);
    if (state.complaint) {
        contribute_complaint(*state.complaint, context, out);
    }
    for (const Referral& referral : state.referrals) {
        contribute_referral(referral, context, out);
    }
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
    cell.count(kpi_referrals::Acknowledged, referral.acknowledged_at_ms != 0);
    cell.count(kpi_referrals::Answered, referral.answered_at_ms != 0);
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
         {about, instrument})
        .add(surveys::Invited, 1);
    if (survey.answered) {
        Cell cell(out,
                  Cube::Surveys,
                  context.local_time.hour_of(survey.answered_at_ms),
                  {about, instrument});
        cell.count(surveys::Answered, true);
        cell.count(surveys::Satisfied, is_satisfied(invited.instrument, survey.score));
        cell.add(surveys::Score, survey.score);
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
              {completed.form});
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

}  // namespace sijill::projections
