// cli/period_commands.cc - sijill period show|seal|restate|changes|refer: what is published of a
// period, and whom its missed targets are referred to.

#include "api/follow_up_step.h"
#include "cli/changes_command.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/config_command.h"
#include "cli/output.h"
#include "cli/site.h"
#include "cli/writes.h"
#include "events/encode.h"
#include "events/json.h"
#include "projections/targets.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <utility>

namespace sijill::cli {

namespace {

namespace ev = events;
using nlohmann::ordered_json;
using projections::KpiTarget;

constexpr std::string_view kPeriodSource = "urn:sijill:periods";
constexpr const char* kActor = "system:sijill";

struct PeriodOptions {
    std::string period;
    int64_t revision = 0;  // 0: the last
};

int64_t clock_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// What is published follows from all that the log has, not from what happened to be folded.
Result<void> fold_here(const Options& options) {
    if (!options.api.empty()) {
        return {};
    }
    const auto log = open_log(options);
    const auto view =
        log ? fold_and_view(**log, options) : Result<consumers::ShardView>(Unexpected(log.error()));
    return view ? Result<void>() : Unexpected(view.error());
}

Result<ordered_json> ask_period(const std::string& period, const Options& options) {
    if (auto folded = fold_here(options); !folded) {
        return Unexpected(folded.error());
    }
    return ask_json({"getPeriod", {{"period", period}}}, options);
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
    envelope.actor = kActor;
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
    const int64_t now_ms = clock_ms();
    const auto period = projections::parse_period(answer->at("period").at("id").get<std::string>());
    const auto local_time =
        projections::LocalTime::of(answer->at("period").at("timeZone").get<std::string>());
    if (!period || !local_time) {
        return report_error(period ? local_time.error() : period.error());
    }
    if (now_ms < local_time->instant_of(period->end_day * projections::kHoursPerDay)) {
        return report_error({Errc::Rejected,
                             period->id + " is not over: its last day is " +
                                 projections::day_text(period->end_day - 1)});
    }
    return told(
        publish_and_fold({publication<ev::PeriodSealed>(*answer, now_ms)}, {}, options),
        period->id +
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
        publish_and_fold({publication<ev::PeriodRestated>(*answer, clock_ms())}, {}, options),
        asked.period + in_words(options.lang, " restated: revision ", " أعيد نشرها: النسخة ") +
            std::to_string(number) + in_words(options.lang, ", digest ", "، البصمة ") +
            answer->at("digest").get<std::string>(),
        options);
}

// A figure that missed, and the event that refers it.
struct Referral {
    std::string id;
    std::string department;
    std::string figure;
    std::string event;
};

// What referring needs to know of an observation or of one row of its breakdown.
struct Judged {
    const KpiTarget& target;
    const projections::KpiDefinition& kpi;
    std::string period;
    std::string position;
    std::string value;  // of the target's dimension; "" of the whole
};

Referral referral_of(const Judged& judged, const projections::Figure& figure, int64_t now_ms) {
    const KpiTarget& target = judged.target;
    Referral made;
    made.id = referral_id_of(target, judged.period, judged.value);
    made.department = target.department.empty() ? judged.value : target.department;
    made.figure = judged.kpi.id;
    if (!judged.value.empty()) {
        made.figure.append(", ").append(target.by).append(" ").append(judged.value);
    }
    made.figure.append(": ").append(print(judged.kpi, figure)).append(", ");
    made.figure += print_target(target.direction, target.thousandths, judged.kpi.unit);
    ordered_json narrowed = ordered_json::object();
    for (const auto& [dimension, value] : target.filters) {
        narrowed[dimension] = value;
    }
    if (!judged.value.empty()) {
        narrowed[target.by] = judged.value;
    }
    const std::string dimensions = narrowed.dump();
    ev::KpiReferred event;
    event.kpi_referral_id = {made.id};
    event.kpi = {judged.kpi.id};
    event.definition_version = {judged.kpi.version};
    event.period = {judged.period};
    event.dimensions = {dimensions};
    event.numerator = {figure.numerator};
    event.denominator = {figure.denominator.value_or(1)};
    event.target = {target.thousandths};
    event.to_department = {made.department};
    event.referred_at = {now_ms};
    event.position = {judged.position};
    if (!target.base.empty()) {
        event.base = ev::Code{target.base};
    }
    if (!target.variant.empty()) {
        event.variant = ev::Code{target.variant};
    }
    event.direction = target.direction;
    const std::string event_id = made.id + "-referred";
    ev::Envelope envelope;
    envelope.id = event_id;
    envelope.source = kPeriodSource;
    envelope.subject = made.id;
    envelope.time = {now_ms};
    envelope.expected_version = 0;
    envelope.actor = kActor;
    made.event = ev::encode(envelope, event);
    return made;
}

projections::Figure figure_in(const ordered_json& object) {
    const ordered_json& denominator = object.at("denominator");
    if (object.at("numerator").is_null()) {
        return projections::kSuppressed;
    }
    return {object.at("numerator").get<int64_t>(),
            denominator.is_null() ? std::nullopt : std::optional(denominator.get<int64_t>())};
}

// The misses of one target, each to be referred. Errors: as ask_json().
Result<std::vector<Referral>> misses_of(const KpiTarget& target,
                                        const projections::KpiCatalogue& kpis,
                                        const std::string& period,
                                        int64_t now_ms,
                                        const Options& options) {
    Question question{"getKpi", {{"kpiId", target.kpi}, {"period", period}}};
    question.add("base", target.base);
    question.add("variant", target.variant);
    question.add("by", target.by);
    for (const auto& [dimension, value] : target.filters) {
        question.parameters.emplace_back(dimension, value);
    }
    const auto answer = ask_json(question, options);
    if (!answer) {
        return Unexpected(answer.error());
    }
    const ordered_json& observation = answer->at("observations").front();
    const auto* kpi = kpis.find(target.kpi);
    Judged judged{target, *kpi, observation.at("period").at("id"), answer->at("position"), ""};
    std::vector<Referral> made;
    const auto judge = [&](const ordered_json& object) {
        const projections::Figure figure = figure_in(object);
        if (misses(target, *kpi, figure)) {
            made.push_back(referral_of(judged, figure, now_ms));
        }
    };
    if (target.by.empty()) {
        judge(observation);
        return made;
    }
    for (const ordered_json& row : observation.at("rows")) {
        judged.value = row.at(target.by);
        if (!judged.value.empty()) {  // nobody owns what is not known
            judge(row);
        }
    }
    return made;
}

// The subjects of every follow-up that the departments of the misses have, or had.
Result<std::set<std::string>> known_to_departments(const std::vector<Referral>& missed,
                                                   const Options& options) {
    std::set<std::string> departments;
    for (const Referral& each : missed) {
        departments.insert(each.department);
    }
    std::set<std::string> subjects;
    for (const std::string& department : departments) {
        const auto answer = ask_json(
            {"listFollowUps", {{"departmentId", department}, {"status", "all"}}, kMostRows},
            options);
        if (!answer) {
            return Unexpected(answer.error());
        }
        for (const ordered_json& item : answer->at("items")) {
            subjects.insert(item.at("subject"));
        }
    }
    return subjects;
}

Result<std::vector<Referral>> all_misses(const projections::SiteKpis& site,
                                         const std::string& period,
                                         const Options& options) {
    std::vector<Referral> all;
    const int64_t now_ms = clock_ms();
    for (const KpiTarget& target : site.targets) {
        auto made = misses_of(target, site.catalogue, period, now_ms, options);
        if (!made) {
            return made;
        }
        std::ranges::move(*made, std::back_inserter(all));
    }
    return all;
}

void print_referred(const std::vector<Referral>& missed,
                    const std::set<std::string>& known,
                    const Options& options) {
    const bool for_people = options.format == Format::Text;
    const std::string lang = for_people ? options.lang : "en";  // what programs read is English
    Table table{{"referred", "department", "figure", "id"}, {}, {}};
    for (const Referral& each : missed) {
        table.rows.push_back({known.contains(each.id) ? in_words(lang, "before", "سابقًا")
                                                      : in_words(lang, "now", "الآن"),
                              each.department,
                              each.figure,
                              each.id});
    }
    print_table(titled(std::move(table), lang), options.format);
}

int refer(const PeriodOptions& asked, const Options& options) {
    const auto loaded = load_config(config_file(options.config), process_environment());
    if (!loaded) {
        return report_error(loaded.error());
    }
    if (loaded->config.kpi.targets.empty()) {
        return report_error({Errc::Config,
                             "no targets are configured; [[kpi.target]] in the file that --config "
                             "names"});
    }
    if (auto folded = fold_here(options); !folded) {
        return report_error(folded.error());
    }
    const auto missed = all_misses(site_kpis(loaded->config), asked.period, options);
    const auto known = missed ? known_to_departments(*missed, options)
                              : Result<std::set<std::string>>(Unexpected(missed.error()));
    if (!known) {
        return report_error(known.error());
    }
    std::vector<std::string> events;
    for (const Referral& each : *missed) {
        if (!known->contains(each.id)) {
            events.push_back(each.event);
        }
    }
    const auto published = publish_and_fold(events, due_policy(loaded->config), options);
    if (!published) {
        return report_error(published.error());
    }
    print_referred(*missed, *known, options);
    std::fprintf(
        stderr,
        options.lang == "ar"
            ? "لم تبلغ %zu من الأرقام أهدافها، والأهداف المعدّة %zu؛ أحيل الآن %zu وأحيل "
              "سابقًا %zu\n"
            : "%zu figures missed their targets, of which %zu are configured; %zu referred "
              "now, %zu before\n",
        missed->size(),
        loaded->config.kpi.targets.size(),
        events.size(),
        missed->size() - events.size());
    return kOk;
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
        add_read_options(*each, options);
        each->callback([&action, &options, asked, run = help.run] {
            action = [&, asked, run] { return run(*asked, options); };
        });
    }
}

}  // namespace sijill::cli
