#include "events/encode.h"

#include "events/check.h"
#include "events/json.h"

#include <charconv>
#include <utility>

namespace sijill::events {

namespace {

// Writes JSON straight into one string: generators and tests encode millions of events.

void write_escaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
    constexpr std::string_view kLetter = "\"\\bfnrt";
    out += '\\';
    if (const size_t at = kPlain.find(c); at != std::string_view::npos) {
        out += kLetter[at];
    } else {
        out += "u00";
        out += kHex[static_cast<unsigned char>(c) >> 4U];
        out += kHex[static_cast<unsigned char>(c) & 0x0fU];
    }
}

void write(std::string& out, std::string_view text) {
    out += '"';
    size_t plain = 0;  // where the text not yet written begins
    for (size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == '"' || c == '\\') {
            out += text.substr(plain, i - plain);
            write_escaped(out, text[i]);
            plain = i + 1;
        }
    }
    out += text.substr(plain);
    out += '"';
}

void write(std::string& out, int64_t value) {
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    out.append(digits, end);
}

void write(std::string& out, bool value) {
    out += value ? "true" : "false";
}

void write(std::string& out, const std::vector<std::string>& texts) {
    out += '[';
    for (const std::string& text : texts) {
        out += out.back() == '[' ? "" : ",";
        write(out, std::string_view(text));
    }
    out += ']';
}

void write(std::string& out, const Timestamp& time) {
    write(out, std::string_view(format_rfc3339(time)));
}

void write(std::string& out, const Sealed& sealed) {
    out += "{\"sealed\":";
    write(out, sealed.base64url);
    out += '}';
}

template <Kind K>
void write(std::string& out, const TextOf<K>& text) {
    if constexpr (K == Kind::Object) {
        const auto object = nlohmann::ordered_json::parse(text.text, nullptr, false);
        CHECK(object.is_object(), "a field of kind Object holds a JSON object");
        out += object.dump();  // without the writer's spaces and line breaks
    } else {
        write(out, text.text);
    }
}

template <Kind K>
void write(std::string& out, const NumberOf<K>& number) {
    write(out, number.value);
}

template <class E>
requires std::is_enum_v<E>
void write(std::string& out, E value) {
    write(out, name_of(value));
}

void write(std::string& out, const EvaluationItem& item);

template <class T, size_t N>
void write(std::string& out, const InlineList<T, N>& list) {
    out += '[';
    for (const T& item : list) {
        if (&item != list.begin()) {
            out += ',';
        }
        write(out, item);
    }
    out += ']';
}

// One member of an object; `out` ends with the object's brace or with the member before.
template <class T>
void put(std::string& out, std::string_view name, const T& value) {
    if (out.back() != '{') {
        out += ',';
    }
    write(out, name);
    out += ':';
    write(out, value);
}

template <class T>
void put(std::string& out, std::string_view name, const std::optional<T>& value) {
    if (value) {
        put(out, name, *value);
    }
}

void put_text(std::string& out, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        put(out, name, value);
    }
}

template <class E>
void write_fields(std::string& out, const E& event) {
    out += '{';
    E::fields([&](const auto&... field) { (put(out, field.name, event.*(field.member)), ...); });
    out += '}';
}

void write(std::string& out, const EvaluationItem& item) {
    write_fields(out, item);
}

template <EventStruct E>
std::string type_of(const E& /*event*/) {
    return std::string(kTypePrefix) + std::string(E::kType) + ".v" + std::to_string(E::kMajor);
}

// Up to the value of "data".
std::string head_of(const Envelope& envelope, std::string_view full_type) {
    std::string out;
    out.reserve(640);
    out += R"({"specversion":"1.0")";
    put(out, "id", envelope.id);
    put(out, "source", envelope.source);
    put(out, "type", full_type);
    put(out, "subject", envelope.subject);
    put(out, "time", envelope.time);
    out += R"(,"datacontenttype":"application/json")";
    put_text(out, "actor", envelope.actor);
    put(out, "expectedversion", envelope.expected_version);
    put_text(out, "sequence", envelope.sequence);
    put_text(out, "naturalkey", envelope.natural_key);
    put_text(out, "correlationid", envelope.correlation_id);
    put_text(out, "causationid", envelope.causation_id);
    put_text(out, "personkey", envelope.person_key);
    put_text(out, "traceparent", envelope.trace_parent);
    put_text(out, "tracestate", envelope.trace_state);
    out += ",\"data\":";
    return out;
}

}  // namespace

std::string full_type_of(const Event& event) {
    return std::visit([](const auto& e) { return type_of(e); }, event);
}

std::string encode(const Envelope& envelope, const Event& event) {
    std::string out = head_of(envelope, full_type_of(event));
    std::visit([&out](const auto& e) { write_fields(out, e); }, event);
    out += '}';
    return out;
}

std::string encode(const Envelope& envelope,
                   std::string_view full_type,
                   std::span<const NamedValue> data) {
    std::string out = head_of(envelope, full_type);
    out += '{';
    for (const NamedValue& field : data) {
        std::visit([&](const auto& value) { put(out, field.name, value); }, field.value);
    }
    out += "}}";
    return out;
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
