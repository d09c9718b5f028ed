// api/kpi_questions.cc - questions about KPIs, asked of the views.

#include "api/kpi_answers.h"

#include <utility>

namespace sijill::api {

namespace {

using projections::Figure;
using projections::Period;

Result<Period> compared_period(const Period& period, const std::string& with) {
    if (with == "previous") {
        return projections::previous(period);
    }
    if (with == "year-ago") {
        return projections::year_before(period);
    }
    return projections::parse_period(with);
}

// The period that each is compared with; none when nothing is.
Result<std::vector<Period>> compared_periods(const std::vector<Period>& periods,
                                             const std::string& with) {
    std::vector<Period> compared;
    for (size_t i = 0; !with.empty() && i < periods.size(); ++i) {
        const auto period = compared_period(periods[i], with);
        if (!period) {
            return Unexpected(period.error());
        }
        compared.push_back(*period);
    }
    return compared;
}

void add_missing(projections::FiguresByValue& to,
                 const projections::FiguresByValue& from,
                 const Figure& nothing) {
    for (const auto& [value, figure] : from) {
        to.try_emplace(value, nothing);
    }
}

// Compares the answer: what only one of the periods has stands in both breakdowns.
void compare(KpiAnswer& answer, const Period& with, projections::Breakdown before) {
    answer.compared_with = with;
    answer.before.whole = before.whole;
    answer.before.by = std::move(before.by);
    if (answer.by) {
        const auto nothing = [&answer](const Figure& whole) {
            return projections::figure_of_nothing(answer.query, answer.dimension, whole);
        };
        add_missing(*answer.by, answer.before.by, nothing(answer.figure));
        add_missing(answer.before.by, *answer.by, nothing(answer.before.whole));
    }
}

// What is asked of each period, and all that are read: those, and behind them those that they are
// compared with.
struct AskedPeriods {
    std::vector<projections::KpiQuery> queries;
    std::vector<Period> periods;
};

Result<AskedPeriods> asked_periods_of(const projections::KpiCatalogue& kpis,
                                      const KpiQuestion& asked,
                                      const std::vector<std::string>& periods) {
    AskedPeriods question;
    for (const std::string& period : periods) {
        auto query = query_of(kpis, asked, period);
        if (!query) {
            return Unexpected(query.error());
        }
        question.periods.push_back(query->period);
        question.queries.push_back(std::move(*query));
    }
    const auto compared = compared_periods(question.periods, asked.compare);
    if (!compared) {
        return Unexpected(compared.error());
    }
    question.periods.insert(question.periods.end(), compared->begin(), compared->end());
    return question;
}

// Of a period by its number, from the breakdowns of all of them, which it takes.
KpiAnswer answer_of(const AskedPeriods& question,
                    size_t period,
                    const std::string& dimension,
                    std::vector<projections::Breakdown>& breakdowns) {
    KpiAnswer answer;
    answer.query = question.queries[period];
    answer.figure = breakdowns[period].whole;
    if (!dimension.empty()) {
        answer.by = std::move(breakdowns[period].by);
        answer.dimension = dimension;
    }
    const size_t before = question.queries.size() + period;
    if (before < question.periods.size()) {
        compare(answer, question.periods[before], std::move(breakdowns[before]));
    }
    return answer;
}

}  // namespace

projections::KpiQuery query_of(const projections::KpiCatalogue& kpis, const KpiQuestion& asked) {
    projections::KpiQuery query;
    query.kpi = kpis.find(asked.id);
    query.base = asked.base;
    query.variant = asked.variant;
    for (const auto& [dimension, value] : asked.filters) {
        query.filters[dimension] = value;
    }
    return query;
}

Result<projections::KpiQuery> query_of(const projections::KpiCatalogue& kpis,
                                       const KpiQuestion& asked,
                                       const std::string& period) {
    projections::KpiQuery query = query_of(kpis, asked);
    if (query.kpi == nullptr) {
        return fail(Errc::NotFound,
                    "there is no KPI '" + asked.id +
                        "'; `sijill kpi list`, or /v1/kpis, shows those there are");
    }
    const auto parsed = projections::parse_period(period);
    if (!parsed) {
        return Unexpected(parsed.error());
    }
    query.period = *parsed;
    return query;
}

Result<std::vector<KpiAnswer>> answers_of(const projections::KpiCatalogue& kpis,
                                          const KpiQuestion& asked,
                                          const std::vector<std::string>& periods,
                                          const projections::Shards& shards) {
    std::vector<KpiAnswer> answers;
    const auto question = asked_periods_of(kpis, asked, periods);
    if (!question) {
        return Unexpected(question.error());
    }
    if (question->queries.empty()) {
        return answers;
    }
    auto breakdowns =
        projections::breakdowns_of(shards, question->queries.front(), question->periods, asked.by);
    if (!breakdowns) {
        return Unexpected(breakdowns.error());
    }
    for (size_t i = 0; i < question->queries.size(); ++i) {
        answers.push_back(answer_of(*question, i, asked.by, *breakdowns));
    }
    return answers;
}

Result<std::vector<KpiAnswer>> answers_of_pair(const projections::KpiCatalogue& kpis,
                                               const KpiQuestion& asked,
                                               const std::vector<std::string>& periods,
                                               const projections::DimensionPair& pair,
                                               const projections::Shards& shards) {
    std::vector<KpiAnswer> answers;
    const auto question = asked_periods_of(kpis, asked, periods);
    if (!question) {
        return Unexpected(question.error());
    }
    if (question->queries.empty()) {
        return answers;
    }
    auto found = projections::paired_breakdowns_of(
        shards, question->queries.front(), question->periods, pair);
    if (!found) {
        return Unexpected(found.error());
    }
    for (size_t i = 0; i < question->queries.size(); ++i) {
        const KpiAnswer outer = answer_of(*question, i, pair.outer, found->outer);
        for (const auto& [value, figure] : *outer.by) {
            KpiAnswer answer = answer_of(*question, i, pair.inner, found->inner.at(value));
            answer.query.filters[pair.outer] = value;
            answers.push_back(std::move(answer));
        }
    }
    return answers;
}

}  // namespace sijill::api
