// cli/doctor_command.cc - sijill doctor: looks at all that `sijill serve` needs, and says what to
// do.

#include "cli/doctor_command.h"

#include "cli/config_command.h"
#include "cli/doctor.h"
#include "cli/output.h"
#include "cli/serve_config.h"

#include <algorithm>
#include <cstdio>

namespace sijill::cli {

namespace {

std::string name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Ok:
            return "ok";
        case Verdict::Warning:
            return "warning";
        case Verdict::Problem:
            return "problem";
    }
    return "";
}

// A finding for each mistake: load_config() tells all of them, a line each.
Findings mistakes_in(const Error& error) {
    Findings found;
    size_t at = 0;
    while (at < error.message.size()) {
        const size_t end = std::min(error.message.find('\n', at), error.message.size());
        found.push_back({Verdict::Problem,
                         "configuration",
                         error.message.substr(at, end - at),
                         "mend it; `sijill config check` looks at this alone"});
        at = end + 1;
    }
    return found;
}

void print_text(const Findings& findings) {
    size_t width = 0;
    for (const Finding& each : findings) {
        width = std::max(width, each.check.size());
    }
    for (const Finding& each : findings) {
        std::printf("%-8s %-*s  %s\n",
                    name_of(each.verdict).c_str(),
                    static_cast<int>(width),
                    each.check.c_str(),
                    each.said.c_str());
        if (!each.advice.empty()) {
            std::printf("%*s> %s\n", static_cast<int>(width) + 11, "", each.advice.c_str());
        }
    }
}

int report(const Findings& findings, Format format) {
    if (format == Format::Text) {
        print_text(findings);
    } else {
        Table table{{"verdict", "check", "finding", "advice"}, {}, {}};
        for (const Finding& each : findings) {
            table.rows.push_back({name_of(each.verdict), each.check, each.said, each.advice});
        }
        print_table(table, format);
    }
    const auto count = [&findings](Verdict verdict) {
        return std::ranges::count(findings, verdict, &Finding::verdict);
    };
    const auto problems = count(Verdict::Problem);
    std::fprintf(stderr,
                 "%zu checks: %td problems, %td warnings\n",
                 findings.size(),
                 problems,
                 count(Verdict::Warning));
    return problems == 0 ? kOk : kFailure;
}

int examine(const ServeOptions& asked, const Options& given) {
    const auto config = effective_config(asked, given);
    Findings findings;
    const auto add = [&findings](const Findings& more) {
        findings.insert(findings.end(), more.begin(), more.end());
    };
    if (!config) {
        // What the mistakes have left unsaid is unknown; this machine can be looked at all the
        // same.
        add(mistakes_in(config.error()));
        add(look_at_machine(Config{}));
        return report(findings, given.format);
    }
    const std::string file = config_file(given.config);
    add({{Verdict::Ok,
          "configuration",
          file.empty() ? "no file, defaults" : file + " is fine",
          ""}});
    add(look_at_machine(*config));
    add(look_at_listening(*config));
    add(look_at_access(*config));
    const Options options = options_of(*config, given);
    std::unique_ptr<log::EventLog> log;
    add(look_at_log(options, log));
    add(look_at_shards(options, log.get()));
    return report(findings, given.format);
}

}  // namespace

void add_doctor(CLI::App& app, Options& options, Action& action) {
    CLI::App* command =
        app.add_subcommand("doctor",
                           "Look at all that `sijill serve` needs, with the flags given to it; "
                           "exit 1 when there is a problem");
    const auto asked = add_serve_options(*command, options);
    add_output_options(*command, options);
    command->callback(
        [&action, &options, asked] { action = [&, asked] { return examine(*asked, options); }; });
}

}  // namespace sijill::cli
