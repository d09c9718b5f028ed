#pragma once
// projections/own_kpi.h - a KPI that a site defines in its configuration: sums of the cubes'
// measures, put together when it is asked for.

#include "projections/kpi_catalogue.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// One summand as it is written.
struct OwnTerm {
    std::string measure;                             // "complaints.complaints": cube and measure
    std::map<std::string, std::string> where = {};   // dimension = value
    std::map<std::string, std::string> except = {};  // every other value of the dimension
    bool minus = false;
    bool past = false;  // only what had passed when the last record was appended
    bool operator==(const OwnTerm&) const = default;
};

/// A KPI as it is written.
struct OwnKpi {
    std::string id;
    int version = 1;
    std::string name_en;
    std::string name_ar;
    std::string definition_en;
    std::string definition_ar;
    Unit unit = Unit::Count;
    int decimals = 0;
    std::vector<OwnTerm> numerator = {};
    std::vector<OwnTerm> denominator = {};     // none: a count
    std::vector<std::string> dimensions = {};  // of every term; none: all that every term has
    std::vector<std::string> shares = {};  // of the numerator's terms; the denominator stays whole
    std::string basis = {};  // "": snapshot where the numerator is of a running cube, else cohort
    bool operator==(const OwnKpi&) const = default;
};

/// The name of the denominator.
inline constexpr std::string_view kOwnBase = "denominator";

/// Something wrong with one, with the names that may have been meant.
struct OwnFlaw {
    std::string key;  // "numerator[0].measure"
    std::string message;
    std::string name = {};  // what was written, where `known` has what there is
    std::vector<std::string> known = {};
    bool operator==(const OwnFlaw&) const = default;
};

/// None: a KpiCatalogue takes it. An id that is taken twice is the caller's to find.
[[nodiscard]] std::vector<OwnFlaw> flaws_of(const OwnKpi& kpi);

/// Views into it. Without flaws only.
[[nodiscard]] KpiDefinition definition_of(const OwnKpi& kpi);

/// Everything that decides about the figures of a KPI of the site, on one line.
[[nodiscard]] std::string rule_text(const KpiDefinition& kpi);

/// What a cell of the cube can be narrowed and broken down by.
[[nodiscard]] std::vector<std::string_view> dimensions_of(Cube cube);

/// Those of all cubes: every one that some KPI has, or a site's own may have.
[[nodiscard]] const std::set<std::string_view>& all_dimensions();

}  // namespace sijill::projections
