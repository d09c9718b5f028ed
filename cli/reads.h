#pragma once
// cli/reads.h - what read commands ask: of the data directory, or of a server (--api).

#include "cli/context.h"
#include "events/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::cli {

/// The most rows that can be asked for of a list in pages.
inline constexpr size_t kMostRows = 1'000'000'000;

/// A question to a route of the HTTP face. Both ways to ask it end in the route's handler, so that
/// they answer the same.
struct Question {
    std::string_view route;  // its id in the table: "listCases"
    std::vector<std::pair<std::string, std::string>> parameters = {};  // of its path and its query
    size_t rows = 0;      // of a list in pages, how many at most; 0: of a route without pages
    bool of_data = true;  // false: the answer is the program's own, whatever was folded

    /// A parameter that may be left out: "" is.
    void add(std::string name, const std::string& value);
};

/// The answer as the HTTP face writes it in "json", "csv" or "ndjson"; pages are put together.
/// Errors: the handler's, by the kind of problem when a server tells them; those of open_shards()
/// or of http_get(). Messages of a server's errors name it.
[[nodiscard]] Result<std::string> ask(const Question& question,
                                      std::string_view format,
                                      const Options& options);

/// The instant by which an answer with --as-of judges what is overdue: the one that was given, or
/// of a position the `asOf` of the answer. nullopt: nothing was appended by then.
[[nodiscard]] std::optional<int64_t> instant_as_of(std::string_view as_of,
                                                   std::string_view answered_as_of);

/// The answer in JSON, without `lag`: how far the end of the log is belongs to a server.
[[nodiscard]] Result<nlohmann::ordered_json> ask_json(const Question& question,
                                                      const Options& options);

}  // namespace sijill::cli
