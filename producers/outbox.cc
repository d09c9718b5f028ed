#include "producers/outbox.h"

#include "events/catalogue.h"
#include "events/event.h"
#include "events/json.h"
#include "events/repeated_names.h"
#include "events/time.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::producers {

namespace {

using nlohmann::ordered_json;

constexpr size_t kMostHeaders = 64;
constexpr std::string_view kAttributePrefix = "ce_";

Unexpected rejected(std::string reason) {
    return fail(Errc::Rejected, std::move(reason));
}

// Converters that write JSON put texts into quotes.
std::string plain_text(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"') {
        const auto parsed = ordered_json::parse(text, nullptr, false);
        if (parsed.is_string()) {
            return parsed.get<std::string>();
        }
    }
    return std::string(text);
}

// As deep as an event may be, in what a converter wraps around it.
constexpr int kMostNesting = events::kMaxNesting + 2;

// Errors: Rejected. What is nested deeper takes a piece of the stack for each level when it is
// written or copied, and what ends the program once would do so at each start.
Result<ordered_json> parse_bounded(std::string_view text) {
    bool deep = false;
    events::RepeatedNames names;
    const auto watch = [&](int depth, ordered_json::parse_event_t event, const auto& parsed) {
        deep = deep || depth > kMostNesting;
        names.see(event, parsed);
        return !deep;
    };
    auto value = ordered_json::parse(text, watch, false);
    if (deep) {
        return rejected("the value is nested deeper than " + std::to_string(kMostNesting));
    }
    if (names.found()) {
        return rejected("an object in the value has a key twice");
    }
    return value;
}

// Out of what a converter wraps around it: {schema, payload}, or a text that holds JSON. Discarded
// when it is no JSON. Errors: as parse_bounded.
Result<ordered_json> unwrapped(std::string_view text) {
    auto parsed = parse_bounded(text);
    if (!parsed) {
        return parsed;
    }
    ordered_json value = std::move(*parsed);
    if (value.is_object() && value.size() == 2 && value.contains("schema") &&
        value.contains("payload")) {
        value = ordered_json(value["payload"]);
    }
    if (value.is_string()) {
        return parse_bounded(value.get_ref<const std::string&>());
    }
    return value;
}

// The attributes that headers give.
Result<std::map<std::string, std::string>> attributes_of(const events::Record& record,
                                                         const OutboxRules& rules) {
    std::map<std::string, std::string> attributes;
    std::vector<events::Header> headers;
    if (record.headers.read != nullptr &&
        !record.headers.read(record.headers.handle, kMostHeaders, headers)) {
        return rejected("it has more than " + std::to_string(kMostHeaders) + " headers");
    }
    for (const events::Header& header : headers) {
        std::string attribute;
        if (const auto mapped = rules.headers.find(header.name); mapped != rules.headers.end()) {
            attribute = mapped->second;
        } else if (header.name.starts_with(kAttributePrefix)) {
            attribute = header.name.substr(kAttributePrefix.size());
        } else {
            continue;
        }
        if (!attributes.emplace(attribute, plain_text(header.value)).second) {
            return rejected("its headers give the attribute " + attribute + " twice");
        }
    }
    return attributes;
}

std::string long_type(const std::string& type) {
    const auto& all = events::all_events();
    const auto found = std::ranges::find(all, type, &events::EventDescriptor::type);
    return found == all.end() ? type : events::full_type(*found);
}

}  // namespace

Result<std::optional<std::string>> outbox_event(const events::Record& record,
                                                const OutboxRules& rules) {
    if (!record.value) {
        return std::nullopt;
    }
    auto unwrapped_value = unwrapped(*record.value);
    if (!unwrapped_value) {
        return Unexpected(unwrapped_value.error());
    }
    ordered_json data = std::move(*unwrapped_value);
    if (data.is_null()) {
        return std::nullopt;
    }
    if (!data.is_object()) {
        return rejected("the value is no JSON object, no text of one, and no {schema, payload}");
    }
    if (data.contains("specversion")) {
        return std::optional(data.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
    }
    auto attributes = attributes_of(record, rules);
    if (!attributes) {
        return Unexpected(attributes.error());
    }
    for (const auto& [header, attribute] : rules.headers) {
        if ((attribute == "id" || attribute == "type") && !attributes->contains(attribute)) {
            return rejected("it has no header " + header + ", which is the event's " + attribute);
        }
    }
    attributes->try_emplace("specversion", "1.0");
    attributes->try_emplace("source", rules.source);
    attributes->try_emplace("subject", plain_text(record.key.value_or("")));
    attributes->try_emplace("time", events::format_rfc3339({record.append_time_ms}));
    attributes->insert_or_assign("datacontenttype", "application/json");
    (*attributes)["type"] = long_type((*attributes)["type"]);
    ordered_json event = ordered_json::object();
    for (auto& [name, value] : *attributes) {
        event[name] = std::move(value);
    }
    event["data"] = std::move(data);
    return std::optional(event.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

}  // namespace sijill::producers
