#pragma once
// projections/bytes.h - the byte grammar of row values: varints, length-prefixed texts, members in
// declared order.
//
//   integer   zigzag varint (varint.h)
//   bool      one byte, 0 or 1           enum     varint of its number
//   uint64    8 bytes, the highest first: only hashes are
//   text      packed_text.h              Term     its text
//   optional  bool, then the value       vector   varint count, then the values; PackedTexts too
//   struct    its members() in order    fact     bool known, then its stamp and value

#include "events/check.h"
#include "projections/dictionary.h"
#include "projections/packed_text.h"
#include "projections/varint.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sijill::projections {

/// Appends values to a row, which has them all when the writer is gone. Terms are written as their
/// text.
class ByteWriter {
  public:
    ByteWriter(std::string& out, const Dictionary& dictionary)
        : out_(out), dictionary_(dictionary) {}
    ~ByteWriter() { pass_on(); }
    ByteWriter(const ByteWriter&) = delete;
    ByteWriter& operator=(const ByteWriter&) = delete;

    void unsigned_integer(uint64_t value) { end_ = put_varint(room(kMaxVarint), value); }
    void integer(int64_t value) {
        unsigned_integer((static_cast<uint64_t>(value) << 1U) ^ static_cast<uint64_t>(value >> 63));
    }
    void text(std::string_view value) {
        if (value.size() + kMostPackedMore > kHeld) {
            pass_on();
            put_packed_text(out_, value);
        } else {
            end_ = put_packed_text(room(value.size() + kMostPackedMore), value);
        }
    }
    void raw(std::string_view bytes) {
        if (bytes.size() > kHeld) {
            pass_on();
            out_ += bytes;
        } else {
            end_ = std::copy(bytes.begin(), bytes.end(), room(bytes.size()));
        }
    }
    /// The lowest `size` bytes of a number, the highest of them first.
    void fixed(uint64_t value, size_t size) {
        char* out = room(sizeof value);
        const uint64_t top = value << (8 * (sizeof value - size));
        for (size_t i = 0; i < sizeof value; ++i) {  // one store, whatever the size
            out[i] = static_cast<char>(top >> (8 * (sizeof value - 1 - i)));
        }
        end_ = out + size;
    }

    template <class T>
    void value(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            char* out = room(1);
            *out = value ? '\1' : '\0';
            end_ = out + 1;
        } else if constexpr (std::is_enum_v<T>) {
            unsigned_integer(static_cast<uint64_t>(value));
        } else if constexpr (std::is_same_v<T, uint64_t>) {
            fixed(value, sizeof value);
        } else if constexpr (std::is_unsigned_v<T>) {
            unsigned_integer(value);
        } else if constexpr (std::is_integral_v<T>) {
            integer(value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            text(value);
        } else if constexpr (std::is_same_v<T, Term>) {
            text(dictionary_.text(value));
        } else if constexpr (requires { value.known; }) {
            this->value(value.known);
            if (value.known) {
                this->value(value.stamp);
                this->value(value.value);
            }
        } else {
            T::members([&](auto... member) { (this->value(value.*member), ...); });
        }
    }
    void value(const PackedTexts& texts) {
        unsigned_integer(texts.size());
        raw(texts.bytes());
    }
    template <class T>
    void value(const std::optional<T>& optional) {
        value(optional.has_value());
        if (optional) {
            value(*optional);
        }
    }
    template <class T>
    void value(const std::vector<T>& items) {
        unsigned_integer(items.size());
        for (const T& item : items) {
            value(item);
        }
    }

  private:
    // Most rows are shorter. A value costs some stores here, and a call in a string.
    static constexpr size_t kHeld = 256;

    /// Where the next `size` bytes go, at most kHeld.
    [[nodiscard]] char* room(size_t size) {
        if (static_cast<size_t>(held_.data() + kHeld - end_) < size) {
            pass_on();
        }
        return end_;
    }
    void pass_on() {
        out_.append(held_.data(), static_cast<size_t>(end_ - held_.data()));
        end_ = held_.data();
    }

    std::string& out_;
    const Dictionary& dictionary_;
    std::array<char, kHeld> held_;  // NOLINT(*-member-init): read below end_ alone
    char* end_ = held_.data();
};

/// Reads what ByteWriter wrote. After the first damaged byte ok() is false and every value is zero.
class ByteReader {
  public:
    ByteReader(std::string_view in, Dictionary& dictionary) : in_(in), dictionary_(&dictionary) {}
    /// Of a row without Terms.
    explicit ByteReader(std::string_view in) : in_(in) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return ok_ && in_.empty(); }

    uint64_t unsigned_integer() {
        if (!in_.empty() && static_cast<unsigned char>(in_.front()) < 0x80U) {
            return next();  // most are small
        }
        return long_integer();
    }
    int64_t integer() {
        const uint64_t value = unsigned_integer();
        return static_cast<int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
    }
    /// Not all damage to it is noticed.
    void skip_integer() {
        while (next() >= 0x80U) {
        }
    }
    void text(std::string& out) {
        if (!ok_ || !take_packed_text(in_, out)) {
            ok_ = false;
            out.clear();
        }
    }
    std::string_view raw(size_t size) {
        if (size > in_.size()) {
            ok_ = false;
            return {};
        }
        const std::string_view bytes = in_.substr(0, size);
        in_.remove_prefix(size);
        return bytes;
    }
    uint64_t fixed(size_t size) {
        uint64_t value = 0;
        for (const char byte : raw(size)) {
            value = (value << 8U) | static_cast<unsigned char>(byte);
        }
        return value;
    }

    template <class T>
    void value(T& out) {
        if constexpr (std::is_same_v<T, bool>) {
            out = next() != 0;
        } else if constexpr (std::is_same_v<T, uint64_t>) {
            out = fixed(sizeof out);
        } else if constexpr (std::is_enum_v<T> || std::is_unsigned_v<T>) {
            out = static_cast<T>(unsigned_integer());
        } else if constexpr (std::is_integral_v<T>) {
            out = static_cast<T>(integer());
        } else if constexpr (std::is_same_v<T, std::string>) {
            text(out);
        } else if constexpr (std::is_same_v<T, Term>) {
            CHECK(dictionary_ != nullptr, "a row with Terms is read with a dictionary");
            text(term_);
            out = dictionary_->intern(term_);
        } else if constexpr (requires { out.known; }) {
            out = {};
            value(out.known);
            if (out.known) {
                value(out.stamp);
                value(out.value);
            }
        } else {
            T::members([&](auto... member) { (this->value(out.*member), ...); });
        }
    }
    void value(PackedTexts& out) {
        const uint64_t count = unsigned_integer();
        ok_ = ok_ && out.take(in_, count);
    }
    template <class T>
    void value(std::optional<T>& out) {
        out.reset();
        bool present = false;
        value(present);
        if (present) {
            value(out.emplace());
        }
    }
    template <class T>
    void value(std::vector<T>& out) {
        out.clear();
        for (uint64_t left = unsigned_integer(); left > 0 && ok_; --left) {
            value(out.emplace_back());
        }
    }

  private:
    unsigned char next() {
        if (in_.empty()) {
            ok_ = false;
            return 0;
        }
        const auto byte = static_cast<unsigned char>(in_.front());
        in_.remove_prefix(1);
        return byte;
    }

    [[gnu::noinline]] uint64_t long_integer() {
        uint64_t value = 0;
        ok_ = take_varint(in_, value) && ok_;
        return ok_ ? value : 0;
    }

    std::string_view in_;
    Dictionary* dictionary_ = nullptr;
    std::string term_;  // the last one's text
    bool ok_ = true;
};

}  // namespace sijill::projections
