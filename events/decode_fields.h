#pragma once
// events/decode_fields.h - simdjson On-Demand readers for each kind of field, and the table of one
// event's fields. Included by decode.cc and decode_data.cc only: simdjson stays inside events/*.cc.

#include "events/check.h"
#include "events/event.h"
#include "events/grammar.h"

#include <simdjson.h>

#include <array>
#include <bit>
#include <cstring>
#include <limits>

namespace sijill::events {

namespace od = simdjson::ondemand;

/// What the fast path noticed while it read; the complete judge looks again when any is set.
struct Noticed {
    bool plain = false;  // no backslash in the whole text: a string is what stands in its quotes
    bool clear_personal_field = false;
    bool look_again = false;  // unknown fields or raw objects: duplicates, floats and nesting
                              // inside were not seen
};

// simdjson's first stage has checked UTF-8 and control characters; what is left of reading a string
// is its escapes, and nearly no event has one.
inline bool read_text(od::value& json, const Noticed& noticed, std::string_view& out) {
    if (!noticed.plain) {
        return json.get_string().get(out) == simdjson::SUCCESS;
    }
    std::string_view token = json.raw_json_token();  // up to what comes next in the JSON
    od::raw_json_string raw;                         // only to step over the string
    if (json.get_raw_json_string().get(raw) != simdjson::SUCCESS) {
        return false;
    }
    // The closing quote is there: the first stage refuses an open string.
    while (token.back() != '"') {
        token.remove_suffix(1);
    }
    out = token.substr(1, token.size() - 2);
    return true;
}

inline bool read_integer(od::value& json, Bounds bounds, int64_t& out) {
    return json.get_int64().get(out) == simdjson::SUCCESS && out >= bounds.minimum &&
           out <= bounds.maximum;
}

template <Kind K>
bool read(od::value& json, TextOf<K>& out, Noticed& noticed) {
    if constexpr (K == Kind::Object) {
        od::object object;
        noticed.look_again = true;
        return json.get_object().get(object) == simdjson::SUCCESS &&
               object.raw_json().get(out.text) == simdjson::SUCCESS;
    } else {
        if (!read_text(json, noticed, out.text)) {
            return false;
        }
        if constexpr (K == Kind::Identifier || K == Kind::Token) {
            return is_identifier(out.text);
        } else if constexpr (K == Kind::Code) {
            return is_code(out.text);
        } else if constexpr (K == Kind::Digest) {
            return is_digest(out.text);
        } else {
            return is_text(out.text);
        }
    }
}

template <Kind K>
bool read(od::value& json, NumberOf<K>& out, Noticed& /*noticed*/) {
    return read_integer(json, bounds_of(K), out.value);
}

inline bool read(od::value& json, Timestamp& out, Noticed& noticed) {
    std::string_view text;
    return read_text(json, noticed, text) && try_parse_rfc3339(text, out);
}

inline bool read(od::value& json, bool& out, Noticed& /*noticed*/) {
    return json.get_bool().get(out) == simdjson::SUCCESS;
}

template <class E>
requires std::is_enum_v<E>
bool read(od::value& json, E& out, Noticed& noticed) {
    std::string_view text;
    if (!read_text(json, noticed, text)) {
        return false;
    }
    for (size_t i = 0; i < EnumNames<E>::kNames.size(); ++i) {
        if (EnumNames<E>::kNames[i] == text) {
            out = static_cast<E>(i);
            return true;
        }
    }
    return false;
}

inline bool read(od::value& json, Sealed& out, Noticed& noticed) {
    od::json_type type{};
    if (json.type().get(type) != simdjson::SUCCESS) {
        return false;
    }
    if (type == od::json_type::string) {
        std::string_view clear;
        noticed.clear_personal_field = true;
        out.clear = true;
        return read_text(json, noticed, clear);
    }
    od::object object;
    if (json.get_object().get(object) != simdjson::SUCCESS) {
        return false;
    }
    size_t fields = 0;
    for (auto field : object) {
        std::string_view key;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS || key != "sealed" ||
            ++fields > 1 || field.value().get_string().get(out.base64url) != simdjson::SUCCESS) {
            return false;
        }
    }
    return fields == 1 && is_base64url(out.base64url);
}

bool read(od::value& json, EvaluationItem& out, Noticed& noticed);

template <class T, size_t N>
bool read(od::value& json, InlineList<T, N>& out, Noticed& noticed) {
    od::array array;
    if (json.get_array().get(array) != simdjson::SUCCESS) {
        return false;
    }
    out.count = 0;
    for (auto element : array) {
        od::value value;
        T item;
        if (element.get(value) != simdjson::SUCCESS || !read(value, item, noticed) ||
            !out.push(item)) {
            return false;
        }
    }
    return out.count > 0;
}

template <class T>
bool read(od::value& json, std::optional<T>& out, Noticed& noticed) {
    return read(json, out.emplace(), noticed);
}

/// A name as it stands in JSON, behind its opening quote: compared in words, its closing quote
/// among them.
class Spelling {
  public:
    constexpr Spelling(std::string_view name) {  // NOLINT(google-explicit-constructor)
        CHECK(name.size() < kWords * 8, "a field's name fits its words");
        words_used_ = name.size() / 8 + 1;
        for (size_t i = 0; i <= name.size(); ++i) {
            const auto byte = static_cast<unsigned char>(i < name.size() ? name[i] : '"');
            words_[i / 8] |= static_cast<uint64_t>(byte) << (8 * (i % 8));
        }
        last_mask_ = ~uint64_t{0} >> (8 * (7 - name.size() % 8));
    }
    /// What is read behind the text lies in simdjson's padding, which is longer than any name.
    [[nodiscard]] bool stands_at(const char* raw) const {
        for (size_t i = 0; i + 1 < words_used_; ++i) {
            if (word_at(raw, i) != words_[i]) {
                return false;
            }
        }
        const size_t last = words_used_ - 1;
        return (word_at(raw, last) & last_mask_) == words_[last];
    }

  private:
    static_assert(std::endian::native == std::endian::little);  // x86-64 and ARM64 are
    static constexpr size_t kWords = 5;
    static_assert(kWords * 8 <= simdjson::SIMDJSON_PADDING);

    static uint64_t word_at(const char* raw, size_t index) {
        uint64_t word = 0;
        std::memcpy(&word, raw + 8 * index, sizeof word);
        return word;
    }

    std::array<uint64_t, kWords> words_{};
    size_t words_used_ = 0;
    uint64_t last_mask_ = 0;
};

/// One field: its name, how to read it, whether it must be there.
struct FieldReader {
    Spelling name;
    bool (*read)(od::value& json, void* event, Noticed& noticed);
    bool required;
};

template <class E, size_t I>
bool read_member(od::value& json, void* event, Noticed& noticed) {
    constexpr auto kField = std::get<I>(E::fields());
    return read(json, static_cast<E*>(event)->*(kField.member), noticed);
}

template <class E, size_t... I>
constexpr auto readers_of(std::index_sequence<I...> /*indexes*/) {
    using Fields = decltype(E::fields());
    return std::array<FieldReader, sizeof...(I)>{FieldReader{
        std::get<I>(E::fields()).name,
        &read_member<E, I>,
        FieldType<std::remove_cvref_t<decltype(std::declval<E&>().*
                                               (std::get<I>(std::declval<Fields&>()).member))>>::
            kRequired}...};
}

template <class E>
inline constexpr auto kReaders =
    readers_of<E>(std::make_index_sequence<std::tuple_size_v<decltype(E::fields())>>{});

/// Position of the field that is spelled `"<name>"` at `raw` (behind the opening quote), trying
/// `next` first: writers keep our order. -1 for an unknown or escaped name.
template <class Named, size_t N>
int find_name(const std::array<Named, N>& named, const char* raw, size_t next) {
    if (next < N && named[next].name.stands_at(raw)) {
        return static_cast<int>(next);
    }
    for (size_t i = 0; i < N; ++i) {
        if (named[i].name.stands_at(raw)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

/// The value in place: a copy in vector registers of what was just written in words stalls.
inline od::value& value_of(simdjson::simdjson_result<od::field>& field) {
    od::field&& there = std::move(field).value_unsafe();
    return there.value();
}

/// Reads an object into `event`; false when a known field repeats, is of another kind, or a
/// required one is missing.
template <size_t N>
bool read_object(od::object& object,
                 const std::array<FieldReader, N>& readers,
                 void* event,
                 Noticed& noticed) {
    uint64_t seen = 0;
    size_t next = 0;
    for (auto field : object) {
        if (field.error() != simdjson::SUCCESS) {
            return false;
        }
        const int found = find_name(readers, field.key().value_unsafe().raw(), next);
        if (found < 0) {
            noticed.look_again = true;
            continue;
        }
        const auto index = static_cast<size_t>(found);
        const uint64_t bit = uint64_t{1} << index;
        if ((seen & bit) != 0 || !readers[index].read(value_of(field), event, noticed)) {
            return false;
        }
        seen |= bit;
        next = index + 1;
    }
    for (size_t i = 0; i < N; ++i) {
        if (readers[i].required && (seen & (uint64_t{1} << i)) == 0) {
            return false;
        }
    }
    return true;
}

/// Where an event type's data goes: emplaces the alternative and fills it.
struct DataReader {
    std::string_view type;  // the full type
    bool (*read)(od::object& data, Event& event, Noticed& noticed);
    std::string_view (*subject)(
        const Event& event);  // the field that repeats the subject; "" when there is none
};

/// The reader of a full type, or nullptr.
const DataReader* find_data_reader(std::string_view type);

}  // namespace sijill::events
