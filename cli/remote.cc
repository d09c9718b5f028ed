#include "cli/remote.h"

#include "api/http_client.h"
#include "api/problem.h"
#include "api/text.h"
#include "cli/config.h"
#include "events/check.h"
#include "events/json.h"
#include "log/places.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace sijill::cli {

using nlohmann::ordered_json;

namespace {

constexpr size_t kPage = 1'000;  // the most rows that a server gives at once

// Of --token-file, else of SIJILL_TOKEN; never of the command line, which others can see.
Result<std::string> token_of(const Options& options) {
    std::string token;
    if (options.token_file.empty()) {
        const Environment environment = process_environment();
        const auto found = environment.find("SIJILL_TOKEN");
        token = found == environment.end() ? "" : found->second;
    } else {
        std::ifstream file(options.token_file);
        if (!std::getline(file, token) || token.empty()) {
            return fail(Errc::Config,
                        "no token can be read from '" + options.token_file +
                            "': its first line must be one");
        }
    }
    token.erase(token.find_last_not_of(" \r\n\t") + 1);
    if (!std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7F'; })) {
        return fail(Errc::Config, "the token has characters that no token has");
    }
    return token;
}

// The route's path with its parameters filled in, and the others behind it.
std::string target_of(const api::Route& route,
                      const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string path(route.path);
    std::string query;
    for (const auto& [name, value] : parameters) {
        const std::string place = "{" + name + "}";
        if (const size_t at = path.find(place); at != std::string::npos) {
            path.replace(at, place.size(), api::percent_encode(value));
        } else {
            query += (query.empty() ? "?" : "&") + api::percent_encode(name) + "=" +
                     api::percent_encode(value);
        }
    }
    return path + query;
}

Errc code_of(int status) {
    switch (status) {
        case 400:
        case 414:
            return Errc::Invalid;
        case 404:
            return Errc::NotFound;
        case 409:
        case 412:
            return Errc::Conflict;
        case 429:
        case 502:
        case 503:
        case 504:
            return Errc::Unavailable;
        default:  // 500: what the server had done by then is not known
            return status >= 500 ? Errc::Unknown : Errc::Rejected;
    }
}

std::string remedy_of(std::string_view kind) {
    if (kind == "unauthorized") {
        return "; give a token that the server knows with --token-file";
    }
    const auto kinds = api::problem_kinds();
    const auto found = std::ranges::find(kinds, kind, &api::ProblemKind::name);
    const bool told = kind == "not-found" || kind == "invalid-parameter";  // by the detail
    return found == kinds.end() || told ? "" : "; " + std::string(found->remedy);
}

std::string text_in(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Unexpected no_sijill(const Options& options, const api::Response& response) {
    return fail(Errc::Unavailable,
                options.api + " answers " + std::to_string(response.status) +
                    ", but not as sijill does: check the URL");
}

std::string header_of(const api::Response& response, std::string_view wanted) {
    for (const auto& [name, value] : response.headers) {
        if (api::lower(name) == wanted) {
            return value;
        }
    }
    return "";
}

// What the server says instead of an answer.
Unexpected refused(const Options& options, const api::Response& response) {
    const auto body = ordered_json::parse(response.body, nullptr, false);
    std::string text = body.is_object() ? text_in(body, "detail") : "";
    if (text.empty()) {
        return no_sijill(options, response);
    }
    for (const ordered_json& error : body.value("errors", ordered_json::array())) {
        text += "; " + text_in(error, "parameter") + text_in(error, "pointer") + ": " +
                text_in(error, "detail");
    }
    const std::string type = text_in(body, "type");
    return fail(code_of(response.status),
                options.api + ": " + text + remedy_of(type.substr(type.rfind('/') + 1)));
}

// The cursor of the next page: of `Link: <?…&cursor=…>; rel="next"`. "" on the last one.
std::string next_cursor(const api::Response& response) {
    const std::string link = header_of(response, "link");
    const size_t end = link.find('>');
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
    if (!link.starts_with("<?") || end == std::string::npos ||
        link.find("rel=\"next\"", end) == std::string::npos ||
        !api::split_target("/" + link.substr(1, end - 1), path, query)) {
        return "";
    }
    using Pair = std::pair<std::string, std::string>;
    const auto cursor = std::ranges::find(query, "cursor", &Pair::first);
    return cursor == query.end() ? "" : cursor->second;
}

// The pages of an answer, put together; one alone stays as it is.
class Pages {
  public:
    explicit Pages(std::string_view format) : format_(format) {}

    /// How many rows it had. Errors: Unavailable (a further page is no list).
    [[nodiscard]] Result<size_t> add(std::string page);
    [[nodiscard]] std::string text() const {
        return first_ || !text_.empty() || format_ != "json" ? text_ : api::json_text(list_) + "\n";
    }

  private:
    const std::string_view format_;
    bool first_ = true;
    std::string text_;
    ordered_json list_;  // of JSON; text_ is empty once there are two
};

// Lines that end outside of quotes, which only CSV has at a line's end.
size_t lines_in(std::string_view text, bool quoted_breaks) {
    bool quoted = false;
    size_t lines = 0;
    for (const char c : text) {
        quoted = quoted_breaks && (c == '"' ? !quoted : quoted);
        lines += c == '\n' && !quoted ? 1 : 0;
    }
    return lines;
}

Result<size_t> Pages::add(std::string page) {
    const bool first = std::exchange(first_, false);
    if (format_ != "json") {
        const size_t heading = format_ == "csv" ? page.find("\r\n") + 2 : 0;
        const size_t lines = lines_in(page, format_ == "csv");
        text_ += page.substr(first ? 0 : std::min(heading, page.size()));
        return lines - (format_ == "csv" ? std::min<size_t>(lines, 1) : 0);
    }
    auto answer = ordered_json::parse(page, nullptr, false);
    const bool list = answer.is_object() && answer.contains("items") && answer["items"].is_array();
    const size_t rows = list ? answer["items"].size() : 0;
    if (first) {
        text_ = std::move(page);
        list_ = std::move(answer);
        return rows;
    }
    if (!list || !list_.is_object() || !list_["items"].is_array()) {
        return fail(Errc::Unavailable, "a page of the answer is no list");
    }
    text_.clear();
    for (ordered_json& item : answer["items"]) {
        list_["items"].push_back(std::move(item));
    }
    list_["next"] = answer["next"];
    return rows;
}

Result<api::ClientConfig> client_of(const Options& options) {
    const auto url = api::parse_url(options.api);
    const auto token = url ? token_of(options) : Result<std::string>(Unexpected(url.error()));
    if (!token) {
        return Unexpected(token.error());
    }
    api::ClientConfig client;
    client.url = *url;
    client.token = *token;
    client.ca_file = options.ca_file;
    return client;
}

// An answer in the format that was asked for.
Result<api::Response> ask_page(const api::ClientConfig& client,
                               const std::string& target,
                               std::string_view format,
                               const Options& options) {
    auto response = api::http_get(client, target);
    if (!response) {
        return response;
    }
    if (response->status != 200) {
        return refused(options, *response);
    }
    // "text/csv; charset=…" holds "csv", and the others' types their names as well.
    if (header_of(*response, "content-type").find(format) == std::string::npos) {
        return no_sijill(options, *response);
    }
    return response;
}

}  // namespace

Result<std::string> ask_server(const api::Route& route,
                               const Question& question,
                               std::string_view format,
                               const Options& options) {
    const auto client = client_of(options);
    if (!client) {
        return Unexpected(client.error());
    }
    Pages pages(format);
    std::string cursor;
    size_t left = question.rows;
    do {
        auto parameters = question.parameters;
        parameters.emplace_back("lang", options.lang);
        parameters.emplace_back("format", format);
        if (question.rows > 0) {
            parameters.emplace_back("limit", std::to_string(std::min(left, kPage)));
        }
        if (!cursor.empty()) {
            parameters.emplace_back("cursor", cursor);
        }
        auto response = ask_page(*client, target_of(route, parameters), format, options);
        if (!response) {
            return Unexpected(response.error());
        }
        const auto rows = pages.add(std::move(response->body));
        if (!rows) {
            return Unexpected(rows.error());
        }
        left -= std::min(left, *rows);
        cursor = next_cursor(*response);
    } while (left > 0 && !cursor.empty());
    return pages.text();
}

Result<ordered_json> post_server(std::string_view route,
                                 const std::vector<std::pair<std::string, std::string>>& parameters,
                                 const api::Posted& posted,
                                 const Options& options) {
    const auto& routes = api::routes();
    const auto found = std::ranges::find(routes, route, &api::Route::id);
    CHECK(found != routes.end(), "a POST to a route that is not in the table");
    const auto client = client_of(options);
    if (!client) {
        return Unexpected(client.error());
    }
    const auto response = api::http_post(*client, target_of(*found, parameters), posted);
    if (!response) {
        return Unexpected(response.error());
    }
    // 207: a batch, whose items have a status each.
    if (response->status != 200 && response->status != 201 && response->status != 207) {
        return refused(options, *response);
    }
    auto answer = ordered_json::parse(response->body, nullptr, false);
    return answer.is_object() ? Result<ordered_json>(std::move(answer))
                              : no_sijill(options, *response);
}

Result<std::string> end_of_server_log(const Options& options) {
    const auto client = client_of(options);
    if (!client) {
        return Unexpected(client.error());
    }
    const auto ready = api::http_get(*client, "/readyz");
    if (!ready) {
        return Unexpected(ready.error());
    }
    if (ready->status != 200) {
        return fail(Errc::Unavailable,
                    options.api + " is not ready: its views have not caught up with its log");
    }
    const auto response = ask_page(*client, "/v1/positions", "json", options);
    if (!response) {
        return Unexpected(response.error());
    }
    const auto answer = ordered_json::parse(response->body, nullptr, false);
    std::string position;
    for (const ordered_json& each : answer.value("partitions", ordered_json::array())) {
        log::append_to_position(
            position, each.value("partition", 0), each.value("end", int64_t{0}));
    }
    return position;
}

}  // namespace sijill::cli
