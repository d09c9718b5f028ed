// cli/period_commands.cc - sijill period show|seal|restate|changes|refer: what is published of a
// period.

#include "api/follow_up_step.h"
#include "cli/changes_command.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/period_asked.h"
#include "cli/period_refer.h"
#include "cli/reads.h"
#include "cli/writes.h"
#include "events/encode.h"
#include "events/json.h"
#include "log/places.h"

#include <cstdio>
#include <memory>
#include <utility>

namespace sijill::cli {

namespace {

namespace ev = events;
using nlohmann::ordered_json;

struct PeriodOptions {
    std::string period;
    int64_t revision = 0;  // 0: the last
};

Result<ordered_json> ask_period(const std::string& period, const Options& options) {
    const auto least = whole_log(options);
    return least ? ask_period(period, *least, options) : Unexpected(least.error());
}

std::string standing_text(const ordered_json& answer, const std::string& lang) {
    const std::string id = answer.at("period").at("id");
    const std::string standing = answer.at("standing");
    if (standing == "open") {
        return id +
               in_words(lang, " is open: nothing was published of it", " مفتوحة: لم ينشر منها شيء");
    }
    const std::string last =
        std::to_string(answer.at("revisions").back().at("number").get<int64_t>());
    if (standing == "sealed") {
        return id +
               in_words(lang,
                        " is sealed: its figures are those of revision ",
                        " مختومة: أرقامها أرقام النسخة ") +
               last;
    }
    const std::string changes = "`sijill period changes " + id + "`";
    const std::string restate = "`sijill period restate " + id + "`";
    return standing == "changed"
               ? id + in_words(lang, " has changed since revision ", " تغيرت منذ النسخة ") + last +
                     in_words(lang, "; ", "؛ ") + changes +
                     in_words(lang, " lists what, ", " يعرض ما تغير، ") + restate +
                     in_words(lang, " publishes it", " ينشره")
               : id +
                     in_words(lang,
                              " was published under other rules (revision ",
                              " نشرت بقواعد أخرى (النسخة ") +
                     last +
                     in_words(
                         lang, "): its figures cannot be compared; ", "): لا تقارن أرقامها؛ ") +
                     restate + in_words(lang, " publishes them anew", " ينشرها من جديد");
}

std::string period_text(const ordered_json& answer, const std::string& lang) {
    std::string text = standing_text(answer, lang) + "\n";
    Table table{{"revision", "published", "digest", "position"}, {}, {true}};
    for (const ordered_json& each : answer.at("revisions")) {
        table.rows.push_back({std::to_string(each.at("number").get<int64_t>()),
                              each.at("at"),
                              each.at("digest"),
                              each.at("position")});
    }
    text += table.rows.empty() ? "" : "\n" + text_table(titled(std::move(table), lang));
    return text + in_words(lang, "\nDigest now ", "\nالبصمة الآن ") +
           answer.at("digest").get<std::string>() + "\n" + position_line(answer, lang);
}

int show(const PeriodOptions& asked, const Options& options) {
    return print_read(
        {"getPeriod", {{"period", asked.period}}}, options, {.text = [&](const auto& answer) {
            return period_text(answer, options.lang);
        }});
}

// The event that publishes what `answer` says.
template <class E>
std::string publication(const ordered_json& answer, int64_t now_ms) {
    const std::string period = answer.at("period").at("id");
    const std::string digest = answer.at("digest");
    const std::string rules = answer.at("rules");
    const std::string position = answer.at("position");
    const auto revision = static_cast<int64_t>(answer.at("revisions").size()) + 1;
    const std::string id = api::new_event_id(now_ms);
    ev::Envelope envelope;
    envelope.id = id;
    envelope.source = kPeriodSource;
    envelope.subject = period;
    envelope.time = {now_ms};
    envelope.expected_version = answer.at("version").get<int64_t>();
    envelope.actor = kPeriodActor;
    E event;
    event.period = {period};
    event.revision = {revision};
    event.digest = {digest};
    event.position = {position};
    event.rules = ev::Digest{rules};
    return ev::encode(envelope, event);
}

int told(const Result<std::vector<Told>>& told, const std::string& what, const Options& options) {
    if (!told) {
        return report_error(told.error());
    }
    Table table{{"id", "position", "verdict"}, {}, {}};
    for (const Told& each : *told) {
        table.rows.push_back({each.id, each.position, each.verdict});
    }
    if (options.format == Format::Text) {
        std::printf("%s\n", what.c_str());
    } else {
        print_table(table, options.format);
    }
    return kOk;
}

int seal(const PeriodOptions& asked, const Options& options) {
    const auto answer = ask_period(asked.period, options);
    if (!answer) {
        return report_error(answer.error());
    }
    if (answer->at("standing") != "open") {
        return report_error({Errc::Conflict, standing_text(*answer, options.lang)});
    }
    const int64_t now_ms = log::system_clock_ms();
    if (const auto over = require_over(*answer, now_ms); !over) {
        return report_error(over.error());
    }
    return told(
        publish_and_fold({publication<ev::PeriodSealed>(*answer, now_ms)}, {}, options),
        answer->at("period").at("id").get<std::string>() +
            in_words(options.lang, " sealed: revision 1, digest ", " ختمت: النسخة 1، البصمة ") +
            answer->at("digest").get<std::string>(),
        options);
}

int restate(const PeriodOptions& asked, const Options& options) {
    const auto answer = ask_period(asked.period, options);
    if (!answer) {
        return report_error(answer.error());
    }
    if (answer->at("standing") == "open") {
        return report_error(
            {Errc::Conflict,
             standing_text(*answer, options.lang) + "; `sijill period seal` publishes it first"});
    }
    if (answer->at("standing") == "sealed") {
        std::fprintf(stderr,
                     "%s%s\n",
                     standing_text(*answer, options.lang).c_str(),
                     in_words(options.lang, ": nothing to restate", ": لا شيء يعاد نشره").c_str());
        return kOk;
    }
    const auto number = answer->at("revisions").size() + 1;
    return told(
        publish_and_fold(
            {publication<ev::PeriodRestated>(*answer, log::system_clock_ms())}, {}, options),
        asked.period + in_words(options.lang, " restated: revision ", " أعيد نشرها: النسخة ") +
            std::to_string(number) + in_words(options.lang, ", digest ", "، البصمة ") +
            answer->at("digest").get<std::string>(),
        options);
}

int refer(const PeriodOptions& asked, const Options& options) {
    return refer_misses(asked.period, options);
}

int changes(const PeriodOptions& asked, const Options& options) {
    return print_changes(asked.period, asked.revision, options);
}

using PeriodCommand = int (*)(const PeriodOptions&, const Options&);

}  // namespace

void add_period(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "period", "What is published of a period, and the figures that missed their targets");
    command->require_subcommand(1);
    struct Help {
        const char* name;
        const char* what;
        PeriodCommand run;
    };
    for (const Help& help :
         {Help{"show", "Its revisions, and whether its figures still are the last one's", show},
          Help{"seal", "Publish its figures: position and digest stand for them", seal},
          Help{"restate", "Publish its figures anew, where they have changed", restate},
          Help{"changes", "What changed since it was published, and which events did it", changes},
          Help{"refer",
               "Refer the figures that missed their targets to their departments",
               refer}}) {
        const auto asked = std::make_shared<PeriodOptions>();
        CLI::App* each = command->add_subcommand(help.name, help.what);
        each->add_option("period", asked->period, std::string(projections::kDayPeriodForms))
            ->required();
        if (help.run == changes) {
            each->add_option("--revision", asked->revision, "Since this revision (the last)")
                ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}));
        }
        if (const PeriodCommand reads = show; help.run == reads) {
            add_read_options(*each, options);
        } else {  // what is published is of the whole log
            add_asking_options(*each, options);
        }
        each->callback([&action, &options, asked, run = help.run] {
            action = [&, asked, run] { return run(*asked, options); };
        });
    }
}

}  // namespace sijill::cli
