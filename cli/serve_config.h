#pragma once
// cli/serve_config.h - what `sijill serve` works by: file, environment, then its flags. `sijill
// doctor` judges the same.

#include "api/http_server.h"
#include "cli/commands.h"
#include "cli/site.h"

#include <memory>
#include <optional>
#include <string>

namespace sijill::cli {

/// Its own flags.
struct ServeOptions {
    std::optional<std::string> listen;
    std::optional<int> threads;
};

/// Adds --listen, --workers and the options of the site.
[[nodiscard]] std::shared_ptr<ServeOptions> add_serve_options(CLI::App& command, Options& options);

/// Errors: Config, with a line for each problem.
[[nodiscard]] Result<Config> effective_config(const ServeOptions& asked, const Options& options);

/// Errors: Config (no address and port to listen on).
[[nodiscard]] Result<api::HttpConfig> http_config(const Config& config);

}  // namespace sijill::cli
