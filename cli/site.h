#pragma once
// cli/site.h - what the configuration of the site says to the commands.

#include "cli/config.h"
#include "cli/context.h"
#include "events/result.h"
#include "producers/publisher.h"
#include "projections/targets.h"

#include <string>

namespace sijill::cli {

/// The configuration with what was given on the command line over it.
[[nodiscard]] Config with_flags(Config config, const Options& options);

/// The options with what the configuration says about data, log and zone.
[[nodiscard]] Options options_of(const Config& config, const Options& given);

/// The configuration file that the options name, or the usual one, then the environment, then the
/// flags: what counts for a command. Errors: Config, with a line for each problem.
[[nodiscard]] Result<Config> config_of(const Options& options);

/// Fills in what was not given on the command line: from file and environment, and sets the logging
/// by them. Nothing to do for a command without the common options, or that asks a server. Errors:
/// Config, with a line for each problem.
[[nodiscard]] Result<void> take_configuration(Options& options);

/// The KPIs and targets of config_of(). Errors: Config.
[[nodiscard]] Result<projections::SiteKpis> site_of(const Options& options);

/// How a command publishes: with the due dates of the site. Errors: Config.
[[nodiscard]] Result<producers::PublishRules> publish_rules(const Options& options);

/// The flags with which another command finds the data directory as this one does: in advice. The
/// zone stands there where it would not be taken from the configuration.
[[nodiscard]] std::string place_flags(const Options& options);

}  // namespace sijill::cli
