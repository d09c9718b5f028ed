#pragma once
// cli/commands.h - the commands: each adds itself to the parser and says what to run.

#include "cli/context.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>

namespace sijill::cli {

inline constexpr uint64_t kMostSeed = INT64_MAX;

/// What the chosen command does; gives the exit code.
using Action = std::function<int()>;

void add_demo(CLI::App& app, Options& options, Action& action);
void add_generate(CLI::App& app, Options& options, Action& action);
void add_publish(CLI::App& app, Options& options, Action& action);
void add_catch_up(CLI::App& app, Options& options, Action& action);
void add_kpi(CLI::App& app, Options& options, Action& action);
void add_case(CLI::App& app, Options& options, Action& action);
void add_report(CLI::App& app, Options& options, Action& action);
void add_anomalies(CLI::App& app, Options& options, Action& action);
void add_period(CLI::App& app, Options& options, Action& action);
void add_follow_up(CLI::App& app, Options& options, Action& action);
void add_audit(CLI::App& app, Options& options, Action& action);
void add_topic(CLI::App& app, Options& options, Action& action);
void add_events(CLI::App& app, Options& options, Action& action);
void add_serve(CLI::App& app, Options& options, Action& action);
void add_health(CLI::App& app, Options& options, Action& action);
void add_config(CLI::App& app, Options& options, Action& action);
void add_token(CLI::App& app, Options& options, Action& action);
void add_template(CLI::App& app, Options& options, Action& action);

/// Adds --data and what a log and shards in it are made with.
void add_data_options(CLI::App& command, Options& options);
/// Adds --kafka, --topic and the settings of librdkafka.
void add_kafka_options(CLI::App& command, Options& options);
/// No option that was added takes its value from the environment: what is made up goes only where
/// the command line says.
void ignore_environment(CLI::App& command);
/// Adds --format and --lang, of what is printed.
void add_output_options(CLI::App& command, Options& options);
/// Adds --config, the file of the site.
void add_config_option(CLI::App& command, Options& options);
/// All but those of the output: for a command that follows the site's configuration
/// (take_configuration()).
void add_site_options(CLI::App& command, Options& options);

/// Adds --api, of which the help says `what`, and what belongs to it.
void add_server_options(CLI::App& command, Options& options, const char* what);

/// All of the options above: for a command that asks, and appends what follows from the answer.
void add_asking_options(CLI::App& command, Options& options);

/// And --as-of, for a command that only reads.
void add_read_options(CLI::App& command, Options& options);

/// Adds --limit of a list that is shown whole without it.
void add_limit_option(CLI::App& command, size_t& rows);

}  // namespace sijill::cli
