#include "events/catalogue.h"

#include "events/check.h"
#include "events/json.h"

#include <algorithm>
#include <set>

namespace sijill::events {

namespace {

template <class T>
std::span<const std::string_view> enum_names() {
    if constexpr (std::is_enum_v<T>) {
        return EnumNames<T>::kNames;
    } else {
        return {};
    }
}

template <class S, class M>
FieldDescriptor describe_field(const Field<S, M>& field) {
    using Type = FieldType<M>;
    using Value = typename Type::Value;
    return {field.name, kind_of<Value>(), Type::kRequired, enum_names<Value>()};
}

template <class S>
std::vector<FieldDescriptor> describe_fields() {
    std::vector<FieldDescriptor> fields;
    S::fields([&fields](const auto&... field) { (fields.push_back(describe_field(field)), ...); });
    return fields;
}

template <EventStruct E>
EventDescriptor describe() {
    return {E::kType, E::kMajor, E::kSubject, E::kSummary, describe_fields<E>()};
}

nlohmann::ordered_json text_schema(std::string_view pattern, size_t max) {
    nlohmann::ordered_json schema{{"type", "string"}};
    if (!pattern.empty()) {
        schema["pattern"] = pattern;
    }
    schema["maxLength"] = max;
    return schema;
}

nlohmann::ordered_json integer_schema(Bounds bounds) {
    return {{"type", "integer"}, {"minimum", bounds.minimum}, {"maximum", bounds.maximum}};
}

nlohmann::ordered_json field_schema(const FieldDescriptor& field);

nlohmann::ordered_json object_schema(const std::vector<FieldDescriptor>& fields) {
    nlohmann::ordered_json schema{{"type", "object"}};
    auto required = nlohmann::ordered_json::array();
    auto properties = nlohmann::ordered_json::object();
    for (const FieldDescriptor& field : fields) {
        properties[std::string(field.name)] = field_schema(field);
        if (field.required) {
            required.push_back(field.name);
        }
    }
    schema["required"] = required;
    schema["properties"] = properties;
    return schema;
}

nlohmann::ordered_json list_schema(nlohmann::ordered_json items, size_t max) {
    return {{"type", "array"}, {"items", std::move(items)}, {"minItems", 1}, {"maxItems", max}};
}

constexpr std::string_view kCodePattern = "^[a-z0-9][a-z0-9_.-]*$";

nlohmann::ordered_json field_schema(const FieldDescriptor& field) {
    switch (field.kind) {
        case Kind::Identifier:
        case Kind::Token:
            return text_schema("^[!-~]+$", kMaxIdentifierBytes);
        case Kind::Code:
            return text_schema(kCodePattern, kMaxCodeBytes);
        case Kind::Text:
            return text_schema("", kMaxTextBytes);
        case Kind::Country:
            return text_schema("^[A-Z]{2}$", 2);
        case Kind::Digest:
            return text_schema("^[0-9a-f]{64}$", 64);
        case Kind::Timestamp:
            return {{"type", "string"}, {"format", "date-time"}};
        case Kind::Milliseconds:
        case Kind::Count:
        case Kind::Integer:
        case Kind::Weight:
        case Kind::Points:
            return integer_schema(bounds_of(field.kind));
        case Kind::Boolean:
            return {{"type", "boolean"}};
        case Kind::Enumeration:
            return {{"type", "string"}, {"enum", field.names}};
        case Kind::Sealed:
            return {{"type", "object"},
                    {"required", {"sealed"}},
                    {"properties", {{"sealed", text_schema("^[A-Za-z0-9_-]+$", kMaxObjectBytes)}}}};
        case Kind::CodeList:
            return list_schema(text_schema(kCodePattern, kMaxCodeBytes), CodeList::kCapacity);
        case Kind::ItemList:
            return list_schema(object_schema(item_fields()), ItemList::kCapacity);
        case Kind::Object:
            return {{"type", "object"}};
    }
    CHECK(false, "every kind has a schema");
}

std::string kind_text(const FieldDescriptor& field) {
    switch (field.kind) {
        case Kind::Identifier:
            return "identifier";
        case Kind::Code:
            return "code";
        case Kind::Token:
            return "token";
        case Kind::Text:
            return "text";
        case Kind::Country:
            return "country (ISO 3166-1 alpha-2)";
        case Kind::Digest:
            return "SHA-256";
        case Kind::Timestamp:
            return "timestamp";
        case Kind::Milliseconds:
            return "milliseconds";
        case Kind::Count:
            return "count";
        case Kind::Integer:
            return "integer";
        case Kind::Weight:
            return "weight (" + text_of(bounds_of(field.kind)) + ")";
        case Kind::Points:
            return "points (" + text_of(bounds_of(field.kind)) + ")";
        case Kind::Boolean:
            return "true or false";
        case Kind::Enumeration:
            break;
        case Kind::Sealed:
            return "sealed";
        case Kind::CodeList:
            return "list of codes";
        case Kind::ItemList:
            return "list of items";
        case Kind::Object:
            return "object";
    }
    std::string text;
    for (const std::string_view name : field.names) {
        text += text.empty() ? "`" : ", `";
        text += std::string(name) + "`";
    }
    return text;
}

std::string field_rows(const std::vector<FieldDescriptor>& fields) {
    std::string page = "| field | | value |\n| --- | --- | --- |\n";
    for (const FieldDescriptor& field : fields) {
        page += "| `" + std::string(field.name) + "` | " +
                (field.required ? "required" : "optional") + " | " + kind_text(field) + " |\n";
    }
    return page;
}

constexpr std::string_view kPageHead = R"(# Event catalogue

Made by `sijill events catalogue` from the declarations in `events/`; CI compares it. Every event
is a CloudEvent 1.0 whose `type` is `gov.cc.<name>.v1`; the Kafka key equals `subject`. Attributes
of a structured event: `specversion` (1.0), `id`, `source`, `type`, `subject`, `time` (when it
happened, RFC 3339), `datacontenttype`, `data`; optional `actor`, `expectedversion`, `sequence`,
`naturalkey`, `correlationid`, `causationid`, `personkey`, `traceparent`, `tracestate`.

`time` decides: the hour and day of every figure, and where its durations begin and end. A timestamp
of `data` that tells the same instant (`opened_at`, `resolved_at`, `enqueued_at`) is for other
readers: to correct when something happened, publish `event.corrected` with the right `time`. The
order in which a subject's events are folded is the log's, and stays.
What is an instant of its own counts: `due_at`, an appointment's slot, a chat message's `posted_at`,
`answered_at` of a message and of a survey.

Kinds: *identifier* 1 to 128 printable ASCII characters, no space; *code* a term of the site's
taxonomy (`a-z 0-9 _ . -`, at most 64); *token* an opaque pseudonym; *text* at most 1,024 bytes;
*timestamp* RFC 3339 of the years 1900 to 2199; *milliseconds* a duration of 0 to 366 days; *count*
an integer from 0; *sealed* `{"sealed":"<base64url>"}`, never clear text; *list of codes* 1 to 16
codes. Unknown fields are kept in the log and ignored.
)";

}  // namespace

const std::vector<EventDescriptor>& all_events() {
    static const std::vector<EventDescriptor> kEvents = [] {
        std::vector<EventDescriptor> events;
        for_each_type(AllEvents{}, [&events]<class E>() { events.push_back(describe<E>()); });
        return events;
    }();
    return kEvents;
}

std::string full_type(const EventDescriptor& event) {
    return std::string(kTypePrefix) + std::string(event.type) + ".v" + std::to_string(event.major);
}

const EventDescriptor* find_event(std::string_view type) {
    const auto& events = all_events();
    const auto found = std::ranges::find_if(
        events, [type](const EventDescriptor& e) { return full_type(e) == type; });
    return found == events.end() ? nullptr : &*found;
}

const std::vector<FieldDescriptor>& item_fields() {
    static const std::vector<FieldDescriptor> kFields = describe_fields<EvaluationItem>();
    return kFields;
}

std::string json_schema(const EventDescriptor& event) {
    nlohmann::ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                  {"$id", "urn:sijill:schema:" + full_type(event)},
                                  {"title", full_type(event)},
                                  {"description", event.summary}};
    schema.update(object_schema(event.fields));
    return schema.dump(2) + "\n";
}

bool is_sealed_field(std::string_view name) {
    static const auto kNames = [] {
        std::set<std::string_view> names;
        for (const EventDescriptor& event : all_events()) {
            for (const FieldDescriptor& field : event.fields) {
                if (field.kind == Kind::Sealed) {
                    names.insert(field.name);
                }
            }
        }
        return names;
    }();
    return kNames.contains(name);
}

std::string catalogue_page() {
    std::string page(kPageHead);
    std::string_view family;
    for (const EventDescriptor& event : all_events()) {
        const std::string_view aggregate = event.type.substr(0, event.type.find('.'));
        if (aggregate != family) {
            family = aggregate;
            page += "\n## " + std::string(family) + "\n";
        }
        page += "\n### `" + full_type(event) + "`\n\n" + std::string(event.summary) + "\n\n" +
                field_rows(event.fields);
    }
    page += "\n## Items of an evaluation\n\n" + field_rows(item_fields());
    return page;
}

}  // namespace sijill::events
