#include "events/decode.h"

#include "events/blocks.h"
#include "events/check.h"
#include "events/decode_fields.h"
#include "events/json.h"
#include "events/patch.h"

#include <simdjson.h>

#include <algorithm>

namespace sijill::events {

namespace {

using Identifier = std::string_view Envelope::*;

// The attributes of an event, for read_members.
struct Attributes {
    Attributes(Decoded& decoded, Noticed& noticed_by) : out(decoded), noticed(noticed_by) {}

    Decoded& out;
    Noticed& noticed;
    bool has_spec_version = false;
    const DataReader* data = nullptr;
    std::optional<JsonCursor> late;  // at data that stands before its type

    // In the order we write them; the constants and members below are places in it.
    static constexpr std::array<Spelling, 17> kNames{"specversion",
                                                     "id",
                                                     "source",
                                                     "type",
                                                     "subject",
                                                     "time",
                                                     "datacontenttype",
                                                     "actor",
                                                     "expectedversion",
                                                     "sequence",
                                                     "naturalkey",
                                                     "correlationid",
                                                     "causationid",
                                                     "personkey",
                                                     "traceparent",
                                                     "tracestate",
                                                     "data"};
    static constexpr size_t kSpecVersion = 0;
    static constexpr size_t kType = 3;
    static constexpr size_t kTime = 5;
    static constexpr size_t kDataContentType = 6;
    static constexpr size_t kActor = 7;
    static constexpr size_t kExpectedVersion = 8;
    static constexpr size_t kTraceState = 15;
    static constexpr size_t kData = 16;
    static constexpr uint64_t kRequired = 0b111111U | (1U << kData);  // specversion to time, data
    static constexpr std::array<Identifier, 17> kIdentifiers{nullptr,
                                                             &Envelope::id,
                                                             &Envelope::source,
                                                             nullptr,
                                                             &Envelope::subject,
                                                             nullptr,
                                                             nullptr,
                                                             nullptr,
                                                             nullptr,
                                                             &Envelope::sequence,
                                                             &Envelope::natural_key,
                                                             &Envelope::correlation_id,
                                                             &Envelope::causation_id,
                                                             &Envelope::person_key,
                                                             &Envelope::trace_parent,
                                                             nullptr,
                                                             nullptr};

    template <size_t I>
    bool read(JsonCursor& json) {
        if constexpr (I == kData) {
            return read_data(json);
        } else if constexpr (I == kExpectedVersion) {
            return read_integer(
                json, bounds_of(Kind::Count), out.envelope.expected_version.emplace());
        } else {
            has_spec_version = has_spec_version || I == kSpecVersion;
            std::string_view text;
            return json.take_string(text) && set<I>(text);
        }
    }

  private:
    bool read_data(JsonCursor& json) {
        if (data == nullptr) {
            late = json;
            return json.skip();
        }
        return data->read(json, out.event, noticed);
    }

    template <size_t I>
    bool set(std::string_view text) {
        if constexpr (kIdentifiers[I] != nullptr) {
            out.envelope.*kIdentifiers[I] = text;
            return is_identifier(text, noticed);
        } else if constexpr (I == kSpecVersion) {
            return same(text, "1.0");
        } else if constexpr (I == kType) {
            data = find_data_reader(text);
            return data != nullptr;
        } else if constexpr (I == kTime) {
            return try_parse_rfc3339(text, out.envelope.time);
        } else if constexpr (I == kDataContentType) {
            return is_json_media_type(text);
        } else if constexpr (I == kActor) {
            out.envelope.actor = text;
            return is_identifier(text, noticed) && has_role(text);
        } else {
            static_assert(I == kTraceState);
            out.envelope.trace_state = text;
            return is_text(text);
        }
    }
};

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
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    std::vector<char> buffer = std::vector<char>(kMaxEventBytes + kJsonPadding);
    std::string unescaped;
    Noticed noticed;
    bool plain = false;  // no backslash in the whole text: a string is what stands in its quotes
    bool has_spec_version = false;

    Fast() {
        static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);
        const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
            kMaxEventBytes + 1, kMaxNesting, parser);
        CHECK(error == simdjson::SUCCESS, "simdjson could not allocate");
        unescaped.reserve(kMaxEventBytes);
    }

    // Into the buffer, and sees in the same pass which characters there are. The last block
    // overlaps the one before.
    void copy(std::string_view json) {
        Block no_backslash = ~Block{};
        Block all_graphic = ~Block{};
        const auto copy_block = [&, from = json.data(), to = buffer.data()](size_t at) {
            const auto block = load<Block>(from + at);
            std::memcpy(to + at, &block, sizeof block);
            no_backslash &= block != '\\';
            all_graphic &= graphic(block);
        };
        const size_t last = json.size() - sizeof(Block);
        for (size_t at = 0; at < last; at += sizeof(Block)) {
            copy_block(at);
        }
        copy_block(last);
        // What lies behind the text must not look like JSON that an earlier event left there.
        std::memset(buffer.data() + json.size(), ' ', kJsonPadding);
        plain = is_everywhere(no_backslash);
        noticed.graphic = plain && is_everywhere(all_graphic);
    }

    // Finds the text's tokens and looks at its UTF-8, quotes and control characters: the first of
    // the two stages of simdjson. On-Demand stands on it too, but asks at every step what the
    // readers here know: which member comes next, and that a string ends before the next token.
    bool find_tokens(std::string_view json) {
        if (json.size() < sizeof(Block)) {
            return false;  // shorter than every event
        }
        copy(json);
        // simdjson 3.0 refuses a byte order mark, later versions pass over it: the judge decides.
        if (same(json.substr(0, 3), "\xEF\xBB\xBF")) {
            return false;
        }
        const auto* bytes = reinterpret_cast<const uint8_t*>(buffer.data());
        if (parser->stage1(bytes, json.size(), simdjson::stage1_mode::regular) !=
            simdjson::SUCCESS) {
            return false;
        }
        // Where the tokens end: simdjson's own reader leans on it, but no page promises it.
        parser->structural_indexes[parser->n_structural_indexes] =
            static_cast<uint32_t>(json.size());
        // An object that is left open would be read to its end for nothing.
        return buffer[parser->structural_indexes[parser->n_structural_indexes - 1]] == '}';
    }

    // True when every required attribute and field was read and nothing contradicted its grammar.
    bool read(std::string_view json, Decoded& out) {
        noticed = {};
        has_spec_version = false;
        unescaped.clear();
        if (!find_tokens(json)) {
            return false;
        }
        JsonCursor cursor(
            buffer.data(), parser->structural_indexes.get(), plain ? nullptr : &unescaped);
        Attributes attributes(out, noticed);
        const bool read = read_members(
            cursor, attributes, noticed, std::make_index_sequence<Attributes::kNames.size()>{});
        has_spec_version = attributes.has_spec_version;
        if (!read || !cursor.is_at_end(json.size())) {
            return false;
        }
        if (attributes.late && !attributes.data->read(*attributes.late, out.event, noticed)) {
            return false;
        }
        const std::string_view repeated = attributes.data->subject(out.event);
        return repeated.empty() || same(out.envelope.subject, repeated);
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
    const auto* corrected = std::get_if<EventCorrected>(&decoded_.event);
    if (decoded && corrected != nullptr) {
        decoded_.clear_personal_field |= patches_in_clear(corrected->patch.text);
    }
    const bool vouched = decoded && fast_->plain && !fast_->noticed.look_again;
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
