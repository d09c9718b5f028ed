#include "events/decode.h"

#include "events/check.h"
#include "events/decode_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace sijill::events {

namespace {

struct Attribute {
    Spelling name;
};

// In the order we write them; indexes into it are the cases below.
constexpr std::array<Attribute, 17> kAttributes{Attribute{std::string_view("specversion")},
                                                Attribute{std::string_view("id")},
                                                Attribute{std::string_view("source")},
                                                Attribute{std::string_view("type")},
                                                Attribute{std::string_view("subject")},
                                                Attribute{std::string_view("time")},
                                                Attribute{std::string_view("datacontenttype")},
                                                Attribute{std::string_view("actor")},
                                                Attribute{std::string_view("expectedversion")},
                                                Attribute{std::string_view("sequence")},
                                                Attribute{std::string_view("naturalkey")},
                                                Attribute{std::string_view("correlationid")},
                                                Attribute{std::string_view("causationid")},
                                                Attribute{std::string_view("personkey")},
                                                Attribute{std::string_view("traceparent")},
                                                Attribute{std::string_view("tracestate")},
                                                Attribute{std::string_view("data")}};
constexpr size_t kSpecVersion = 0;
constexpr size_t kType = 3;
constexpr size_t kData = 16;
constexpr uint32_t kRequired = 0b111111U | (1U << kData);  // specversion to time, and data

bool read_identifier(od::value& json, const Noticed& noticed, std::string_view& out) {
    return read_text(json, noticed, out) && is_identifier(out);
}

bool read_attribute(size_t index, od::value& json, const Noticed& noticed, Envelope& out) {
    std::string_view text;
    switch (index) {
        case kSpecVersion:
            return read_text(json, noticed, text) && text == "1.0";
        case 1:
            return read_identifier(json, noticed, out.id);
        case 2:
            return read_identifier(json, noticed, out.source);
        case 4:
            return read_identifier(json, noticed, out.subject);
        case 5:
            return read_text(json, noticed, text) && try_parse_rfc3339(text, out.time);
        case 6:
            return read_text(json, noticed, text) && is_json_media_type(text);
        case 7:
            return read_text(json, noticed, out.actor) && is_actor(out.actor);
        case 8:
            return read_integer(json, bounds_of(Kind::Count), out.expected_version.emplace());
        case 9:
            return read_identifier(json, noticed, out.sequence);
        case 10:
            return read_identifier(json, noticed, out.natural_key);
        case 11:
            return read_identifier(json, noticed, out.correlation_id);
        case 12:
            return read_identifier(json, noticed, out.causation_id);
        case 13:
            return read_identifier(json, noticed, out.person_key);
        case 14:
            return read_identifier(json, noticed, out.trace_parent);
        case 15:
            return read_text(json, noticed, out.trace_state) && is_text(out.trace_state);
        default:
            return false;
    }
}

Refusal refusal_of(const std::vector<Violation>& violations) {
    static constexpr std::pair<std::string_view, Refusal> kByCode[] = {
        {"too-large", Refusal::TooLarge},
        {"malformed-json", Refusal::MalformedJson},
        {"not-utf8", Refusal::MalformedJson},
        {"too-deep", Refusal::MalformedJson},
        {"duplicate-key", Refusal::MalformedJson},
        {"unknown-type", Refusal::UnknownType},
        {"unknown-version", Refusal::UnknownVersion},
    };
    for (const auto& [code, refusal] : kByCode) {
        if (std::ranges::find(violations, code, &Violation::code) != violations.end()) {
            return refusal;
        }
    }
    const bool attributes = std::ranges::any_of(
        violations, [](const Violation& v) { return v.pointer.find('/', 1) == std::string::npos; });
    return attributes ? Refusal::NotACloudEvent : Refusal::InvalidEvent;
}

}  // namespace

std::string_view name_of(Refusal refusal) {
    static constexpr std::array<std::string_view, 11> kNames{"none",
                                                             "empty",
                                                             "too-large",
                                                             "malformed-json",
                                                             "not-a-cloudevent",
                                                             "unknown-type",
                                                             "unknown-version",
                                                             "invalid-event",
                                                             "wrong-key",
                                                             "too-many-headers",
                                                             "misrouted"};
    return kNames[static_cast<size_t>(refusal)];
}

struct Decoder::Fast {
    od::parser parser;
    od::parser late_parser;  // for data that stands before its type: a second pass keeps the first
                             // one's strings
    std::vector<char> buffer = std::vector<char>(kMaxEventBytes + simdjson::SIMDJSON_PADDING);
    Noticed noticed;
    bool has_spec_version = false;

    [[nodiscard]] simdjson::padded_string_view copy(std::string_view json) {
        std::memcpy(buffer.data(), json.data(), json.size());
        // What lies behind the text must not look like JSON that an earlier event left there.
        std::memset(buffer.data() + json.size(), ' ', simdjson::SIMDJSON_PADDING);
        return simdjson::padded_string_view(buffer.data(), json.size(), buffer.size());
    }

    // Reads `data` with the reader of its type; `out.event` becomes that alternative.
    bool read_data(od::value& json, const DataReader& reader, Decoded& out) {
        od::object data;
        return json.get_object().get(data) == simdjson::SUCCESS &&
               reader.read(data, out.event, noticed);
    }

    bool read_late_data(size_t size, const DataReader& reader, Decoded& out) {
        od::document document;
        od::value data;
        if (late_parser.iterate(buffer.data(), size, buffer.size()).get(document) !=
                simdjson::SUCCESS ||
            document.find_field_unordered("data").get(data) != simdjson::SUCCESS) {
            return false;
        }
        return read_data(data, reader, out);
    }

    // True when every required attribute and field was read and nothing contradicted its grammar.
    bool read(std::string_view json, Decoded& out) {
        noticed = {};
        noticed.plain = std::memchr(json.data(), '\\', json.size()) == nullptr;
        has_spec_version = false;
        od::document document;
        od::object object;
        // simdjson 3.0 refuses a byte order mark, later versions pass over it: the judge decides.
        if (json.starts_with("\xEF\xBB\xBF")) {
            return false;
        }
        if (parser.iterate(copy(json)).get(document) != simdjson::SUCCESS ||
            document.get_object().get(object) != simdjson::SUCCESS) {
            return false;
        }
        bool late = false;
        const DataReader* reader = nullptr;
        if (!read_fields(object, reader, late, out) ||
            document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
            return false;
        }
        if (late && !read_late_data(json.size(), *reader, out)) {
            return false;
        }
        const std::string_view repeated = reader->subject(out.event);
        return repeated.empty() || repeated == out.envelope.subject;
    }

    // Reads each attribute once; false when a required one is missing.
    bool read_fields(od::object& object, const DataReader*& reader, bool& late, Decoded& out) {
        uint32_t seen = 0;
        size_t next = 0;
        for (auto field : object) {
            if (field.error() != simdjson::SUCCESS) {
                return false;
            }
            const int found = find_name(kAttributes, field.key().value_unsafe().raw(), next);
            if (found < 0) {
                noticed.look_again = true;
                continue;
            }
            const auto index = static_cast<size_t>(found);
            if ((seen & (1U << index)) != 0) {
                return false;
            }
            seen |= 1U << index;
            next = index + 1;
            has_spec_version = has_spec_version || index == kSpecVersion;
            if (!read_one(index, value_of(field), reader, late, out)) {
                return false;
            }
        }
        return (seen & kRequired) == kRequired;
    }

    bool read_one(
        size_t index, od::value& value, const DataReader*& reader, bool& late, Decoded& out) {
        if (index == kType) {
            std::string_view type;
            reader = read_text(value, noticed, type) ? find_data_reader(type) : nullptr;
            return reader != nullptr;
        }
        if (index != kData) {
            return read_attribute(index, value, noticed, out.envelope);
        }
        late = reader == nullptr;
        return late || read_data(value, *reader, out);
    }
};

Decoder::Decoder() : fast_(std::make_unique<Fast>()) {}
Decoder::~Decoder() = default;

const Decoded* Decoder::refuse(Refusal refusal) {
    refusal_ = refusal;
    return nullptr;
}

// The complete judge: says why a record was refused, and looks again at what the fast path could
// not vouch for.
const Decoded* Decoder::examine(std::string_view json, bool decoded) {
    ++examined_;
    violations_ = validate(json, Door::Log);
    if (!violations_.empty()) {
        return refuse(refusal_of(violations_));
    }
    if (!decoded) {
        violations_ = {{"", "unreadable", "the event could not be read"}};
        return refuse(Refusal::InvalidEvent);
    }
    return &decoded_;
}

const Decoded* Decoder::decode_text(std::string_view json) {
    refusal_ = Refusal::None;
    violations_.clear();
    text_ = json;
    decoded_.envelope = {};
    fast_->has_spec_version = false;
    if (json.empty()) {
        return refuse(Refusal::Empty);
    }
    if (json.size() > kMaxEventBytes) {
        return refuse(Refusal::TooLarge);
    }
    const bool decoded = fast_->read(json, decoded_);
    decoded_.clear_personal_field = fast_->noticed.clear_personal_field;
    const bool vouched = decoded && fast_->noticed.plain && !fast_->noticed.look_again;
    return vouched ? &decoded_ : examine(json, decoded);
}

const Decoded* Decoder::decode(const Record& record) {
    const std::string_view value = record.value.value_or(std::string_view{});
    const Decoded* decoded = decode_text(value);
    if (decoded == nullptr && !fast_->has_spec_version && record.headers.read != nullptr &&
        refusal_ != Refusal::TooLarge) {
        decoded = decode_binary(record);
    }
    if (decoded != nullptr && record.key != decoded->envelope.subject) {
        return refuse(Refusal::WrongKey);
    }
    return decoded;
}

// Binary mode: the attributes are in the headers, the value is the data. It is written again as a
// structured event, so that one decoder judges both.
const Decoded* Decoder::decode_binary(const Record& record) {
    headers_.clear();
    if (!record.headers.read(record.headers.handle, kMaxHeaders, headers_)) {
        return refuse(Refusal::TooManyHeaders);
    }
    constexpr std::string_view kPrefix = "ce_";
    const bool binary =
        std::ranges::any_of(headers_, [](const Header& h) { return h.name == "ce_specversion"; });
    const std::string_view data = record.value.value_or(std::string_view{});
    // A value that is no JSON of its own could close the object it is put into.
    if (!binary || data.empty() || !nlohmann::json::accept(data)) {
        return nullptr;
    }
    structured_ = "{";
    for (const Header& header : headers_) {
        const bool attribute = header.name.starts_with(kPrefix);
        if (!attribute && header.name != kContentTypeHeader) {
            continue;
        }
        const std::string name = attribute ? header.name.substr(kPrefix.size()) : "datacontenttype";
        const bool number = name == "expectedversion" && !header.value.empty() &&
                            header.value.size() < 17 &&
                            header.value.find_first_not_of("0123456789") == std::string::npos;
        const auto replace = nlohmann::json::error_handler_t::replace;
        structured_ += nlohmann::json(name).dump(-1, ' ', false, replace) + ":";
        structured_ +=
            number ? header.value : nlohmann::json(header.value).dump(-1, ' ', false, replace);
        structured_ += ",";
    }
    structured_ += "\"data\":";
    structured_ += data;
    structured_ += "}";
    return decode_text(structured_);
}

}  // namespace sijill::events
