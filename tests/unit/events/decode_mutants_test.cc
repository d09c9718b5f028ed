// The decoder's fast path and the validator share no reader: on any bytes both must say the same.

#include "events/decode.h"
#include "events/encode.h"
#include "events/validate.h"
#include "tests/unit/events/samples.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace sijill::events {
namespace {

constexpr std::array<std::string_view, 36> kPieces{"\"",
                                                   "\\",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   ",",
                                                   ":",
                                                   "0",
                                                   "-0",
                                                   "-1",
                                                   "1.0",
                                                   "1e400",
                                                   "1e2",
                                                   "true",
                                                   "null",
                                                   "\\u0069",
                                                   "\\u0000",
                                                   "\\ud800",
                                                   "\xff",
                                                   "\xC3\xA9",
                                                   "\n",
                                                   " ",
                                                   "\t",
                                                   "9007199254740992",
                                                   "9223372036854775808",
                                                   "\"id\":\"x\",",
                                                   "\"data\":{},",
                                                   "{\"sealed\":\"QQ\"}",
                                                   "[[[[",
                                                   "]]]]",
                                                   "\xEF\xBB\xBF",
                                                   "//",
                                                   "'",
                                                   "NaN",
                                                   "\x7f"};

class Mutator {
  public:
    explicit Mutator(uint64_t seed) : random_(seed) {}

    std::string mutate(std::string text) {
        for (size_t more = 1 + random_() % 3; more > 0; --more) {
            change(text);
        }
        return text;
    }

    size_t below(size_t bound) { return random_() % bound; }

  private:
    void change(std::string& text) {
        const size_t at = below(text.size() + 1);
        const std::string_view piece = kPieces[below(kPieces.size())];
        switch (below(7)) {
            case 0:
                text.insert(at, piece);
                break;
            case 1:
                text.erase(at, 1 + below(12));
                break;
            case 2:
                text.replace(at, std::min(text.size() - at, piece.size()), piece);
                break;
            case 3:
                if (at < text.size()) {
                    text[at] = static_cast<char>(random_());
                }
                break;
            case 4:
                text.insert(at, text.substr(below(text.size() + 1), below(40)));
                break;
            case 5:
                swap_members(text);
                break;
            default:
                replace_value(text, piece);
                break;
        }
        if (text.empty()) {
            text = "{}";
        }
    }

    // Duplicates or moves a member by cutting at commas: keeps more of the text valid.
    void swap_members(std::string& text) {
        const size_t from = text.find(',', below(text.size()));
        const size_t to = from == std::string::npos ? from : text.find(',', from + 1);
        if (to != std::string::npos) {
            text.insert(to, text.substr(from, to - from));
        }
    }

    void replace_value(std::string& text, std::string_view piece) {
        const size_t colon = text.find(':', below(text.size()));
        const size_t end = colon == std::string::npos ? colon : text.find_first_of(",}", colon);
        if (end != std::string::npos) {
            text.replace(colon + 1, end - colon - 1, piece);
        }
    }

    std::mt19937_64 random_;
};

struct Tally {
    size_t valid = 0;
    size_t refused = 0;
};

void judge(Decoder& decoder, const std::string& text, Tally& tally) {
    const Decoded* decoded = decoder.decode_text(text);
    const auto violations = validate(text, Door::Log);
    ASSERT_EQ(decoded != nullptr, violations.empty())
        << text << "\n"
        << (violations.empty() ? "" : violations[0].pointer + " " + violations[0].code);
    ++(decoded != nullptr ? tally.valid : tally.refused);
    if (decoded == nullptr) {
        EXPECT_NE(decoder.refusal(), Refusal::None);
        return;
    }
    const bool gateway = validate(text, Door::Gateway).empty();
    ASSERT_EQ(decoded->clear_personal_field, !gateway) << text;
}

TEST(DecodeMutants, DecoderAndValidatorAgree) {
    std::vector<std::string> seeds;
    for (const bool optional : {true, false}) {
        Sampler sampler(optional);
        for (const Event& event : sampler.all()) {
            seeds.push_back(encode(sampler.envelope(event), event));
        }
    }
    Mutator mutator(20170101);
    Decoder decoder;
    Tally tally;
    for (int i = 0; i < 40000; ++i) {
        judge(decoder, mutator.mutate(seeds[mutator.below(seeds.size())]), tally);
        if (HasFatalFailure()) {
            return;
        }
    }
    // Both kinds must be met often, or the agreement says little.
    EXPECT_GT(tally.valid, 1000U);
    EXPECT_GT(tally.refused, 10000U);
}

}  // namespace
}  // namespace sijill::events
