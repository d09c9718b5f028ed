#include "projections/index_rows.h"

#include "projections/keys.h"

#include <algorithm>

namespace sijill::projections {

namespace {

std::string citizen_of(const State& state) {
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
                    std::vector<std::string>& out) {
    if (const auto* of_case = std::get_if<CaseState>(&state)) {
        for (const Referral& referral : of_case->referrals) {
            if (referral.open()) {
                out.push_back(keys::follow_up(dictionary.text(referral.department),
                                              referral.due_at_ms,
                                              kind,
                                              subject,
                                              referral.id));
            }
        }
    } else if (const auto* figure = std::get_if<KpiReferralState>(&state)) {
        if (figure->status != KpiReferralStatus::None &&
            figure->status != KpiReferralStatus::Closed) {
            out.push_back(keys::follow_up(
                dictionary.text(figure->department), figure->due_at_ms, kind, subject, subject));
        }
    }
}

// Keys of `from` that `to` lacks.
template <class T, class F>
void missing(const std::vector<T>& from, const std::vector<T>& to, F&& change) {
    for (const T& key : from) {
        if (std::find(to.begin(), to.end(), key) == to.end()) {
            change(key);
        }
    }
}

}  // namespace

IndexKeys index_keys(AggregateKind kind,
                     std::string_view subject,
                     const State& state,
                     const Contributions& contributions,
                     const Dictionary& dictionary) {
    IndexKeys keys;
    for (const Contribution& contribution : contributions.cells) {
        const int32_t day = day_of_hour(contribution.cell.hour);
        if (std::ranges::find(keys.days, day) == keys.days.end()) {
            keys.days.push_back(day);
        }
    }
    keys.citizen = citizen_of(state);
    add_follow_ups(kind, subject, state, dictionary, keys.follow_ups);
    return keys;
}

void index_changes(AggregateKind kind,
                   std::string_view subject,
                   const IndexKeys& before,
                   const IndexKeys& after,
                   std::vector<RowChange>& out) {
    if (before == after) {
        return;
    }
    missing(before.days, after.days, [&](int32_t day) {
        out.push_back({keys::day(kind, day, subject), std::nullopt});
    });
    missing(after.days, before.days, [&](int32_t day) {
        out.push_back({keys::day(kind, day, subject), ""});
    });
    missing(before.follow_ups, after.follow_ups, [&](const std::string& key) {
        out.push_back({key, std::nullopt});
    });
    missing(after.follow_ups, before.follow_ups, [&](const std::string& key) {
        out.push_back({key, ""});
    });
    if (before.citizen != after.citizen) {
        if (!before.citizen.empty()) {
            out.push_back({keys::citizen(before.citizen, kind, subject), std::nullopt});
        }
        if (!after.citizen.empty()) {
            out.push_back({keys::citizen(after.citizen, kind, subject), ""});
        }
    }
}

}  // namespace sijill::projections
