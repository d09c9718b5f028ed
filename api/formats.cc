#include "api/formats.h"

#include "api/json_writer.h"
#include "api/problem.h"
#include "api/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <system_error>

namespace sijill::api {

namespace {

struct Offer {
    Media media;
    std::string_view name;
    std::string_view type;
};

constexpr std::array kOffers = {Offer{Media::Json, "json", "application/json"},
                                Offer{Media::Csv, "csv", "text/csv"},
                                Offer{Media::Ndjson, "ndjson", "application/x-ndjson"},
                                Offer{Media::Xlsx, "xlsx", kXlsxType}};

std::string_view trim(std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t");
    const size_t end = text.find_last_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, end - begin + 1);
}

// The quality of a media range, in thousandths; what is malformed counts as 1.
int quality_of(std::string_view range) {
    constexpr int kWhole = 1'000;
    for (const std::string_view piece : split(range, ';')) {
        const std::string_view parameter = trim(piece);
        const size_t equals = parameter.find('=');
        if (equals == std::string_view::npos || lower(trim(parameter.substr(0, equals))) != "q") {
            continue;
        }
        const std::string_view number = trim(parameter.substr(equals + 1));
        double quality = 0;
        const auto [end, failed] =
            std::from_chars(number.data(), number.data() + number.size(), quality);
        const bool read = failed == std::errc() && end == number.data() + number.size();
        return read && quality >= 0 && quality <= 1 ? static_cast<int>(quality * kWhole) : kWhole;
    }
    return kWhole;
}

// How specific a range fits a type: 0 not at all, 1 any, 2 its main type, 3 the type.
int fit_of(std::string_view range, std::string_view type) {
    const std::string name = lower(trim(range.substr(0, range.find(';'))));
    if (name == type) {
        return 3;
    }
    if (name == "*/*") {
        return 1;
    }
    return name.ends_with("/*") && type.starts_with(name.substr(0, name.size() - 1)) ? 2 : 0;
}

// RFC 9110: of the ranges that fit, the most specific one says the quality.
int quality_for(std::string_view accept, std::string_view type) {
    int best_fit = 0;
    int quality = 0;
    for (const std::string_view piece : split(accept, ',')) {
        const std::string_view range = trim(piece);
        const int fit = fit_of(range, type);
        if (fit > best_fit) {
            best_fit = fit;
            quality = quality_of(range);
        }
    }
    return quality;
}

// A column of numbers has null where it has none.
void write_cell(JsonWriter& json, const std::string& cell, bool number) {
    if (!number) {
        json.value(cell);
    } else if (cell.empty()) {
        json.null();
    } else {
        json.value(int64_t{std::stoll(cell)});
    }
}

void write_row(JsonWriter& json, const Table& table, const std::vector<std::string>& row) {
    json.begin_object();
    for (size_t i = 0; i < row.size(); ++i) {
        json.key(table.header[i]);
        write_cell(json, row[i], i < table.right_aligned.size() && table.right_aligned[i]);
    }
    json.end_object();
}

// An object as its members: `"a":1,"b":2`.
std::string members_of(const JsonWriter& json) {
    const std::string object = json.take();
    return object.substr(1, object.size() - 2);
}

std::string row_members(const Answer& answer) {
    JsonWriter json;
    json.begin_object();
    write_rows(json, answer.rows, answer.table);
    json.end_object();
    return members_of(json);
}

Response response_of(std::string_view type, std::string body) {
    Response response;
    response.headers.emplace_back("Content-Type", type);
    response.body = std::move(body);
    return response;
}

Response json_answer(Answer answer, const Standing& standing) {
    const std::string fresh = standing.written.empty() ? standing_members(standing) : "";
    const std::string& members = fresh.empty() ? standing.written : fresh;
    std::string body = with_members(std::move(answer.json), members);
    if (!answer.rows.empty()) {
        body = with_members(std::move(body), row_members(answer));
    }
    body += '\n';
    return response_of("application/json", std::move(body));
}

Response csv_answer(const Answer& answer, bool bom) {
    return response_of("text/csv; charset=utf-8; header=present",
                       (bom ? "\xEF\xBB\xBF" : "") + csv_table(answer.table));
}

Response ndjson_answer(const Answer& answer) {
    std::string lines;
    for (const auto& row : answer.table.rows) {
        JsonWriter json;
        write_row(json, answer.table, row);
        lines += json.take() + "\n";
    }
    return response_of("application/x-ndjson", std::move(lines));
}

}  // namespace

std::string standing_members(const Standing& standing) {
    JsonWriter json;
    json.begin_object();
    json.member("position", standing.position);
    json.member("asOf", standing.as_of);
    json.begin_object("lag");
    json.member("records", standing.lag_records);
    json.member("seconds", standing.lag_seconds);
    json.end_object();
    json.end_object();
    return members_of(json);
}

void write_rows(JsonWriter& json, std::string_view name, const Table& table) {
    json.begin_array(name);
    for (const auto& row : table.rows) {
        write_row(json, table, row);
    }
    json.end_array();
}

std::optional<Media> media_of(std::string_view name) {
    const auto found = std::ranges::find(kOffers, name, &Offer::name);
    return found == kOffers.end() ? std::nullopt : std::optional(found->media);
}

std::optional<Media> wanted_media(const Request& request, const Asked& asked) {
    if (const std::string format = asked.get("format"); !format.empty()) {
        return media_of(format);
    }
    const std::string* accept = request.header("accept");
    if (accept == nullptr || trim(*accept).empty()) {
        return Media::Json;
    }
    std::optional<Media> wanted;
    int best = 0;
    for (const Offer& offer : kOffers) {
        const int quality = quality_for(*accept, offer.type);
        if (quality > best) {
            best = quality;
            wanted = offer.media;
        }
    }
    return wanted;
}

Response write_answer(Answer answer, Media media, const Question& question) {
    switch (media) {
        case Media::Json:
            return json_answer(std::move(answer), question.standing);
        case Media::Csv:
            return csv_answer(answer, question.asked.get("bom") == "1");
        case Media::Ndjson:
            return ndjson_answer(answer);
        case Media::Xlsx:
            break;
    }
    auto workbook = xlsx_answer(answer, question);
    if (workbook) {
        return std::move(*workbook);
    }
    return workbook.error().code == Errc::TooLarge
               ? problem("not-acceptable", workbook.error().message)
               : problem_of(workbook.error());
}

}  // namespace sijill::api
