#pragma once
// events/digest.h - SHA-256 for what people compare, XXH3 for what only this program compares.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sijill::events {

using Sha256 = std::array<uint8_t, 32>;

/// SHA-256 of the bytes (FIPS 180-4), by OpenSSL.
[[nodiscard]] Sha256 sha256(std::string_view bytes);

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::span<const uint8_t> bytes);

/// 128 bits of XXH3 in hexadecimal: no two texts share one by chance, but who looks for two that do
/// finds them.
[[nodiscard]] std::string quick_digest(std::string_view bytes);

/// SHA-256 over pieces, for rows streamed from a store. Each piece is hashed behind its length
/// (u64, little-endian), so that moving a byte from one piece to the next changes the digest.
class Sha256Stream {
  public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;
    void add(std::string_view piece);
    /// Ends the stream; it cannot be added to any more.
    [[nodiscard]] Sha256 finish();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// 96 bits that stand for an event's (`source`, `id`) among those of a whole log.
struct EventKey {
    uint64_t high = 0;
    uint32_t low = 0;
    // clang-tidy 14 takes the 0 of a defaulted comparison for a null pointer.
    auto operator<=>(const EventKey&) const = default;  // NOLINT(modernize-use-nullptr)
};

[[nodiscard]] EventKey event_key(std::string_view source, std::string_view id);

/// 32 bits that tell an event that repeats an id from one that repeats it with other content.
[[nodiscard]] uint32_t content_check(std::string_view value);

}  // namespace sijill::events
