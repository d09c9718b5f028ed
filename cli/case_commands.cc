// cli/case_commands.cc - sijill case get|history|list.

#include "api/case_answers.h"
#include "cli/commands.h"
#include "cli/output.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

namespace sijill::cli {

namespace {

using nlohmann::ordered_json;

struct CaseOptions {
    std::string id;
    api::CaseFilter filter;
    size_t limit = 50;
};

// Nested values as JSON text: one table serves text and CSV.
Table fields_table(const std::string& object, const std::string& position) {
    Table table{{"field", "value"}, {}, {}};
    for (const auto& [key, value] : ordered_json::parse(object).items()) {
        table.rows.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    table.rows.push_back({"position", position});
    return table;
}

int get(const std::string& id, const Options& options) {
    const auto shards = open_shards(options);
    if (!shards) {
        return report_error(shards.error());
    }
    const auto found = api::find_case(*shards, id, api::WithHistory::No);
    if (!found) {
        return report_error(found.error());
    }
    const std::string object = api::case_json(id, *found);
    if (options.format == Format::Json) {
        print_json(object, shards->position());
    } else {
        print_table(fields_table(object, shards->position()), options.format);
    }
    return kOk;
}

int history(const std::string& id, const Options& options) {
    const auto shards = open_shards(options);
    if (!shards) {
        return report_error(shards.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return report_error(log.error());
    }
    const auto found = api::find_case(*shards, id, api::WithHistory::Yes);
    if (!found) {
        return report_error(found.error());
    }
    const auto table = api::history_table(*found, id, *shards, **log);
    if (!table) {
        return report_error(table.error());
    }
    print_table(*table, options.format);
    return kOk;
}

int list(const CaseOptions& asked, const Options& options) {
    const auto shards = open_shards(options);
    const auto local_time = projections::LocalTime::of(options.time_zone);
    if (!shards || !local_time) {
        return report_error(shards ? local_time.error() : shards.error());
    }
    Table table = api::empty_case_table();
    std::optional<api::CasePlace> place = api::CasePlace();
    while (place && table.rows.size() < asked.limit) {
        auto listed = api::list_cases(
            *shards, asked.filter, *local_time, *place, asked.limit - table.rows.size());
        if (!listed) {
            return report_error(listed.error());
        }
        std::ranges::move(listed->table.rows, std::back_inserter(table.rows));
        place = listed->next;
    }
    print_table(table, options.format);
    std::fprintf(stderr,
                 "%zu cases, oldest first%s\n",
                 table.rows.size(),
                 place ? "; there may be more: see --limit" : "");
    return kOk;
}

}  // namespace

void add_case(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand("case", "One case, its history, or a list of cases");
    command->require_subcommand(1);
    const auto asked = std::make_shared<CaseOptions>();
    CLI::App* get_command = command->add_subcommand("get", "Where a case stands");
    get_command->add_option("id", asked->id, "Case id")->required();
    add_common_options(*get_command, options);
    get_command->callback(
        [&action, &options, asked] { action = [&, asked] { return get(asked->id, options); }; });

    CLI::App* history_command = command->add_subcommand(
        "history", "The events of a case, from the log, with their verdicts");
    history_command->add_option("id", asked->id, "Case id")->required();
    add_common_options(*history_command, options);
    history_command->callback([&action, &options, asked] {
        action = [&, asked] { return history(asked->id, options); };
    });

    CLI::App* list_command = command->add_subcommand("list", "Cases, oldest first");
    list_command
        ->add_option("--status",
                     asked->filter.status,
                     "NEW, OPEN, PENDING, REFERRED, RESOLVED, CLOSED, MERGED, CANCELLED")
        ->transform(CLI::IsMember(
            {"NEW", "OPEN", "PENDING", "REFERRED", "RESOLVED", "CLOSED", "MERGED", "CANCELLED"},
            CLI::ignore_case));
    list_command
        ->add_option("--kind", asked->filter.kind, "enquiry, request, complaint, suggestion")
        ->transform(
            CLI::IsMember({"enquiry", "request", "complaint", "suggestion"}, CLI::ignore_case));
    list_command->add_option(
        "--department", asked->filter.department, "With an open referral to this department");
    list_command->add_option("--period", asked->filter.period, "Opened in this period");
    list_command->add_option("--limit", asked->limit, "Most rows")->capture_default_str();
    add_common_options(*list_command, options);
    list_command->callback(
        [&action, &options, asked] { action = [&, asked] { return list(*asked, options); }; });
}

}  // namespace sijill::cli
