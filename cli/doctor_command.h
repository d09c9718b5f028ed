#pragma once
// cli/doctor_command.h - sijill doctor.

#include "cli/commands.h"

namespace sijill::cli {

void add_doctor(CLI::App& app, Options& options, Action& action);

}  // namespace sijill::cli
