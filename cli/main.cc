// cli/main.cc - sijill: one binary with subcommands.

#include "cli/commands.h"
#include "cli/config_value.h"
#include "cli/doctor_command.h"
#include "cli/import_commands.h"
#include "cli/logging.h"
#include "cli/site.h"
#include "log/allocator.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace sijill::cli {
namespace {

constexpr const char* kVersion = "sijill " SIJILL_VERSION;

constexpr const char* kFooter =
    "Exit codes: 0 ok, 1 failure, 2 usage, 3 audit mismatch or foreign log, 4 not found, 5 "
    "conflict,\n"
    "6 unavailable, 78 bad configuration. Data goes to stdout, everything else to stderr.\n"
    "Start with: sijill demo";

// CLI11 says that a command is missing also where one is mistyped.
int refuse(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
    }
    const std::vector<std::string> others = at->remaining();
    if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr || others.empty() ||
        others.front().starts_with("-")) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    std::vector<std::string> names;
    for (const CLI::App* each : at->get_subcommands({})) {
        names.push_back(each->get_name());
    }
    std::fprintf(stderr,
                 "there is no command '%s'%s\nRun with --help for more information.\n",
                 others.front().c_str(),
                 hint_of(nearest_name(others.front(), names)).c_str());
    return kUsage;
}

int run(int argc, char** argv) {
    CLI::App app{
        "Event-sourced case tracking: contacts and cases in a log, their status and KPIs as read "
        "models.",
        "sijill"};
    app.set_version_flag("--version", kVersion);
    app.set_help_all_flag("--help-all", "Help of every command");
    app.footer(kFooter);
    app.require_subcommand(1);
    Options options;
    Action action;
    for (const auto add :
         {add_demo,     add_generate, add_publish, add_import,    add_bridge, add_catch_up,
          add_kpi,      add_case,     add_report,  add_follow_up, add_period, add_anomalies,
          add_audit,    add_topic,    add_events,  add_serve,     add_config, add_token,
          add_template, add_doctor,   add_health}) {
        add(app, options, action);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return refuse(app, error);
    }
    // serve and doctor judge the whole configuration; what the other two make up goes nowhere but
    // where the command line says.
    const auto chosen = [&app](const char* name) { return app.got_subcommand(name); };
    if (std::ranges::none_of(std::array{"serve", "doctor", "demo", "generate"}, chosen)) {
        if (const auto taken = take_configuration(options); !taken) {
            return report_error(taken.error());
        }
    }
    return action();
}

// Who read the pipe may have seen enough, as `head` has: that is no failure.
bool is_read_no_more() {
    pollfd out{STDOUT_FILENO, POLLOUT, 0};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

// Commands print without looking: an output that is cut short is found here, for all of them.
int code_with_output(int code) {
    // Of a write before this one the reason is not kept.
    const int why = std::fflush(stdout) == 0 ? 0 : errno;
    if (code != kOk || (why == 0 && std::ferror(stdout) == 0) || is_read_no_more()) {
        return code;
    }
    return report_error(
        {Errc::Storage,
         "cannot write the output: " +
             (why != 0 ? std::generic_category().message(why) : "the disk may be full")});
}

}  // namespace
}  // namespace sijill::cli

int main(int argc, char** argv) {
    sijill::log::suit_allocator_to_fetches();
    sijill::cli::install_signal_handlers();
    try {
        sijill::cli::set_logging(sijill::cli::LogLevel::Info, sijill::cli::LogFormat::Text);
        return sijill::cli::code_with_output(sijill::cli::run(argc, argv));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "sijill: %s\n", error.what());
        return sijill::cli::kFailure;
    }
}
