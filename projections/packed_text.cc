#include "projections/packed_text.h"

#include "events/blocks.h"
#include "events/check.h"
#include "events/digest.h"
#include "events/uuid.h"
#include "projections/varint.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace sijill::projections {

namespace {

constexpr size_t kUuidText = 36;
constexpr size_t kUuidBytes = 16;
constexpr size_t kFewestDigits = 8;  // of fewer, a packed form saves next to nothing
constexpr size_t kMostBytes = 255;

static_assert(std::endian::native == std::endian::little);  // a word's first byte is its lowest

// The same number in each of eight bytes.
constexpr uint64_t each(uint64_t byte) {
    return byte * 0x0101010101010101U;
}

// What eight characters are as hexadecimal digits: a byte for each, below 16 where it is one.
// Lower case alone, unlike events::hex_value: what is taken must be what was put.
struct Eight {
    uint64_t values;
    bool are_digits;
};

Eight eight(uint64_t characters) {
    const uint64_t letters = (characters >> 6U) & each(1);
    const uint64_t values = (characters & each(0x0f)) + letters * 9;
    // Right where the digits of these values are the characters. No sum leaves its byte.
    const uint64_t above_nine = ((values + each(6)) >> 4U) & each(1);
    const uint64_t spelled = values + each('0') + above_nine * ('a' - '9' - 1);
    return {values, spelled == characters && (values & each(0x10)) == 0};
}

// The four bytes that eight digits spell, the first two in the lowest.
uint32_t bytes_of(const Eight& digits) {
    uint64_t word = ((digits.values << 4U) | (digits.values >> 8U)) & 0x00ff00ff00ff00ffU;
    word = (word | (word >> 8U)) & 0x0000ffff0000ffffU;
    return static_cast<uint32_t>(word | (word >> 16U));
}

char* put_bytes(char* out, const Eight& digits) {
    const uint32_t bytes = bytes_of(digits);
    std::memcpy(out, &bytes, sizeof bytes);
    return out + sizeof bytes;
}

// The 16 bytes of a UUID's text, written at `out`; false when it is none, as most texts:
// events::parse_uuid would say why each time.
bool pack_uuid(std::string_view text, char* out) {
    if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') {
        return false;
    }
    using events::load;
    const auto fours = [text](size_t first, size_t second) {
        return load<uint32_t>(text.data() + first) |
               (uint64_t{load<uint32_t>(text.data() + second)} << 32U);
    };
    const std::array<Eight, 4> parts{eight(load<uint64_t>(text.data())),
                                     eight(fours(9, 14)),
                                     eight(fours(19, 24)),
                                     eight(load<uint64_t>(text.data() + 28))};
    bool whole = true;
    for (const Eight& part : parts) {
        whole = whole && part.are_digits;
        out = put_bytes(out, part);
    }
    return whole;
}

bool is_digit(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
}

// How many hexadecimal digits at the end of the text are packed; an even number.
size_t digits_at_end(std::string_view text) {
    const size_t most = std::min(text.size(), 2 * kMostBytes);
    size_t count = 0;
    while (count + 8 <= most &&
           eight(events::load<uint64_t>(text.data() + text.size() - count - 8)).are_digits) {
        count += 8;
    }
    if (count < kFewestDigits) {
        return 0;
    }
    while (count < most && is_digit(text[text.size() - 1 - count])) {
        ++count;
    }
    return count - count % 2;
}

char* put_front(char* out, std::string_view front) {
    return out + front.copy(out, front.size());
}

// The head of a packed text, and what stands in front.
char* put_head(char* out, std::string_view front, size_t form) {
    out = put_varint(out, 2 * front.size() + 1);
    *out++ = static_cast<char>(form);
    return put_front(out, front);
}

std::string unpacked(std::span<const uint8_t> bytes, bool is_uuid) {
    if (!is_uuid) {
        return events::to_hex(bytes);
    }
    events::Uuid uuid;
    std::ranges::copy(bytes.first<kUuidBytes>(), uuid.bytes.begin());
    return events::to_string(uuid);
}

// What a packed text is made of, behind its head.
struct Extent {
    size_t front = 0;
    size_t packed = 0;
    bool is_uuid = false;
};

// nullopt: it is damaged, or cut off.
std::optional<Extent> take_head(std::string_view& in) {
    uint64_t head = 0;
    if (!take_varint(in, head)) {
        return std::nullopt;
    }
    Extent extent{head / 2, 0, false};
    if (head % 2 == 1) {
        if (in.empty()) {
            return std::nullopt;
        }
        const size_t form = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        extent.is_uuid = form == 0;
        extent.packed = extent.is_uuid ? kUuidBytes : form;
    }
    const bool whole = extent.front <= in.size() && extent.packed <= in.size() - extent.front;
    return whole ? std::optional(extent) : std::nullopt;
}

bool skip_packed_text(std::string_view& in) {
    const auto extent = take_head(in);
    if (extent) {
        in.remove_prefix(extent->front + extent->packed);
    }
    return extent.has_value();
}

// Beyond so many, a new text is not looked for among all of them.
constexpr size_t kFewTexts = 64;

uint64_t hash_of(std::string_view packed) {
    return XXH3_64bits(packed.data(), packed.size());
}

// Calls `each` with the bytes of every text, until it says false.
template <class Each>
void for_each_packed(std::string_view texts, Each&& each) {
    for (bool go_on = true; go_on && !texts.empty();) {
        const std::string_view from = texts;
        CHECK(skip_packed_text(texts), "what was packed here is whole");
        go_on = each(from.substr(0, from.size() - texts.size()));
    }
}

bool is_among(std::string_view texts, std::string_view sought) {
    bool found = false;
    for_each_packed(texts, [&](std::string_view packed) {
        found = packed == sought;
        return !found;
    });
    return found;
}

}  // namespace

char* put_packed_text(char* out, std::string_view text) {
    if (text.size() >= kUuidText) {
        const std::string_view front = text.substr(0, text.size() - kUuidText);
        std::array<char, kUuidBytes> uuid;
        if (pack_uuid(text.substr(front.size()), uuid.data())) {
            out = put_head(out, front, 0);
            std::memcpy(out, uuid.data(), uuid.size());
            return out + uuid.size();
        }
    }
    const size_t digits = digits_at_end(text);
    if (digits == 0) {
        return put_front(put_varint(out, 2 * text.size()), text);
    }
    const std::string_view front = text.substr(0, text.size() - digits);
    out = put_head(out, front, digits / 2);
    size_t at = front.size();
    for (; at + 8 <= text.size(); at += 8) {
        out = put_bytes(out, eight(events::load<uint64_t>(text.data() + at)));
    }
    for (; at < text.size(); at += 2) {
        const Eight pair = eight(events::load<uint16_t>(text.data() + at));
        *out++ = static_cast<char>(bytes_of(pair));
    }
    return out;
}

void put_packed_text(std::string& out, std::string_view text) {
    const size_t size = out.size();
    out.resize(size + text.size() + kMostPackedMore);
    const char* end = put_packed_text(out.data() + size, text);
    out.resize(static_cast<size_t>(end - out.data()));
}

bool take_packed_text(std::string_view& in, std::string& out) {
    const auto extent = take_head(in);
    if (!extent) {
        return false;
    }
    out = in.substr(0, extent->front);
    if (extent->packed > 0) {
        const auto* bytes = reinterpret_cast<const uint8_t*>(in.data() + extent->front);
        out += unpacked({bytes, extent->packed}, extent->is_uuid);
    }
    in.remove_prefix(extent->front + extent->packed);
    return true;
}

bool PackedTexts::add_new(std::string_view text) {
    if (bytes_.empty()) {
        bytes_.reserve(kUsualBytes);
    }
    const size_t size = bytes_.size();
    put_packed_text(bytes_, text);
    const std::string_view added = std::string_view(bytes_).substr(size);
    const std::string_view before = std::string_view(bytes_).substr(0, size);
    const bool many = size_ >= kFewTexts;
    if (many && hashes_.of == nullptr) {
        hashes_.of = std::make_unique<std::unordered_set<uint64_t>>();
        for_each_packed(before, [this](std::string_view packed) {
            hashes_.of->insert(hash_of(packed));
            return true;
        });
    }
    const bool is_new = many && hashes_.of->insert(hash_of(added)).second;
    if (!is_new && is_among(before, added)) {
        bytes_.resize(size);
        return false;
    }
    ++size_;
    return true;
}

std::vector<std::string> PackedTexts::texts() const {
    std::vector<std::string> texts(size_);
    std::string_view left = bytes_;
    for (std::string& text : texts) {
        CHECK(take_packed_text(left, text), "what was packed here is whole");
    }
    return texts;
}

bool PackedTexts::take(std::string_view& in, uint64_t count) {
    const std::string_view from = in;
    for (uint64_t left = count; left > 0; --left) {
        if (!skip_packed_text(in)) {
            return false;
        }
    }
    bytes_ = from.substr(0, from.size() - in.size());
    size_ = count;
    hashes_.of.reset();
    return true;
}

}  // namespace sijill::projections
