// cli/import_csv.cc - sijill import csv: any table, by a mapping.

#include "api/text.h"
#include "cli/csv_mapping.h"
#include "cli/import_commands.h"
#include "cli/import_run.h"
#include "cli/site.h"
#include "producers/csv_import.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

namespace sijill::cli {

namespace {

constexpr size_t kEventsShown = 5;  // of a dry run

struct CsvOptions {
    std::string file;
    std::string mapping;
    std::string rejects;
    bool dry_run = false;
    bool strict = false;
};

// A log for dry runs: takes everything and keeps nothing.
class NoLog final : public log::EventLog {
  public:
    std::vector<Result<log::Appended>> append(std::span<const events::NewRecord> records) override {
        return {records.size(), log::Appended{}};
    }
    Result<std::unique_ptr<log::LogReader>> open_reader(
        std::span<const log::Place> /*places*/) override {
        return fail(Errc::NotFound, "a dry run has no log");
    }
    Result<std::vector<log::OffsetRange>> ranges() override {
        return std::vector<log::OffsetRange>();
    }
    Result<std::vector<log::Place>> offsets_at(int64_t /*append_time_ms*/) override {
        return std::vector<log::Place>();
    }
    Result<log::LogIdentity> identity() override {
        return fail(Errc::NotFound, "a dry run has no log");
    }
};

// The first free of FILE.rejects.csv, FILE.rejects-2.csv, …: one that is being mended stays.
std::string free_rejects_file(const std::string& table) {
    std::filesystem::path stem(table);
    stem.replace_extension();
    std::error_code failed;
    std::string name = stem.string() + ".rejects.csv";
    for (int i = 2; std::filesystem::exists(name, failed); ++i) {
        name = stem.string() + ".rejects-" + std::to_string(i) + ".csv";
    }
    return name;
}

// A pipe, a device, or a stream of this process, whatever that is redirected from.
bool has_no_place(const std::string& table) {
    std::error_code failed;
    const auto status = std::filesystem::status(table, failed);
    const bool other = std::filesystem::exists(status) &&
                       !std::filesystem::is_regular_file(status) &&
                       !std::filesystem::is_directory(status);
    return other || table.starts_with("/dev/") || table.starts_with("/proc/");
}

Result<std::string> rejects_file(const CsvOptions& asked) {
    std::error_code failed;
    if (asked.dry_run || asked.strict) {
        return std::string();
    }
    if (!asked.rejects.empty() && std::filesystem::exists(asked.rejects, failed)) {
        return fail(Errc::Invalid,
                    asked.rejects + " exists: import what was mended in it first, or name another");
    }
    if (asked.rejects.empty() && has_no_place(asked.file)) {
        return fail(Errc::Invalid,
                    asked.file +
                        " is no file beside which rejected rows could stand: name one for them "
                        "with --rejects, or stop at the first with --strict");
    }
    return asked.rejects.empty() ? free_rejects_file(asked.file) : asked.rejects;
}

void tell_csv(const producers::CsvImport& import, const std::string& rejects) {
    if (import.sealed() > 0) {
        std::fprintf(stderr,
                     "%llu cells are personal: they were left out, for there are no keys to seal "
                     "them with\n",
                     static_cast<unsigned long long>(import.sealed()));
    }
    if (import.wrote_rejects()) {
        std::fprintf(stderr,
                     "the rejected rows are in %s, each with its reason: mend them there and "
                     "import that file with the same mapping\n",
                     rejects.c_str());
    }
}

int import_csv(const CsvOptions& asked, const Options& options) {
    const auto mapping = read_csv_mapping(asked.mapping, options.time_zone);
    if (!mapping) {
        return report_error(mapping.error());
    }
    const auto rejects = rejects_file(asked);
    if (!rejects) {
        return report_error(rejects.error());
    }
    auto log = asked.dry_run
                   ? Result<ImportLog>(ImportLog{std::make_unique<NoLog>(),
                                                 producers::KnownEvents((*mapping)->source)})
                   : open_import_log(options, producers::KnownEvents((*mapping)->source), 0);
    auto publish =
        log ? publish_rules(options) : Result<producers::PublishRules>(Unexpected(log.error()));
    if (!publish) {
        return report_error(publish.error());
    }
    RejectList list;
    ByteProgress progress("importing", size_of_file(asked.file));
    uint64_t told = 0;
    producers::CsvRun run;
    run.strict = asked.strict;
    run.publish = std::move(*publish);
    run.publish.stop = &stop_requested();
    run.rejects_file = *rejects;
    run.rejected = [&list](const auto& place, const std::string& why) { list.tell(place, why); };
    run.progress = [&progress, &told](uint64_t bytes) {
        progress.add(static_cast<int64_t>(bytes - std::exchange(told, bytes)));
    };
    if (asked.dry_run && options.format == Format::Text) {
        run.look = [left = kEventsShown](uint64_t line, const std::string& event) mutable {
            if (left > 0) {
                --left;
                std::printf("line %llu: %s\n",
                            static_cast<unsigned long long>(line),
                            api::printable(event).c_str());
            }
        };
    }
    producers::CsvImport import(*log->log, std::move(log->known), **mapping, std::move(run));
    const auto done = import.import_file(asked.file, stop_requested());
    progress.end();
    tell_csv(import, *rejects);
    if (asked.dry_run) {
        std::fprintf(stderr,
                     "a dry run: nothing was published, and what the log has was not looked at\n");
    }
    const int code = import.totals().read > 0 || done
                         ? print_totals(import.totals(), "rows", options, asked.dry_run)
                         : kOk;
    return done ? code : report_error(done.error());
}

}  // namespace

void add_import_csv(CLI::App& parent, Options& options, Action& action) {
    CLI::App* command =
        parent.add_subcommand("csv", "Any table, by a mapping; importing again has no effect");
    const auto asked = std::make_shared<CsvOptions>();
    command->add_option("file", asked->file, "The table; its first row names the columns")
        ->required();
    command
        ->add_option("--mapping",
                     asked->mapping,
                     "TOML file that says which events a row gives, such as `sijill template "
                     "csv-mapping appointments` prints; see docs/channels.md")
        ->required();
    command->add_flag(
        "--dry-run",
        asked->dry_run,
        "Show the first events and the errors, 1,000 a minute; needs no log, publishes "
        "nothing");
    auto* strict =
        command->add_flag("--strict",
                          asked->strict,
                          "Stop at the first row that is rejected; what was before it stays");
    command
        ->add_option("--rejects",
                     asked->rejects,
                     "File for rejected rows, to be mended and imported (default FILE.rejects.csv)")
        ->excludes(strict);
    add_site_options(*command, options);
    add_output_options(*command, options);
    command->callback([&action, &options, asked] {
        action = [&, asked] { return import_csv(*asked, options); };
    });
}

}  // namespace sijill::cli
