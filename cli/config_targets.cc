// cli/config_targets.cc - [[kpi.target]]: the targets of KPIs and who owns them, read and written.

#include "cli/config_value.h"
#include "projections/targets.h"

#include <array>

namespace sijill::cli {

namespace {

using projections::KpiTarget;
using projections::TargetDirection;

constexpr std::array<std::string_view, 9> kTargetMembers = {
    "kpi", "base", "variant", "filters", "by", "department", "at_least", "at_most", "least"};

// 95, 95.5 or "95.5"; exact.
void read_limit(const Reading& from, TargetDirection direction, KpiTarget& out) {
    std::optional<int64_t> thousandths;
    if (from.value.type == Value::Type::Integer) {
        thousandths = projections::parse_thousandths(std::to_string(from.value.integer));
    } else if (from.value.type == Value::Type::Float || from.value.type == Value::Type::Text) {
        thousandths = projections::parse_thousandths(from.value.text);
    }
    if (!thousandths) {
        from.refuse(from.value, "a number with at most three decimals, such as 95 or 12.5");
        return;
    }
    out.direction = direction;
    out.thousandths = *thousandths;
}

// False: there is no member of that name.
bool read_member(const Reading& from, std::string_view name, KpiTarget& out) {
    if (name == "kpi") {
        read_setting(from, out.kpi);
    } else if (name == "base") {
        read_setting(from, out.base);
    } else if (name == "variant") {
        read_setting(from, out.variant);
    } else if (name == "filters") {
        read_setting(from, out.filters);
    } else if (name == "by") {
        read_setting(from, out.by);
    } else if (name == "department") {
        read_setting(from, out.department);
    } else if (name == "at_least") {
        read_limit(from, TargetDirection::AtLeast, out);
    } else if (name == "at_most") {
        read_limit(from, TargetDirection::AtMost, out);
    } else if (name == "least") {
        int least = 1;
        read_setting({from.value, from.name, {1, 1'000'000'000}, from.problems}, least);
        out.least = least;
    } else {
        return false;
    }
    return true;
}

KpiTarget read_target(const Reading& from, const Value& table) {
    KpiTarget target;
    if (table.type != Value::Type::Table) {
        from.refuse(table, "a table with kpi, at_least or at_most, and department");
        return target;
    }
    int limits = 0;
    for (const auto& [name, place, value] : table.members) {
        const std::string full = std::string(from.name) + "." + name;
        if (!read_member({value, full, from.range, from.problems}, name, target)) {
            from.problems.add(
                place,
                "there is no setting '" + full + "'" +
                    hint_of(nearest_name(
                        name,
                        std::vector<std::string>(kTargetMembers.begin(), kTargetMembers.end()))));
        }
        limits += name == "at_least" || name == "at_most" ? 1 : 0;
    }
    if (limits != 1) {
        from.problems.add(table.place,
                          std::string(from.name) + " must have either at_least or at_most, not " +
                              (limits == 0 ? "none" : "both"));
    }
    return target;
}

std::string target_literal(const KpiTarget& target) {
    std::string out = "{ kpi = " + literal_of(target.kpi);
    for (const auto& [name, value] : {std::pair{"base", &target.base},
                                      std::pair{"variant", &target.variant},
                                      std::pair{"by", &target.by},
                                      std::pair{"department", &target.department}}) {
        out += value->empty() ? "" : std::string(", ") + name + " = " + literal_of(*value);
    }
    if (!target.filters.empty()) {
        out += ", filters = " + literal_of(target.filters);
    }
    out += target.direction == TargetDirection::AtLeast ? ", at_least = \"" : ", at_most = \"";
    out += projections::format_thousandths(target.thousandths) + "\"";
    return out + ", least = " + std::to_string(target.least) + " }";
}

}  // namespace

void read_setting(const Reading& from, std::vector<KpiTarget>& out) {
    if (from.value.type != Value::Type::Array) {
        from.refuse(from.value, "[[tables]] with kpi, at_least or at_most, and department");
        return;
    }
    out.clear();
    for (const Value& item : from.value.items) {
        out.push_back(read_target(from, item));
    }
}

std::string literal_of(const std::vector<KpiTarget>& value) {
    std::string out = "[";
    for (const KpiTarget& target : value) {
        out += (out.size() == 1 ? "" : ", ") + target_literal(target);
    }
    return out + "]";
}

}  // namespace sijill::cli
