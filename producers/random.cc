#include "producers/random.h"

#include "events/check.h"

#include <algorithm>
#include <bit>
#include <string_view>

namespace sijill::producers {

namespace {

uint64_t splitmix(uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

// Characters of a power-of-two alphabet, `bits` of randomness each.
std::string characters(Random& random, std::string_view alphabet, size_t count) {
    const auto bits = static_cast<unsigned>(std::countr_zero(alphabet.size()));
    std::string text(count, '\0');
    uint64_t pool = 0;
    unsigned left = 0;
    for (char& c : text) {
        if (left < bits) {
            pool = random.next();
            left = 64;
        }
        c = alphabet[pool & (alphabet.size() - 1)];
        pool >>= bits;
        left -= bits;
    }
    return text;
}

}  // namespace

Random::Random(uint64_t seed) {
    for (uint64_t& word : state_) {
        word = splitmix(seed);
    }
}

uint64_t Random::next() {
    const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint64_t t = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

int64_t Random::between(int64_t first, int64_t last) {
    return first + static_cast<int64_t>(below(static_cast<uint64_t>(last - first) + 1));
}

std::string Random::hex(size_t digits) {
    return characters(*this, "0123456789abcdef", digits);
}

std::string Random::base64url(size_t count) {
    return characters(
        *this, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", count);
}

std::vector<int64_t> spread(Random& random, Spread wanted) {
    const auto parts = static_cast<int64_t>(wanted.parts);
    CHECK(parts > 0 && parts * wanted.least <= wanted.total && wanted.total <= parts * wanted.most,
          "a spread's total must be reachable");
    const int64_t mean = wanted.total / parts;
    std::vector<int64_t> values(wanted.parts);
    int64_t missing = wanted.total;
    for (int64_t& value : values) {
        // Three in four around half to once the mean, one in four up to three means.
        const int64_t drawn = random.chance(750) ? random.between(mean / 4, mean * 9 / 8)
                                                 : random.between(mean, mean * 3);
        value = std::clamp(drawn, wanted.least, wanted.most);
        missing -= value;
    }
    const int64_t step = std::max<int64_t>(1, mean / 16);
    for (size_t i = 0; missing != 0; i = (i + 1) % values.size()) {
        const int64_t change = std::clamp(missing, -step, step);
        const int64_t value = std::clamp(values[i] + change, wanted.least, wanted.most);
        missing -= value - values[i];
        values[i] = value;
    }
    return values;
}

}  // namespace sijill::producers
