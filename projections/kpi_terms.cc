// projections/kpi_terms.cc - which terms a question sums, and what narrows them.

#include "projections/kpi_sums.h"

#include <algorithm>
#include <utility>

namespace sijill::projections {

namespace {

// A condition applies to every summand whose cube has its dimension: a purpose narrows the calls
// coded with it, and leaves the base "calls offered" whole.
void narrow(Summand& summand, std::string_view dimension, std::string_view value, bool equal) {
    if (const auto index = dimension_index(summand.cube, dimension)) {
        summand.filters.push_back({*index, std::string(value), equal});
    } else if (has_dimension(summand.cube, dimension)) {
        const auto* const bin = std::ranges::find(kAgeNames, value);
        summand.age = static_cast<size_t>(bin - kAgeNames.begin());
    }
}

void narrow_all(Summand& summand, const std::vector<DimensionFilter>& filters) {
    for (const DimensionFilter& filter : filters) {
        narrow(summand, filter.dimension, filter.value, filter.equal);
    }
}

}  // namespace

const KpiVariant* variant_of(const KpiQuery& query) {
    const auto& variants = query.kpi->variants;
    const auto found = std::ranges::find(variants, query.variant, &KpiVariant::name);
    return found == variants.end() ? nullptr : &*found;
}

const KpiBase* base_of(const KpiQuery& query) {
    const auto& bases = query.kpi->bases;
    if (bases.empty()) {
        return nullptr;
    }
    const auto named = std::ranges::find(bases, query.base, &KpiBase::name);
    return named == bases.end() ? &bases.front() : &*named;
}

const std::vector<SumTerm>* terms_of(const KpiQuery& query, Side side) {
    const KpiDefinition& kpi = *query.kpi;
    if (side == Side::Numerator) {
        const KpiVariant* variant = variant_of(query);
        const bool other = variant != nullptr && !variant->numerator.empty();
        return other ? &variant->numerator : &kpi.numerator;
    }
    const KpiBase* base = base_of(query);
    return base == nullptr ? nullptr : &base->terms;
}

std::vector<Summand> resolve(const std::vector<SumTerm>& terms,
                             const KpiQuery& query,
                             Side side,
                             const std::string& group) {
    const KpiVariant* variant = side == Side::Numerator ? variant_of(query) : nullptr;
    std::vector<Summand> summands;
    for (const SumTerm& term : terms) {
        Summand summand{
            term.cube, *measure_index(term.cube, term.measure), term.sign, term.past_only};
        summand.business_time = query.kpi->business_time;
        narrow_all(summand, term.filters);
        for (const auto& [dimension, value] : query.filters) {
            narrow(summand, dimension, value, true);
        }
        if (variant != nullptr) {
            narrow_all(summand, variant->filters);
        }
        if (!group.empty()) {
            summand.group = dimension_index(term.cube, group);
            summand.group_by_age = !summand.group && has_dimension(term.cube, group);
        }
        summands.push_back(std::move(summand));
    }
    return summands;
}

void add_tallies(const KpiQuery& query,
                 Side side,
                 const std::string& group,
                 Sums& sums,
                 std::vector<Tally>& out) {
    if (const std::vector<SumTerm>* terms = terms_of(query, side)) {
        for (Summand& summand : resolve(*terms, query, side, group)) {
            out.push_back({std::move(summand), &sums});
        }
    }
}

}  // namespace sijill::projections
