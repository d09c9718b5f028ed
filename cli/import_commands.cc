#include "cli/import_commands.h"

namespace sijill::cli {

void add_import(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand("import", "Bring what other systems wrote into the log");
    command->require_subcommand(1);
    add_import_asterisk(*command, options, action);
    add_import_csv(*command, options, action);
}

}  // namespace sijill::cli
