// cli/kpi_commands.cc - sijill kpi list|show|cases|docs, sijill report.

#include "api/headings.h"
#include "cli/commands.h"
#include "cli/figures.h"
#include "cli/output.h"
#include "cli/revisions.h"
#include "cli/site.h"
#include "events/json.h"
#include "projections/kpi_page.h"
#include "projections/own_kpi.h"

#include <cstdio>
#include <memory>
#include <sstream>
#include <utility>

namespace sijill::cli {

namespace {

using nlohmann::ordered_json;

struct KpiOptions {
    std::string id;
    std::string period;
    std::vector<std::string> filters;  // dimension=value
    std::string base;
    std::string variant;
    std::string compare;
    std::string each;  // part of the period
    std::string by;
    std::string side = "numerator";
    size_t limit = kMostRows;
    int64_t revision = 0;  // of the period; 0: as it is now
};

Result<Question> question_of(std::string_view route, const KpiOptions& asked) {
    Question question{route, {{"kpiId", asked.id}, {"period", asked.period}}};
    for (const std::string& filter : asked.filters) {
        const size_t equals = filter.find('=');
        if (equals == std::string::npos) {
            return fail(Errc::Invalid, "--filter takes dimension=value, got '" + filter + "'");
        }
        const std::string dimension = filter.substr(0, equals);
        if (!projections::all_dimensions().contains(dimension)) {
            return fail(Errc::Invalid,
                        "--filter: no KPI has a dimension '" + dimension +
                            "'; `sijill kpi list` tells those of each");
        }
        question.parameters.emplace_back(dimension, filter.substr(equals + 1));
    }
    question.add("base", asked.base);
    question.add("variant", asked.variant);
    return question;
}

// One observation as it is, with the position; several as they are answered.
ordered_json observation_or_all(const ordered_json& answer) {
    if (answer.at("observations").size() != 1) {
        return answer;
    }
    ordered_json observation = answer.at("observations").front();
    observation["position"] = answer.at("position");
    observation["asOf"] = answer.at("asOf");
    return observation;
}

int show(const KpiOptions& asked, const Options& options) {
    auto question = question_of("getKpi", asked);
    if (!question) {
        return report_error(question.error());
    }
    question->add("compare", asked.compare);
    question->add("each", asked.each);
    question->add("by", asked.by);
    const auto at = options_as_of(asked.period, asked.revision, options);
    if (!at) {
        return report_error(at.error());
    }
    return print_read(
        *question,
        *at,
        {.text = [&](const ordered_json& answer) { return figures_text(answer, options); },
         .json = observation_or_all});
}

int cases(const KpiOptions& asked, const Options& options) {
    auto question = question_of("listKpiCases", asked);
    if (!question) {
        return report_error(question.error());
    }
    question->rows = asked.limit;
    question->add("part", asked.side);
    const auto at = options_as_of(asked.period, asked.revision, options);
    if (!at) {
        return report_error(at.error());
    }
    return print_read(*question, *at, shown_items(options.lang, [&](const ordered_json& answer) {
        // The sum is of amounts: milliseconds, points or how often, and of all subjects.
        return in_words(options.lang, "subjects: ", "عدد المواضيع: ") +
               std::to_string(answer.at("items").size()) +
               (answer.at("next").is_null()
                    ? in_words(options.lang, ", amounts together: ", "، مجموع مقاديرها: ")
                    : in_words(options.lang,
                               " shown, amounts of all together: ",
                               " معروضة، مجموع مقادير جميع المواضيع: ")) +
               grouped(answer.at("sum").get<int64_t>()) + more_rows(answer, options.lang);
    }));
}

// Names behind a title, indented, in lines that fit a terminal; none: no line.
std::string names_text(const std::string& title, const ordered_json& names) {
    constexpr size_t kWidth = 100;
    std::string text;
    std::string line = "    " + title + ":";
    const size_t begin = line.size();
    for (const ordered_json& each : names) {
        const std::string name = " " + each.get<std::string>();
        if (line.size() > begin && line.size() + name.size() > kWidth) {
            text += line + "\n";
            line = "       ";
        }
        line += name;
    }
    return names.empty() ? text : text + line + "\n";
}

// A line for each KPI; below it, of what there are several of, what can be chosen.
std::string catalogue_text(const ordered_json& answer, const std::string& lang) {
    Table table{{"id", "unit", "dimensions", "name"}, {}, {}};
    for (const ordered_json& kpi : answer.at("items")) {
        std::string dimensions;
        for (const ordered_json& name : kpi.at("dimensions")) {
            dimensions.append(dimensions.empty() ? "" : ",").append(name.get<std::string>());
        }
        table.rows.push_back({kpi.at("id"), kpi.at("unit"), dimensions, kpi.at("name").at(lang)});
    }
    std::istringstream lines(text_table(titled(std::move(table), lang)));
    std::string line;
    std::getline(lines, line);
    std::string text = line + "\n";
    for (const ordered_json& kpi : answer.at("items")) {
        std::getline(lines, line);
        text += line + "\n";
        if (kpi.at("bases").size() > 1) {
            text += names_text(api::heading("bases", lang), kpi.at("bases"));
        }
        text += names_text(api::heading("variants", lang), kpi.at("variants"));
    }
    return text;
}

int list(const Options& options) {
    return print_read(
        {.route = "listKpis", .of_data = false},
        options,
        {.text = [&](const ordered_json& answer) { return catalogue_text(answer, options.lang); },
         .json = [](const ordered_json& answer) { return answer.at("items"); },
         .remark =
             [&](const ordered_json& answer) {
                 return std::to_string(answer.at("items").size()) +
                        in_words(options.lang,
                                 " KPIs; `sijill kpi show ID --period 2017-Q1` shows one",
                                 " مؤشرا؛ ‎`sijill kpi show ID --period 2017-Q1` "
                                 "يعرض أحدها");
             }});
}

// With the shards at hand: the page is made where the catalogue is written, not for a server.
int docs(const std::string& period_id, const Options& options) {
    const auto period = projections::parse_day_period(period_id);
    const auto shards = open_shards(options);
    if (!period || !shards) {
        return report_error(period ? shards.error() : period.error());
    }
    const auto site = site_of(options);
    if (!site) {
        return report_error(site.error());
    }
    const auto page = projections::kpi_page(shards->rows(), site->catalogue, *period);
    if (!page) {
        return report_error(page.error());
    }
    std::fputs(page->c_str(), stdout);
    return kOk;
}

void add_revision_option(CLI::App& command, int64_t& revision) {
    command
        .add_option("--revision",
                    revision,
                    "As it was published in this revision of the period: the log is folded again")
        ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}));
}

void add_query_options(CLI::App& command, KpiOptions& asked) {
    command.add_option("id", asked.id, "KPI (see `sijill kpi list`)")->required();
    command.add_option("--period", asked.period, std::string(projections::kPeriodForms))
        ->required();
    command.add_option("--filter", asked.filters, "dimension=value; may be given several times");
    command.add_option("--base", asked.base, "Denominator, where the KPI has several");
    command.add_option("--variant", asked.variant, "Narrower numerator, where the KPI has one");
    add_revision_option(command, asked.revision);
}

}  // namespace

void add_kpi(CLI::App& app, Options& options, Action& action) {
    CLI::App* kpi = app.add_subcommand(
        "kpi", "Key performance indicators: list, show, and the cases behind a figure");
    kpi->require_subcommand(1);
    CLI::App* list_command =
        kpi->add_subcommand("list", "The KPIs, their dimensions, bases and variants");
    add_asking_options(*list_command, options);
    list_command->callback([&] { action = [&] { return list(options); }; });

    const auto asked = std::make_shared<KpiOptions>();
    CLI::App* show_command =
        kpi->add_subcommand("show", "A figure with numerator, denominator and definition");
    add_query_options(*show_command, *asked);
    show_command->add_option("--compare",
                             asked->compare,
                             "previous, year-ago, or a period: its figure too, and the change "
                             "relative to it");
    show_command->add_option("--by", asked->by, "Break down by this dimension");
    show_command
        ->add_option(
            "--each", asked->each, "A figure for each part of the period (week: from Sunday)")
        ->check(CLI::IsMember(std::vector<std::string>(projections::kPeriodParts.begin(),
                                                       projections::kPeriodParts.end())));
    add_read_options(*show_command, options);
    show_command->callback(
        [&action, &options, asked] { action = [&, asked] { return show(*asked, options); }; });

    const auto behind = std::make_shared<KpiOptions>();
    CLI::App* cases_command =
        kpi->add_subcommand("cases", "The subjects behind a figure; their amounts add up to it");
    add_query_options(*cases_command, *behind);
    cases_command->add_option("--of", behind->side, "numerator or denominator")
        ->check(CLI::IsMember({"numerator", "denominator"}))
        ->capture_default_str();
    add_limit_option(*cases_command, behind->limit);
    add_read_options(*cases_command, options);
    cases_command->callback(
        [&action, &options, behind] { action = [&, behind] { return cases(*behind, options); }; });

    const auto period = std::make_shared<std::string>();
    CLI::App* docs_command =
        kpi->add_subcommand("docs", "The catalogue as a page, with the figures of a period");
    docs_command
        ->add_option("--period",
                     *period,
                     "The period of the examples: " + std::string(projections::kDayPeriodForms))
        ->required();
    add_site_options(*docs_command, options);
    docs_command->callback(
        [&action, &options, period] { action = [&, period] { return docs(*period, options); }; });
}

void add_report(CLI::App& app, Options& options, Action& action) {
    CLI::App* command =
        app.add_subcommand("report", "The report of a period, of the centre or of a department");
    const auto asked = std::make_shared<ReportAsked>();
    command->add_option("--period", asked->period, std::string(projections::kDayPeriodForms))
        ->required();
    command->add_option("--department", asked->department, "Its KPIs and its work list instead");
    command->add_flag("--html", asked->html, "A page for A4 instead of --format");
    add_revision_option(*command, asked->revision);
    add_read_options(*command, options);
    command->callback([&action, &options, asked] {
        action = [&, asked] { return print_report(*asked, options); };
    });
}

}  // namespace sijill::cli
