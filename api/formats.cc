#include "api/formats.h"

#include "api/json_writer.h"
#include "api/text.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace sijill::api {

namespace {

struct Offer {
    Media media;
    std::string_view name;
    std::string_view type;
};

constexpr std::array kOffers = {Offer{Media::Json, "json", "application/json"},
                                Offer{Media::Csv, "csv", "text/csv"},
                                Offer{Media::Ndjson, "ndjson", "application/x-ndjson"}};

std::string_view trim(std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t");
    const size_t end = text.find_last_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, end - begin + 1);
}

// The quality of a media range, in thousandths; what is malformed counts as 1.
int quality_of(std::string_view range) {
    const size_t at = range.find(";q=");
    if (at == std::string_view::npos) {
        return 1'000;
    }
    const std::string number(range.substr(at + 3, 5));
    char* end = nullptr;
    const double quality = std::strtod(number.c_str(), &end);
    return end == number.c_str() || quality > 1 ? 1'000 : static_cast<int>(quality * 1'000);
}

// How specific a range fits a type: 0 not at all, 1 any, 2 its main type, 3 the type.
int fit_of(std::string_view range, std::string_view type) {
    const std::string_view name = trim(range.substr(0, range.find(';')));
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

void write_row(JsonWriter& json, const Table& table, const std::vector<std::string>& row) {
    json.begin_object();
    for (size_t i = 0; i < row.size(); ++i) {
        const bool number = i < table.right_aligned.size() && table.right_aligned[i];
        json.key(table.header[i]);
        number && !row[i].empty() ? json.value(int64_t{std::stoll(row[i])}) : json.value(row[i]);
    }
    json.end_object();
}

std::string json_rows(const Table& table) {
    JsonWriter json;
    json.begin_array();
    for (const auto& row : table.rows) {
        write_row(json, table, row);
    }
    json.end_array();
    return json.take();
}

}  // namespace

std::optional<Media> wanted_media(const Request& request, const Asked& asked) {
    if (const std::string format = asked.get("format"); !format.empty()) {
        return std::ranges::find(kOffers, format, &Offer::name)->media;
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

Response write_answer(const Answer& answer, Media media, bool bom, std::string_view standing) {
    Response response;
    if (media == Media::Json) {
        response.headers.emplace_back("Content-Type", "application/json");
        response.body = with_members(answer.json, standing);
        if (!answer.rows.empty()) {
            response.body = with_members(std::move(response.body),
                                         "\"" + answer.rows + "\":" + json_rows(answer.table));
        }
        response.body += '\n';
        return response;
    }
    if (media == Media::Csv) {
        response.headers.emplace_back("Content-Type", "text/csv; charset=utf-8; header=present");
        response.body = (bom ? "\xEF\xBB\xBF" : "") + csv_table(answer.table);
        return response;
    }
    response.headers.emplace_back("Content-Type", "application/x-ndjson");
    for (const auto& row : answer.table.rows) {
        JsonWriter json;
        write_row(json, answer.table, row);
        response.body += json.take() + "\n";
    }
    return response;
}

}  // namespace sijill::api
