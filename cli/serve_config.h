#pragma once
// cli/serve_config.h - what `sijill serve` works by: file, environment, then its flags. `sijill
// doctor` judges the same.

#include "api/http_server.h"
#include "cli/commands.h"
#include "cli/config.h"

#include <memory>
#include <optional>
#include <string>

namespace sijill::cli {

/// The flags, and which of the common ones were given: those go over file and environment.
struct ServeOptions {
    std::string file;
    std::optional<std::string> listen;
    std::optional<int> threads;
    bool data = false;
    bool kafka = false;
    bool topic = false;
    bool time_zone = false;

    /// After the command line was read.
    void note_given(const CLI::App& command);
};

/// Adds --config, --listen, --workers and the common options.
[[nodiscard]] std::shared_ptr<ServeOptions> add_serve_options(CLI::App& command, Options& options);

/// Errors: Config, with a line for each problem.
[[nodiscard]] Result<Config> effective_config(const ServeOptions& asked, const Options& options);

/// What the other commands take as flags.
[[nodiscard]] Options options_of(const Config& config, const Options& given);

/// Errors: Config (no address and port to listen on).
[[nodiscard]] Result<api::HttpConfig> http_config(const Config& config);

}  // namespace sijill::cli
