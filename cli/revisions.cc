#include "cli/revisions.h"

#include "projections/publication.h"

#include <algorithm>

namespace sijill::cli {

using Revision = projections::PeriodState::Revision;

Result<Revision> revision_of(const consumers::ShardView& view,
                             const projections::Period& period,
                             int64_t number) {
    const auto publication = projections::publication_of(view.shard_of(period.id), period);
    if (!publication) {
        return Unexpected(publication.error());
    }
    const std::vector<Revision>& revisions = publication->revisions;
    if (revisions.empty()) {
        return fail(Errc::NotFound,
                    "nothing was published of " + period.id + "; `sijill period seal " + period.id +
                        "` does");
    }
    const auto found =
        number == 0 ? revisions.end() - 1 : std::ranges::find(revisions, number, &Revision::number);
    if (found == revisions.end()) {
        return fail(Errc::NotFound,
                    period.id + " has no revision " + std::to_string(number) + "; its last is " +
                        std::to_string(revisions.back().number));
    }
    return *found;
}

Result<Options> options_as_of(const std::string& period_id,
                              int64_t revision,
                              const Options& options) {
    if (revision == 0) {
        return options;
    }
    if (!options.api.empty()) {
        return fail(Errc::Invalid,
                    "--revision folds the log again: it needs --data or --kafka, and no --api");
    }
    if (!options.as_of.empty()) {
        return fail(Errc::Invalid, "--revision is of its own position: it takes no --as-of");
    }
    const auto period = projections::parse_day_period(period_id);
    const auto view = open_shards(options);
    if (!period || !view) {
        return Unexpected(period ? view.error() : period.error());
    }
    const auto found = revision_of(*view, *period, revision);
    if (!found) {
        return Unexpected(found.error());
    }
    Options past = options;
    past.as_of = found->position;
    return past;
}

}  // namespace sijill::cli
