#pragma once
// projections/publication.h - a period as it is published: every figure, and the digest that stands
// for them.

#include "projections/governance_states.h"
#include "projections/kpi.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// A figure with all that tells it from the others of its period.
struct PublishedFigure {
    const KpiDefinition* kpi = nullptr;
    std::string base;       // "" of a count
    std::string variant;    // "" is none
    std::string dimension;  // "" is the whole
    std::string value;      // of the dimension; "" is "not known"
    Figure figure;
    bool operator==(const PublishedFigure&) const = default;
};

/// Each KPI under each of its bases, without and with each of its variants, whole and by each of
/// its dimensions, in the order of the catalogue. Errors: Storage, Corrupt.
[[nodiscard]] Result<std::vector<PublishedFigure>> published_figures(const Shards& shards,
                                                                     const KpiCatalogue& kpis,
                                                                     const Period& period);

/// SHA-256, lower-case hexadecimal. Equal figures give equal digests.
[[nodiscard]] std::string digest_of(const std::vector<PublishedFigure>& figures);

/// SHA-256 of the fold identity and of every definition: figures of other rules cannot be compared.
[[nodiscard]] std::string rules_digest(std::string_view fold_identity, const KpiCatalogue& kpis);

struct Publication {
    int64_t version =
        0;  // of the period as a subject: what an event expects who was the last to look
    std::vector<PeriodState::Revision> revisions;  // empty while the period is open
};

/// What was published of a period. `rows`: of the shard that the period's id lives in. Errors:
/// Storage, Corrupt.
[[nodiscard]] Result<Publication> publication_of(const RowReader& rows, const Period& period);

/// Where a period stands beside its last revision.
enum class PeriodStanding { Open, Sealed, Changed, OtherRules };
/// "open", "sealed", "changed", "other-rules"
[[nodiscard]] std::string_view name_of(PeriodStanding standing);
[[nodiscard]] PeriodStanding standing_of(const std::vector<PeriodState::Revision>& revisions,
                                         std::string_view digest,
                                         std::string_view rules);

/// A figure that differs between two views; nullopt: it is not there.
struct ChangedFigure {
    PublishedFigure name;  // its figure is not set
    std::optional<Figure> before;
    std::optional<Figure> after;
    bool operator==(const ChangedFigure&) const = default;
};

/// In the order of the catalogue and then of values.
[[nodiscard]] std::vector<ChangedFigure> changes_between(const std::vector<PublishedFigure>& before,
                                                         const std::vector<PublishedFigure>& after);

}  // namespace sijill::projections
