// cli/case_commands.cc - sijill case get|history|list.

#include "api/headings.h"
#include "api/labels.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "events/json.h"

#include <memory>
#include <utility>

namespace sijill::cli {

namespace {

using nlohmann::ordered_json;

struct CaseOptions {
    std::string id;
    std::string status;
    std::string kind;
    std::string department;
    std::string period;
    size_t limit = 50;
};

// For people who read Arabic: what the program itself names has a word; in English codes are words.
ordered_json case_in_words(ordered_json of_case, const std::string& lang) {
    for (const char* name : {"status", "kind", "priority", "openedVia"}) {
        const auto found = of_case.find(name);
        const bool told = found != of_case.end() && found->is_string();
        const std::string code = told ? found->get<std::string>() : "";
        if (lang == "ar" && !code.empty()) {
            *found = api::label(code, lang);
        }
    }
    return of_case;
}

// Nested values as JSON text.
std::string fields_text(const ordered_json& object, const std::string& lang) {
    Table table{{"field", "value"}, {}, {}};
    const ordered_json told = case_in_words(object, lang);
    for (const auto& [key, value] : told.items()) {
        table.rows.push_back(
            {api::heading(key, lang), value.is_string() ? value.get<std::string>() : value.dump()});
    }
    return text_table(titled(std::move(table), lang));
}

int get(const std::string& id, const Options& options) {
    return print_read({"getCase", {{"caseId", id}}}, options, {.text = [&](const auto& answer) {
                          return fields_text(answer, options.lang);
                      }});
}

int history(const std::string& id, const Options& options) {
    return print_read(
        {"listCaseEvents", {{"caseId", id}}, kMostRows}, options, shown_items(options.lang));
}

int list(const CaseOptions& asked, const Options& options) {
    Question question{.route = "listCases", .rows = asked.limit};
    question.add("status", asked.status);
    question.add("kind", asked.kind);
    question.add("department", asked.department);
    question.add("period", asked.period);
    Shown shown = shown_items(options.lang, [&](const ordered_json& answer) {
        return std::to_string(answer.at("items").size()) +
               in_words(options.lang, " cases, oldest first", " حالة، الأقدم أولا") +
               more_rows(answer, options.lang);
    });
    shown.text = [&options, as_table = std::move(shown.text)](const ordered_json& answer) {
        ordered_json items{{"items", answer.at("items")}};
        for (ordered_json& item : items.at("items")) {
            item = case_in_words(std::move(item), options.lang);
        }
        return as_table(items);
    };
    return print_read(question, options, shown);
}

}  // namespace

void add_case(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand("case", "One case, its history, or a list of cases");
    command->require_subcommand(1);
    const auto asked = std::make_shared<CaseOptions>();
    CLI::App* get_command = command->add_subcommand("get", "Where a case stands");
    get_command->add_option("id", asked->id, "Case id")->required();
    add_read_options(*get_command, options);
    get_command->callback(
        [&action, &options, asked] { action = [&, asked] { return get(asked->id, options); }; });

    CLI::App* history_command = command->add_subcommand(
        "history",
        "The events that a case has had, from the log, with their verdicts; what came twice or "
        "corrects nothing is among `sijill anomalies`");
    history_command->add_option("id", asked->id, "Case id")->required();
    add_read_options(*history_command, options);
    history_command->callback([&action, &options, asked] {
        action = [&, asked] { return history(asked->id, options); };
    });

    CLI::App* list_command = command->add_subcommand("list", "Cases, oldest first");
    list_command
        ->add_option("--status",
                     asked->status,
                     "NEW, OPEN, PENDING, REFERRED, RESOLVED, CLOSED, MERGED, CANCELLED")
        ->transform(CLI::IsMember(
            {"NEW", "OPEN", "PENDING", "REFERRED", "RESOLVED", "CLOSED", "MERGED", "CANCELLED"},
            CLI::ignore_case));
    list_command->add_option("--kind", asked->kind, "enquiry, request, complaint, suggestion")
        ->transform(
            CLI::IsMember({"enquiry", "request", "complaint", "suggestion"}, CLI::ignore_case));
    list_command->add_option(
        "--department", asked->department, "With an open referral to this department");
    list_command->add_option("--period", asked->period, "Opened in this period");
    list_command->add_option("--limit", asked->limit, "Most rows")
        ->check(CLI::Range(size_t{1}, kMostRows))
        ->capture_default_str();
    add_read_options(*list_command, options);
    list_command->callback(
        [&action, &options, asked] { action = [&, asked] { return list(*asked, options); }; });
}

}  // namespace sijill::cli
