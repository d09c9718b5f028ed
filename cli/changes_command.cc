#include "cli/changes_command.h"

#include "cli/folding.h"
#include "cli/output.h"
#include "cli/revisions.h"
#include "cli/site.h"
#include "cli/writes.h"
#include "consumers/changes.h"
#include "events/time.h"

#include <cstdio>

namespace sijill::cli {

namespace {

using consumers::Changes;
using consumers::ExplainedChange;
using consumers::LaterEvent;
using Revision = projections::PeriodState::Revision;

struct Found {
    projections::KpiCatalogue kpis;  // the figures name its definitions
    Revision revision;
    bool same_rules = false;
    Changes changes;
};

Result<Found> find_changes(const std::string& period_id, int64_t number, const Options& options) {
    const auto period = projections::parse_day_period(period_id);
    const auto local_time = projections::LocalTime::of(options.time_zone);
    const auto site = site_of(options);
    if (!period || !local_time || !site) {
        return Unexpected(!period       ? period.error()
                          : !local_time ? local_time.error()
                                        : site.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return Unexpected(log.error());
    }
    const auto now = fold_and_view(**log, options);
    const auto revision =
        now ? revision_of(*now, *period, number) : Result<Revision>(Unexpected(now.error()));
    if (!revision) {
        return Unexpected(revision.error());
    }
    const auto past = fold_as_of(**log, revision->position, options);
    if (!past) {
        return Unexpected(past.error());
    }
    auto changes = consumers::changes_since(
        **log, (*past)->view(), *now, {*period, site->catalogue, *local_time});
    if (!changes) {
        return Unexpected(changes.error());
    }
    return Found{site->catalogue,
                 *revision,
                 is_under_rules_of_now(*revision, *local_time, site->catalogue),
                 std::move(*changes)};
}

std::string printed(const ExplainedChange& change,
                    const std::optional<projections::Figure>& figure) {
    return figure ? projections::print(*change.figure.name.kpi, *figure) : "";
}

std::string fraction(const std::optional<projections::Figure>& figure) {
    if (!figure) {
        return "";
    }
    if (figure->suppressed) {
        return std::string(projections::kSuppressedMark);
    }
    const std::string numerator = std::to_string(figure->numerator);
    return figure->denominator ? numerator + "/" + std::to_string(*figure->denominator) : numerator;
}

std::string narrowed(const ExplainedChange& change) {
    const std::string& dimension = change.figure.name.dimension;
    return dimension.empty() ? "" : dimension + "=" + change.figure.name.value;
}

// A row for each figure and event; a figure without events has one.
Table change_table(const Changes& changes) {
    Table table{{"kpi",
                 "base",
                 "variant",
                 "narrowed",
                 "before",
                 "after",
                 "partition",
                 "offset",
                 "type",
                 "subject",
                 "id",
                 "appended"},
                {},
                {false, false, false, false, false, false, true, true}};
    for (const ExplainedChange& change : changes.figures) {
        std::vector<std::string> row{std::string(change.figure.name.kpi->id),
                                     change.figure.name.base,
                                     change.figure.name.variant,
                                     narrowed(change),
                                     fraction(change.figure.before),
                                     fraction(change.figure.after)};
        row.resize(table.header.size());
        for (const size_t place : change.events) {
            const LaterEvent& event = changes.events[place];
            auto of_event = row;
            of_event[6] = std::to_string(event.partition);
            of_event[7] = std::to_string(event.offset);
            of_event[8] = event.type;
            of_event[9] = event.subject;
            of_event[10] = event.id;
            of_event[11] = events::format_rfc3339({event.append_time_ms});
            table.rows.push_back(std::move(of_event));
        }
        if (change.events.empty()) {
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

// For people: the figures, each with the numbers of its events, and the events below.
std::string change_text(const Changes& changes, std::string_view lang) {
    Table figures{
        {"before", "after", "kpi", "base", "variant", "narrowed", "events"}, {}, {true, true}};
    std::map<size_t, size_t> numbers;  // of the events that changed something, from 1
    for (const ExplainedChange& change : changes.figures) {
        for (const size_t place : change.events) {
            numbers.emplace(place, 0);
        }
    }
    Table later{{"event", "place", "appended", "type", "subject", "id"}, {}, {true}};
    for (auto& [place, number] : numbers) {
        number = later.rows.size() + 1;
        const LaterEvent& event = changes.events[place];
        later.rows.push_back({std::to_string(number),
                              std::to_string(event.partition) + ":" + std::to_string(event.offset),
                              events::format_rfc3339({event.append_time_ms}),
                              event.type,
                              event.subject,
                              event.id});
    }
    for (const ExplainedChange& change : changes.figures) {
        std::string events;
        for (const size_t place : change.events) {
            events.append(events.empty() ? "" : " ").append(std::to_string(numbers.at(place)));
        }
        figures.rows.push_back({printed(change, change.figure.before),
                                printed(change, change.figure.after),
                                std::string(change.figure.name.kpi->id),
                                change.figure.name.base,
                                change.figure.name.variant,
                                narrowed(change),
                                events});
    }
    return text_table(titled(figures, lang)) + "\n" + text_table(titled(later, lang));
}

std::string digest_text(bool same_rules, bool holds, std::string_view lang) {
    if (!same_rules) {
        return in_words(lang,
                        "published under other rules, whose digest cannot be checked",
                        "نشرت بقواعد أخرى، فلا يمكن التحقق من بصمتها");
    }
    return holds
               ? in_words(
                     lang, "its digest comes out of the log again", "تنتج بصمتها من السجل من جديد")
               : in_words(lang,
                          "its digest does NOT come out of the log again: `sijill audit replay`",
                          "لا تنتج بصمتها من السجل من جديد: `sijill audit replay`");
}

}  // namespace

int print_changes(const std::string& period, int64_t revision, const Options& options) {
    if (!options.api.empty()) {
        return report_error(
            {Errc::Invalid,
             "changes folds the log again: it needs --data or --kafka, and no --api"});
    }
    const auto found = find_changes(period, revision, options);
    if (!found) {
        return report_error(found.error());
    }
    const std::string& lang = options.lang;
    const std::string name =
        in_words(lang, "revision ", "النسخة ") + std::to_string(found->revision.number);
    const bool holds = found->changes.digest_before == found->revision.digest;
    std::fprintf(
        stderr, "%s: %s\n", name.c_str(), digest_text(found->same_rules, holds, lang).c_str());
    if (options.format != Format::Text) {
        print_table(change_table(found->changes), options.format);
    } else if (found->changes.figures.empty()) {
        std::printf(
            "%s%s\n",
            (found->same_rules ? in_words(lang, "nothing has changed since ", "لم يتغير شيء منذ ")
                               : in_words(lang,
                                          "by the rules of now, no event changed a figure since ",
                                          "بقواعد اليوم لم يغير أي حدث رقمًا منذ "))
                .c_str(),
            name.c_str());
    } else {
        std::fputs(change_text(found->changes, lang).c_str(), stdout);
    }
    return found->same_rules && !holds ? kMismatch : kOk;
}

}  // namespace sijill::cli
