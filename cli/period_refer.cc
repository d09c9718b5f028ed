#include "cli/period_refer.h"

#include "api/labels.h"
#include "cli/config.h"
#include "cli/output.h"
#include "cli/period_asked.h"
#include "cli/reads.h"
#include "cli/site.h"
#include "cli/writes.h"
#include "events/encode.h"
#include "events/json.h"
#include "log/places.h"
#include "projections/kpi.h"
#include "projections/targets.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

namespace sijill::cli {

namespace {

namespace ev = events;
using nlohmann::ordered_json;
using projections::KpiTarget;

// A figure that missed, and the event that refers it.
struct Referral {
    std::string id;
    std::string department;
    std::string kpi;     // and the row of its breakdown
    std::string figure;  // and what it must reach, as api::figure_label takes them
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
    made.kpi = judged.kpi.id;
    if (!judged.value.empty()) {
        made.kpi.append(", ").append(target.by).append(" ").append(judged.value);
    }
    made.figure = print_judged(judged.kpi, figure, target.direction, target.thousandths);
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
    envelope.actor = kPeriodActor;
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

struct AskedPeriod {
    std::string id;
    std::string least;  // the position that a server must have reached
};

// Whether the period has a figure of the target: that of a mean month is of whole months only.
bool is_of_period(const KpiTarget& target,
                  const projections::KpiCatalogue& kpis,
                  const std::string& period) {
    const auto parsed = projections::parse_period(period);
    projections::KpiQuery query;
    query.kpi = kpis.find(target.kpi);
    query.base = target.base;
    return !parsed || projections::faults_of(query, {*parsed}, {}).empty();
}

// The misses of one target, each to be referred. Errors: as ask_json().
Result<std::vector<Referral>> misses_of(const KpiTarget& target,
                                        const projections::KpiCatalogue& kpis,
                                        const AskedPeriod& period,
                                        int64_t now_ms,
                                        const Options& options) {
    Question question{"getKpi", {{"kpiId", target.kpi}, {"period", period.id}}};
    question.add("minPosition", period.least);
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
                                         const AskedPeriod& period,
                                         const Options& options) {
    std::vector<Referral> all;
    const int64_t now_ms = log::system_clock_ms();
    for (const KpiTarget& target : site.targets) {
        if (!is_of_period(target, site.catalogue, period.id)) {
            std::fprintf(stderr,
                         "not judged: %s over %s, which %s has no figure of\n",
                         target.kpi.c_str(),
                         target.base.c_str(),
                         period.id.c_str());
            continue;
        }
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
    Table table{{"referred", "department", "kpi", "figure", "id"}, {}, {}};
    for (const Referral& each : missed) {
        table.rows.push_back({known.contains(each.id) ? in_words(lang, "before", "سابقًا")
                                                      : in_words(lang, "now", "الآن"),
                              each.department,
                              each.kpi,
                              api::figure_label(each.figure, lang),
                              each.id});
    }
    print_table(titled(std::move(table), lang), options.format);
}

}  // namespace

int refer_misses(const std::string& period, const Options& options) {
    const auto config = config_of(options);
    if (!config) {
        return report_error(config.error());
    }
    if (config->kpi.targets.empty()) {
        return report_error({Errc::Config,
                             "no targets are configured: [[kpi.target]] in the file that --config "
                             "names, here also where a server is asked"});
    }
    const auto least = whole_log(options);
    const auto standing = least ? ask_period(period, *least, options)
                                : Result<ordered_json>(Unexpected(least.error()));
    const auto over = standing ? require_over(*standing, log::system_clock_ms())
                               : Result<void>(Unexpected(standing.error()));
    if (!over) {
        return report_error(over.error());
    }
    const auto missed = all_misses(site_kpis(*config), {period, *least}, options);
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
    const auto published = publish_and_fold(events, due_policy(*config), options);
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
        config->kpi.targets.size(),
        events.size(),
        missed->size() - events.size());
    return kOk;
}

}  // namespace sijill::cli
