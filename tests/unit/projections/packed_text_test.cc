// Goal: whatever the text, what was put is taken, packed where that pays, and nothing damaged is
// taken for a text.

#include "projections/packed_text.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

namespace sijill::projections {
namespace {

std::string packed(std::string_view text) {
    std::string out;
    put_packed_text(out, text);
    return out;
}

std::string taken(std::string_view bytes) {
    std::string out;
    EXPECT_TRUE(take_packed_text(bytes, out));
    EXPECT_TRUE(bytes.empty());
    return out;
}

TEST(PackedText, AUuidTakesSixteenBytesAndDigitsHalfOfThem) {
    const std::string uuid = "01597d53-0980-7a2d-a722-33a5a558b7f7";
    EXPECT_EQ(packed(uuid).size(), 2U + 16U);
    EXPECT_EQ(packed("case-" + uuid).size(), 2U + 5U + 16U);
    EXPECT_EQ(packed("ag-52391250b149").size(), 2U + 3U + 6U);
    EXPECT_EQ(packed("queue-002").size(), 1U + 9U) << "so few digits stay as they are";
    EXPECT_EQ(packed("").size(), 1U);
}

// Texts that are packed, and texts that nearly are.
std::vector<std::string> near_texts() {
    const std::string uuid = "01597d53-0980-7a2d-a722-33a5a558b7f7";
    std::vector<std::string> texts{"",
                                   "a",
                                   "deadbeef",
                                   "DEADBEEF",
                                   "Adeadbeef",
                                   "xdeadbee",
                                   "abcdefabc",
                                   uuid,
                                   "case-" + uuid};
    for (size_t at = 0; at < uuid.size(); ++at) {
        for (const char wrong : {'-', 'g', 'A', '0', '\x7f', '\x80', ' '}) {
            std::string other = uuid;
            other[at] = wrong;
            texts.push_back(other);
            texts.push_back("r" + other);
        }
        texts.push_back(uuid.substr(at));
    }
    for (const size_t digits : {7U, 8U, 9U, 509U, 510U, 511U, 512U, 1000U}) {
        texts.push_back(std::string(digits, 'a'));
        texts.push_back("x" + std::string(digits, '7'));
        texts.push_back(std::string(digits, 'z'));
    }
    return texts;
}

// The grammar of the header, digit by digit.
std::string grammar(const std::string& text) {
    static const std::regex kUuid(
        "(.*)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");
    static const std::string kLower = "0123456789abcdef";
    std::smatch parts;
    std::string front = text;
    std::string digits;
    bool uuid = false;
    if (std::regex_match(text, parts, kUuid)) {
        uuid = true;
        front = parts[1];
        digits = parts[2];
        std::erase(digits, '-');
    } else {
        const size_t other = text.find_last_not_of(kLower);
        const size_t run = std::min<size_t>(text.size() - (other + 1), 510);
        if (run >= 8) {
            front = text.substr(0, text.size() - run / 2 * 2);
            digits = text.substr(front.size());
        }
    }
    std::string out;
    size_t head = 2 * front.size() + (digits.empty() ? 0 : 1);
    for (; head >= 128; head /= 128) {
        out += static_cast<char>(head % 128 + 128);
    }
    out += static_cast<char>(head);
    if (!digits.empty()) {
        out += static_cast<char>(uuid ? 0 : digits.size() / 2);
    }
    out += front;
    for (size_t i = 0; i < digits.size(); i += 2) {
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    return out;
}

TEST(PackedText, WhatOnlyLooksPackableComesBackTheSame) {
    for (const std::string& text : near_texts()) {
        EXPECT_EQ(taken(packed(text)), text);
    }
}

TEST(PackedText, HasTheBytesOfItsGrammar) {
    for (const std::string& text : near_texts()) {
        EXPECT_EQ(packed(text), grammar(text)) << text;
    }
}

TEST(PackedText, NoTwoShareTheirBytesAndNoneBeginsAnother) {
    constexpr uint64_t kSeed = 20261127;
    std::mt19937_64 random(kSeed);
    SCOPED_TRACE(kSeed);
    constexpr std::string_view kLetters = "0123456789abcdef-gA";
    std::map<std::string, std::string> texts;  // by bytes
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (size_t left = random() % 45; left > 0; --left) {
            text += kLetters[random() % (i % 2 == 0 ? 16 : kLetters.size())];
        }
        const std::string bytes = packed(text);
        EXPECT_EQ(bytes, grammar(text)) << text;
        EXPECT_EQ(taken(bytes), text);
        const auto [at, added] = texts.emplace(bytes, text);
        EXPECT_TRUE(added || at->second == text);
    }
    const std::string* previous = nullptr;
    for (const auto& [bytes, text] : texts) {
        EXPECT_TRUE(previous == nullptr || !bytes.starts_with(*previous)) << text;
        previous = &bytes;
    }
}

TEST(PackedText, IsTakenFromTheFrontAndLeavesTheRest) {
    std::string bytes;
    put_packed_text(bytes, "ref-01597d53-0980-7a2d-a722-33a5a558b7f7");
    put_packed_text(bytes, "queue-002");
    std::string_view in = bytes;
    std::string text;
    ASSERT_TRUE(take_packed_text(in, text));
    EXPECT_EQ(text, "ref-01597d53-0980-7a2d-a722-33a5a558b7f7");
    ASSERT_TRUE(take_packed_text(in, text));
    EXPECT_EQ(text, "queue-002");
    EXPECT_TRUE(in.empty());
}

TEST(PackedText, CutOffAnywhereIsDamaged) {
    for (const std::string_view text :
         {"case-01597d53-0980-7a2d-a722-33a5a558b7f7", "ct-1ea488e77b996dceb1b9", "plain", ""}) {
        const std::string bytes = packed(text);
        for (size_t size = 0; size < bytes.size(); ++size) {
            std::string_view in = std::string_view(bytes).substr(0, size);
            std::string out;
            EXPECT_FALSE(take_packed_text(in, out)) << text << " cut to " << size;
        }
    }
    std::string_view endless = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
    std::string out;
    EXPECT_FALSE(take_packed_text(endless, out));
}

TEST(PackedTexts, KeepEachTextOnceInItsOrder) {
    PackedTexts texts;
    const std::vector<std::string> some{
        "ct-1ea488e77b996dceb1b9", "plain", "", "case-01597d53-0980-7a2d-a722-33a5a558b7f7", "b9"};
    for (const std::string& text : some) {
        EXPECT_TRUE(texts.add_new(text));
    }
    for (const std::string& text : some) {
        EXPECT_FALSE(texts.add_new(text)) << text;
    }
    EXPECT_TRUE(texts.add_new("plai")) << "the beginning of another is another";
    std::vector<std::string> expected = some;
    expected.emplace_back("plai");
    EXPECT_EQ(texts.texts(), expected);
    EXPECT_EQ(texts.size(), expected.size());
}

TEST(PackedTexts, AreEachKeptOnceAlsoWhenTheyAreManyAndInCopies) {
    PackedTexts texts;
    const auto name = [](size_t number) { return "contact-" + std::to_string(number); };
    std::vector<std::string> expected;
    for (size_t number = 0; number < 1'000; ++number) {
        expected.push_back(name(number));
        EXPECT_TRUE(texts.add_new(name(number))) << number;
        EXPECT_FALSE(texts.add_new(name(number * 7 % (number + 1)))) << number;
    }
    PackedTexts copy = texts;
    EXPECT_FALSE(copy.add_new(name(999)));
    EXPECT_TRUE(copy.add_new("another"));
    EXPECT_EQ(texts.texts(), expected);
    const std::string bytes(texts.bytes().substr(0, texts.bytes().find("contact-500") - 1));
    std::string_view in = bytes;
    ASSERT_TRUE(texts.take(in, 500)) << "what is taken stands in the place of what was there";
    EXPECT_TRUE(texts.add_new(name(500)));
    EXPECT_FALSE(texts.add_new(name(499)));
}

TEST(PackedTexts, AreTakenWholeOrNotAtAll) {
    PackedTexts texts;
    texts.add_new("ct-1ea488e77b996dceb1b9");
    texts.add_new("plain");
    const std::string bytes(texts.bytes());
    PackedTexts taken;
    const std::string with_more = bytes + "rest";
    std::string_view in = with_more;
    ASSERT_TRUE(taken.take(in, 2));
    EXPECT_EQ(in, "rest");
    EXPECT_EQ(taken, texts);
    for (size_t size = 0; size < bytes.size(); ++size) {
        std::string_view cut = std::string_view(bytes).substr(0, size);
        EXPECT_FALSE(taken.take(cut, 2)) << size;
    }
    EXPECT_EQ(taken, texts) << "what is damaged leaves it alone";
}

}  // namespace
}  // namespace sijill::projections
