#pragma once
// projections/standings.h - what changed aggregates added to the figures, until a commit carries
// the figures over to what they add now.

#include "projections/aggregate_table.h"
#include "projections/cell_table.h"
#include "projections/contributions.h"
#include "projections/follow_up_rows.h"
#include "projections/rows.h"
#include "projections/span_table.h"

#include <cstdint>
#include <deque>

namespace sijill::projections {

/// Figures and follow-ups are sums over states, so only the state at a commit counts: an aggregate
/// is looked at twice a commit, before its first change and at the end, however many events came
/// between. Threads: one owner.
class Standings {
  public:
    /// All must outlive it.
    Standings(const LocalTime& local_time, const NameTerms& names, const Dictionary& dictionary)
        : context_{local_time, names}, dictionary_(dictionary) {}

    /// Before the state changes. What the aggregate adds is put by, unless it was since the last
    /// clear().
    void keep(LiveAggregate& live);

    /// Carries cells, spans and follow-ups over to what the aggregate adds now, when what it added
    /// was put by. Errors: Storage, Corrupt; then all of them must be dropped.
    [[nodiscard]] Result<void> settle(LiveAggregate& live,
                                      CellTable& cells,
                                      SpanTable& spans,
                                      RowBatch& follow_ups);

    /// Behind the settling of all that were put by.
    void clear();

    [[nodiscard]] size_t bytes() const;

  private:
    struct Standing {
        Contributions contributions;
        TextList follow_ups;  // keys
    };
    // Of what added nothing and nobody followed up: an aggregate in which no event has taken
    // effect.
    static constexpr uint32_t kNothing = UINT32_MAX;

    void stand(const LiveAggregate& live, Standing& out) const;

    ContributionContext context_;
    const Dictionary& dictionary_;
    std::deque<Standing> before_;  // the first used_; the others are kept for their memory
    size_t used_ = 0;
    size_t kept_cells_ = 0;
    Standing after_;
    Standing nothing_;
};

}  // namespace sijill::projections
