#pragma once
// projections/packed_text.h - a text in bytes, where one that ends as identifiers do takes half of
// them: `case-` and a UUID, `ag-` and hexadecimal digits.
//
//   varint   length of what stands in front, times 2; + 1: something packed is behind it
//   byte     of a packed one: 0 a UUID in 16 bytes, n > 0: 2n hexadecimal digits in n
//   bytes    what stands in front, then the packed ones

#include "projections/varint.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sijill::projections {

/// What a text may take beyond its own size.
inline constexpr size_t kMostPackedMore = kMaxVarint + 1;

/// Writes the text at `out`, which has room. Returns the end of what was written. Equal texts give
/// equal bytes, and none are the beginning of another's.
[[nodiscard]] char* put_packed_text(char* out, std::string_view text);
/// Appends it.
void put_packed_text(std::string& out, std::string_view text);

/// Takes a text from the front of `in`. False: it is damaged; then `in` is in an undefined place.
[[nodiscard]] bool take_packed_text(std::string_view& in, std::string& out);

/// Texts in the order they came, packed one behind the other: what a state keeps many of.
class PackedTexts {
  public:
    /// Adds the text; false when it was there.
    bool add_new(std::string_view text);
    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] std::string_view bytes() const { return bytes_; }
    /// What it takes on the heap, about.
    [[nodiscard]] size_t heap_bytes() const {
        constexpr size_t kHash = 24;  // a node of the set and its bucket
        return bytes_.capacity() + (hashes_.of ? hashes_.of->size() * kHash : 0);
    }
    [[nodiscard]] std::vector<std::string> texts() const;
    /// Takes so many from the front of `in`, in the place of those here. False: one is damaged;
    /// then nothing here has changed and `in` is in an undefined place.
    [[nodiscard]] bool take(std::string_view& in, uint64_t count);
    bool operator==(const PackedTexts&) const = default;

  private:
    static constexpr size_t kUsualBytes = 47;  // three identifiers, in one piece of the heap

    // Hashes of the texts where they are many: what has none here is new. Made when one is added,
    // so a copy begins without.
    struct Hashes {
        Hashes() = default;
        Hashes(const Hashes& /*other*/) {}
        Hashes(Hashes&&) noexcept = default;
        Hashes& operator=(const Hashes& /*other*/) {
            of.reset();
            return *this;
        }
        Hashes& operator=(Hashes&&) noexcept = default;
        ~Hashes() = default;
        bool operator==(const Hashes& /*other*/) const { return true; }  // follows from the bytes
        std::unique_ptr<std::unordered_set<uint64_t>> of;
    };

    std::string bytes_;
    size_t size_ = 0;
    Hashes hashes_;
};

}  // namespace sijill::projections
