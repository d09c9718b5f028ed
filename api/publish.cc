#include "api/publish.h"

#include "api/problem.h"
#include "api/text.h"
#include "events/json.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <charconv>

namespace sijill::api {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string media_type(const Request& request) {
    const std::string* type = request.header("content-type");
    if (type == nullptr) {
        return "";
    }
    std::string name = lower(type->substr(0, type->find(';')));
    name.erase(name.find_last_not_of(kSpace) + 1);
    return name;
}

bool is_json(const std::string& media) {
    return media == "application/json" ||
           (media.ends_with("+json") && !media.starts_with("application/cloudevents"));
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_attribute_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

// Where the JSON value that begins at `at` ends: at the comma or bracket behind it. Looks at
// strings and brackets only; what is between them is the decoder's to judge.
size_t end_of_element(std::string_view json, size_t at) {
    size_t depth = 0;
    bool quoted = false;
    for (; at < json.size(); ++at) {
        const char c = json[at];
        if (quoted) {
            at += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        } else if (depth == 0 && (c == ',' || c == ']' || c == '}')) {
            return at;
        }
    }
    return std::string_view::npos;
}

// The attributes of binary mode, and the data as it stands in the body.
std::optional<std::string> from_binary(const Request& request) {
    std::string json = "{";
    for (const auto& [name, value] : request.headers) {
        if (!name.starts_with("ce-")) {
            continue;
        }
        const std::string attribute = name.substr(3);
        const auto text = percent_decode(value, false);
        if (!is_attribute_name(attribute) || attribute == "data" ||
            attribute == "datacontenttype" || !text) {
            return std::nullopt;
        }
        const bool number = attribute == "expectedversion" && is_digits(*text);
        json += nlohmann::json(attribute).dump() + ":" +
                (number ? *text
                        : nlohmann::json(*text).dump(
                              -1, ' ', false, nlohmann::json::error_handler_t::replace)) +
                ",";
    }
    return json + "\"datacontenttype\":\"application/json\",\"data\":" + request.body + "}";
}

Brought refuse(Response response) {
    Brought brought;
    brought.refused = std::move(response);
    return brought;
}

Brought expect_version(Brought brought, const Request& request) {
    const auto version = version_to_match(request);
    if (brought.refused || (version && !*version)) {
        return brought;
    }
    if (!version || brought.batch) {
        return refuse(
            problem("invalid-parameter",
                    brought.batch ? "If-Match is for a single event" : version.error().message));
    }
    std::string& event = brought.events.front();
    const size_t open = event.find_first_not_of(kSpace);
    if (open != std::string::npos && event[open] == '{') {
        event.insert(open + 1, "\"expectedversion\":" + std::to_string(**version) + ",");
    }
    return brought;
}

Brought bring_batch(const Request& request) {
    auto events = split_array(request.body, kMostEvents + 1);
    if (!events) {
        return refuse(problem("invalid-event", "the batch is no JSON array"));
    }
    if (events->size() > kMostEvents) {
        return refuse(problem("payload-too-large",
                              "a batch has at most " + std::to_string(kMostEvents) + " events"));
    }
    Brought brought;
    brought.batch = true;
    brought.events = std::move(*events);
    return brought;
}

// Why the record has no effect; none: it was applied.
struct Ineffective {
    std::optional<uint8_t> reason;
    std::string row;
};

Result<Ineffective> why_without_effect(const projections::RowReader& rows, int64_t offset) {
    Ineffective found;
    const auto scanned = rows.scan(projections::keys::anomaly(offset, 0),
                                   projections::keys::anomaly(offset + 1, 0),
                                   [&found](std::string_view key, std::string_view value) {
                                       const auto place = projections::keys::parse_anomaly(key);
                                       if (place && !projections::is_doubt(place->reason)) {
                                           found = {place->reason, std::string(value)};
                                       }
                                       return true;
                                   });
    return scanned ? Result<Ineffective>(std::move(found)) : Unexpected(scanned.error());
}

Result<EventVerdict> verdict_in(const projections::RowReader& rows, int64_t offset) {
    const auto here = why_without_effect(rows, offset);
    if (!here) {
        return Unexpected(here.error());
    }
    if (here->reason != static_cast<uint8_t>(projections::AnomalyReason::Duplicate)) {
        return EventVerdict{false, here->reason};
    }
    const auto anomaly = projections::decode_anomaly(here->row);
    if (!anomaly) {
        return Unexpected(anomaly.error());
    }
    const auto first = projections::repeated_offset(anomaly->detail);
    if (!first) {
        return fail(Errc::Corrupt, "a repetition that does not say of what");
    }
    const auto there = why_without_effect(rows, *first);
    return there ? Result<EventVerdict>(EventVerdict{true, there->reason})
                 : Unexpected(there.error());
}

}  // namespace

std::optional<std::vector<std::string>> split_array(std::string_view json, size_t most) {
    const size_t open = json.find_first_not_of(kSpace);
    if (open == std::string_view::npos || json[open] != '[') {
        return std::nullopt;
    }
    std::vector<std::string> elements;
    for (size_t at = open + 1; elements.size() < most;) {
        const size_t end = end_of_element(json, at);
        if (end == std::string_view::npos || json[end] == '}') {
            return std::nullopt;
        }
        const std::string_view element = json.substr(at, end - at);
        const bool blank = element.find_first_not_of(kSpace) == std::string_view::npos;
        const bool last = json[end] == ']';
        if (!(blank && last && elements.empty())) {
            elements.emplace_back(element);
        }
        if (last) {
            const bool nothing_behind =
                json.find_first_not_of(kSpace, end + 1) == std::string_view::npos;
            return nothing_behind ? std::optional(std::move(elements)) : std::nullopt;
        }
        at = end + 1;
    }
    return elements;
}

std::optional<Response> refuse_encoded(const Request& request) {
    const std::string* encoding = request.header("content-encoding");
    if (encoding == nullptr || encoding->empty() || lower(*encoding) == "identity") {
        return std::nullopt;
    }
    return problem("unsupported-media-type",
                   "the body has a Content-Encoding, and none is read: send it uncompressed");
}

Brought bring(const Request& request) {
    if (auto encoded = refuse_encoded(request)) {
        return refuse(std::move(*encoded));
    }
    const std::string media = media_type(request);
    Brought brought;
    if (media == "application/cloudevents-batch+json") {
        return expect_version(bring_batch(request), request);
    }
    if (media == "application/cloudevents+json") {
        brought.events.push_back(request.body);
        return expect_version(std::move(brought), request);
    }
    if (!is_json(media)) {
        return refuse(problem("unsupported-media-type",
                              "the media type is not a CloudEvent's, nor JSON with ce- headers"));
    }
    if (request.header("ce-specversion") == nullptr) {
        return refuse(
            problem("invalid-event",
                    "no ce-specversion: send ce- headers, or application/cloudevents+json"));
    }
    auto event = nlohmann::json::accept(request.body) ? from_binary(request) : std::nullopt;
    if (!event) {
        return refuse(
            problem("invalid-event", "the body is no JSON, or a ce- header is malformed"));
    }
    brought.events.push_back(std::move(*event));
    return expect_version(std::move(brought), request);
}

Result<std::optional<int64_t>> version_to_match(const Request& request) {
    const std::string* if_match = request.header("if-match");
    if (if_match == nullptr) {
        return std::optional<int64_t>();
    }
    const bool quoted = if_match->size() > 2 && if_match->front() == '"' && if_match->back() == '"';
    const std::string number = quoted ? if_match->substr(1, if_match->size() - 2) : "";
    int64_t version = 0;
    const auto [end, failed] =
        std::from_chars(number.data(), number.data() + number.size(), version);
    if (!is_digits(number) || failed != std::errc()) {
        return fail(Errc::Invalid, "If-Match must be one version in quotes: \"7\"");
    }
    return std::optional(version);
}

std::optional<int> preferred_wait(const Request& request) {
    const std::string* prefer = request.header("prefer");
    const size_t at = prefer == nullptr ? std::string::npos : prefer->find("wait=");
    if (at == std::string::npos) {
        return std::nullopt;
    }
    int seconds = 0;
    const char* const begin = prefer->data() + at + 5;
    const auto [end, failed] = std::from_chars(begin, prefer->data() + prefer->size(), seconds);
    if (failed != std::errc() || seconds < 0) {
        return std::nullopt;
    }
    return std::min(seconds, kLongestWait);
}

std::string EventVerdict::text() const {
    if (reason) {
        return projections::reason_text(*reason);
    }
    return repeated ? "duplicate" : "applied";
}

Result<EventVerdict> verdict_of(const consumers::ShardView& shards,
                                int32_t partition,
                                int64_t offset) {
    for (size_t i = 0; i < shards.rows().size(); ++i) {
        if (shards.partition_of_index(i) == partition) {
            return verdict_in(*shards.rows()[i], offset);
        }
    }
    return EventVerdict();
}

}  // namespace sijill::api
