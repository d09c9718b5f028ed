#include "events/digest.h"

#include "events/check.h"

#include <openssl/evp.h>
#define XXH_INLINE_ALL  // a call costs as much as the hash of a short text
#include <xxhash.h>

#include <cstring>

namespace sijill::events {

struct Sha256Stream::Context {
    EVP_MD_CTX* md = EVP_MD_CTX_new();
    Context() {
        CHECK(md != nullptr && EVP_DigestInit_ex(md, EVP_sha256(), nullptr) == 1,
              "OpenSSL has no SHA-256");
    }
    ~Context() { EVP_MD_CTX_free(md); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    void update(const void* data, size_t size) const {
        CHECK(EVP_DigestUpdate(md, data, size) == 1, "OpenSSL could not hash");
    }
    [[nodiscard]] Sha256 finish() const {
        Sha256 digest{};
        CHECK(EVP_DigestFinal_ex(md, digest.data(), nullptr) == 1, "OpenSSL could not hash");
        return digest;
    }
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {}
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view piece) {
    std::array<uint8_t, 8> length{};
    for (size_t i = 0; i < length.size(); ++i) {
        length[i] = static_cast<uint8_t>(static_cast<uint64_t>(piece.size()) >> (8 * i));
    }
    context_->update(length.data(), length.size());
    context_->update(piece.data(), piece.size());
}

Sha256 Sha256Stream::finish() {
    return context_->finish();
}

Sha256 sha256(std::string_view bytes) {
    Sha256 digest{};
    CHECK(
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1,
        "OpenSSL could not hash");
    return digest;
}

std::string to_hex(std::span<const uint8_t> bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text(2 * bytes.size(), '0');
    for (size_t i = 0; i < bytes.size(); ++i) {
        text[2 * i] = kHex[bytes[i] >> 4U];
        text[2 * i + 1] = kHex[bytes[i] & 0x0fU];
    }
    return text;
}

std::string quick_digest(std::string_view bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    return to_hex(canonical.digest);
}

EventKey event_key(std::string_view source, std::string_view id) {
    // The source's hash seeds the id's: ("a", "bc") and ("ab", "c") stay apart without a copy.
    const XXH64_hash_t seed = XXH3_64bits(source.data(), source.size());
    const XXH128_hash_t hash = XXH3_128bits_withSeed(id.data(), id.size(), seed);
    return {hash.high64, static_cast<uint32_t>(hash.low64)};
}

uint32_t content_check(std::string_view value) {
    return static_cast<uint32_t>(XXH3_64bits(value.data(), value.size()));
}

}  // namespace sijill::events
