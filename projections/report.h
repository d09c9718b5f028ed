#pragma once
// projections/report.h - the periodic report as data: every published figure with numerator and
// denominator.

#include "projections/kpi.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// One line: a KPI, how it was narrowed, and its figure. Where `compared_with` is set the figure is
/// the growth since then.
struct ReportLine {
    const KpiDefinition* kpi = nullptr;
    Period period;
    std::map<std::string, std::string> filters;
    std::string base;
    std::string variant;
    std::optional<Period> compared_with;
    Figure figure;
    std::string prints;
    std::optional<Figure> before;  // of the previous period; none where the line is of another one
};

struct ReportSection {
    std::string_view title_en;
    std::string_view title_ar;
    std::vector<ReportLine> lines;
};

struct Report {
    Period period;
    std::string department;  // "" is the centre's
    std::vector<ReportSection> sections;
};

/// The report of a period; the months of a quarter, half-year or year are listed beside it, and the
/// KPIs of the site behind the others. Errors: Storage, Corrupt.
[[nodiscard]] Result<Report> make_report(const Shards& shards,
                                         const KpiCatalogue& kpis,
                                         const Period& period);

/// What concerns one department: each KPI that has departments, narrowed to it. Errors: Storage,
/// Corrupt.
[[nodiscard]] Result<Report> make_department_report(const Shards& shards,
                                                    const KpiCatalogue& kpis,
                                                    const Period& period,
                                                    const std::string& department);

/// SHA-256 of the period, the department and every line with its figure, lower-case hexadecimal.
[[nodiscard]] std::string digest_of(const Report& report);

/// The months that make up a period; empty when it is not made of months or is one itself.
[[nodiscard]] std::vector<Period> months_of(const Period& period);

}  // namespace sijill::projections
