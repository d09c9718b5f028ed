#include "projections/kpi_page.h"

namespace sijill::projections {

namespace {

constexpr size_t kMostTerms = 4;  // of a formula; more of one kind are written first + … + last

std::string filter_text(const DimensionFilter& filter) {
    return std::string(filter.dimension) + (filter.equal ? " = " : " ≠ ") +
           std::string(filter.value);
}

std::string term_text(const SumTerm& term) {
    std::string text = std::string(describe(term.cube).name) + "." + std::string(term.measure);
    for (const DimensionFilter& filter : term.filters) {
        text += "[" + filter_text(filter) + "]";
    }
    text += term.past_only ? "[past]" : "";
    return text;
}

std::string formula(const std::vector<SumTerm>& terms) {
    if (terms.size() > kMostTerms) {
        return "`" + term_text(terms.front()) + "` + … + `" + term_text(terms.back()) + "`";
    }
    std::string text;
    for (const SumTerm& term : terms) {
        text += text.empty() ? "" : (term.sign < 0 ? " − " : " + ");
        text += "`" + term_text(term) + "`";
    }
    return text;
}

std::string row(std::string_view name, const std::string& text) {
    return text.empty() ? "" : "| " + std::string(name) + " | " + text + " |\n";
}

std::string bases_text(const KpiDefinition& kpi) {
    std::string text;
    for (const KpiBase& base : kpi.bases) {
        text += (text.empty() ? "**" : "; **") + std::string(base.name) + "** " +
                formula(base.terms) + (base.mean_month ? " by the months" : "");
    }
    return text;
}

std::string variants_text(const KpiDefinition& kpi) {
    std::string text;
    for (const KpiVariant& variant : kpi.variants) {
        text += (text.empty() ? "**" : "; **") + std::string(variant.name) + "** " +
                formula(variant.numerator);
        for (const DimensionFilter& filter : variant.filters) {
            text += "where `" + filter_text(filter) + "`";
        }
    }
    return text;
}

std::string dimensions_text(const KpiDefinition& kpi) {
    std::string text;
    for (const std::string_view dimension : kpi.dimensions) {
        text += (text.empty() ? "`" : ", `") + std::string(dimension) + "`";
    }
    return text;
}

std::string example_text(const KpiDefinition& kpi, const Figure& figure) {
    std::string prints = print(kpi, figure);
    if (!figure.denominator) {
        return prints;
    }
    return decimal_text(figure.numerator, 1, 0, true) + " / " +
           decimal_text(*figure.denominator, 1, 0, true) + " = " + prints;
}

std::string section(const KpiDefinition& kpi, const Period& period, const Figure& figure) {
    std::string text = "## `" + std::string(kpi.id) + "`\n\n**" + std::string(kpi.name_en) +
                       "** · " + std::string(kpi.name_ar) + "\n\n" +
                       std::string(kpi.definition_en) + "\n\n" + std::string(kpi.definition_ar) +
                       "\n\n| | |\n| --- | --- |\n";
    std::string numerator = formula(kpi.numerator);
    if (kpi.people) {
        numerator += " + different persons of `" + std::string(describe(*kpi.people).name) + "`";
    }
    text += row(kpi.bases.empty() ? "count" : "numerator", numerator);
    text += row("denominator", bases_text(kpi));
    text += row("figure",
                kpi.mean_of_months ? "the mean of the months' ratios, each in millionths" : "");
    text += row("variants", variants_text(kpi));
    text += row("dimensions", dimensions_text(kpi));
    text += row("unit",
                std::string(unit_name(kpi.unit)) +
                    (kpi.may_exceed_100 ? "; the parts may be more than the whole" : ""));
    text += row("basis", std::string(kpi.basis));
    text += row("version", std::to_string(kpi.version));
    return text + row(period.id, example_text(kpi, figure)) + "\n";
}

}  // namespace

Result<std::string> kpi_page(const Shards& shards, const KpiCatalogue& kpis, const Period& period) {
    std::string page = R"(# KPI catalogue

Made by `sijill kpi docs` from the table in `projections/kpi_*.cc`; CI compares it. A figure is two
sums over cells, numerator and denominator, kept as integers; the ratio of the first base is printed
unless another is asked for. Without a denominator, or over 0, it has no value: null, never 0.

*Basis*: a *cohort* places what became of a thing in the period in which that thing began (a call
was offered, a case was opened, a slot starts), so a ratio compares like with like, and late
outcomes change earlier periods; an *activity* counts when it happened. Periods are half-open, in
local time. A *snapshot* says what stood at the period's end; its *age* is one of `le_01d` (began on
the period's last day), `le_03d`, `le_07d`, `le_14d`, `le_30d`, `le_90d` and `over_90d`.
*Business time* is counted by the site's working calendar (`calendar.hours`), as it is when a figure
is asked for; the examples are by that of the configuration with which this page was made.
Corrections, voids, reopenings and late events change every figure they touch.

)";
    for (const KpiDefinition& kpi : kpis.all()) {
        const auto figure = figure_of(shards, {&kpi, period, {}, "", ""});
        if (!figure) {
            return Unexpected(figure.error());
        }
        page += section(kpi, period, *figure);
    }
    page.pop_back();  // the line behind the last section
    return page;
}

}  // namespace sijill::projections
