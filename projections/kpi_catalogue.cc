// projections/kpi_catalogue.cc - the table whole. A new KPI is one row of kpi_contacts.cc,
// kpi_cases.cc, kpi_case_times.cc or kpi_services.cc; nothing else names it.

#include "projections/kpi_catalogue.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace sijill::projections {

const std::vector<KpiDefinition>& all_kpis() {
    static const std::vector<KpiDefinition> kKpis = [] {
        std::vector<KpiDefinition> all = contact_kpis();
        for (auto more : {case_kpis(), case_time_kpis(), service_kpis()}) {
            std::ranges::move(more, std::back_inserter(all));
        }
        return all;
    }();
    return kKpis;
}

KpiBase calls_offered() {
    return {"offered", {{Cube::Calls, "offered"}}};
}

KpiBase calls_answered() {
    return {"answered", {{Cube::Calls, "answered"}}};
}

const KpiDefinition* find_kpi(std::string_view id) {
    const auto& kpis = all_kpis();
    const auto found = std::ranges::find(kpis, id, &KpiDefinition::id);
    return found == kpis.end() ? nullptr : &*found;
}

std::string_view unit_name(Unit unit) {
    static constexpr std::array<std::string_view, 5> kNames{
        "count", "percent", "seconds", "minutes", "hours"};
    return kNames[static_cast<size_t>(unit)];
}

}  // namespace sijill::projections
