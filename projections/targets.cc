#include "projections/targets.h"

#include "events/digest.h"
#include "events/grammar.h"
#include "projections/own_kpi.h"

#include <algorithm>

namespace sijill::projections {

namespace {

__extension__ using Product = __int128;  // of a figure and a target

constexpr int64_t kThousand = 1'000;
constexpr size_t kMostWholeDigits = 9;
constexpr size_t kIdDigits = 20;  // 80 bits: two targets of a site never share them

constexpr std::string_view kDepartmentDimension = "department";

std::string suffix_of(Unit unit) {
    switch (unit) {
        case Unit::Count:
            return "";
        case Unit::Percent:
            return " %";
        case Unit::Seconds:
            return " s";
        case Unit::Minutes:
            return " min";
        case Unit::Hours:
            return " h";
    }
    return "";
}

}  // namespace

std::string digest_of(const SiteKpis& site) {
    events::Sha256Stream stream;
    for (const KpiDefinition& kpi : site.catalogue.all()) {
        if (!kpi.own) {
            continue;  // the version of the program stands for it
        }
        for (const std::string_view part :
             {kpi.id, kpi.name_en, kpi.name_ar, kpi.definition_en, kpi.definition_ar, kpi.basis}) {
            stream.add(part);
        }
        stream.add(std::to_string(kpi.version) + '\t' + std::to_string(kpi.decimals) + '\t' +
                   rule_text(kpi));
        for (const std::string_view dimension : kpi.dimensions) {
            stream.add(dimension);
        }
    }
    stream.add(text_of(site.catalogue.rules()));
    for (const KpiTarget& target : site.targets) {
        stream.add(referral_id_of(target, "", ""));
        stream.add(std::to_string(static_cast<int>(target.direction)) + '\t' +
                   std::to_string(target.thousandths) + '\t' + std::to_string(target.least));
    }
    return events::to_hex(stream.finish());
}

std::vector<TargetFlaw> flaws_of(const KpiTarget& target, const KpiCatalogue& kpis) {
    const KpiDefinition* kpi = kpis.find(target.kpi);
    if (kpi == nullptr) {
        return {{"kpi", "there is no KPI '" + target.kpi + "'; `sijill kpi list` names them"}};
    }
    std::vector<std::string> by;
    if (!target.by.empty()) {
        by.push_back(target.by);
    }
    KpiQuery query;
    query.kpi = kpi;
    query.filters = target.filters;
    query.base = target.base;
    query.variant = target.variant;
    std::vector<TargetFlaw> flaws;
    for (const QueryFault& fault : faults_of(query, {}, by)) {
        const bool filter = target.filters.contains(fault.part);
        flaws.push_back({(filter ? "filters." : "") + fault.part, fault.what});
    }
    if (target.filters.contains(target.by)) {
        flaws.push_back({"by", "one value of " + target.by + " cannot be broken down by it"});
    }
    // Of a `by` that is wrong, nobody knows whether it names who owns the target.
    const bool by_is_good = std::ranges::find(flaws, "by", &TargetFlaw::member) == flaws.end();
    if (target.department.empty() && target.by != kDepartmentDimension && by_is_good) {
        flaws.push_back(
            {"department", "it needs the department that owns it, or by = \"department\""});
    }
    if (!target.department.empty() && !events::is_code(target.department)) {
        flaws.push_back(
            {"department",
             "its department '" + target.department + "' is no code: 1 to 64 of a-z 0-9 _ . -"});
    }
    return flaws;
}

bool misses(const KpiTarget& target, const KpiDefinition& kpi, const Figure& figure) {
    const int64_t denominator = kpi.bases.empty() ? 1 : figure.denominator.value_or(0);
    if (figure.suppressed || denominator <= 0 ||
        (!kpi.bases.empty() && denominator < target.least)) {
        return false;
    }
    const int64_t percent = kpi.unit == Unit::Percent ? 100 : 1;
    const Product reached = Product{figure.numerator} * percent * kThousand;
    const Product wanted = Product{target.thousandths} * unit_scale(kpi.unit) * denominator;
    return target.direction == TargetDirection::AtLeast ? reached < wanted : reached > wanted;
}

std::string print_target(TargetDirection direction, int64_t thousandths, Unit unit) {
    return std::string(direction == TargetDirection::AtLeast ? "at least " : "at most ") +
           format_thousandths(thousandths) + suffix_of(unit);
}

std::string print_judged(const KpiDefinition& kpi,
                         const Figure& figure,
                         TargetDirection direction,
                         int64_t thousandths) {
    return print(kpi, figure) + " (" + print_target(direction, thousandths, kpi.unit) + ")";
}

std::optional<int64_t> parse_thousandths(std::string_view text) {
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    const size_t point = std::min(text.find('.'), text.size());
    std::string digits(text.substr(0, point));
    std::string decimals(text.substr(std::min(point + 1, text.size())));
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.empty() || digits.size() > kMostWholeDigits || decimals.size() > 3 ||
        (point < text.size()) != !decimals.empty() || !std::ranges::all_of(digits, digit) ||
        !std::ranges::all_of(decimals, digit)) {
        return std::nullopt;
    }
    decimals.resize(3, '0');
    const int64_t value = std::stoll(digits + decimals);
    return negative ? -value : value;
}

std::string format_thousandths(int64_t thousandths) {
    std::string text = decimal_text(thousandths, kThousand, 3, false);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string referral_id_of(const KpiTarget& target,
                           std::string_view period,
                           std::string_view value) {
    std::string all;
    for (const std::string_view part : {std::string_view(target.kpi),
                                        std::string_view(target.base),
                                        std::string_view(target.variant),
                                        std::string_view(target.by),
                                        value,
                                        std::string_view(target.department),
                                        period}) {
        all += std::string(part) + '\n';
    }
    for (const auto& [dimension, narrowed] : target.filters) {
        all += dimension + '=' + narrowed + '\n';
    }
    return "kpi-" + std::string(period) + "-" +
           events::to_hex(events::sha256(all)).substr(0, kIdDigits);
}

}  // namespace sijill::projections
