#pragma once
// api/moment.h - what the views hold, shared by all requests between two commits.

#include "api/positions.h"
#include "api/route.h"
#include "consumers/worker.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sijill::api {

/// The append time of the last event folded, in UTC; nullopt before the first.
[[nodiscard]] std::optional<std::string> as_of(const std::vector<projections::Position>& positions);

/// The views at one commit. Any number of threads read it.
struct Moment {
    consumers::ShardView view;
    Standing standing;  // when nothing is behind the view
    uint64_t commits;   // that had been told when the view was taken
};

/// Opening a view costs more than most questions, so one serves until a commit is told.
class Moments {
  public:
    /// Both must outlive it; the worker must be open and tell `positions` of its commits.
    Moments(const consumers::Worker& worker, const Positions& positions)
        : worker_(worker), positions_(positions) {}

    /// At least as new as every commit that was told before the call. Any thread. Errors: Corrupt,
    /// Storage.
    [[nodiscard]] Result<std::shared_ptr<const Moment>> now();

    /// The moment that is there, when it has not passed; else nullptr. Costs no more than a lock.
    [[nodiscard]] std::shared_ptr<const Moment> current();

    /// Lets go of a moment that has passed: while nobody asks it would keep old rows alive.
    void drop_passed();

  private:
    const consumers::Worker& worker_;
    const Positions& positions_;
    std::mutex mutex_;
    std::shared_ptr<const Moment> moment_;
};

}  // namespace sijill::api
