#include "cli/reads.h"

#include "api/formats.h"
#include "api/moment.h"
#include "cli/folding.h"
#include "cli/remote.h"
#include "cli/site.h"
#include "events/check.h"
#include "events/json.h"
#include "events/time.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

namespace sijill::cli {

using nlohmann::ordered_json;

namespace {

const api::Route& route_of(const Question& question) {
    const auto& routes = api::routes();
    const auto found = std::ranges::find(routes, question.route, &api::Route::id);
    CHECK(found != routes.end(), "a question to a route that is not in the table");
    const bool in_pages = std::ranges::find(found->parameters, "limit", &api::Parameter::name) !=
                          found->parameters.end();
    CHECK(in_pages == (question.rows > 0),
          "a question says how many rows of a list in pages, and of no other");
    return *found;
}

Result<api::Asked> asked_of(const Question& question, const Options& options) {
    const api::Route& route = route_of(question);
    api::Request request;
    api::Asked asked;
    for (const auto& [name, value] : question.parameters) {
        const auto parameter = std::ranges::find(route.parameters, name, &api::Parameter::name);
        if (parameter != route.parameters.end() && parameter->in == api::In::Path) {
            asked.parameters.emplace(name, value);
        } else {
            request.query.emplace_back(name, value);
        }
    }
    request.query.emplace_back("lang", options.lang);
    std::string wrong;
    for (const events::Violation& each : api::check_parameters(route, request, asked)) {
        wrong += (wrong.empty() ? "" : "; ") + each.pointer + ": " + each.detail;
    }
    if (!wrong.empty()) {
        return fail(Errc::Invalid, wrong);
    }
    return asked;
}

// Answers of a list in pages, put together until there are as many rows as were asked for.
Result<api::Answer> answer_here(const Question& question,
                                api::Asked asked,
                                const api::Reading& reading) {
    const auto& handler = std::get<api::Read>(route_of(question).handler);
    if (question.rows == 0) {
        return handler(asked, reading);
    }
    api::Answer whole;
    do {
        // Here a page may hold any number.
        asked.parameters["limit"] = std::to_string(question.rows - whole.table.rows.size());
        auto page = handler(asked, reading);
        if (!page) {
            return page;
        }
        auto rows = std::move(whole.table.rows);
        std::ranges::move(page->table.rows, std::back_inserter(rows));
        whole = std::move(*page);
        whole.table.rows = std::move(rows);
        asked.parameters["cursor"] = whole.next;
    } while (!whole.next.empty() && whole.table.rows.size() < question.rows);
    return whole;
}

// What a question is answered from.
struct Source {
    std::unique_ptr<log::EventLog> log;          // nullptr where it is not read
    std::unique_ptr<consumers::PastView> past;   // of --as-of
    std::optional<consumers::ShardView> shards;  // else
    [[nodiscard]] const consumers::ShardView& view() const { return past ? past->view() : *shards; }
};

Result<Source> open_source(const Question& question, const Options& options) {
    Source source;
    const bool past = !options.as_of.empty();
    if (route_of(question).reads_log || past) {
        auto log = open_log(options);
        if (!log) {
            return Unexpected(log.error());
        }
        source.log = std::move(*log);
    }
    if (past) {
        auto folded = fold_as_of(*source.log, options.as_of, options);
        if (!folded) {
            return Unexpected(folded.error());
        }
        source.past = std::move(*folded);
        return source;
    }
    auto view = question.of_data ? open_shards(options)
                                 : Result<consumers::ShardView>(consumers::ShardView());
    if (!view) {
        return Unexpected(view.error());
    }
    source.shards = std::move(*view);
    return source;
}

Result<std::string> ask_here(const Question& question, api::Media media, const Options& options) {
    const auto asked = asked_of(question, options);
    if (!asked) {
        return Unexpected(asked.error());
    }
    const auto site = site_of(options);
    const auto source =
        site ? open_source(question, options) : Result<Source>(Unexpected(site.error()));
    const auto local_time = projections::LocalTime::of(options.time_zone);
    if (!source || !local_time) {
        return Unexpected(source ? local_time.error() : source.error());
    }
    const consumers::ShardView& shards = source->view();
    const int64_t now_ms =
        source->past
            ? instant_as_of(options.as_of, api::as_of(shards.positions()).value_or("")).value_or(0)
            : api::this_minute_ms();
    auto answer = answer_here(
        question, *asked, {shards, source->log.get(), *local_time, *site, media, false, now_ms});
    if (!answer) {
        return Unexpected(answer.error());
    }
    // How far the end of the log is belongs to a server: ask_json() leaves the lag out.
    const api::Standing standing{shards.position(), api::as_of(shards.positions())};
    return api::write_answer(
               std::move(*answer), media, {route_of(question), *asked, options.time_zone, standing})
        .body;
}

}  // namespace

void Question::add(std::string name, const std::string& value) {
    if (!value.empty()) {
        parameters.emplace_back(std::move(name), value);
    }
}

std::optional<int64_t> instant_as_of(std::string_view as_of, std::string_view answered_as_of) {
    const auto given = events::parse_rfc3339(as_of);
    const auto at = given ? given : events::parse_rfc3339(answered_as_of);
    return at ? std::optional(at->ms) : std::nullopt;
}

Result<std::string> ask(const Question& question, std::string_view format, const Options& options) {
    if (!options.api.empty() && !options.as_of.empty()) {
        return fail(Errc::Invalid,
                    "--as-of folds the log again: it needs --data or --kafka, and no --api");
    }
    if (!options.api.empty()) {
        return ask_server(route_of(question), question, format, options);
    }
    const auto media = api::media_of(format);
    CHECK(media.has_value(), "a format that is not offered");
    return ask_here(question, *media, options);
}

Result<ordered_json> ask_json(const Question& question, const Options& options) {
    const auto text = ask(question, "json", options);
    if (!text) {
        return Unexpected(text.error());
    }
    auto answer = ordered_json::parse(*text, nullptr, false);
    if (!answer.is_object()) {
        return fail(Errc::Unavailable, options.api + ": the answer is no JSON object");
    }
    answer.erase("lag");
    return answer;
}

}  // namespace sijill::cli
