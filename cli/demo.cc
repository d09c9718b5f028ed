// cli/demo.cc - sijill demo: a quarter of events through the embedded log into a report, without
// any set-up.

#include "cli/commands.h"
#include "cli/figures.h"
#include "cli/folding.h"
#include "cli/output.h"
#include "cli/site.h"
#include "log/embedded_log.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>

namespace sijill::cli {

namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr const char* kPeriod = "2017-Q1";
// Stands in the data directory while the sample is loaded.
constexpr const char* kUnfinished = "demo-unfinished";

struct DemoOptions {
    bool once = false;
    uint64_t seed = 1;
};

// The directory to work in, removed at the end when it was only for this run.
class Place {
  public:
    Place(const Options& options, bool named, bool once) : temporary_(!named && once) {
        directory_ =
            named ? options.data : (fs::temp_directory_path() / "sijill-demo-XXXXXX").string();
        if (!named && mkdtemp(directory_.data()) == nullptr) {
            directory_.clear();
        }
    }
    ~Place() {
        if (temporary_ && !directory_.empty()) {
            std::error_code ignored;
            fs::remove_all(directory_, ignored);
        }
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    [[nodiscard]] const std::string& directory() const { return directory_; }
    [[nodiscard]] bool temporary() const { return temporary_; }

  private:
    bool temporary_;
    std::string directory_;
};

double seconds_since(steady_clock::time_point start) {
    return std::chrono::duration<double>(steady_clock::now() - start).count();
}

// Generates into an empty log only: a second demo on the same directory reads what the first one
// made, if it came to its end.
Result<void> fill(log::EventLog& log, const std::string& directory, uint64_t seed) {
    const auto ranges = log.ranges();
    if (!ranges) {
        return Unexpected(ranges.error());
    }
    const fs::path unfinished = fs::path(directory) / kUnfinished;
    std::error_code failed;
    if (offsets_in(*ranges) > 0 && fs::exists(unfinished, failed)) {
        return fail(Errc::Rejected,
                    "the sample in " + directory +
                        " is incomplete: the demo was ended while it loaded it; remove the "
                        "directory, and start the demo again");
    }
    if (const int64_t held = offsets_in(*ranges); held > 0) {
        std::fprintf(stderr,
                     "the log holds %s events already: nothing is generated, and the report tells "
                     "of those\n",
                     grouped(held).c_str());
        return {};
    }
    if (!std::ofstream(unfinished)) {
        return fail(Errc::Storage, "cannot write " + unfinished.string());
    }
    const auto start = steady_clock::now();
    const auto count = append_scenario(log, [seed](const producers::EventSink& sink) {
        return producers::generate_quarter(seed, sink);
    });
    if (!count) {
        return Unexpected(count.error());
    }
    fs::remove(unfinished, failed);
    std::fprintf(
        stderr, "generated %s events in %.1f s\n", grouped(*count).c_str(), seconds_since(start));
    return {};
}

Result<void> load_and_fold(const Options& options, uint64_t seed) {
    const auto log = open_or_make_log(options);
    if (!log) {
        return Unexpected(log.error());
    }
    if (auto filled = fill(**log, options.data, seed); !filled) {
        return filled;
    }
    consumers::WorkerConfig config;
    config.data_directory = options.data;
    config.fold.time_zone = options.time_zone;
    return fold(**log, config, consumers::RunUntil::AtEnds, stop_requested());
}

void how_to_go_on(const Place& place, const Options& options) {
    const std::string& lang = options.lang;
    std::fflush(stdout);  // through a pipe too, the report comes first
    if (place.temporary()) {
        std::fprintf(stderr,
                     "\n%s  sijill demo --data sijill-data\n",
                     in_words(lang,
                              "To keep the data and ask it questions, name a directory:",
                              "للاحتفاظ بالبيانات والسؤال عنها سمّ مجلدًا:")
                         .c_str());
        return;
    }
    const std::string flags = place_flags(options);
    std::fprintf(
        stderr,
        "\n%s %s%s\n",
        in_words(lang, "The log and its read models are in", "السجل وما بني منه في").c_str(),
        options.data.c_str(),
        in_words(lang, ". Ask them:", ". اسألها:").c_str());
    for (const char* command : {"kpi list",
                                "kpi show answer-rate --period 2017-M02 --by queue",
                                "kpi cases complaints --period 2017-Q1",
                                "case list --kind complaint --limit 5",
                                "report --period 2017-M03 --lang ar",
                                "audit replay"}) {
        std::fprintf(stderr, "  sijill %s %s\n", command, flags.c_str());
    }
}

int demo(const DemoOptions& asked, const Options& given, bool named) {
    const Place place(given, named, asked.once);
    if (place.directory().empty()) {
        return report_error(
            {Errc::Storage, "cannot make a temporary directory; name one with --data"});
    }
    Options options = given;
    options.data = place.directory();
    if (auto folded = load_and_fold(options, asked.seed); !folded) {
        return report_error(folded.error());
    }
    if (const int printed = print_report({.period = kPeriod}, options); printed != kOk) {
        return printed;
    }
    how_to_go_on(place, options);
    return kOk;
}

}  // namespace

void add_demo(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "demo", "Load the first quarter of 2017 into an embedded log and print its report");
    const auto asked = std::make_shared<DemoOptions>();
    command->add_flag(
        "--once", asked->once, "Remove the data at the end, unless --data names a directory");
    command->add_option("--seed", asked->seed, "Seed of the generated events")
        ->check(CLI::Range(uint64_t{0}, kMostSeed))
        ->capture_default_str();
    add_data_options(*command, options);
    ignore_environment(*command);
    add_output_options(*command, options);
    command->callback([&action, &options, asked, command] {
        const bool named = command->get_option("--data")->count() > 0;
        action = [&, asked, named] { return demo(*asked, options, named); };
    });
}

}  // namespace sijill::cli
