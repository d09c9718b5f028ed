#include "projections/follow_up_rows.h"

#include "projections/dictionary.h"
#include "projections/equal_ends.h"
#include "projections/follow_up.h"
#include "projections/keys.h"

namespace sijill::projections {

std::vector<std::string_view> TextList::views() const {
    std::vector<std::string_view> all(size());
    for (size_t i = 0; i < all.size(); ++i) {
        all[i] = (*this)[i];
    }
    return all;
}

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
    const std::vector<std::string_view> had = before.views();
    const std::vector<std::string_view> has = after.views();
    const auto [gone, come] = between_equal_ends(had, has);
    for (const std::string_view key : gone) {
        out.erase(key);
    }
    for (const std::string_view key : come) {
        out.put(key, "");  // also of one that has only moved: of a key the last change holds
    }
}

}  // namespace sijill::projections
