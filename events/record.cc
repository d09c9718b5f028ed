#include "events/record.h"

#include <cstring>

namespace sijill::events {

// The murmur2 of org.apache.kafka.common.utils.Utils (seed 0x9747b28c); tests pin published
// vectors.
uint32_t murmur2(std::string_view key) {
    constexpr uint32_t kSeed = 0x9747b28cU;
    constexpr uint32_t kM = 0x5bd1e995U;
    const size_t length = key.size();
    uint32_t h = kSeed ^ static_cast<uint32_t>(length);
    const char* p = key.data();
    for (size_t blocks = length / 4; blocks > 0; --blocks, p += 4) {
        uint32_t k = 0;
        std::memcpy(&k, p, 4);
        k *= kM;
        k ^= k >> 24U;
        k *= kM;
        h *= kM;
        h ^= k;
    }
    const auto byte = [p](size_t i) {
        return static_cast<uint32_t>(static_cast<unsigned char>(p[i]));
    };
    switch (length % 4) {
        case 3:
            h ^= byte(2) << 16U;
            [[fallthrough]];
        case 2:
            h ^= byte(1) << 8U;
            [[fallthrough]];
        case 1:
            h ^= byte(0);
            h *= kM;
            break;
        default:
            break;
    }
    h ^= h >> 13U;
    h *= kM;
    h ^= h >> 15U;
    return h;
}

}  // namespace sijill::events
