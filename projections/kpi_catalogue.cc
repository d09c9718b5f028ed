// projections/kpi_catalogue.cc - the table whole. A new KPI is one row of kpi_contacts.cc,
// kpi_cases.cc, kpi_case_times.cc or kpi_services.cc; nothing else names it.

#include "projections/kpi_catalogue.h"

#include "projections/business_time.h"
#include "projections/own_kpi.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace sijill::projections {

namespace {

using Definitions = std::vector<KpiDefinition>;

const std::shared_ptr<const Definitions>& built_in_kpis() {
    static const auto kKpis = [] {
        Definitions all = contact_kpis();
        for (auto more : {case_kpis(), case_time_kpis(), service_kpis()}) {
            std::ranges::move(more, std::back_inserter(all));
        }
        return std::make_shared<const Definitions>(std::move(all));
    }();
    return kKpis;
}

}  // namespace

std::string text_of(const FigureRules& rules) {
    std::string text;
    if (rules.minimum_cell != 0) {
        text += "minimum cell\t" + std::to_string(rules.minimum_cell);
    }
    if (rules.business_time) {
        text += "\tcalendar\t" + rules.business_time->rules();
    }
    return text;
}

KpiCatalogue::KpiCatalogue() : all_(built_in_kpis()) {}

KpiCatalogue::KpiCatalogue(std::vector<OwnKpi> own, FigureRules rules) : rules_(std::move(rules)) {
    rules_.minimum_cell = rules_.minimum_cell > 1 ? rules_.minimum_cell : 0;
    // The definitions are views into what the site wrote: both live and go together.
    struct Kept {
        std::vector<OwnKpi> own;
        Definitions all;
    };
    const auto kept = std::make_shared<Kept>(Kept{std::move(own), *built_in_kpis()});
    for (const OwnKpi& each : kept->own) {
        kept->all.push_back(definition_of(each));
    }
    for (KpiDefinition& each : kept->all) {
        each.minimum_cell = rules_.minimum_cell;
        each.business_time = rules_.business_time.get();
    }
    all_ = {kept, &kept->all};
}

const KpiDefinition* KpiCatalogue::find(std::string_view id) const {
    const auto found = std::ranges::find(*all_, id, &KpiDefinition::id);
    return found == all_->end() ? nullptr : &*found;
}

KpiBase calls_offered() {
    return {"offered", {{Cube::Calls, "offered"}}};
}

KpiBase calls_answered() {
    return {"answered", {{Cube::Calls, "answered"}}};
}

KpiBase cases_not_merged() {
    return {"opened-not-merged", {{Cube::Cases, "opened"}, {Cube::Cases, "merged", -1}}};
}

std::string_view unit_name(Unit unit) {
    static constexpr std::array<std::string_view, 5> kNames{
        "count", "percent", "seconds", "minutes", "hours"};
    return kNames[static_cast<size_t>(unit)];
}

}  // namespace sijill::projections
