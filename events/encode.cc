#include "events/encode.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace sijill::events {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Timestamp& time) {
    return format_rfc3339(time);
}

Json to_json(const Sealed& sealed) {
    return Json{{"sealed", sealed.base64url}};
}

Json to_json(bool value) {
    return value;
}

template <Kind K>
Json to_json(const TextOf<K>& text) {
    if constexpr (K == Kind::Object) {
        return Json::parse(text.text);
    } else {
        return text.text;
    }
}

template <Kind K>
Json to_json(const NumberOf<K>& number) {
    return number.value;
}

template <class E>
requires std::is_enum_v<E> Json to_json(E value) {
    return name_of(value);
}

Json to_json(const EvaluationItem& item);

template <class T, size_t N>
Json to_json(const InlineList<T, N>& list) {
    Json array = Json::array();
    for (const T& item : list) {
        array.push_back(to_json(item));
    }
    return array;
}

template <class T>
void put(Json& data, std::string_view name, const T& value) {
    data[std::string(name)] = to_json(value);
}

template <class T>
void put(Json& data, std::string_view name, const std::optional<T>& value) {
    if (value) {
        put(data, name, *value);
    }
}

template <class E>
Json data_of(const E& event) {
    Json data = Json::object();
    std::apply([&](const auto&... field) { (put(data, field.name, event.*(field.member)), ...); },
               E::fields());
    return data;
}

Json to_json(const EvaluationItem& item) {
    return data_of(item);
}

void put_text(Json& out, const char* name, std::string_view value) {
    if (!value.empty()) {
        out[name] = value;
    }
}

template <EventStruct E>
std::string type_of(const E& /*event*/) {
    return std::string(kTypePrefix) + std::string(E::kType) + ".v" + std::to_string(E::kMajor);
}

}  // namespace

std::string full_type_of(const Event& event) {
    return std::visit([](const auto& e) { return type_of(e); }, event);
}

std::string encode(const Envelope& envelope, const Event& event) {
    Json out{{"specversion", "1.0"},
             {"id", envelope.id},
             {"source", envelope.source},
             {"type", full_type_of(event)},
             {"subject", envelope.subject},
             {"time", format_rfc3339(envelope.time)},
             {"datacontenttype", "application/json"}};
    put_text(out, "actor", envelope.actor);
    if (envelope.expected_version) {
        out["expectedversion"] = *envelope.expected_version;
    }
    put_text(out, "sequence", envelope.sequence);
    put_text(out, "naturalkey", envelope.natural_key);
    put_text(out, "correlationid", envelope.correlation_id);
    put_text(out, "causationid", envelope.causation_id);
    put_text(out, "personkey", envelope.person_key);
    put_text(out, "traceparent", envelope.trace_parent);
    put_text(out, "tracestate", envelope.trace_state);
    out["data"] = std::visit([](const auto& e) { return data_of(e); }, event);
    return out.dump();
}

NewRecord structured_record(std::string subject, std::string json) {
    return {std::move(subject),
            std::move(json),
            {{std::string(kContentTypeHeader), std::string(kStructuredContentType)}}};
}

NewRecord to_record(const Envelope& envelope, const Event& event) {
    return structured_record(std::string(envelope.subject), encode(envelope, event));
}

}  // namespace sijill::events
