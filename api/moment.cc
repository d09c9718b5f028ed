#include "api/moment.h"

#include "api/formats.h"
#include "events/time.h"

#include <algorithm>
#include <utility>

namespace sijill::api {

std::optional<std::string> as_of(const std::vector<projections::Position>& positions) {
    int64_t latest = 0;
    for (const projections::Position& position : positions) {
        latest = std::max(latest, position.last_append_time_ms);
    }
    return latest == 0 ? std::nullopt : std::optional(events::format_rfc3339({latest}));
}

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
    Standing standing{view->position(), as_of(view->positions())};
    standing.written = standing_members(standing);
    moment_ =
        std::make_shared<const Moment>(Moment{std::move(*view), std::move(standing), commits});
    return moment_;
}

std::shared_ptr<const Moment> Moments::current() {
    const std::unique_lock lock(mutex_, std::try_to_lock);  // it is held while a view is opened
    const bool is_current = lock && moment_ && moment_->commits == positions_.commits();
    return is_current ? moment_ : nullptr;
}

void Moments::drop_passed() {
    const std::lock_guard lock(mutex_);
    if (moment_ && moment_->commits != positions_.commits()) {
        moment_.reset();
    }
}

}  // namespace sijill::api
