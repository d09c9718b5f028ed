#include "projections/own_kpi.h"

#include "events/check.h"
#include "projections/dimension_values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace sijill::projections {

namespace {

constexpr size_t kLongestId = 64;  // as a term of the taxonomy: referrals name it
constexpr std::array<std::string_view, 3> kBases = {"cohort", "activity", "snapshot"};

struct CubeMeasure {
    Cube cube;
    std::string_view measure;
};

template <class Names>
bool has(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != std::ranges::end(names);
}

template <class Names>
std::string listed(const Names& names) {
    std::string text;
    for (const auto& name : names) {
        text.append(text.empty() ? "" : ", ").append(name);
    }
    return text.empty() ? "none" : text;
}

template <class Names>
std::vector<std::string> texts_of(const Names& names) {
    return {std::ranges::begin(names), std::ranges::end(names)};
}

const CubeDescriptor* find_cube(std::string_view name) {
    const auto cubes = all_cubes();
    const auto found = std::ranges::find(cubes, name, &CubeDescriptor::name);
    return found == cubes.end() ? nullptr : &*found;
}

std::pair<std::string_view, std::string_view> parts_of(std::string_view measure) {
    const size_t point = std::min(measure.find('.'), measure.size());
    return {measure.substr(0, point), measure.substr(std::min(point + 1, measure.size()))};
}

// nullopt: there is none of that name.
std::optional<CubeMeasure> measure_of(const OwnTerm& term) {
    const auto [cube_name, name] = parts_of(term.measure);
    const CubeDescriptor* cube = find_cube(cube_name);
    if (cube == nullptr || !has(cube->measures, name)) {
        return std::nullopt;
    }
    return CubeMeasure{cube->cube, name};
}

bool is_duration(std::string_view measure) {
    return measure.ends_with("_ms");
}

bool is_time(Unit unit) {
    return unit == Unit::Seconds || unit == Unit::Minutes || unit == Unit::Hours;
}

// Gathers what is wrong with one KPI.
class Judge {
  public:
    explicit Judge(const OwnKpi& kpi) : kpi_(kpi) {}

    std::vector<OwnFlaw> judge() {
        judge_words();
        judge_side(kpi_.numerator, "numerator");
        judge_side(kpi_.denominator, "denominator");
        if (flaws_.empty()) {  // what follows takes terms that there are
            judge_unit();
            judge_dimensions();
        }
        return std::move(flaws_);
    }

  private:
    void judge_words() {
        const auto good = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        };
        if (kpi_.id.empty() || kpi_.id.size() > kLongestId || !std::ranges::all_of(kpi_.id, good)) {
            flaws_.push_back({"id", "must be 1 to 64 of a-z, 0-9 and -"});
        } else if (KpiCatalogue().find(kpi_.id) != nullptr) {
            flaws_.push_back({"id",
                              "the catalogue has a KPI '" + kpi_.id +
                                  "' already (`sijill kpi list`); choose another id"});
        }
        for (const auto& [key, text] : {std::pair{"name.en", &kpi_.name_en},
                                        std::pair{"name.ar", &kpi_.name_ar},
                                        std::pair{"definition.en", &kpi_.definition_en},
                                        std::pair{"definition.ar", &kpi_.definition_ar}}) {
            if (text->empty()) {
                flaws_.push_back({key, "must not be empty"});
            }
        }
        if (!kpi_.basis.empty() && !has(kBases, kpi_.basis)) {
            flaws_.push_back({"basis", "must be one of " + listed(kBases)});
        }
        if (kpi_.numerator.empty()) {
            flaws_.push_back({"numerator", "needs at least one measure"});
        }
    }

    void judge_side(const std::vector<OwnTerm>& terms, const std::string& side) {
        for (size_t i = 0; i < terms.size(); ++i) {
            judge_term(terms[i], side + "[" + std::to_string(i) + "]");
        }
    }

    void judge_term(const OwnTerm& term, const std::string& key) {
        const auto [cube_name, name] = parts_of(term.measure);
        const CubeDescriptor* cube = find_cube(cube_name);
        if (cube == nullptr) {
            std::vector<std::string> names;
            for (const CubeDescriptor& each : all_cubes()) {
                names.emplace_back(each.name);
            }
            flaws_.push_back({key + ".measure",
                              "there is no cube '" + std::string(cube_name) + "' in '" +
                                  term.measure + "'; the cubes are: " + listed(names),
                              std::string(cube_name),
                              names});
            return;
        }
        if (!has(cube->measures, name)) {
            flaws_.push_back({key + ".measure",
                              "the cube '" + std::string(cube_name) + "' has no measure '" +
                                  std::string(name) + "'; it has: " + listed(cube->measures),
                              std::string(name),
                              texts_of(cube->measures)});
            return;
        }
        judge_filters(*cube, term.where, key + ".where");
        judge_filters(*cube, term.except, key + ".except");
        if (term.except.contains(std::string(kAgeDimension))) {
            flaws_.push_back({key + ".except", "age can be chosen in where only"});
        }
    }

    void judge_filters(const CubeDescriptor& cube,
                       const std::map<std::string, std::string>& filters,
                       const std::string& key) {
        const auto known = dimensions_of(cube.cube);
        for (const auto& [dimension, value] : filters) {
            if (!has(known, dimension)) {
                flaws_.push_back({key + "." + dimension,
                                  "the cube '" + std::string(cube.name) + "' has no dimension '" +
                                      dimension + "'; it has: " + listed(known),
                                  dimension,
                                  texts_of(known)});
                continue;
            }
            const auto values = values_of(cube.cube, dimension);
            if (!may_be(values, value)) {
                flaws_.push_back(
                    {key + "." + dimension,
                     "there is no " + dimension + " '" + value + "'; there are: " + listed(values),
                     value,
                     texts_of(values)});
            }
        }
    }

    // How many of a side's measures are durations: all, or none; else it says so.
    std::optional<bool> durations(const std::vector<OwnTerm>& terms, const std::string& side) {
        const auto of_time = [](const OwnTerm& term) { return is_duration(term.measure); };
        const auto count = std::ranges::count_if(terms, of_time);
        if (count != 0 && count != std::ssize(terms)) {
            flaws_.push_back({side, "adds durations (…_ms) and counts"});
            return std::nullopt;
        }
        return count != 0;
    }

    void judge_unit() {
        const auto above = durations(kpi_.numerator, "numerator");
        const auto below = durations(kpi_.denominator, "denominator");
        if (!above || !below) {
            return;
        }
        const std::string unit(unit_name(kpi_.unit));
        if (kpi_.unit != Unit::Count && kpi_.denominator.empty()) {
            flaws_.push_back({"unit", "is " + unit + ", which needs a denominator"});
        } else if (is_time(kpi_.unit) && (!*above || *below)) {
            flaws_.push_back({"unit",
                              "is " + unit +
                                  ", which needs durations (…_ms) in the numerator and counts in "
                                  "the denominator"});
        } else if (!is_time(kpi_.unit) && *above != *below) {
            flaws_.push_back({"unit",
                              "is " + unit +
                                  ", and durations (…_ms) stand on one side only; use seconds, "
                                  "minutes or hours"});
        }
    }

    void judge_dimensions() {
        for (size_t i = 0; i < kpi_.dimensions.size(); ++i) {
            const std::string key = "dimensions[" + std::to_string(i) + "]";
            const std::string& name = kpi_.dimensions[i];
            if (judge_has(kpi_.numerator, name, key)) {
                judge_has(kpi_.denominator, name, key);
            }
        }
        for (size_t i = 0; i < kpi_.shares.size(); ++i) {
            const std::string key = "shares[" + std::to_string(i) + "]";
            const std::string& name = kpi_.shares[i];
            if (judge_has(kpi_.numerator, name, key)) {
                judge_share(name, key);
            }
        }
    }

    // The denominator stays whole: none of its terms has the dimension.
    void judge_share(const std::string& name, const std::string& key) {
        const auto splits = [&name](const OwnTerm& term) {
            return has(dimensions_of(measure_of(term)->cube), name);
        };
        if (kpi_.denominator.empty() || std::ranges::any_of(kpi_.denominator, splits)) {
            flaws_.push_back({key,
                              "'" + name +
                                  "' is no share of a whole denominator: it belongs to dimensions, "
                                  "or nowhere"});
        }
    }

    // False: a term lacks it, and that is told.
    bool judge_has(const std::vector<OwnTerm>& terms,
                   const std::string& name,
                   const std::string& key) {
        for (const OwnTerm& term : terms) {
            const auto known = dimensions_of(measure_of(term)->cube);
            if (!has(known, name)) {
                flaws_.push_back({key,
                                  "'" + term.measure + "' has no dimension '" + name +
                                      "', and every term must; it has: " + listed(known),
                                  name,
                                  texts_of(known)});
                return false;
            }
        }
        return true;
    }

    const OwnKpi& kpi_;
    std::vector<OwnFlaw> flaws_;
};

std::vector<SumTerm> sum_terms(const std::vector<OwnTerm>& terms) {
    std::vector<SumTerm> out;
    for (const OwnTerm& term : terms) {
        const auto measure = measure_of(term);
        CHECK(measure.has_value(), "a KPI of the site without flaws");
        SumTerm sum{measure->cube, measure->measure, term.minus ? -1 : 1};
        sum.past_only = term.past;
        for (const auto& [dimension, value] : term.where) {
            sum.filters.push_back({dimension, value, true});
        }
        for (const auto& [dimension, value] : term.except) {
            sum.filters.push_back({dimension, value, false});
        }
        out.push_back(std::move(sum));
    }
    return out;
}

// What every term has, in the order of the first one's cube.
std::vector<std::string_view> shared_dimensions(const KpiDefinition& kpi) {
    std::vector<std::string_view> shared = dimensions_of(kpi.numerator.front().cube);
    const auto keep = [&shared](const std::vector<SumTerm>& terms) {
        for (const SumTerm& term : terms) {
            const auto known = dimensions_of(term.cube);
            std::erase_if(shared, [&known](std::string_view name) { return !has(known, name); });
        }
    };
    keep(kpi.numerator);
    for (const KpiBase& base : kpi.bases) {
        keep(base.terms);
    }
    return shared;
}

std::string term_rule(const SumTerm& term) {
    std::string text = std::string(term.sign < 0 ? "-" : "+") +
                       std::string(describe(term.cube).name) + "." + std::string(term.measure);
    for (const DimensionFilter& filter : term.filters) {
        text.append(filter.equal ? "[" : "[!").append(filter.dimension).append("=");
        text.append(filter.value).append("]");
    }
    return text + (term.past_only ? "[past]" : "");
}

}  // namespace

std::vector<OwnFlaw> flaws_of(const OwnKpi& kpi) {
    return Judge(kpi).judge();
}

KpiDefinition definition_of(const OwnKpi& kpi) {
    KpiDefinition out;
    out.id = kpi.id;
    out.version = kpi.version;
    out.name_en = kpi.name_en;
    out.name_ar = kpi.name_ar;
    out.definition_en = kpi.definition_en;
    out.definition_ar = kpi.definition_ar;
    out.unit = kpi.unit;
    out.decimals = kpi.decimals;
    out.numerator = sum_terms(kpi.numerator);
    if (!kpi.denominator.empty()) {
        out.bases = {{kOwnBase, sum_terms(kpi.denominator)}};
    }
    out.dimensions = kpi.dimensions.empty() ? shared_dimensions(out)
                                            : std::vector<std::string_view>(kpi.dimensions.begin(),
                                                                            kpi.dimensions.end());
    out.dimensions.insert(out.dimensions.end(), kpi.shares.begin(), kpi.shares.end());
    const bool running = std::ranges::any_of(
        out.numerator, [](const SumTerm& term) { return describe(term.cube).running; });
    out.basis = !kpi.basis.empty() ? std::string_view(kpi.basis) : running ? "snapshot" : "cohort";
    out.own = true;
    return out;
}

std::string rule_text(const KpiDefinition& kpi) {
    std::string text(unit_name(kpi.unit));
    for (const SumTerm& term : kpi.numerator) {
        text += '\t' + term_rule(term);
    }
    for (const KpiBase& base : kpi.bases) {
        text += "\t/";
        for (const SumTerm& term : base.terms) {
            text += '\t' + term_rule(term);
        }
    }
    return text;
}

std::vector<std::string_view> dimensions_of(Cube cube) {
    const CubeDescriptor& described = describe(cube);
    std::vector<std::string_view> names(described.dimensions.begin(), described.dimensions.end());
    if (described.running) {
        names.push_back(kAgeDimension);
    }
    return names;
}

const std::set<std::string_view>& all_dimensions() {
    static const std::set<std::string_view> kDimensions = [] {
        std::set<std::string_view> names;
        for (const CubeDescriptor& cube : all_cubes()) {
            const auto own = dimensions_of(cube.cube);
            names.insert(own.begin(), own.end());
        }
        return names;
    }();
    return kDimensions;
}

}  // namespace sijill::projections
