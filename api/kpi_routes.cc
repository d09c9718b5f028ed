// api/kpi_routes.cc - the routes that answer with figures, and the cases behind them.

#include "api/json_writer.h"
#include "api/pages.h"
#include "api/route.h"
#include "api/text.h"
#include "projections/own_kpi.h"

#include <algorithm>
#include <functional>

namespace sijill::api {

namespace {

constexpr size_t kMostPeriods = 1'000;

// The words between the commas of a parameter; none when it was not given.
std::vector<std::string> words_of(const std::string& text) {
    if (text.empty()) {
        return {};
    }
    const auto words = split(text, ',');
    return {words.begin(), words.end()};
}

void write_texts(JsonWriter& json,
                 std::string_view name,
                 std::string_view en,
                 std::string_view ar) {
    json.begin_object(name);
    json.member("en", en);
    json.member("ar", ar);
    json.end_object();
}

template <class Items, class Name>
void write_names(JsonWriter& json, std::string_view name, const Items& items, Name name_of) {
    json.begin_array(name);
    for (const auto& item : items) {
        json.value(std::string_view(std::invoke(name_of, item)));
    }
    json.end_array();
}

void write_definition(JsonWriter& json, const projections::KpiDefinition& kpi) {
    json.begin_object();
    json.member("id", kpi.id);
    write_texts(json, "name", kpi.name_en, kpi.name_ar);
    write_texts(json, "definition", kpi.definition_en, kpi.definition_ar);
    json.member("definitionVersion", int64_t{kpi.version});
    json.member("unit", projections::unit_name(kpi.unit));
    json.member("basis", kpi.basis);
    json.member("meanOfMonths", kpi.mean_of_months);
    write_names(json, "dimensions", kpi.dimensions, std::identity());
    write_names(json, "bases", kpi.bases, &projections::KpiBase::name);
    write_names(json, "variants", kpi.variants, &projections::KpiVariant::name);
    json.end_object();
}

Result<Answer> kpis(const Asked& asked, const Reading& reading) {
    JsonWriter json;
    json.begin_object();
    json.begin_array("items");
    for (const projections::KpiDefinition& kpi : reading.site.catalogue.all()) {
        write_definition(json, kpi);
    }
    json.end_array();
    json.end_object();
    return Answer{json.take(), "", catalogue_table(reading.site.catalogue, asked.lang), ""};
}

KpiQuestion question_of(const Asked& asked) {
    KpiQuestion question;
    question.id = asked.get("kpiId");
    question.base = asked.get("base");
    question.variant = asked.get("variant");
    question.compare = asked.get("compare");
    for (const std::string_view dimension : projections::all_dimensions()) {
        if (asked.parameters.contains(dimension)) {
            question.filters.emplace_back(dimension, asked.get(dimension));
        }
    }
    return question;
}

// Answers by period, then by the value of the first dimension where there are two.
Result<std::vector<KpiAnswer>> observations(KpiQuestion question,
                                            const std::vector<std::string>& periods,
                                            const std::vector<std::string>& by,
                                            const Reading& reading) {
    const projections::Shards& shards = reading.shards.rows();
    const projections::KpiCatalogue& kpis = reading.site.catalogue;
    if (by.size() == 2) {
        return answers_of_pair(kpis, question, periods, {by[0], by[1]}, shards);
    }
    question.by = by.empty() ? "" : by[0];
    auto answers = answers_of(kpis, question, periods, shards);
    size_t figures = 0;
    for (size_t i = 0; answers && i < answers->size(); ++i) {
        const auto& rows = (*answers)[i].by;
        figures += rows ? rows->size() : 1;
    }
    if (auto few = projections::check_figures(figures); !few) {
        return Unexpected(few.error());
    }
    return answers;
}

// Its columns follow from the question: by two dimensions there may be no answer to take them from.
Table table_of(const std::vector<KpiAnswer>& answers, Table columns, const std::string& lang) {
    Table table = std::move(columns);
    for (const KpiAnswer& answer : answers) {
        Table rows = answer_table(answer, lang);
        std::ranges::move(rows.rows, std::back_inserter(table.rows));
    }
    return table;
}

Result<void> judge_periods(std::string_view text) {
    for (const std::string_view word : split(text, ',')) {
        if (const auto period = projections::parse_period(word); !period) {
            return Unexpected(period.error());
        }
    }
    return {};
}

Result<void> judge_compared(std::string_view text) {
    const auto period = projections::parse_period(text);
    return period || text == "previous" || text == "year-ago"
               ? Result<void>()
               : fail("must be previous, year-ago or a period", period.error());
}

// The periods that are asked for, or their parts.
Result<std::vector<std::string>> periods_of(const Asked& asked) {
    const std::vector<std::string> periods = words_of(asked.get("period"));
    const auto part = projections::period_part(asked.get("each"));
    std::vector<std::string> parts;
    for (const std::string& text : periods) {
        if (part) {
            const auto period = projections::parse_period(text);
            const auto divided =
                period ? projections::parts_of(*period, *part)
                       : Result<std::vector<projections::Period>>(Unexpected(period.error()));
            if (!divided) {
                return Unexpected(divided.error());
            }
            std::ranges::transform(*divided, std::back_inserter(parts), &projections::Period::id);
        } else {
            parts.push_back(text);
        }
        if (parts.size() > kMostPeriods) {  // before more are made
            return fail(Errc::Invalid,
                        "these are more than 1,000 periods; so many are answered at once");
        }
    }
    return parts;
}

Result<std::vector<std::string>> by_of(const Asked& asked) {
    std::vector<std::string> by = words_of(asked.get("by"));
    if (by.size() > 2 || (by.size() == 2 && by[0] == by[1]) || std::ranges::count(by, "") != 0) {
        return fail(Errc::Invalid, "by takes one dimension, or two of them joined by a comma");
    }
    return by;
}

// What the KPI has no place for, by the parameter that asks for it. Of a KPI that there is not the
// handler says so.
std::vector<events::Violation> judge_kpi(const Asked& asked, const projections::SiteKpis& site) {
    std::vector<events::Violation> violations;
    const auto add = [&violations](std::string parameter, std::string what) {
        violations.push_back({std::move(parameter), "parameter-value", std::move(what)});
    };
    const projections::KpiQuery query = query_of(site.catalogue, question_of(asked));
    const std::string spans = asked.get("each").empty() ? "period" : "each";
    const auto by = by_of(asked);
    const auto texts = judge_periods(asked.get("period"));
    const auto periods = texts ? periods_of(asked) : std::vector<std::string>();
    if (!by) {
        add("by", by.error().message);
    }
    if (!texts) {
        add("period", texts.error().message);
    }
    if (!periods) {
        add(spans, periods.error().message);
    }
    if (query.kpi == nullptr) {
        return violations;
    }
    std::vector<projections::Period> parsed;
    for (const std::string& text : periods.value_or(std::vector<std::string>())) {
        auto period = projections::parse_period(text);
        if (!period) {  // a part may lie behind the last year that there is
            add(spans, period.error().message);
            break;
        }
        parsed.push_back(std::move(*period));
    }
    for (const projections::QueryFault& fault :
         projections::faults_of(query, parsed, by.value_or(std::vector<std::string>()))) {
        add(fault.part == "period" ? spans : fault.part, fault.what);
    }
    return violations;
}

Result<Answer> kpi(const Asked& asked, const Reading& reading) {
    const auto by = by_of(asked);
    if (!by) {
        return Unexpected(by.error());
    }
    const auto periods = periods_of(asked);
    if (!periods) {
        return Unexpected(periods.error());
    }
    const KpiQuestion question = question_of(asked);
    const auto answers = observations(question, *periods, *by, reading);
    if (!answers) {
        return Unexpected(answers.error());
    }
    const Wording wording{asked.lang, reading.local_time.zone()};
    Answer answer;
    JsonWriter json;
    json.begin_object();
    json.member("kpi", question.id);
    json.begin_array("observations");
    for (const KpiAnswer& each : *answers) {
        write_answer(json, each, reading.site, wording);
    }
    json.end_array();
    json.end_object();
    answer.json = json.take();
    if (reading.media != Media::Json) {
        Table columns = answer_columns(by->empty() ? "" : by->back(), !question.compare.empty());
        answer.table = table_of(*answers, std::move(columns), asked.lang);
    }
    return answer;
}

Result<Answer> kpi_cases(const Asked& asked, const Reading& reading) {
    const KpiQuestion question = question_of(asked);
    const auto query = query_of(reading.site.catalogue, question, asked.get("period"));
    if (!query) {
        return Unexpected(query.error());
    }
    auto after = place_asked(asked, behind_place_of);
    if (!after) {
        return Unexpected(after.error());
    }
    const auto list =
        projections::behind(reading.shards.rows(),
                            *query,
                            asked.get("part") == "denominator" ? projections::Side::Denominator
                                                               : projections::Side::Numerator,
                            reading.local_time,
                            {std::move(*after), limit_of(asked)});
    if (!list) {
        return Unexpected(list.error());
    }
    return page_of(behind_table(*list),
                   list->next ? std::optional(cursor_of(*list->next)) : std::nullopt,
                   [&](JsonWriter& json) {
                       json.member("kpi", question.id);
                       json.member("sum", list->sum);
                   });
}

const Parameter kKpiId{"kpiId", In::Path, "KPI id (see /v1/kpis)", "answer-rate", true};

std::vector<Parameter> kpi_parameters(std::vector<Parameter> own) {
    for (const std::string_view dimension : projections::all_dimensions()) {
        own.push_back({dimension, In::Query, "Only this value of the dimension", ""});
    }
    own.push_back({"base", In::Query, "Denominator, where the KPI has several", ""});
    own.push_back({"variant", In::Query, "Narrower numerator, where the KPI has one", ""});
    return own;
}

// What is behind a figure.
Route behind_route() {
    Route route{"GET",
                "/v1/kpis/{kpiId}/cases",
                "listKpiCases",
                "What is behind a figure: the amounts of all pages add up to it",
                Scope::Read,
                kpi_parameters({kKpiId,
                                period_parameter(In::Query, true),
                                {.name = "part",
                                 .description = "Side of the ratio",
                                 .example = "numerator",
                                 .values = {"numerator", "denominator"}},
                                cursor_parameter("^[0-9]{1,2}[.]", judged_by<behind_place_of>),
                                limit_parameter()}),
                Read(kpi_cases),
                "KpiCases",
                {400, 404},
                {{"/v1/kpis/complaints/cases?period=2017-Q1", 200},
                 {"/v1/kpis/complaints/cases?period=2017-Q1&limit=5&format=csv", 200},
                 {"/v1/kpis/complaints/cases?period=2017-Q1&cursor=here", 400},
                 {"/v1/kpis/none/cases?period=2017-Q1", 404}}};
    route.judge = judge_kpi;
    return route;
}

}  // namespace

std::vector<Route> kpi_routes() {
    std::vector<Route> table;
    table.push_back({"GET",
                     "/v1/kpis",
                     "listKpis",
                     "The KPIs: names, definitions, dimensions, bases and variants",
                     Scope::Read,
                     {},
                     Read(kpis),
                     "KpiCatalogue",
                     {},
                     {{"/v1/kpis", 200}, {"/v1/kpis?format=csv", 200}, {"/v1/kpis?x=1", 400}}});
    table.push_back(
        {"GET",
         "/v1/kpis/{kpiId}",
         "getKpi",
         "A KPI over one or several periods, by up to two dimensions",
         Scope::Read,
         kpi_parameters(
             {kKpiId,
              {.name = "period",
               .description = "SDMX periods, joined by commas",
               .example = "2017-Q1",
               .required = true,
               .judge = judge_periods},
              {.name = "each",
               .description = "A figure for each part of the period; those at its ends may be cut. "
                              "A week begins on Sunday, an iso-week on Monday",
               .values = {projections::kPeriodParts.begin(), projections::kPeriodParts.end()}},
              {"by", In::Query, "Up to two dimensions, joined by a comma", ""},
              {.name = "compare",
               .description = "previous, year-ago, or a period: an observation's value is then the "
                              "change relative to that period's (never points), its now and before "
                              "the figures of both; a row of a breakdown has a before",
               .example = "previous",
               .judge = judge_compared}}),
         Read(kpi),
         "KpiValues",
         {400, 404},
         {{"/v1/kpis/answer-rate?period=2017-Q1", 200},
          {"/v1/kpis/answer-rate?period=2017-M01,2017-M02&by=queue", 200},
          {"/v1/kpis/inbound-offered?period=2017-Q1&compare=previous", 200},
          {"/v1/kpis/answer-rate?period=2017-Q1&compare=previous&by=queue", 200},
          {"/v1/kpis/inbound-offered?period=2017-Q1&each=week", 200},
          {"/v1/kpis/answer-rate", 400},
          {"/v1/kpis/answer-rate?period=2017-Q9", 400},
          {"/v1/kpis/answer-rate?period=2017-Q1&by=weather", 400},
          {"/v1/kpis/none?period=2017-Q1", 404}}});
    table.back().judge = judge_kpi;
    table.push_back(behind_route());
    return table;
}

}  // namespace sijill::api
