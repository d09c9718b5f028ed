#include "projections/standings.h"

#include <algorithm>
#include <utility>

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
    if (live.standing != 0) {
        return;
    }
    if (live.aggregate.version == 0) {
        live.standing = kNothing;
        return;
    }
    if (used_ == before_.size()) {
        before_.emplace_back();
    }
    stand(live, before_[used_]);
    kept_cells_ += before_[used_].contributions.cells.size();
    live.standing = static_cast<uint32_t>(++used_);
}

Result<void> Standings::settle(LiveAggregate& live,
                               CellTable& cells,
                               SpanTable& spans,
                               RowBatch& follow_ups) {
    const uint32_t number = std::exchange(live.standing, 0U);
    if (number == 0) {
        return {};
    }
    const Standing& before = number == kNothing ? nothing_ : before_[number - 1];
    stand(live, after_);
    follow_up_changes(before.follow_ups, after_.follow_ups, follow_ups);
    if (auto replaced = cells.replace(before.contributions, after_.contributions); !replaced) {
        return replaced;
    }
    return spans.replace(live.aggregate.history.front().offset,
                         before.contributions.spans,
                         after_.contributions.spans);
}

void Standings::clear() {
    before_.resize(std::min(before_.size(), kReused));
    used_ = 0;
    kept_cells_ = 0;
}

size_t Standings::bytes() const {
    return used_ * sizeof(Standing) + kept_cells_ * sizeof(Contribution);
}

}  // namespace sijill::projections
