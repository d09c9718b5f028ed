#pragma once
// producers/random.h - seeded randomness that is the same on every machine and with every library.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sijill::producers {

/// xoshiro256** seeded with splitmix64 (both by Blackman and Vigna, public domain). Integers only.
///
/// std:: distributions are not used: their results differ between libraries. Choices below 2^32 are
/// off from uniform by less than 2^-32.
class Random {
  public:
    explicit Random(uint64_t seed);

    [[nodiscard]] uint64_t next();
    /// 0 to bound - 1; the bound is at least 1.
    [[nodiscard]] uint64_t below(uint64_t bound) { return next() % bound; }
    /// Both ends included.
    [[nodiscard]] int64_t between(int64_t first, int64_t last);
    /// True in so many of 1,000 cases.
    [[nodiscard]] bool chance(uint32_t per_mille) { return below(1000) < per_mille; }

    /// Lower-case hexadecimal digits.
    [[nodiscard]] std::string hex(size_t digits);
    /// Characters of base64url, as sealed text looks.
    [[nodiscard]] std::string base64url(size_t characters);

    template <class List>
    [[nodiscard]] const auto& pick(const List& list) {
        return list[below(list.size())];
    }

    template <class T>
    void shuffle(std::vector<T>& list) {
        for (size_t i = list.size(); i > 1; --i) {
            std::swap(list[i - 1], list[below(i)]);
        }
    }

  private:
    uint64_t state_[4];
};

/// What spread() hands out: every part within [least, most], all of them adding up to the total.
struct Spread {
    size_t parts;
    int64_t total;
    int64_t least;
    int64_t most;
};

/// Random parts, most of them small and a few large, of exactly this total. The total must be
/// reachable: parts * least <= total <= parts * most.
[[nodiscard]] std::vector<int64_t> spread(Random& random, Spread wanted);

}  // namespace sijill::producers
