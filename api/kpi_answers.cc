#include "api/kpi_answers.h"

#include "api/labels.h"
#include "api/pages.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace sijill::api {

namespace {

using projections::Figure;
using projections::KpiDefinition;

// The exact decimal as a JSON number: parsing keeps its digits, and people's tools read a number.
void write_value(JsonWriter& json, const std::optional<std::string>& decimal) {
    json.key("value");
    decimal ? json.json(*decimal) : json.null();
}

void write_figure(JsonWriter& json, const KpiDefinition& kpi, const Figure& figure) {
    write_counts(json, figure);
    write_value(json, projections::value_text(kpi, figure));
    json.member("prints", projections::print(kpi, figure));
}

// The member before: the earlier figure, and what the growth from it is.
void write_earlier(JsonWriter& json,
                   const KpiDefinition& kpi,
                   const Figure& earlier,
                   const Figure& growth) {
    json.begin_object("before");
    write_figure(json, kpi, earlier);
    json.member("change", projections::print_growth(growth));
    json.end_object();
}

// Both figures, and the growth as the observation's own.
void write_comparison(JsonWriter& json, const KpiAnswer& answer, const std::string& time_zone) {
    const KpiDefinition& kpi = *answer.query.kpi;
    const Figure growth = projections::growth(answer.figure, answer.before.whole);
    json.key("compare");
    write_period(json, *answer.compared_with, time_zone);
    json.begin_object("now");
    write_figure(json, kpi, answer.figure);
    json.end_object();
    write_earlier(json, kpi, answer.before.whole, growth);
    write_counts(json, growth);
    write_value(json, projections::growth_text(growth));
    json.member("prints", projections::print_growth(growth));
}

// Whether the target is for the figure: by itself, or as a value of its dimension.
bool is_for(const projections::KpiTarget& target, const projections::KpiQuery& query) {
    projections::KpiQuery wanted{
        query.kpi, query.period, target.filters, target.base, target.variant};
    if (!target.by.empty()) {
        const auto value = query.filters.find(target.by);
        if (value == query.filters.end() || value->second.empty()) {
            return false;  // nobody owns what is not known
        }
        wanted.filters.insert(*value);
    }
    return target.kpi == query.kpi->id && wanted.filters == query.filters &&
           target.variant == query.variant &&
           projections::base_of(wanted) == projections::base_of(query);
}

// What the figure of a query says: of a variant in its own words, so that no text names another
// threshold than the one that counted.
std::string definition_text(const projections::KpiQuery& query, const std::string& lang) {
    const KpiDefinition& kpi = *query.kpi;
    if (query.variant.empty()) {
        return std::string(choose(lang, kpi.definition_en, kpi.definition_ar));
    }
    std::string text(choose(lang, kpi.variant_definition_en, kpi.variant_definition_ar));
    constexpr std::string_view kPlace = "{}";
    if (const size_t at = text.find(kPlace); at != std::string::npos) {
        text.replace(at, kPlace.size(), catalogue_label(query.variant, lang));
    }
    return text;
}

std::string base_name(const projections::KpiQuery& query) {
    const projections::KpiBase* base = projections::base_of(query);
    return base == nullptr ? "" : std::string(base->name);
}

void write_breakdown(JsonWriter& json,
                     const KpiAnswer& answer,
                     const projections::SiteKpis& site,
                     const std::string& lang) {
    const KpiDefinition& kpi = *answer.query.kpi;
    projections::KpiQuery of_row = answer.query;
    json.member("by", answer.dimension);
    json.begin_array("rows");
    for (const auto& [value, figure] : *answer.by) {
        json.begin_object();
        json.member(answer.dimension, value);
        json.member("label", label(value, lang, answer.dimension));
        write_figure(json, kpi, figure);
        if (answer.compared_with) {
            const Figure& earlier = answer.before.by.at(value);
            write_earlier(json, kpi, earlier, projections::growth(figure, earlier));
        }
        of_row.filters[answer.dimension] = value;
        write_target(json, site, of_row, figure);
        json.end_object();
    }
    json.end_array();
}

// The cells before the name: of the whole, or of a value of the dimension. As in JSON, the figure
// of the whole of a comparison is the growth, and that of a value is the value's own.
std::vector<std::string> row_of(const KpiAnswer& answer,
                                const std::string* value,
                                const Figure& figure) {
    const KpiDefinition& kpi = *answer.query.kpi;
    std::vector<std::string> cells{std::string(kpi.id), answer.query.period.id};
    const auto add = [&cells](std::initializer_list<std::string> more) {
        cells.insert(cells.end(), more);
    };
    const auto add_figure = [&add](const Figure& each, const std::string& prints) {
        add({projections::numerator_text(each), projections::denominator_text(each), prints});
    };
    if (value != nullptr) {
        add({*value});
    }
    add({filter_pairs(answer.query.filters), base_name(answer.query), answer.query.variant});
    const std::string prints = projections::print(kpi, figure);
    if (!answer.compared_with) {
        add_figure(figure, prints);
        return cells;
    }
    const Figure& earlier = value == nullptr ? answer.before.whole : answer.before.by.at(*value);
    const Figure growth = projections::growth(figure, earlier);
    const std::string change = projections::print_growth(growth);
    add({answer.compared_with->id});
    value == nullptr ? add_figure(growth, change) : add_figure(figure, prints);
    add({prints, projections::print(kpi, earlier), change});
    return cells;
}

}  // namespace

std::string cursor_of(const projections::BehindPlace& place) {
    const auto& [kind, subject] = place;
    return join_cursor(kind ? static_cast<int>(*kind) : 0, subject);
}

Result<projections::BehindPlace> behind_place_of(std::string_view cursor) {
    auto parts = split_cursor(cursor);
    if (!parts || parts->first < 0 ||
        std::cmp_greater(parts->first, projections::kAggregateKindCount)) {
        return wrong_cursor();
    }
    const auto kind = static_cast<projections::AggregateKind>(parts->first);
    return projections::BehindPlace{parts->first == 0 ? std::nullopt : std::optional(kind),
                                    std::move(parts->second)};
}

Table behind_table(const projections::BehindList& list) {
    Table table{{"kind", "subject", "amount"}, {}, {false, false, true}};
    for (const projections::Behind& each : list.items) {
        const std::string kind =
            each.kind ? std::string(projections::name_of(*each.kind)) : "person";
        table.rows.push_back({kind, each.subject, std::to_string(each.amount)});
    }
    return table;
}

Table catalogue_table(const projections::KpiCatalogue& kpis, const std::string& lang) {
    Table table{{"id", "unit", "dimensions", "bases", "variants", "name"}, {}, {}};
    const auto joined = [](const auto& items, const auto& name) {
        std::string text;
        for (const auto& item : items) {
            text.append(text.empty() ? "" : ",").append(name(item));
        }
        return text;
    };
    for (const KpiDefinition& kpi : kpis.all()) {
        table.rows.push_back(
            {std::string(kpi.id),
             std::string(projections::unit_name(kpi.unit)),
             joined(kpi.dimensions, [](std::string_view name) { return name; }),
             joined(kpi.bases, [](const auto& base) { return base.name; }),
             joined(kpi.variants, [](const auto& variant) { return variant.name; }),
             std::string(choose(lang, kpi.name_en, kpi.name_ar))});
    }
    return table;
}

void write_counts(JsonWriter& json, const projections::Figure& figure) {
    if (figure.suppressed) {
        json.member("numerator", std::optional<int64_t>());
        json.member("denominator", std::optional<int64_t>());
        json.member("suppressed", true);
        return;
    }
    json.member("numerator", figure.numerator);
    json.member("denominator", figure.denominator);
}

void write_filters(JsonWriter& json, const std::map<std::string, std::string>& filters) {
    json.begin_object("filters");
    for (const auto& [dimension, value] : filters) {
        json.member(dimension, value);
    }
    json.end_object();
}

std::string filter_pairs(const std::map<std::string, std::string>& filters) {
    std::string out;
    for (const auto& [dimension, value] : filters) {
        out += out.empty() ? "" : ";";
        out += dimension;
        out += '=';
        out += value;
    }
    return out;
}

void write_period(JsonWriter& json, const projections::Period& period, const std::string& zone) {
    json.begin_object();
    json.member("id", period.id);
    json.member("start", projections::day_text(period.begin_day));
    json.member("end", projections::day_text(period.end_day - 1));
    json.member("timeZone", zone);
    json.end_object();
}

void write_target(JsonWriter& json,
                  const projections::SiteKpis& site,
                  const projections::KpiQuery& query,
                  const projections::Figure& figure) {
    const auto found = std::ranges::find_if(
        site.targets, [&](const projections::KpiTarget& each) { return is_for(each, query); });
    if (found == site.targets.end()) {
        return;
    }
    const bool at_least = found->direction == projections::TargetDirection::AtLeast;
    json.begin_object("target");
    json.key("bound");
    json.json(projections::format_thousandths(found->thousandths));
    json.member("direction", at_least ? "at_least" : "at_most");
    json.member("department",
                found->department.empty() ? query.filters.at(found->by) : found->department);
    json.member("prints",
                projections::print_target(found->direction, found->thousandths, query.kpi->unit));
    json.member("missed",
                figure.suppressed ? std::optional<bool>()
                                  : projections::misses(*found, *query.kpi, figure));
    json.end_object();
}

void write_answer(JsonWriter& json,
                  const KpiAnswer& answer,
                  const projections::SiteKpis& site,
                  const Wording& wording) {
    const KpiDefinition& kpi = *answer.query.kpi;
    json.begin_object();
    json.member("kpi", kpi.id);
    json.member("name", choose(wording.lang, kpi.name_en, kpi.name_ar));
    json.key("period");
    write_period(json, answer.query.period, wording.time_zone);
    write_filters(json, answer.query.filters);
    if (const std::string base = base_name(answer.query); !base.empty()) {
        json.member("base", base);
    }
    if (!answer.query.variant.empty()) {
        json.member("variant", answer.query.variant);
    }
    if (answer.compared_with) {
        write_comparison(json, answer, wording.time_zone);
    } else {
        write_figure(json, kpi, answer.figure);
        write_target(json, site, answer.query, answer.figure);
    }
    json.member("unit", answer.compared_with ? "percent" : projections::unit_name(kpi.unit));
    json.member("definition", definition_text(answer.query, wording.lang));
    json.member("definitionVersion", int64_t{kpi.version});
    json.member("basis", kpi.basis);
    json.member("mayExceed100", kpi.may_exceed_100);
    if (answer.by) {
        write_breakdown(json, answer, site, wording.lang);
    }
    json.end_object();
}

Table answer_columns(const std::string& dimension, bool compared) {
    Table table{{"kpi", "period"}, {}, {}};
    const auto add = [&table](std::initializer_list<std::string> names, bool numbers) {
        table.header.insert(table.header.end(), names);
        table.right_aligned.resize(table.header.size(), numbers);
    };
    if (!dimension.empty()) {
        add({dimension}, false);
    }
    add({"filters", "base", "variant"}, false);
    if (compared) {
        add({"compare"}, false);
    }
    add({"numerator", "denominator"}, true);
    add({"prints"}, false);
    if (compared) {
        add({"now", "before", "change"}, false);
    }
    add({"name"}, false);
    return table;
}

Table answer_table(const KpiAnswer& answer, const std::string& lang) {
    Table table = answer_columns(answer.dimension, answer.compared_with.has_value());
    const auto add = [&](const std::string* value, const Figure& figure) {
        table.rows.push_back(row_of(answer, value, figure));
        const KpiDefinition& kpi = *answer.query.kpi;
        table.rows.back().emplace_back(choose(lang, kpi.name_en, kpi.name_ar));
    };
    if (!answer.by) {
        add(nullptr, answer.figure);
        return table;
    }
    for (const auto& [value, figure] : *answer.by) {
        add(&value, figure);
    }
    return table;
}

}  // namespace sijill::api
