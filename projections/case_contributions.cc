// projections/case_contributions.cc - what a case adds: what became of it by the day it was opened,
// what happened to it by the hour, and the days on which it was open.

#include "projections/contribution_cell.h"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace sijill::projections {

namespace {

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
        cell.add(referrals::TurnaroundMs,
                 std::max<int64_t>(0, referral.settled_at_ms - referral.requested_at_ms));
    }
}

size_t flow_of(CaseStatus end) {
    if (end == CaseStatus::Resolved) {
        return case_flow::Resolved;
    }
    if (end == CaseStatus::Merged) {
        return case_flow::Merged;
    }
    return end == CaseStatus::Cancelled ? case_flow::Cancelled : case_flow::Closed;
}

// What happened to cases in an hour, whenever they were opened. A reopening takes back no end: it
// was one.
void contribute_case_flow(const CaseState& state,
                          Term kind,
                          const ContributionContext& context,
                          Contributions& out) {
    const auto happened = [&](size_t measure, int64_t at_ms) {
        Cell(out, Cube::CaseFlow, context.local_time.hour_of(at_ms), {kind}).add(measure, 1);
    };
    happened(case_flow::Opened, state.opened_at_ms);
    for (const EpisodeEnd& end : state.ends) {
        happened(flow_of(end.how), end.at_ms);
        if (end.closed_at_ms) {
            happened(case_flow::Closed, *end.closed_at_ms);
        }
    }
    for (const int64_t at : state.reopened_at_ms) {
        happened(case_flow::Reopened, at);
    }
}

// From the end of this local day on the case stands at this value.
struct Turn {
    int32_t day;
    Term value;
};

// Of most cases in place: each is looked at anew in each commit that changes it.
using Turns = boost::container::small_vector<Turn, 8>;

constexpr int32_t kNever = std::numeric_limits<int32_t>::max();

// The local days of a referral's request and of its end, which is never before it.
struct ReferralDays {
    int32_t requested;
    int32_t settled;
};

ReferralDays days_of(const Referral& referral, const ContributionContext& context) {
    const int32_t requested = context.local_time.day_of(referral.requested_at_ms);
    return {requested,
            referral.open()
                ? kNever
                : std::max(requested, context.local_time.day_of(referral.settled_at_ms))};
}

// Which department a case waits for at the end of each day: that of the earliest listed referral
// which is open then; none: the centre.
Turns department_turns(const std::vector<Referral>& referrals, const ContributionContext& context) {
    struct Step {
        int32_t day;
        size_t referral;
        bool opens;
    };
    std::vector<Step> steps;
    for (size_t i = 0; i < referrals.size(); ++i) {
        const ReferralDays days = days_of(referrals[i], context);
        if (days.requested < days.settled) {
            steps.push_back({days.requested, i, true});
            steps.push_back({days.settled, i, false});
        }
    }
    std::ranges::sort(steps, {}, &Step::day);
    Turns turns;
    std::set<size_t> open;
    for (size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].opens) {
            open.insert(steps[i].referral);
        } else {
            open.erase(steps[i].referral);
        }
        const bool day_ends = i + 1 == steps.size() || steps[i + 1].day != steps[i].day;
        const Term waits = open.empty() ? Term{} : referrals[*open.begin()].department;
        if (day_ends && waits != (turns.empty() ? Term{} : turns.back().value)) {
            turns.push_back({steps[i].day, waits});
        }
    }
    return turns;
}

// In which status a case stands at the end of each day on which it is open. In log order: a clock
// that is behind moves no earlier turn.
Turns status_turns(const CaseState& state, const ContributionContext& context) {
    Turns turns;
    for (const StatusTurn& each : state.turns) {
        const int32_t day = context.local_time.day_of(each.at_ms);
        const Term status = context.names.of(each.status);
        if (turns.empty() || day > turns.back().day) {
            turns.push_back({day, status});
        } else {
            turns.back().value = status;
        }
    }
    return turns;
}

// The days at whose end a case is open in an episode.
struct OpenDays {
    int32_t begin;
    int32_t end;
};

using Episodes = boost::container::small_vector<OpenDays, 2>;

// An episode that ends on the day it began is open at the end of none, one does not end before it
// began, nor begin before the one before it ended: clocks differ, and a case is open once.
Episodes open_days(const CaseState& state, const ContributionContext& context) {
    Episodes episodes;
    int32_t ended = std::numeric_limits<int32_t>::min();
    for (size_t episode = 0; episode <= state.reopened_at_ms.size(); ++episode) {
        const int32_t began = context.local_time.day_of(
            episode == 0 ? state.opened_at_ms : state.reopened_at_ms[episode - 1]);
        const int32_t begin = std::max(began, ended);
        const int32_t end = episode < state.ends.size()
                                ? context.local_time.day_of(state.ends[episode].at_ms)
                                : kNever;
        if (end > begin) {
            episodes.push_back({begin, end});
        }
        ended = std::max(begin, end);
    }
    return episodes;
}

// The days of an episode as changes of the sum of open cases: change(value, day, by).
void change_by_turns(OpenDays days, const Turns& turns, Term before, const auto& change) {
    auto next = std::ranges::upper_bound(turns, days.begin, {}, &Turn::day);
    Term value = next == turns.begin() ? before : std::prev(next)->value;
    change(value, days.begin, 1);
    for (; next != turns.end() && next->day < days.end; ++next) {
        change(value, next->day, -1);
        value = next->value;
        change(value, next->day, 1);
    }
    if (days.end != kNever) {
        change(value, days.end, -1);
    }
}

void contribute_backlog(const CaseState& state,
                        Term kind,
                        const ContributionContext& context,
                        Contributions& out) {
    const Turns departments = department_turns(state.referrals, context);
    const Turns statuses = status_turns(state, context);
    for (const OpenDays days : open_days(state, context)) {
        const int32_t hour = days.begin * kHoursPerDay;
        const auto waits = [&](Term department, int32_t day, int64_t by) {
            Cell(out, Cube::CaseBacklog, hour, {kind, department})
                .changes_on(day)
                .add(case_backlog::Cases, by);
        };
        const auto stands = [&](Term status, int32_t day, int64_t by) {
            Cell(out, Cube::CaseStatusBacklog, hour, {status, kind})
                .changes_on(day)
                .add(case_status_backlog::Cases, by);
        };
        change_by_turns(days, departments, Term{}, waits);
        change_by_turns(days, statuses, context.names.of(CaseStatus::New), stands);
    }
}

void contribute_referral_backlog(const Referral& referral,
                                 const ContributionContext& context,
                                 Contributions& out) {
    const ReferralDays days = days_of(referral, context);
    const auto change = [&](size_t measure, int32_t day, int64_t by) {
        Cell(out, Cube::ReferralBacklog, days.requested * kHoursPerDay, {referral.department})
            .changes_on(day)
            .add(measure, by);
    };
    if (days.requested < days.settled) {
        change(referral_backlog::Referrals, days.requested, 1);
        if (days.settled != kNever) {
            change(referral_backlog::Referrals, days.settled, -1);
        }
    }
    if (!referral.due_at_ms) {
        return;
    }
    const int32_t due = std::max(days.requested, context.local_time.day_of(*referral.due_at_ms));
    if (due < days.settled) {
        change(referral_backlog::FellDue, due, 1);
        if (days.settled != kNever) {
            change(referral_backlog::SettledLate, days.settled, -1);
        }
    }
}

// A promise to answer by an instant. Judged at that instant: what was dropped until then is no
// promise any more, what is dropped later was broken before.
struct DueClock {
    Term metric;
    Term department;
    int64_t due_ms;
    std::optional<int64_t> answered_ms;
    std::optional<int64_t> dropped_ms;
};

void contribute_clock(const DueClock& clock,
                      const ContributionContext& context,
                      Contributions& out) {
    const bool dropped = !clock.answered_ms && clock.dropped_ms;
    if (dropped && *clock.dropped_ms <= clock.due_ms) {
        return;
    }
    Cell cell(out,
              Cube::DueClocks,
              context.local_time.hour_of(clock.due_ms),
              {clock.metric, clock.department});
    const bool met = clock.answered_ms && *clock.answered_ms <= clock.due_ms;
    const bool open = !clock.answered_ms && !dropped;
    cell.count(due_clocks::Met, met);
    cell.count(due_clocks::Breached, !met && !open);
    cell.count(due_clocks::Open, open);
}

// Whether the case stood ended at an instant. An end that came before the complaint did is no
// answer to it, nor does it drop it.
bool had_ended(const CaseState& state, const Complaint& complaint, int64_t at_ms) {
    for (auto i = static_cast<size_t>(complaint.ends_before); i < state.ends.size(); ++i) {
        const bool reopened = i < state.reopened_at_ms.size() && state.reopened_at_ms[i] <= at_ms;
        if (state.ends[i].at_ms <= at_ms && !reopened) {
            return true;
        }
    }
    return false;
}

void contribute_complaint_clock(const CaseState& state,
                                const Complaint& complaint,
                                const ContributionContext& context,
                                Contributions& out) {
    DueClock clock{context.names.complaint_response(),
                   Term{},
                   *complaint.due_at_ms,
                   complaint.first_response_sent_at_ms,
                   complaint.inadmissible_at_ms};
    if (clock.dropped_ms && *clock.dropped_ms <= clock.due_ms) {
        return;  // answered or not
    }
    const bool met = clock.answered_ms && *clock.answered_ms <= clock.due_ms;
    if (!met && had_ended(state, complaint, clock.due_ms)) {
        return;  // what a later reopening brought or did not bring was owed to nobody then
    }
    if (!clock.dropped_ms && state.ended() &&
        std::cmp_greater(state.ends.size(), complaint.ends_before)) {
        clock.dropped_ms = state.ends.back().at_ms;
    }
    contribute_clock(clock, context, out);
}

void contribute_clocks(const CaseState& state,
                       const ContributionContext& context,
                       Contributions& out) {
    using At = std::optional<int64_t>;
    for (const Referral& referral : state.referrals) {
        if (referral.due_at_ms) {
            const bool answered = referral.status == ReferralStatus::Answered;
            const bool dropped = !answered && !referral.open();
            contribute_clock({context.names.referral_answer(),
                              referral.department,
                              *referral.due_at_ms,
                              answered ? At(referral.settled_at_ms) : At(),
                              dropped ? At(referral.settled_at_ms) : At()},
                             context,
                             out);
        }
    }
    if (state.complaint && state.complaint->due_at_ms) {
        contribute_complaint_clock(state, *state.complaint, context, out);
    }
}

// From the resolution of an episode to the reopening behind it; nullopt: it was not resolved, or
// not reopened.
std::optional<int64_t> reopened_after(const CaseState& state, size_t episode) {
    const bool reopened = episode < state.reopened_at_ms.size();
    if (!reopened || !state.ends[episode].resolved()) {
        return std::nullopt;
    }
    return std::max<int64_t>(0, state.reopened_at_ms[episode] - state.ends[episode].at_ms);
}

// From a resolution to the reopening behind it: of the first time, and the shortest.
struct Reopenings {
    std::optional<int64_t> first;
    std::optional<int64_t> soonest;
};

Reopenings reopenings_of(const CaseState& state) {
    Reopenings found;
    for (size_t episode = 0; episode < state.ends.size(); ++episode) {
        if (const auto after = reopened_after(state, episode)) {
            found.soonest = std::min(found.soonest.value_or(*after), *after);
            found.first = found.first ? found.first : after;
        }
    }
    return found;
}

// How long things took, of a case that was resolved or answered: by the hour it was opened.
void contribute_times(const CaseState& state, bool resolved, Cell& cell) {
    const auto since_opening = [&state](int64_t at_ms) {
        return std::max<int64_t>(0, at_ms - state.opened_at_ms);
    };
    if (state.first_response_at_ms) {
        const int64_t took = since_opening(*state.first_response_at_ms);
        cell.count(case_times::Responded, true);
        cell.add(case_times::FirstResponseMs, took);
        cell.count(case_times::RespondedBin0 + bin_of(kResponseEdgesMs, took), true);
    }
    if (!resolved) {
        return;
    }
    const int64_t took = since_opening(*state.first_resolved_at_ms);
    cell.add(case_times::FirstResolutionMs, took);
    cell.add(case_times::LastResolutionMs, since_opening(*state.last_resolved_at_ms));
    cell.count(case_times::ResolvedBin0 + bin_of(kResolutionEdgesMs, took), true);
    const auto [first, soonest] = reopenings_of(state);
    const bool at_first_contact = state.first_contact && state.referrals.empty();
    if (soonest) {
        cell.count(case_times::ReopenedBin0 + bin_of(kReopeningEdgesMs, *soonest), true);
        cell.count(case_times::UndoneBin0 + bin_of(kReopeningEdgesMs, *first), at_first_contact);
    } else {
        cell.count(case_times::HeldAfterReopening,
                   at_first_contact && !state.reopened_at_ms.empty());
    }
}

}  // namespace

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
    const bool at_once =
        resolved && state.first_contact && state.referrals.empty() && state.reopened_at_ms.empty();
    cohort.count(cases::ResolvedAtFirstContact, at_once);
    cohort.count(cases::Reopened, !state.reopened_at_ms.empty());
    cohort.count(cases::Merged, state.status == CaseStatus::Merged);
    cohort.count(cases::Cancelled, state.status == CaseStatus::Cancelled);
    for (const Term purpose : state.purposes) {
        Cell coded(out, Cube::CasePurposes, hour, {purpose, kind});
        coded.count(case_purposes::Opened, true);
        coded.count(case_purposes::Resolved, resolved);
        coded.count(case_purposes::ResolvedAtFirstContact, at_once);
    }
    if (resolved) {
        Cell resolution(out, Cube::CaseResolutions, hour, {state.resolution, kind});
        resolution.count(case_resolutions::Resolved, true);
        resolution.count(case_resolutions::Reopened, reopenings_of(state).soonest.has_value());
    }
    contribute_case_flow(state, kind, context, out);
    contribute_backlog(state, kind, context, out);
    Cell times(out, Cube::CaseTimes, hour, {kind, state.priority, state.opened_via});
    contribute_times(state, resolved, times);
    contribute_clocks(state, context, out);
    contribute_spans(state, context, out);
    if (state.complaint) {
        contribute_complaint(*state.complaint, context, out);
    }
    for (const Referral& referral : state.referrals) {
        contribute_referral(referral, context, out);
        contribute_referral_backlog(referral, context, out);
    }
}

}  // namespace sijill::projections
