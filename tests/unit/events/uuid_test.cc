#include "events/uuid.h"

#include <gtest/gtest.h>

#include <random>

namespace sijill::events {
namespace {

// RFC 9562 appendix A.6: 2022-02-22T19:22:22.000Z, rand_a cc3, rand_b 18c4dc0c0c07398f.
TEST(Uuid, TheExampleOfTheRfcIsMadeAndRead) {
    const Timestamp time = parse_rfc3339("2022-02-22T19:22:22Z").value();
    const Uuid uuid = make_uuid7(time, 0xcc3, 0x18c4dc0c0c07398f);
    EXPECT_EQ(to_string(uuid), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    const Uuid read = parse_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F").value();
    EXPECT_EQ(read, uuid);
    EXPECT_EQ(time_of_uuid7(read).value(), time);
}

TEST(Uuid, VersionAndVariantStandWhateverTheRandomBits) {
    for (const uint64_t bits : {uint64_t{0}, ~uint64_t{0}}) {
        const Uuid uuid = make_uuid7({0}, bits, bits);
        EXPECT_EQ(uuid.bytes[6] >> 4U, 7);
        EXPECT_EQ(uuid.bytes[8] >> 6U, 2);
        EXPECT_EQ(time_of_uuid7(uuid).value().ms, 0);
    }
    const Timestamp last{(int64_t{1} << 48) - 1};
    EXPECT_EQ(time_of_uuid7(make_uuid7(last, 1, 1)).value(), last);
}

TEST(Uuid, OtherVersionsAndVariantsHaveNoTime) {
    for (const char* text : {"919108f7-52d1-4320-9bac-f847db4148a8",  // version 4
                             "017f22e2-79b0-7cc3-58c4-dc0c0c07398f",  // variant 01
                             "017f22e2-79b0-7cc3-d8c4-dc0c0c07398f",  // variant 11
                             "00000000-0000-0000-0000-000000000000"}) {
        const auto time = time_of_uuid7(parse_uuid(text).value());
        ASSERT_FALSE(time.has_value()) << text;
        EXPECT_EQ(time.error().code, Errc::Invalid);
    }
}

TEST(Uuid, SortsByTimeAsBytesAndAsText) {
    std::mt19937_64 random(1);
    Uuid before = make_uuid7({1000}, random(), random());
    for (int64_t ms = 1001; ms < 3000; ++ms) {
        const Uuid next = make_uuid7({ms}, random(), random());
        ASSERT_LT(before, next);
        ASSERT_LT(to_string(before), to_string(next));
        before = next;
    }
}

TEST(Uuid, WhatIsWrittenIsReadBack) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 1000; ++i) {
        const Timestamp time{static_cast<int64_t>(random() >> 16U)};
        const Uuid uuid = make_uuid7(time, random(), random());
        ASSERT_EQ(parse_uuid(to_string(uuid)).value(), uuid);
        ASSERT_EQ(time_of_uuid7(uuid).value(), time);
    }
}

TEST(Uuid, OtherSpellingsAreRefused) {
    for (const char* text : {"",
                             "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
                             "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
                             "017f22e279b07cc398c4dc0c0c07398f",
                             "017f22e2-79b0-7cc3-98c4_dc0c0c07398f",
                             "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
                             "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
                             "017f22e2-79b0-7cc3-98c4-"}) {
        const auto uuid = parse_uuid(text);
        ASSERT_FALSE(uuid.has_value()) << text;
        EXPECT_EQ(uuid.error().code, Errc::Invalid);
    }
}

}  // namespace
}  // namespace sijill::events
