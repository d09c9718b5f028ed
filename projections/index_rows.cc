#include "projections/index_rows.h"

#include "projections/keys.h"

#include <algorithm>
#include <functional>

namespace sijill::projections {

namespace {

std::string_view citizen_of(const State& state) {
    if (const auto* call = std::get_if<CallState>(&state)) {
        return call->offered.value.citizen;
    }
    if (const auto* chat = std::get_if<ChatState>(&state)) {
        return chat->started.value.citizen;
    }
    if (const auto* message = std::get_if<MessageState>(&state)) {
        return message->received.value.citizen;
    }
    if (const auto* appointment = std::get_if<AppointmentState>(&state)) {
        return appointment->booked.value.citizen;
    }
    if (const auto* of_case = std::get_if<CaseState>(&state)) {
        return of_case->citizen;
    }
    return {};
}

void add_follow_ups(AggregateKind kind,
                    std::string_view subject,
                    const State& state,
                    const Dictionary& dictionary,
                    TextList& out) {
    if (const auto* of_case = std::get_if<CaseState>(&state)) {
        for (const Referral& referral : of_case->referrals) {
            out.add(keys::follow_up(
                {dictionary.text(referral.department),
                 follow_up_status(referral),
                 referral.open() ? referral.due_at_ms : std::optional(referral.settled_at_ms),
                 referral.requested_at_ms,
                 kind,
                 subject,
                 referral.id}));
        }
        return;
    }
    const auto* figure = std::get_if<KpiReferralState>(&state);
    if (figure != nullptr && figure->status != KpiReferralStatus::None) {
        const FollowUpStatus status = follow_up_status(*figure);
        out.add(keys::follow_up(
            {dictionary.text(figure->department),
             status,
             is_open(status) ? figure->due_at_ms : std::optional(settled_at_ms(*figure)),
             figure->referred_at_ms,
             kind,
             subject,
             subject}));
    }
}

// Keys of `from` that `to` lacks.
void missing_texts(const TextList& from,
                   const TextList& to,
                   const std::function<void(std::string_view)>& change) {
    for (size_t i = 0; i < from.size(); ++i) {
        bool found = false;
        for (size_t k = 0; k < to.size() && !found; ++k) {
            found = from[i] == to[k];
        }
        if (!found) {
            change(from[i]);
        }
    }
}

}  // namespace

void index_keys(AggregateKind kind,
                std::string_view subject,
                const State& state,
                const Dictionary& dictionary,
                IndexKeys& out) {
    out.follow_ups.clear();
    out.citizen = citizen_of(state);
    add_follow_ups(kind, subject, state, dictionary, out.follow_ups);
}

void index_changes(AggregateKind kind,
                   std::string_view subject,
                   const IndexKeys& before,
                   const IndexKeys& after,
                   RowBatch& out) {
    if (before == after) {
        return;
    }
    missing_texts(
        before.follow_ups, after.follow_ups, [&](std::string_view key) { out.erase(key); });
    missing_texts(
        after.follow_ups, before.follow_ups, [&](std::string_view key) { out.put(key, ""); });
    if (before.citizen != after.citizen) {
        if (!before.citizen.empty()) {
            out.erase(keys::citizen(before.citizen, kind, subject));
        }
        if (!after.citizen.empty()) {
            out.put(keys::citizen(after.citizen, kind, subject), "");
        }
    }
}

}  // namespace sijill::projections
