#pragma once
// events/decode_fields.h - readers for each kind of field, and the table of one event's fields.
// Included by decode.cc and decode_data.cc only.

#include "events/check.h"
#include "events/event.h"
#include "events/grammar.h"
#include "events/json_cursor.h"

#include <array>
#include <bit>
#include <cstring>
#include <span>

namespace sijill::events {

/// What the fast path noticed while it read; the complete judge looks again when any is set.
struct Noticed {
    bool graphic = false;  // the whole text is of 0x21 to 0x7e and has no backslash
    bool clear_personal_field = false;
    bool look_again = false;  // unknown fields or raw objects: duplicates, floats and nesting
                              // inside were not seen
};

inline bool is_identifier(std::string_view text, const Noticed& noticed) {
    return noticed.graphic ? has_identifier_size(text) : is_identifier(text);
}

// A comparison with a constant is one of words: nothing is called.
inline bool same(std::string_view text, std::string_view constant) {
    return text.size() == constant.size() &&
           std::memcmp(text.data(), constant.data(), constant.size()) == 0;
}

inline bool read_integer(JsonCursor& json, Bounds bounds, int64_t& out) {
    return json.take_integer(out) && out >= bounds.minimum && out <= bounds.maximum;
}

template <Kind K>
bool read(JsonCursor& json, TextOf<K>& out, Noticed& noticed) {
    if constexpr (K == Kind::Object) {
        noticed.look_again = true;
        return json.is_at('{') && json.take_raw(out.text);
    } else {
        if (!json.take_string(out.text)) {
            return false;
        }
        if constexpr (K == Kind::Identifier || K == Kind::Token) {
            return is_identifier(out.text, noticed);
        } else if constexpr (K == Kind::Code) {
            return is_code(out.text);
        } else if constexpr (K == Kind::Country) {
            return is_country(out.text);
        } else if constexpr (K == Kind::Digest) {
            return is_digest(out.text);
        } else {
            return is_text(out.text);
        }
    }
}

template <Kind K>
bool read(JsonCursor& json, NumberOf<K>& out, Noticed& /*noticed*/) {
    return read_integer(json, bounds_of(K), out.value);
}

inline bool read(JsonCursor& json, Timestamp& out, Noticed& /*noticed*/) {
    std::string_view text;
    return json.take_string(text) && try_parse_rfc3339(text, out);
}

inline bool read(JsonCursor& json, bool& out, Noticed& /*noticed*/) {
    return json.take_boolean(out);
}

template <class E>
requires std::is_enum_v<E>
bool read(JsonCursor& json, E& out, Noticed& /*noticed*/) {
    std::string_view text;
    if (!json.take_string(text)) {
        return false;
    }
    constexpr auto& kNames = EnumNames<E>::kNames;
    return [&]<size_t... I>(std::index_sequence<I...> /*indexes*/) {
        return ((same(text, kNames[I]) && (out = static_cast<E>(I), true)) || ...);
    }
    (std::make_index_sequence<kNames.size()>{});
}

inline bool read(JsonCursor& json, Sealed& out, Noticed& noticed) {
    std::string_view text;
    if (json.take_string(text)) {
        noticed.clear_personal_field = true;
        out.clear = true;
        return true;
    }
    return json.take('{') && json.take_string(text) && text == "sealed" && json.take(':') &&
           json.take_string(out.base64url) && json.take('}') && is_base64url(out.base64url);
}

bool read(JsonCursor& json, EvaluationItem& out, Noticed& noticed);

template <class T, size_t N>
bool read(JsonCursor& json, InlineList<T, N>& out, Noticed& noticed) {
    out.count = 0;
    if (!json.take('[')) {
        return false;
    }
    do {
        T item;
        if (!read(json, item, noticed) || !out.push(item)) {
            return false;
        }
    } while (json.take(','));
    return json.take(']');
}

template <class T>
bool read(JsonCursor& json, std::optional<T>& out, Noticed& noticed) {
    return read(json, out.emplace(), noticed);
}

/// A name as it stands in JSON, behind its opening quote: compared in words, its closing quote
/// among them.
class Spelling {
  public:
    constexpr Spelling(const char* name)  // NOLINT(google-explicit-constructor)
        : Spelling(std::string_view(name)) {}

    explicit constexpr Spelling(std::string_view name) {
        CHECK(name.size() < kWords * 8, "a field's name fits its words");
        words_used_ = name.size() / 8 + 1;
        for (size_t i = 0; i <= name.size(); ++i) {
            const auto byte = static_cast<unsigned char>(i < name.size() ? name[i] : '"');
            words_[i / 8] |= static_cast<uint64_t>(byte) << (8 * (i % 8));
        }
        last_mask_ = ~uint64_t{0} >> (8 * (7 - name.size() % 8));
    }
    /// What is read behind the text lies in its padding, which is longer than any name.
    [[nodiscard, gnu::always_inline]] bool stands_at(const char* raw) const {
        for (size_t i = 0; i + 1 < words_used_; ++i) {
            if (word_at(raw, i) != words_[i]) {
                return false;
            }
        }
        const size_t last = words_used_ - 1;
        return ((word_at(raw, last) ^ words_[last]) & last_mask_) == 0;
    }

  private:
    static_assert(std::endian::native == std::endian::little);  // x86-64 and ARM64 are
    static constexpr size_t kWords = 5;
    static_assert(kWords * 8 <= kJsonPadding);

    static uint64_t word_at(const char* raw, size_t index) {
        uint64_t word = 0;
        std::memcpy(&word, raw + 8 * index, sizeof word);
        return word;
    }

    std::array<uint64_t, kWords> words_{};
    size_t words_used_ = 0;
    uint64_t last_mask_ = 0;
};

/// What reads the members of an object, for read_members: R has their `kNames`, of which bit I of
/// `kRequired` says that member I must be there, and a `read<I>(json)` for the value of each.
struct MemberTable {
    std::span<const Spelling> names;
    uint64_t required;
    bool (*read)(void* reader, size_t index, JsonCursor& json);
};

/// Where the members stop to be in our order.
struct OtherOrder {
    const char* name;  // of the member whose value comes next
    uint64_t seen;     // bit I: member I was read before
};

/// The rest of read_members, for members in any order.
bool read_any_order(
    JsonCursor& json, OtherOrder from, const MemberTable& table, void* reader, Noticed& noticed);

template <class R, size_t... I>
bool read_member_at(void* reader, size_t index, JsonCursor& json) {
    bool read = false;
    static_cast<void>(
        ((I == index && (read = static_cast<R*>(reader)->template read<I>(json), true)) || ...));
    return read;
}

/// Reads an object; false when a known member repeats, is of another kind, or a required one is
/// missing. Writers keep our order and leave members out, so each name is looked for once, where it
/// would stand; what does not follow that order is looked up.
template <class R, size_t... I>
bool read_members(JsonCursor& json,
                  R& reader,
                  Noticed& noticed,
                  std::index_sequence<I...> /*indexes*/) {
    static_assert(sizeof...(I) <= 64, "the seen-mask has 64 bits");
    const char* name = json.take_name('{');
    uint64_t seen = 0;
    const auto in_order = [&](auto index) {
        if (name == nullptr || !R::kNames[index].stands_at(name)) {
            return true;
        }
        seen |= uint64_t{1} << index;
        if (!reader.template read<index>(json)) {
            return false;
        }
        name = json.take_name(',');
        return true;
    };
    if (!(in_order(std::integral_constant<size_t, I>{}) && ...)) {
        return false;
    }
    if (name != nullptr) {
        static constexpr MemberTable kTable{R::kNames, R::kRequired, &read_member_at<R, I...>};
        return read_any_order(json, {name, seen}, kTable, &reader, noticed);
    }
    const bool opened = seen != 0 || json.take('{');
    return opened && json.take('}') && (seen & R::kRequired) == R::kRequired;
}

/// The members of an event's data, and of the structs in it.
template <class E>
struct FieldsReader {
    E& out;
    Noticed& noticed;

    static constexpr auto kFields =
        E::fields([](const auto&... field) { return std::tuple{field...}; });
    using Indexes = std::make_index_sequence<std::tuple_size_v<decltype(kFields)>>;

    template <size_t I>
    bool read(JsonCursor& json) {
        constexpr auto kField = std::get<I>(kFields);
        return events::read(json, out.*(kField.member), noticed);
    }

    template <size_t I>
    static constexpr bool is_required() {
        constexpr auto kField = std::get<I>(kFields);
        using Member = std::remove_cvref_t<decltype(std::declval<E&>().*(kField.member))>;
        return FieldType<Member>::kRequired;
    }

    static constexpr auto kNames = []<size_t... I>(std::index_sequence<I...>) {
        return std::array<Spelling, sizeof...(I)>{Spelling(std::get<I>(kFields).name)...};
    }
    (Indexes{});

    static constexpr uint64_t kRequired = []<size_t... I>(std::index_sequence<I...>) {
        return ((uint64_t{is_required<I>()} << I) | ...);
    }
    (Indexes{});
};

template <class E>
bool read_fields(JsonCursor& json, E& out, Noticed& noticed) {
    FieldsReader<E> reader{out, noticed};
    return read_members(json, reader, noticed, typename FieldsReader<E>::Indexes{});
}

/// Where an event type's data goes: emplaces the alternative and fills it.
struct DataReader {
    std::string_view type;  // the full type
    bool (*read)(JsonCursor& data, Event& event, Noticed& noticed);
    std::string_view (*subject)(
        const Event& event);  // the field that repeats the subject; "" when there is none
};

/// The reader of a full type, or nullptr.
const DataReader* find_data_reader(std::string_view type);

}  // namespace sijill::events
