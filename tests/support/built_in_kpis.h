#pragma once
// tests/support/built_in_kpis.h - the KPIs of a site that has none of its own.

#include "projections/kpi_catalogue.h"

#include <string_view>
#include <vector>

namespace sijill::projections {

inline const KpiCatalogue& built_in() {
    static const KpiCatalogue kBuiltIn;
    return kBuiltIn;
}

inline const std::vector<KpiDefinition>& all_kpis() {
    return built_in().all();
}

inline const KpiDefinition* find_kpi(std::string_view id) {
    return built_in().find(id);
}

}  // namespace sijill::projections
