// cli/kpi_commands.cc - sijill kpi list|show|cases, sijill report.

#include "cli/commands.h"
#include "cli/figures.h"
#include "cli/labels.h"
#include "cli/output.h"

#include <memory>

namespace sijill::cli {

namespace {

struct KpiOptions {
    std::string id;
    std::string period;
    std::vector<std::string> filters;
    std::string base;
    std::string variant;
    std::string compare;
    std::string by;
    std::string side = "numerator";
};

Result<projections::KpiQuery> query_of(const KpiOptions& asked) {
    projections::KpiQuery query;
    query.kpi = projections::find_kpi(asked.id);
    if (query.kpi == nullptr) {
        return fail(Errc::NotFound,
                    "there is no KPI '" + asked.id + "'; `sijill kpi list` shows those there are");
    }
    const auto period = projections::parse_period(asked.period);
    if (!period) {
        return Unexpected(period.error());
    }
    query.period = *period;
    query.base = asked.base;
    query.variant = asked.variant;
    for (const std::string& filter : asked.filters) {
        const size_t equals = filter.find('=');
        if (equals == std::string::npos) {
            return fail(Errc::Invalid, "--filter takes dimension=value, got '" + filter + "'");
        }
        query.filters[filter.substr(0, equals)] = filter.substr(equals + 1);
    }
    return query;
}

Result<void> compare(Answer& answer, const projections::Shards& shards, const std::string& with) {
    projections::KpiQuery before = answer.query;
    if (with == "previous") {
        before.period = projections::previous(answer.query.period);
    } else {
        const auto period = projections::parse_period(with);
        if (!period) {
            return Unexpected(period.error());
        }
        before.period = *period;
    }
    const auto figure = projections::figure_of(shards, before);
    if (!figure) {
        return Unexpected(figure.error());
    }
    answer.before = *figure;
    answer.compared_with = before.period;
    answer.figure = projections::growth(answer.figure, *figure);
    answer.prints = projections::print_growth(answer.figure);
    return {};
}

Result<Answer> answer_of(const KpiOptions& asked, const projections::Shards& shards) {
    const auto query = query_of(asked);
    if (!query) {
        return Unexpected(query.error());
    }
    Answer answer;
    answer.query = *query;
    const auto figure = projections::figure_of(shards, answer.query);
    if (!figure) {
        return Unexpected(figure.error());
    }
    answer.figure = *figure;
    answer.prints = projections::print(*answer.query.kpi, answer.figure);
    if (!asked.by.empty()) {
        auto by = projections::figures_by(shards, answer.query, asked.by);
        if (!by) {
            return Unexpected(by.error());
        }
        answer.by = std::move(*by);
        answer.dimension = asked.by;
    }
    if (!asked.compare.empty()) {
        if (auto compared = compare(answer, shards, asked.compare); !compared) {
            return Unexpected(compared.error());
        }
    }
    return answer;
}

int show(const KpiOptions& asked, const Options& options) {
    // The question is judged before the store is opened: a typo is told whether or not there is
    // data.
    if (const auto query = query_of(asked); !query) {
        return report_error(query.error());
    }
    const auto shards = open_shards(options);
    if (!shards) {
        return report_error(shards.error());
    }
    const auto answer = answer_of(asked, shards->rows());
    if (!answer) {
        return report_error(answer.error());
    }
    print_answer(*answer, options, shards->position());
    return kOk;
}

int cases(const KpiOptions& asked, const Options& options) {
    const auto query = query_of(asked);
    if (!query) {
        return report_error(query.error());
    }
    const auto shards = open_shards(options);
    const auto local_time = projections::LocalTime::of(options.time_zone);
    if (!shards || !local_time) {
        return report_error(shards ? local_time.error() : shards.error());
    }
    const auto side =
        asked.side == "numerator" ? projections::Side::Numerator : projections::Side::Denominator;
    const auto behind = projections::behind(shards->rows(), *query, side, *local_time);
    if (!behind) {
        return report_error(behind.error());
    }
    Table table;
    table.header = {"kind", "subject", "amount"};
    table.right_aligned = {false, false, true};
    int64_t sum = 0;
    for (const projections::Behind& each : *behind) {
        const std::string kind =
            each.kind ? std::string(projections::name_of(*each.kind)) : "person";
        table.rows.push_back({kind, each.subject, std::to_string(each.amount)});
        sum += each.amount;
    }
    print_table(table, options.format);
    if (options.format == Format::Text) {
        std::fprintf(stderr, "%zu subjects, together %s\n", behind->size(), grouped(sum).c_str());
    }
    return kOk;
}

int list(const Options& options) {
    Table table;
    table.header = {"id", "unit", "dimensions", "bases", "variants", "name"};
    const auto joined = [](const auto& items, const auto& name) {
        std::string text;
        for (const auto& item : items) {
            text += (text.empty() ? "" : ",") + std::string(name(item));
        }
        return text;
    };
    for (const projections::KpiDefinition& kpi : projections::all_kpis()) {
        table.rows.push_back(
            {std::string(kpi.id),
             std::string(projections::unit_name(kpi.unit)),
             joined(kpi.dimensions, [](std::string_view name) { return name; }),
             joined(kpi.bases, [](const auto& base) { return base.name; }),
             joined(kpi.variants, [](const auto& variant) { return variant.name; }),
             std::string(choose(options.lang, kpi.name_en, kpi.name_ar))});
    }
    print_table(table, options.format);
    return kOk;
}

int report(const std::string& text, const Options& options) {
    const auto period = projections::parse_period(text);
    if (!period) {
        return report_error(period.error());
    }
    const auto shards = open_shards(options);
    if (!shards) {
        return report_error(shards.error());
    }
    const auto made = projections::make_report(shards->rows(), *period);
    if (!made) {
        return report_error(made.error());
    }
    print_report(*made, options, shards->position());
    return kOk;
}

void add_query_options(CLI::App& command, KpiOptions& asked) {
    command.add_option("id", asked.id, "KPI (see `sijill kpi list`)")->required();
    command.add_option("--period", asked.period, "2017, 2017-Q1, 2017-M02, 2017-W05 or 2017-01-31")
        ->required();
    command.add_option("--filter", asked.filters, "dimension=value; may be given several times");
    command.add_option("--base", asked.base, "Denominator, where the KPI has several");
    command.add_option("--variant", asked.variant, "Narrower numerator, where the KPI has one");
}

}  // namespace

void add_kpi(CLI::App& app, Options& options, Action& action) {
    CLI::App* kpi = app.add_subcommand(
        "kpi", "Key performance indicators: list, show, and the cases behind a figure");
    kpi->require_subcommand(1);
    CLI::App* list_command =
        kpi->add_subcommand("list", "The KPIs, their dimensions, bases and variants");
    add_common_options(*list_command, options);
    list_command->callback([&] { action = [&] { return list(options); }; });

    const auto asked = std::make_shared<KpiOptions>();
    CLI::App* show_command =
        kpi->add_subcommand("show", "A figure with numerator, denominator and definition");
    add_query_options(*show_command, *asked);
    show_command->add_option("--compare", asked->compare, "previous, or a period to compare with");
    show_command->add_option("--by", asked->by, "Break down by this dimension");
    add_common_options(*show_command, options);
    show_command->callback(
        [&action, &options, asked] { action = [&, asked] { return show(*asked, options); }; });

    const auto behind = std::make_shared<KpiOptions>();
    CLI::App* cases_command =
        kpi->add_subcommand("cases", "The subjects behind a figure; their amounts add up to it");
    add_query_options(*cases_command, *behind);
    cases_command->add_option("--of", behind->side, "numerator or denominator")
        ->check(CLI::IsMember({"numerator", "denominator"}))
        ->capture_default_str();
    add_common_options(*cases_command, options);
    cases_command->callback(
        [&action, &options, behind] { action = [&, behind] { return cases(*behind, options); }; });
}

void add_report(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand("report", "The report of a period");
    const auto period = std::make_shared<std::string>();
    command->add_option("--period", *period, "2017, 2017-Q1, 2017-M02, 2017-W05 or 2017-01-31")
        ->required();
    add_common_options(*command, options);
    command->callback(
        [&action, &options, period] { action = [&, period] { return report(*period, options); }; });
}

}  // namespace sijill::cli
