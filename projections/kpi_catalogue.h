#pragma once
// projections/kpi_catalogue.h - every KPI as a row: two sums of cells, and what people need to read
// them.

#include "projections/cubes.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

class BusinessTime;

/// A condition on one dimension of a cell.
struct DimensionFilter {
    std::string_view dimension;
    std::string_view value;
    bool equal = true;  // false: every other value
};

/// One summand of a numerator or denominator: a measure over the cells that pass the fixed filters.
struct SumTerm {
    Cube cube;
    std::string_view measure;
    int sign = 1;
    std::vector<DimensionFilter> filters = {};
    bool past_only = false;  // only what had passed when the last record was appended: due instants
};

/// A denominator under a name; the first of a KPI is its default. A count has none.
struct KpiBase {
    std::string_view name;
    std::vector<SumTerm> terms;
    bool mean_month = false;  // of the period: a numerator counts once for each of its months
};

/// Another numerator under a name: the KPI's own narrowed, or one in its place.
struct KpiVariant {
    std::string_view name;
    std::vector<DimensionFilter> filters;
    std::vector<SumTerm> numerator = {};
};

enum class Unit { Count, Percent, Seconds, Minutes, Hours };

struct KpiDefinition {
    std::string_view id;
    int version = 1;  // raised whenever the same cells would give another figure
    std::string_view name_en;
    std::string_view name_ar;
    std::string_view definition_en;
    std::string_view definition_ar;
    // Under a variant: {} stands for the variant's label, "within 10 seconds".
    std::string_view variant_definition_en = {};
    std::string_view variant_definition_ar = {};
    Unit unit = Unit::Count;
    int decimals = 0;
    std::vector<SumTerm> numerator = {};
    std::vector<KpiBase> bases = {};
    std::vector<KpiVariant> variants = {};
    std::vector<std::string_view> dimensions = {};  // filters and breakdowns that the numerator has
    std::string_view basis =
        "cohort";  // cohort, activity or snapshot: which instant places an outcome in a period
    std::optional<Cube> people = {};  // exact distinct people of this cube join the numerator
    bool may_exceed_100 = false;      // shares over several-valued fields
    bool mean_of_months = false;      // the unweighted mean of what each month says
    bool own = false;                 // of the site's configuration
    int64_t minimum_cell = 0;         // of the catalogue: figures of fewer are suppressed; 0: none
    const BusinessTime* business_time = nullptr;  // of the catalogue; none: nothing takes any
};

struct OwnKpi;

/// What a site wants of all its figures.
struct FigureRules {
    int64_t minimum_cell = 0;  // what figures are of fewer is suppressed; 0 and 1 suppress nothing
    std::shared_ptr<const BusinessTime> business_time = {};  // none: such figures have no value
};

/// As one line, the same for equal rules; "" when they change nothing.
[[nodiscard]] std::string text_of(const FigureRules& rules);

/// The KPIs that a site has: those built in, then its own. A value: copies share the definitions,
/// which live as long as one of them, and are never changed. Any thread.
class KpiCatalogue {
  public:
    /// Those built in.
    KpiCatalogue();
    /// `own`: without flaws (flaws_of). The rules count wherever figures are asked for.
    explicit KpiCatalogue(std::vector<OwnKpi> own, FigureRules rules = {});

    [[nodiscard]] const std::vector<KpiDefinition>& all() const { return *all_; }
    /// nullptr when there is no such KPI.
    [[nodiscard]] const KpiDefinition* find(std::string_view id) const;
    [[nodiscard]] const FigureRules& rules() const { return rules_; }

  private:
    std::shared_ptr<const std::vector<KpiDefinition>> all_;
    FigureRules rules_;
};

/// The parts of what is built in, by what they count.
[[nodiscard]] std::vector<KpiDefinition> contact_kpis();
[[nodiscard]] std::vector<KpiDefinition> case_kpis();
[[nodiscard]] std::vector<KpiDefinition> case_time_kpis();
[[nodiscard]] std::vector<KpiDefinition> service_kpis();

/// Bases that several of them have.
[[nodiscard]] KpiBase calls_offered();
[[nodiscard]] KpiBase calls_answered();
[[nodiscard]] KpiBase cases_not_merged();

[[nodiscard]] std::string_view unit_name(Unit unit);

/// How many of what a numerator counts make one of the unit: 1,000 ms a second.
[[nodiscard]] int64_t unit_scale(Unit unit);

}  // namespace sijill::projections
