#pragma once
// cli/remote.h - questions of read commands to a server.

#include "api/route.h"
#include "cli/reads.h"

namespace sijill::cli {

/// Asks the server of --api, page by page, with the token of --token-file or SIJILL_TOKEN.
[[nodiscard]] Result<std::string> ask_server(const api::Route& route,
                                             const Question& question,
                                             std::string_view format,
                                             const Options& options);

}  // namespace sijill::cli
