// cli/kpi_commands.cc - sijill kpi list|show|cases, sijill report.

#include "cli/commands.h"
#include "cli/figures.h"
#include "cli/output.h"

#include <memory>

namespace sijill::cli {

namespace {

struct KpiOptions {
    api::KpiQuestion question;
    std::string period;
    std::vector<std::string> filters;  // dimension=value
    std::string side = "numerator";
};

Result<projections::KpiQuery> query_of(KpiOptions& asked) {
    asked.question.filters.clear();
    for (const std::string& filter : asked.filters) {
        const size_t equals = filter.find('=');
        if (equals == std::string::npos) {
            return fail(Errc::Invalid, "--filter takes dimension=value, got '" + filter + "'");
        }
        asked.question.filters.emplace_back(filter.substr(0, equals), filter.substr(equals + 1));
    }
    return api::query_of(asked.question, asked.period);
}

int show(KpiOptions& asked, const Options& options) {
    // The question is judged before the store is opened: a typo is told whether or not there is
    // data.
    if (const auto query = query_of(asked); !query) {
        return report_error(query.error());
    }
    const auto shards = open_shards(options);
    if (!shards) {
        return report_error(shards.error());
    }
    const auto answers = api::answers_of(asked.question, {asked.period}, shards->rows());
    if (!answers) {
        return report_error(answers.error());
    }
    print_answer(answers->front(), options, shards->position());
    return kOk;
}

int cases(KpiOptions& asked, const Options& options) {
    const auto query = query_of(asked);
    if (!query) {
        return report_error(query.error());
    }
    const auto shards = open_shards(options);
    const auto local_time = projections::LocalTime::of(options.time_zone);
    if (!shards || !local_time) {
        return report_error(shards ? local_time.error() : shards.error());
    }
    const auto table = api::behind_table(*query, asked.side, shards->rows(), *local_time);
    if (!table) {
        return report_error(table.error());
    }
    print_table(*table, options.format);
    if (options.format == Format::Text) {
        int64_t sum = 0;
        for (const auto& row : table->rows) {
            sum += std::stoll(row.back());
        }
        std::fprintf(
            stderr, "%zu subjects, together %s\n", table->rows.size(), grouped(sum).c_str());
    }
    return kOk;
}

int list(const Options& options) {
    print_table(api::catalogue_table(options.lang), options.format);
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
    command.add_option("id", asked.question.id, "KPI (see `sijill kpi list`)")->required();
    command.add_option("--period", asked.period, "2017, 2017-Q1, 2017-M02, 2017-W05 or 2017-01-31")
        ->required();
    command.add_option("--filter", asked.filters, "dimension=value; may be given several times");
    command.add_option("--base", asked.question.base, "Denominator, where the KPI has several");
    command.add_option(
        "--variant", asked.question.variant, "Narrower numerator, where the KPI has one");
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
    show_command->add_option(
        "--compare", asked->question.compare, "previous, year-ago, or a period to compare with");
    show_command->add_option("--by", asked->question.by, "Break down by this dimension");
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
