#pragma once
// cli/remote.h - questions to a server, and what it is told.

#include "api/http_client.h"
#include "api/route.h"
#include "cli/reads.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::cli {

/// Asks the server of --api, page by page, with the token of --token-file or SIJILL_TOKEN.
[[nodiscard]] Result<std::string> ask_server(const api::Route& route,
                                             const Question& question,
                                             std::string_view format,
                                             const Options& options);

/// Where the log of that server ends, as a position: what its views must have before all that was
/// appended is in them. Errors: as ask_server(); Unavailable while it has not caught up once.
[[nodiscard]] Result<std::string> end_of_server_log(const Options& options);

/// Posts to a route of that server: its path with the parameters filled in. Gives the JSON object
/// of an answer that is 200, 201 or 207. Errors: what the server says instead, by its status.
[[nodiscard]] Result<nlohmann::ordered_json> post_server(
    std::string_view route,
    const std::vector<std::pair<std::string, std::string>>& parameters,
    const api::Posted& posted,
    const Options& options);

}  // namespace sijill::cli
