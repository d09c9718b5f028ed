#include "projections/follow_up_rows.h"

#include "projections/dictionary.h"
#include "projections/follow_up.h"
#include "projections/keys.h"

#include <algorithm>
#include <functional>

namespace sijill::projections {

namespace {

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

void follow_up_keys(AggregateKind kind,
                    std::string_view subject,
                    const State& state,
                    const Dictionary& dictionary,
                    TextList& out) {
    out.clear();
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

void follow_up_changes(const TextList& before, const TextList& after, RowBatch& out) {
    if (before == after) {
        return;
    }
    missing_texts(before, after, [&](std::string_view key) { out.erase(key); });
    missing_texts(after, before, [&](std::string_view key) { out.put(key, ""); });
}

}  // namespace sijill::projections
