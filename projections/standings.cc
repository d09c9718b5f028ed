#include "projections/standings.h"

#include <algorithm>

namespace sijill::projections {

namespace {

constexpr size_t kReused = 256;  // standings whose memory waits for the next commit

}  // namespace

void Standings::stand(const LiveAggregate& live, Standing& out) const {
    const State& state = live.aggregate.state;
    contributions_of(state, context_, out.contributions);
    follow_up_keys(live.kind, live.subject(), state, dictionary_, out.follow_ups);
}

void Standings::keep(LiveAggregate& live) {
    if (live.standing_kept) {
        return;
    }
    live.standing_kept = true;
    if (live.aggregate.version == 0) {  // no event has taken effect
        changed_.push_back({&live, kNothing});
        return;
    }
    if (used_ == before_.size()) {
        before_.emplace_back();
    }
    stand(live, before_[used_]);
    kept_cells_ += before_[used_].contributions.cells.size();
    changed_.push_back({&live, static_cast<uint32_t>(used_++)});
}

Result<void> Standings::settle(CellTable& cells, SpanTable& spans, RowBatch& follow_ups) {
    for (const Changed& changed : changed_) {
        LiveAggregate& live = *changed.live;
        const Standing& before = changed.before == kNothing ? nothing_ : before_[changed.before];
        stand(live, after_);
        follow_up_changes(before.follow_ups, after_.follow_ups, follow_ups);
        if (auto replaced = cells.replace(before.contributions, after_.contributions); !replaced) {
            return replaced;
        }
        if (auto replaced = spans.replace(before.contributions.spans, after_.contributions.spans);
            !replaced) {
            return replaced;
        }
        live.standing_kept = false;
    }
    changed_.clear();
    before_.resize(std::min(before_.size(), kReused));
    used_ = 0;
    kept_cells_ = 0;
    return {};
}

size_t Standings::bytes() const {
    return changed_.size() * sizeof(Changed) + used_ * sizeof(Standing) +
           kept_cells_ * sizeof(Contribution);
}

}  // namespace sijill::projections
