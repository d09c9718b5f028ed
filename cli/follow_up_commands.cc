// cli/follow_up_commands.cc - sijill followup list|accept|answer|return|decline|close.

#include "api/follow_up_step.h"
#include "api/labels.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/remote.h"
#include "cli/writes.h"
#include "events/json.h"
#include "log/places.h"

#include <cstdio>
#include <memory>
#include <utility>

namespace sijill::cli {

namespace {

using nlohmann::ordered_json;

struct FollowUpOptions {
    std::string department;
    std::string status = "open";
    std::string period;
    std::string at;
    size_t limit = kMostRows;
    api::FollowUpStep step;
};

std::string count_text(const ordered_json& counts, const std::string& lang) {
    std::string text;
    for (const auto& [name, count] : counts.items()) {
        if (count != 0) {
            text += text.empty() ? "" : in_words(lang, ", ", "، ");
            text += api::follow_up_label(name, lang) + " " + grouped(count.get<int64_t>());
        }
    }
    return text.empty() ? in_words(lang, "none", "لا شيء") : text;
}

// "" when all are shown.
std::string shown_text(const ordered_json& answer, const std::string& lang) {
    const std::string more = more_rows(answer, lang);
    return more.empty() ? more
                        : in_words(lang, "\nshown: ", "\nالمعروض: ") +
                              std::to_string(answer.at("items").size()) + more;
}

std::string list_remark(const ordered_json& answer, const std::string& lang) {
    return in_words(lang, "department ", "الإدارة ") + answer.at("department").get<std::string>() +
           in_words(lang, " at ", " في ") + answer.at("at").get<std::string>() + ": " +
           count_text(answer.at("counts"), lang) +
           in_words(lang,
                    "\nopen ones by days since they were referred: ",
                    "\nالمفتوحة منها بحسب عدد الأيام منذ الإحالة: ") +
           count_text(answer.at("openByAge"), lang) + shown_text(answer, lang);
}

// For people: codes stand as words, in what programs read they stay codes.
ordered_json items_in_words(const ordered_json& answer, const std::string& lang) {
    ordered_json worded{{"items", answer.at("items")}};
    for (ordered_json& item : worded.at("items")) {
        for (const char* name : {"status", "timing", "kind"}) {
            item.at(name) = api::follow_up_label(item.at(name).get<std::string>(), lang);
        }
        if (const std::string figure = item.at("figure"); !figure.empty()) {
            item.at("figure") = api::figure_label(figure, lang);
        } else if (lang == "ar") {
            item.at("about") = api::label(item.at("about").get<std::string>(), lang);
        }
    }
    return worded;
}

int list(const FollowUpOptions& asked, const Options& options) {
    Question question{"listFollowUps", {{"departmentId", asked.department}}, asked.limit};
    question.add("status", asked.status);
    question.add("period", asked.period);
    question.add("at", asked.at);
    Shown shown = shown_items(options.lang, [&](const ordered_json& answer) {
        return list_remark(answer, options.lang);
    });
    shown.json = nullptr;  // whole: the counts belong to it
    shown.text = [&options, as_table = std::move(shown.text)](const ordered_json& answer) {
        return as_table(items_in_words(answer, options.lang));
    };
    return print_read(question, options, shown);
}

Result<Told> step_here(const api::FollowUpStep& step, const Options& options) {
    std::string event;
    {
        const auto log = open_log(options);
        const auto view = log ? fold_and_view(**log, options)
                              : Result<consumers::ShardView>(Unexpected(log.error()));
        if (!view) {
            return Unexpected(view.error());
        }
        std::vector<events::Violation> violations;  // the error's message has them too
        auto made = api::event_of_step(
            view->shard_of(step.subject), step, log::system_clock_ms(), violations);
        if (!made) {
            return Unexpected(made.error());
        }
        event = std::move(*made);
    }
    const auto told = publish_and_fold({event}, {}, options);
    return told ? Result<Told>(told->front()) : Unexpected(told.error());
}

Result<Told> step_at_server(const api::FollowUpStep& step, const Options& options) {
    ordered_json body;
    for (const auto& [name, value] : {std::pair{"step", &step.step},
                                      std::pair{"subject", &step.subject},
                                      std::pair{"referral", &step.referral},
                                      std::pair{"outcome", &step.outcome},
                                      std::pair{"reason", &step.reason},
                                      std::pair{"cause", &step.cause},
                                      std::pair{"action", &step.action}}) {
        if (!value->empty()) {
            body[name] = *value;
        }
    }
    const auto answer = post_server("stepFollowUp",
                                    {{"departmentId", step.department}},
                                    {"application/json", body.dump()},
                                    options);
    if (!answer) {
        return Unexpected(answer.error());
    }
    return Told{answer->value("id", std::string()),
                answer->value("position", std::string()),
                answer->value("verdict", std::string())};
}

int take_step(const api::FollowUpStep& step, const Options& options) {
    const auto told =
        options.api.empty() ? step_here(step, options) : step_at_server(step, options);
    if (!told) {
        return report_error(told.error());
    }
    if (options.format == Format::Text) {
        std::printf("%s %s: %s, position %s\n",
                    step.step.c_str(),
                    step.subject.c_str(),
                    told->verdict.c_str(),
                    told->position.c_str());
        return kOk;
    }
    print_table({{"id", "position", "verdict"}, {{told->id, told->position, told->verdict}}, {}},
                options.format);
    return kOk;
}

struct StepHelp {
    const char* name;
    const char* what;
    bool of_case;  // takes --referral
    std::vector<std::pair<const char*, std::string api::FollowUpStep::*>> takes;
};

std::vector<StepHelp> steps() {
    using Step = api::FollowUpStep;
    return {
        {"accept", "The department takes it", true, {}},
        {"answer",
         "The department answers: --outcome of a case, --cause and --action of a figure",
         true,
         {{"--outcome", &Step::outcome}, {"--cause", &Step::cause}, {"--action", &Step::action}}},
        {"return",
         "The department gives an accepted case back",
         true,
         {{"--reason", &Step::reason}}},
        {"decline", "The department refuses a case", true, {{"--reason", &Step::reason}}},
        {"close",
         "The centre settles a figure that was answered, or withdraws it",
         false,
         {{"--outcome", &Step::outcome}}},
    };
}

const char* help_of(std::string_view option) {
    if (option == "--outcome") {
        return "Of a case: actioned, information, no_action; closing: resolved, accepted, "
               "withdrawn";
    }
    return option == "--reason"  ? "Code of the reason"
           : option == "--cause" ? "Code of the cause that was found"
                                 : "Code of what is done about it";
}

}  // namespace

void add_follow_up(CLI::App& app, Options& options, Action& action) {
    CLI::App* command =
        app.add_subcommand("followup", "What departments must follow up, and the steps they take");
    command->require_subcommand(1);
    const auto asked = std::make_shared<FollowUpOptions>();
    CLI::App* list_command = command->add_subcommand(
        "list", "A department's work list, the oldest first, with counts and ages");
    list_command->add_option("department", asked->department, "Code of the department")->required();
    list_command
        ->add_option("--status",
                     asked->status,
                     "open, overdue, waiting, accepted, answered, returned, declined, recalled, "
                     "closed, all")
        ->capture_default_str();
    list_command->add_option("--period", asked->period, "Of the settled ones: settled in it");
    list_command->add_option("--at", asked->at, "RFC 3339 instant for ages and overdue (now)");
    add_limit_option(*list_command, asked->limit);
    add_read_options(*list_command, options);
    list_command->callback(
        [&action, &options, asked] { action = [&, asked] { return list(*asked, options); }; });

    for (const StepHelp& step : steps()) {
        const auto taken = std::make_shared<api::FollowUpStep>();
        taken->step = step.name;
        CLI::App* each = command->add_subcommand(step.name, step.what);
        each->add_option("subject", taken->subject, "The case, or the referred figure")->required();
        each->add_option("--department", taken->department, "Whose follow-up it is")->required();
        if (step.of_case) {
            each->add_option("--referral",
                             taken->referral,
                             "Of a case, where the department has several referrals");
        }
        for (const auto& [name, member] : step.takes) {
            each->add_option(name, (*taken).*member, help_of(name));
        }
        add_asking_options(*each, options);
        each->callback([&action, &options, taken] {
            action = [&, taken] { return take_step(*taken, options); };
        });
    }
}

}  // namespace sijill::cli
