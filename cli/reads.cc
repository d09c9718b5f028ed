#include "cli/reads.h"

#include "api/formats.h"
#include "api/moment.h"
#include "cli/folding.h"
#include "cli/remote.h"
#include "events/check.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
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

Result<std::string> ask_here(const Question& question, api::Media media, const Options& options) {
    const auto asked = asked_of(question, options);
    if (!asked) {
        return Unexpected(asked.error());
    }
    const api::Route& route = route_of(question);
    const bool past = question.of_data && !options.as_of.empty();
    std::unique_ptr<log::EventLog> log;
    if (route.reads_log || past) {
        auto opened = open_log(options);
        if (!opened) {
            return Unexpected(opened.error());
        }
        log = std::move(*opened);
    }
    std::unique_ptr<consumers::PastView> held;
    std::optional<consumers::ShardView> opened;
    if (past) {
        auto folded = fold_as_of(*log, options.as_of, options);
        if (!folded) {
            return Unexpected(folded.error());
        }
        held = std::move(*folded);
    } else {
        auto view = question.of_data ? open_shards(options)
                                     : Result<consumers::ShardView>(consumers::ShardView());
        if (!view) {
            return Unexpected(view.error());
        }
        opened = std::move(*view);
    }
    const consumers::ShardView& shards = past ? held->view() : *opened;
    const auto local_time = projections::LocalTime::of(options.time_zone);
    if (!local_time) {
        return Unexpected(local_time.error());
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const int64_t now_ms =
        std::chrono::milliseconds(std::chrono::floor<std::chrono::minutes>(now)).count();
    const auto answer =
        answer_here(question, *asked, {shards, log.get(), *local_time, media, false, now_ms});
    if (!answer) {
        return Unexpected(answer.error());
    }
    // How far the end of the log is belongs to a server: ask_json() leaves the lag out.
    const api::Standing standing{shards.position(), api::as_of(shards.positions())};
    return api::write_answer(*answer, media, {route, *asked, options.time_zone, standing}).body;
}

}  // namespace

void Question::add(std::string name, const std::string& value) {
    if (!value.empty()) {
        parameters.emplace_back(std::move(name), value);
    }
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
