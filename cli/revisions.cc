#include "cli/revisions.h"

#include "cli/output.h"
#include "cli/site.h"
#include "projections/publication.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <cstdio>

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

namespace {

// The figures are worked out again, by the rules of now.
Result<void> warn_of_other_rules(const Revision& revision, const Options& options) {
    const auto local_time = projections::LocalTime::of(options.time_zone);
    const auto site = site_of(options);
    if (!local_time || !site) {
        return Unexpected(local_time ? site.error() : local_time.error());
    }
    const std::string number = std::to_string(revision.number);
    if (!is_under_rules_of_now(revision, *local_time, site->catalogue)) {
        std::fprintf(
            stderr,
            "sijill: %s%s%s\n",
            in_words(options.lang, "revision ", "النسخة ").c_str(),
            number.c_str(),
            in_words(options.lang,
                     " was published under other rules (calendar, KPIs, or version of "
                     "Sijill): these figures follow from its events by the rules of now, "
                     "and may not be what was published",
                     " نشرت بقواعد أخرى (التقويم أو المؤشرات أو إصدار سجل): هذه الأرقام ناتجة عن "
                     "أحداثها بقواعد اليوم، وقد لا تكون ما نشر")
                .c_str());
    }
    return {};
}

}  // namespace

bool is_under_rules_of_now(const Revision& revision,
                           const projections::LocalTime& local_time,
                           const projections::KpiCatalogue& kpis) {
    return revision.rules ==
           projections::rules_digest(projections::fold_identity(local_time), kpis);
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
    if (auto same = warn_of_other_rules(*found, options); !same) {
        return Unexpected(same.error());
    }
    Options past = options;
    past.as_of = found->position;
    return past;
}

}  // namespace sijill::cli
