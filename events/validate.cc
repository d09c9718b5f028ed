#include "events/validate.h"

#include "events/catalogue.h"
#include "events/grammar.h"
#include "events/json.h"
#include "events/utf8.h"

#include <algorithm>
#include <set>

namespace sijill::events {

namespace {

using nlohmann::json;

constexpr size_t kLongestPointer = 256;
constexpr std::string_view kUnnamed = "/…";  // a place whose pointer would be too long

// What is wrong, within bounds: 64 KB can hold 8,000 violations below a name of 32 KB.
class Violations {
  public:
    void add(const std::string& pointer, const char* code, std::string detail) {
        if (all_.size() < kMostViolations) {
            all_.push_back({pointer, code, std::move(detail)});
        } else if (!is_full()) {
            all_.push_back(
                {pointer, std::string(kMoreViolations), "there are more: mend these first"});
        }
    }

    [[nodiscard]] bool is_full() const { return all_.size() > kMostViolations; }
    [[nodiscard]] std::vector<Violation> take() { return std::move(all_); }

  private:
    std::vector<Violation> all_;
};

// Deepest nesting of brackets outside strings; linear, before any parser recurses or allocates.
int nesting(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

std::string escape_pointer(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

// The place of a member; what is below one that is not named has its pointer.
std::string below(const std::string& pointer, std::string_view escaped_key) {
    if (pointer.ends_with(kUnnamed)) {
        return pointer;
    }
    const bool fits = pointer.size() + 1 + escaped_key.size() <= kLongestPointer;
    std::string place = pointer;
    return fits ? place.append("/").append(escaped_key) : place.append(kUnnamed);
}

// Follows the parser and notes each key that its object already has.
class DuplicateKeys {
  public:
    explicit DuplicateKeys(Violations& out) : out_(out) {}

    bool see(json::parse_event_t event, const json& parsed) {
        switch (event) {
            case json::parse_event_t::object_start:
            case json::parse_event_t::array_start:
                next_element();
                frames_.push_back({event == json::parse_event_t::array_start, 0, {}, {}});
                break;
            case json::parse_event_t::object_end:
            case json::parse_event_t::array_end:
                frames_.pop_back();
                break;
            case json::parse_event_t::key: {
                Frame& frame = frames_.back();
                frame.place = escape_pointer(parsed.get_ref<const std::string&>());
                if (!frame.keys.insert(frame.place).second) {
                    out_.add(pointer(), "duplicate-key", "the key stands twice in its object");
                }
                break;
            }
            case json::parse_event_t::value:
                next_element();
                break;
        }
        return true;
    }

  private:
    struct Frame {
        bool array;
        size_t next;
        std::string place;
        std::set<std::string> keys;
    };

    void next_element() {
        if (!frames_.empty() && frames_.back().array) {
            frames_.back().place = std::to_string(frames_.back().next++);
        }
    }

    [[nodiscard]] std::string pointer() const {
        std::string text;
        for (const Frame& frame : frames_) {
            text = below(text, frame.place);
        }
        return text;
    }

    Violations& out_;
    std::vector<Frame> frames_;
};

// Floats and U+0000 are refused anywhere, also in fields that nobody reads.
void check_everywhere(const json& value, const std::string& pointer, Violations& out) {
    if (out.is_full()) {
        return;
    }
    if (value.is_number_float()) {
        out.add(pointer,
                "not-an-integer",
                "numbers are integers of at most 2^53-1; there are no fractions");
    } else if (value.is_string()) {
        if (value.get_ref<const std::string&>().find('\0') != std::string::npos) {
            out.add(pointer, "nul", "U+0000 is refused");
        }
    } else if (value.is_object()) {
        for (const auto& [key, child] : value.items()) {
            const std::string place = below(pointer, escape_pointer(key));
            if (key.find('\0') != std::string::npos) {
                out.add(place, "nul", "U+0000 is refused");
            }
            check_everywhere(child, place, out);
        }
    } else if (value.is_array()) {
        for (size_t i = 0; i < value.size(); ++i) {
            check_everywhere(value[i], below(pointer, std::to_string(i)), out);
        }
    }
}

bool integer_between(const json& value, Bounds bounds) {
    if (value.is_number_unsigned()) {
        return value.get<uint64_t>() <= static_cast<uint64_t>(bounds.maximum);
    }
    return value.is_number_integer() && value.get<int64_t>() >= bounds.minimum &&
           value.get<int64_t>() <= bounds.maximum;
}

void check_fields(const json& object,
                  const std::vector<FieldDescriptor>& fields,
                  const std::string& pointer,
                  Door door,
                  Violations& out);

void check_text(const json& value,
                bool (*grammar)(std::string_view),
                const char* expected,
                const std::string& pointer,
                Violations& out) {
    if (!value.is_string()) {
        out.add(pointer, "wrong-type", std::string("a string is expected: ") + expected);
    } else if (!grammar(value.get_ref<const std::string&>())) {
        out.add(pointer, "grammar", std::string("expected ") + expected);
    }
}

void check_integer(const json& value, Bounds bounds, const std::string& pointer, Violations& out) {
    if (!value.is_number_integer()) {
        out.add(pointer, "wrong-type", "an integer is expected");
    } else if (!integer_between(value, bounds)) {
        out.add(pointer, "range", "expected " + text_of(bounds));
    }
}

void check_codes(const json& value, const std::string& pointer, Violations& out) {
    if (!value.is_array() || value.empty() || value.size() > CodeList::kCapacity) {
        out.add(pointer, "wrong-type", "an array of 1 to 16 codes is expected");
        return;
    }
    for (size_t i = 0; i < value.size(); ++i) {
        check_text(
            value[i], is_code, "a code of a-z 0-9 _ . -", pointer + "/" + std::to_string(i), out);
    }
}

void check_items(const json& value, const std::string& pointer, Door door, Violations& out) {
    if (!value.is_array() || value.empty() || value.size() > ItemList::kCapacity) {
        out.add(pointer, "wrong-type", "an array of 1 to 32 items is expected");
        return;
    }
    for (size_t i = 0; i < value.size(); ++i) {
        const std::string place = pointer + "/" + std::to_string(i);
        if (!value[i].is_object()) {
            out.add(place, "wrong-type", "an object is expected");
        } else {
            check_fields(value[i], item_fields(), place, door, out);
        }
    }
}

void check_sealed(const json& value, const std::string& pointer, Door door, Violations& out) {
    if (value.is_string()) {
        if (door == Door::Gateway) {
            out.add(pointer,
                    "clear-personal-field",
                    "personal text must come sealed: {\"sealed\":\"…\"}");
        }
        return;
    }
    if (!value.is_object() || value.size() != 1 || !value.contains("sealed") ||
        !value["sealed"].is_string() ||
        !is_base64url(value["sealed"].get_ref<const std::string&>())) {
        out.add(pointer, "wrong-type", "expected {\"sealed\":\"<base64url>\"}");
    }
}

constexpr const char* kInstantForm =
    "an RFC 3339 instant of the years 1900 to 2199, such as 2017-01-31T08:15:00.000Z";

bool is_timestamp(std::string_view text) {
    Timestamp ignored;
    return try_parse_rfc3339(text, ignored);
}

void check_enumeration(const json& value,
                       const FieldDescriptor& field,
                       const std::string& pointer,
                       Violations& out) {
    if (value.is_string() &&
        std::ranges::find(field.names, value.get_ref<const std::string&>()) != field.names.end()) {
        return;
    }
    std::string names;
    for (const std::string_view name : field.names) {
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    out.add(pointer, "enumeration", "expected one of: " + names);
}

void check_value(const json& value,
                 const FieldDescriptor& field,
                 const std::string& pointer,
                 Door door,
                 Violations& out) {
    switch (field.kind) {
        case Kind::Identifier:
        case Kind::Token:
            return check_text(value,
                              is_identifier,
                              "1 to 128 printable ASCII characters, no space",
                              pointer,
                              out);
        case Kind::Code:
            return check_text(value, is_code, "a code of a-z 0-9 _ . -", pointer, out);
        case Kind::Text:
            return check_text(
                value, is_text, "at most 1,024 bytes without control characters", pointer, out);
        case Kind::Country:
            return check_text(value, is_country, "a country of ISO 3166: 2 of A-Z", pointer, out);
        case Kind::Digest:
            return check_text(value, is_digest, "64 lower-case hexadecimal digits", pointer, out);
        case Kind::Timestamp:
            return check_text(value, is_timestamp, kInstantForm, pointer, out);
        case Kind::Milliseconds:
        case Kind::Count:
        case Kind::Integer:
        case Kind::Weight:
        case Kind::Points:
            return check_integer(value, bounds_of(field.kind), pointer, out);
        case Kind::Boolean:
            if (!value.is_boolean()) {
                out.add(pointer, "wrong-type", "true or false is expected");
            }
            return;
        case Kind::Enumeration:
            return check_enumeration(value, field, pointer, out);
        case Kind::Sealed:
            return check_sealed(value, pointer, door, out);
        case Kind::CodeList:
            return check_codes(value, pointer, out);
        case Kind::ItemList:
            return check_items(value, pointer, door, out);
        case Kind::Object:
            if (!value.is_object()) {
                out.add(pointer, "wrong-type", "an object is expected");
            }
            return;
    }
}

void check_fields(const json& object,
                  const std::vector<FieldDescriptor>& fields,
                  const std::string& pointer,
                  Door door,
                  Violations& out) {
    for (const FieldDescriptor& field : fields) {
        const auto found = object.find(field.name);
        const std::string place = pointer + "/" + std::string(field.name);
        if (found != object.end()) {
            check_value(*found, field, place, door, out);
        } else if (field.required) {
            out.add(place, "missing", "the field is required");
        }
    }
}

// What a correction puts into a personal field is judged as the field would be. The log's door
// leaves it to the fold, which knows the event that is corrected.
void check_patch(const json& data, Violations& out) {
    const auto patch = data.find("patch");
    if (patch == data.end() || !patch->is_object()) {
        return;
    }
    for (const auto& [name, value] : patch->items()) {
        if (is_sealed_field(name) && !value.is_null()) {
            check_sealed(value, "/data/patch/" + name, Door::Gateway, out);
        }
    }
}

bool is_version_1_0(std::string_view text) {
    return text == "1.0";
}

void check_attributes(const json& event, Violations& out) {
    struct Attribute {
        const char* name;
        bool required;
        bool (*grammar)(std::string_view);
        const char* expected;
    };
    constexpr const char* kIdentifier = "1 to 128 printable ASCII characters, no space";
    static constexpr Attribute kAttributes[] = {
        {"specversion", true, is_version_1_0, "\"1.0\""},
        {"id", true, is_identifier, kIdentifier},
        {"source", true, is_identifier, kIdentifier},
        {"subject", true, is_identifier, kIdentifier},
        {"time", true, is_timestamp, kInstantForm},
        {"datacontenttype", false, is_json_media_type, "application/json"},
        {"actor", false, is_actor, "agent:, system:, citizen: or department: and a token"},
        {"sequence", false, is_identifier, kIdentifier},
        {"naturalkey", false, is_identifier, kIdentifier},
        {"correlationid", false, is_identifier, kIdentifier},
        {"causationid", false, is_identifier, kIdentifier},
        {"personkey", false, is_identifier, kIdentifier},
        {"traceparent", false, is_identifier, kIdentifier},
        {"tracestate", false, is_text, "at most 1,024 bytes"},
    };
    for (const Attribute& attribute : kAttributes) {
        const auto found = event.find(attribute.name);
        const std::string place = std::string("/") + attribute.name;
        if (found != event.end()) {
            check_text(*found, attribute.grammar, attribute.expected, place, out);
        } else if (attribute.required) {
            out.add(place, "missing", "the attribute is required");
        }
    }
    if (const auto version = event.find("expectedversion"); version != event.end()) {
        check_integer(*version, bounds_of(Kind::Count), "/expectedversion", out);
    }
}

// "unknown-version" when the name is known with another major version.
void add_unknown_type(const std::string& type, Violations& out) {
    const size_t dot = type.rfind(".v");
    const bool known_name =
        dot != std::string::npos &&
        std::ranges::any_of(all_events(), [&](const EventDescriptor& e) {
            return full_type(e).substr(0, full_type(e).rfind(".v")) == type.substr(0, dot);
        });
    if (known_name) {
        out.add("/type", "unknown-version", "the event is known, this version of it is not");
    } else {
        out.add(
            "/type", "unknown-type", "no event of the catalogue has this type (docs/events.md)");
    }
}

void check_event(const json& event, Door door, Violations& out) {
    check_attributes(event, out);
    const auto type = event.find("type");
    if (type == event.end() || !type->is_string()) {
        out.add("/type",
                type == event.end() ? "missing" : "wrong-type",
                "the event's type is required");
        return;
    }
    const EventDescriptor* descriptor = find_event(type->get_ref<const std::string&>());
    if (descriptor == nullptr) {
        return add_unknown_type(type->get_ref<const std::string&>(), out);
    }
    const auto data = event.find("data");
    if (data == event.end() || !data->is_object()) {
        out.add(
            "/data", data == event.end() ? "missing" : "wrong-type", "a JSON object is required");
        return;
    }
    check_fields(*data, descriptor->fields, "/data", door, out);
    if (door == Door::Gateway && descriptor->type == EventCorrected::kType) {
        check_patch(*data, out);
    }
    const auto subject = event.find("subject");
    const auto repeated = data->find(descriptor->subject_field);
    if (!descriptor->subject_field.empty() && subject != event.end() && repeated != data->end() &&
        *subject != *repeated) {
        out.add("/data/" + std::string(descriptor->subject_field),
                "not-the-subject",
                "must equal subject");
    }
}

}  // namespace

std::vector<Violation> validate(std::string_view text, Door door) {
    if (text.size() > kMaxEventBytes) {
        return {{"", "too-large", "an event has at most 65,536 bytes"}};
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        return {{"", "malformed-json", "a byte order mark is refused"}};
    }
    // The parser below takes a zero byte for the end of its input and would not see what follows.
    if (text.find('\0') != std::string_view::npos) {
        return {{"", "malformed-json", "a zero byte is refused"}};
    }
    if (!is_utf8(text)) {
        return {{"", "not-utf8", "the event is not UTF-8"}};
    }
    if (nesting(text) > kMaxNesting) {
        return {{"", "too-deep", "nesting is at most 32"}};
    }
    Violations out;
    DuplicateKeys duplicates(out);
    const json event = json::parse(
        text,
        [&duplicates](int, json::parse_event_t parsed, json& value) {
            return duplicates.see(parsed, value);
        },
        false);
    if (event.is_discarded()) {
        return {
            {"", "malformed-json", "the event is not JSON, or a number or string in it is not"}};
    }
    if (!event.is_object()) {
        return {{"", "wrong-type", "a CloudEvent is a JSON object"}};
    }
    check_event(event, door, out);  // first: of this there is less, and it says more
    check_everywhere(event, "", out);
    return out.take();
}

}  // namespace sijill::events
