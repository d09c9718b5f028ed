// cli/template_command.cc - sijill template: files that an installation needs around the binary.

#include "cli/commands.h"
#include "cli/systemd_unit.h"

#include <cstdio>

namespace sijill::cli {

void add_template(CLI::App& app, Options& /*options*/, Action& action) {
    CLI::App* command = app.add_subcommand("template", "Files for an installation, to be adapted");
    command->require_subcommand(1);
    command->add_subcommand("systemd-unit", "sijill.service: `sijill serve` as a service")
        ->callback([&action] {
            action = [] {
                std::fputs(kSystemdUnit, stdout);
                return kOk;
            };
        });
}

}  // namespace sijill::cli
