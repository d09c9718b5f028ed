#include "projections/publication.h"

#include "events/digest.h"
#include "projections/keys.h"
#include "projections/own_kpi.h"

#include <array>
#include <map>
#include <tuple>

namespace sijill::projections {

namespace {

std::string publication_line(const PublishedFigure& each) {
    std::string line;
    for (const std::string_view part : {each.kpi->id,
                                        std::string_view(each.base),
                                        std::string_view(each.variant),
                                        std::string_view(each.dimension),
                                        std::string_view(each.value)}) {
        line += std::string(part) + '\t';
    }
    line += std::to_string(each.kpi->version) + '\t' + std::to_string(each.figure.numerator) + '\t';
    line += each.figure.denominator ? std::to_string(*each.figure.denominator) : "-";
    return line + (each.figure.suppressed ? "\tsuppressed" : "");
}

// The whole and each breakdown under one base and variant.
Result<void> add_figures(const Shards& shards,
                         const KpiQuery& query,
                         std::vector<PublishedFigure>& out) {
    const auto whole = figure_of(shards, query);
    if (!whole) {
        return Unexpected(whole.error());
    }
    out.push_back({query.kpi, query.base, query.variant, "", "", *whole});
    for (const std::string_view dimension : query.kpi->dimensions) {
        const auto by = figures_by(shards, query, std::string(dimension));
        if (!by) {
            return Unexpected(by.error());
        }
        for (const auto& [value, figure] : *by) {
            out.push_back(
                {query.kpi, query.base, query.variant, std::string(dimension), value, figure});
        }
    }
    return {};
}

// Which figures are published of the definitions: another digest of the same figures is no change.
constexpr std::string_view kFiguresPublished = "every base with every variant";

// Each base without a variant, and with each.
std::vector<KpiQuery> queries_of(const KpiDefinition& kpi, const Period& period) {
    std::vector<std::string> bases;
    for (const KpiBase& base : kpi.bases) {
        bases.emplace_back(base.name);
    }
    if (bases.empty()) {
        bases.emplace_back();
    }
    std::vector<KpiQuery> queries;
    for (const std::string& base : bases) {
        queries.push_back({&kpi, period, {}, base, ""});
        for (const KpiVariant& variant : kpi.variants) {
            queries.push_back({&kpi, period, {}, base, std::string(variant.name)});
        }
    }
    return queries;
}

}  // namespace

Result<std::vector<PublishedFigure>> published_figures(const Shards& shards,
                                                       const KpiCatalogue& kpis,
                                                       const Period& period) {
    std::vector<PublishedFigure> figures;
    for (const KpiDefinition& kpi : kpis.all()) {
        for (const KpiQuery& query : queries_of(kpi, period)) {
            if (!faults_of(query, {period}, {}).empty()) {
                continue;  // a mean month of what is no months: nobody can ask for it
            }
            if (auto added = add_figures(shards, query, figures); !added) {
                return Unexpected(added.error());
            }
        }
    }
    return figures;
}

std::string digest_of(const std::vector<PublishedFigure>& figures) {
    events::Sha256Stream stream;
    for (const PublishedFigure& each : figures) {
        stream.add(publication_line(each));
    }
    return events::to_hex(stream.finish());
}

std::string rules_digest(std::string_view fold_identity, const KpiCatalogue& kpis) {
    events::Sha256Stream stream;
    stream.add(fold_identity);
    stream.add(kFiguresPublished);
    for (const KpiDefinition& kpi : kpis.all()) {
        std::string line = std::string(kpi.id) + '\t' + std::to_string(kpi.version);
        for (const KpiBase& base : kpi.bases) {
            line += '\t' + std::string(base.name);
        }
        for (const KpiVariant& variant : kpi.variants) {
            line += '\t' + std::string(variant.name);
        }
        for (const std::string_view dimension : kpi.dimensions) {
            line += '\t' + std::string(dimension);
        }
        // A version stands for what is built in; a site may change its own and leave it.
        line += kpi.own ? '\t' + rule_text(kpi) : "";
        stream.add(line);
    }
    if (const std::string rules = text_of(kpis.rules()); !rules.empty()) {
        stream.add(rules);
    }
    return events::to_hex(stream.finish());
}

Result<Publication> publication_of(const RowReader& rows, const Period& period) {
    const auto row = rows.get(keys::aggregate(AggregateKind::Period, period.id));
    if (!row) {
        return Unexpected(row.error());
    }
    if (!*row) {
        return Publication();
    }
    Dictionary dictionary;
    auto decoded = decode_aggregate(AggregateKind::Period, **row, dictionary);
    if (!decoded) {
        return Unexpected(decoded.error());
    }
    return Publication{decoded->aggregate.version,
                       std::get<PeriodState>(std::move(decoded->aggregate.state)).revisions};
}

std::string_view name_of(PeriodStanding standing) {
    static constexpr std::array<std::string_view, 4> kNames{
        "open", "sealed", "changed", "other-rules"};
    return kNames.at(static_cast<size_t>(standing));
}

PeriodStanding standing_of(const std::vector<PeriodState::Revision>& revisions,
                           std::string_view digest,
                           std::string_view rules) {
    if (revisions.empty()) {
        return PeriodStanding::Open;
    }
    if (revisions.back().rules != rules) {
        return PeriodStanding::OtherRules;
    }
    return revisions.back().digest == digest ? PeriodStanding::Sealed : PeriodStanding::Changed;
}

std::vector<ChangedFigure> changes_between(const std::vector<PublishedFigure>& before,
                                           const std::vector<PublishedFigure>& after) {
    // A value may be on one side only: the order is that of what both have in common, the KPI with
    // base, variant and dimension, and then of the values.
    std::map<std::tuple<std::string, std::string, std::string, std::string>, size_t> groups;
    std::map<std::pair<size_t, std::string>, ChangedFigure> all;
    const auto place = [&](const PublishedFigure& each) -> ChangedFigure& {
        const size_t group =
            groups
                .emplace(
                    std::tuple(std::string(each.kpi->id), each.base, each.variant, each.dimension),
                    groups.size())
                .first->second;
        ChangedFigure& found = all[{group, each.value}];
        found.name = each;
        found.name.figure = {};
        return found;
    };
    for (const PublishedFigure& each : before) {
        place(each).before = each.figure;
    }
    for (const PublishedFigure& each : after) {
        place(each).after = each.figure;
    }
    std::vector<ChangedFigure> changed;
    for (auto& [where, each] : all) {
        if (each.before != each.after) {
            changed.push_back(std::move(each));
        }
    }
    return changed;
}

}  // namespace sijill::projections
