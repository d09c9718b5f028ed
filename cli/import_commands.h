#pragma once
// cli/import_commands.h - sijill import and sijill bridge, and their connectors.

#include "cli/commands.h"

namespace sijill::cli {

void add_import(CLI::App& app, Options& options, Action& action);

void add_bridge(CLI::App& app, Options& options, Action& action);

void add_import_asterisk(CLI::App& parent, Options& options, Action& action);
void add_import_csv(CLI::App& parent, Options& options, Action& action);

}  // namespace sijill::cli
