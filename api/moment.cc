#include "api/moment.h"

#include <algorithm>
#include <utility>

namespace sijill::api {

Result<std::shared_ptr<const Moment>> Moments::now() {
    const std::lock_guard lock(mutex_);
    // Read before the view is taken: a commit in between makes the view newer than it says.
    const uint64_t commits = positions_.commits();
    if (moment_ && moment_->commits == commits) {
        return moment_;
    }
    auto view = worker_.view();
    if (!view) {
        return Unexpected(view.error());
    }
    std::string position = view->position();
    const auto last = std::ranges::max(view->positions(), {}, [](const auto& each) {
                          return each.last_append_time_ms;
                      }).last_append_time_ms;
    moment_ = std::make_shared<const Moment>(
        Moment{std::move(*view),
               std::move(position),
               last == 0 ? std::optional<int64_t>() : std::optional(last),
               commits});
    return moment_;
}

void Moments::drop_passed() {
    const std::lock_guard lock(mutex_);
    if (moment_ && moment_->commits != positions_.commits()) {
        moment_.reset();
    }
}

}  // namespace sijill::api
