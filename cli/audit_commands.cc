// cli/audit_commands.cc - sijill audit replay, sijill anomalies.

#include "cli/commands.h"
#include "cli/folding.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "consumers/audit_replay.h"
#include "events/json.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <utility>

namespace sijill::cli {

namespace {

using nlohmann::ordered_json;

ordered_json text_or_null(const std::optional<std::string>& text) {
    return text ? ordered_json(*text) : ordered_json(nullptr);
}

ordered_json replay_json(const consumers::ReplayReport& report) {
    ordered_json out{{"partition", report.partition},
                     {"position", report.next_offset},
                     {"match", report.match()},
                     {"records", report.records},
                     {"rows", report.live_rows},
                     {"digest", report.live_digest},
                     {"replayRows", report.replay_rows},
                     {"replayDigest", report.replay_digest}};
    if (const auto& difference = report.first_difference) {
        out["firstDifference"] = {{"key", difference->key},
                                  {"live", text_or_null(difference->live)},
                                  {"replay", text_or_null(difference->replay)}};
    }
    return out;
}

// `count`: how its counts print, in thousands for people.
Table replay_table(const std::vector<consumers::ReplayReport>& reports,
                   std::string_view lang,
                   const std::function<std::string(int64_t)>& count) {
    Table table;
    table.header = {"partition", "position", "verdict", "events", "rows", "sha256"};
    table.right_aligned = {true, true, false, true, true, false};
    for (const auto& report : reports) {
        table.rows.push_back({std::to_string(report.partition),
                              std::to_string(report.next_offset),
                              report.match() ? in_words(lang, "match", "مطابق")
                                             : in_words(lang, "MISMATCH", "غير مطابق"),
                              count(report.records),
                              count(report.live_rows),
                              report.live_digest});
    }
    return titled(std::move(table), lang);
}

std::string differences_text(const std::vector<consumers::ReplayReport>& reports,
                             const std::string& lang) {
    const std::string none = in_words(lang, "(no row)", "(لا صف)");
    std::string text;
    for (const auto& report : reports) {
        if (const auto& difference = report.first_difference) {
            text += in_words(lang, "partition ", "القسم ") + std::to_string(report.partition) +
                    in_words(lang, ": first difference at key ", ": أول اختلاف عند المفتاح ") +
                    difference->key + in_words(lang, "\n  live    ", "\n  القائم   ") +
                    difference->live.value_or(none) +
                    in_words(lang, "\n  replay  ", "\n  المعاد   ") +
                    difference->replay.value_or(none) + "\n";
        }
    }
    return text;
}

void print_reports(const std::vector<consumers::ReplayReport>& reports, const Options& options) {
    const Format format = options.format;
    if (format == Format::Json) {
        auto array = ordered_json::array();
        std::transform(reports.begin(), reports.end(), std::back_inserter(array), replay_json);
        std::puts(array.dump(2).c_str());
    } else if (format == Format::Ndjson) {
        for (const auto& report : reports) {
            std::puts(replay_json(report).dump().c_str());
        }
    } else if (format == Format::Text) {
        const std::string& lang = options.lang;
        std::fputs(
            (text_table(replay_table(reports, lang, grouped)) + differences_text(reports, lang))
                .c_str(),
            stdout);
    } else {
        const auto digits = [](int64_t number) { return std::to_string(number); };
        print_table(replay_table(reports, "en", digits), format);  // what programs read is English
    }
}

int replay(const std::string& scratch, const Options& options) {
    // Of another zone or version they differ everywhere, and that proves nothing.
    const auto views = open_shards(options);
    if (!views) {
        return report_error(views.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return report_error(log.error());
    }
    consumers::ReplayConfig config;
    config.scratch_directory = scratch.empty() ? scratch_directory(options, "replay-") : scratch;
    config.fold.time_zone = options.time_zone;
    config.stop = &stop_requested();
    std::atomic<int64_t> folded{0};
    std::atomic<int64_t> total{0};
    const auto reports = [&] {
        const Progress bar(
            "replaying", [&] { return folded.load(); }, [&] { return total.load(); });
        return consumers::audit_replay(**log, *views, config, [&](int64_t done, int64_t all) {
            folded = done;
            total = all;
        });
    }();
    if (!reports) {
        return report_error(reports.error());
    }
    print_reports(*reports, options);
    const bool match = std::ranges::all_of(*reports, &consumers::ReplayReport::match);
    return match ? kOk : kMismatch;
}

struct AnomalyOptions {
    std::string reason;
    size_t limit = kMostRows;
};

int anomalies(const AnomalyOptions& asked, const Options& options) {
    Question question{.route = "listAnomalies", .rows = asked.limit};
    question.add("reason", asked.reason);
    return print_read(question, options, shown_items(options.lang, [&](const ordered_json& answer) {
                          return std::to_string(answer.at("items").size()) +
                                 in_words(options.lang,
                                          " anomalies and parked records",
                                          " حالة شاذة وسجل موقوف") +
                                 more_rows(answer, options.lang);
                      }));
}

}  // namespace

void add_audit(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand("audit", "Prove the read models from the log");
    command->require_subcommand(1);
    CLI::App* replay_command = command->add_subcommand(
        "replay", "Fold the whole log again and compare every row; exit 3 on a mismatch");
    const auto scratch = std::make_shared<std::string>();
    replay_command->add_option(
        "--scratch", *scratch, "Directory for the second fold (made and removed; must not exist)");
    add_site_options(*replay_command, options);
    add_output_options(*replay_command, options);
    replay_command->callback([&action, &options, scratch] {
        action = [&, scratch] { return replay(*scratch, options); };
    });
}

void add_anomalies(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "anomalies", "Duplicates, conflicts, illegal transitions and parked records");
    const auto asked = std::make_shared<AnomalyOptions>();
    command->add_option(
        "--reason", asked->reason, "Only this reason, such as duplicate or malformed-json");
    add_limit_option(*command, asked->limit);
    add_read_options(*command, options);
    command->callback(
        [&action, &options, asked] { action = [&, asked] { return anomalies(*asked, options); }; });
}

}  // namespace sijill::cli
