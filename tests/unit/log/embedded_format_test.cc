// tests/unit/log/embedded_format_test.cc - rows of the embedded log: exact bytes back, anything
// else refused.

#include "log/embedded_format.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace sijill::log {
namespace {

const events::NewRecord kRecord{"case-1", "value", {{"content-type", "x"}, {"empty", ""}}};

TEST(EmbeddedFormat, DecodesWhatItEncoded) {
    const std::string row = encode_record(kRecord, 1'483'228'800'000);
    const auto record = decode_record(row);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->append_time_ms, 1'483'228'800'000);
    EXPECT_EQ(record->key, kRecord.key);
    EXPECT_EQ(record->value, kRecord.value);
    std::vector<events::Header> headers;
    EXPECT_TRUE(copy_stored_headers(record->headers, 2, headers));
    EXPECT_EQ(headers, kRecord.headers);
}

TEST(EmbeddedFormat, TimesBefore1970Survive) {
    const auto record = decode_record(encode_record({"", "", {}}, -1));
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->append_time_ms, -1);
    EXPECT_EQ(record->key, "");
    EXPECT_EQ(record->value, "");
}

TEST(EmbeddedFormat, MoreHeadersThanTheLimitAreTold) {
    const std::string row = encode_record(kRecord, 0);
    std::vector<events::Header> headers;
    EXPECT_FALSE(copy_stored_headers(decode_record(row)->headers, 1, headers));
    EXPECT_EQ(headers.size(), 1U);
}

TEST(EmbeddedFormat, ARowCutAnywhereBeforeItsValueIsRefused) {
    const std::string row = encode_record(kRecord, 7);
    for (size_t size = 0; size < row.size() - kRecord.value.size(); ++size) {
        EXPECT_FALSE(decode_record(row.substr(0, size)).has_value()) << size;
    }
}

TEST(EmbeddedFormat, ARowOfANewerVersionIsRefused) {
    std::string row = encode_record(kRecord, 7);
    row[0] = 2;
    EXPECT_FALSE(decode_record(row).has_value());
    std::string description = encode_description({"id", 12});
    description[0] = 2;
    EXPECT_FALSE(decode_description(description).has_value());
}

TEST(EmbeddedFormat, KeysSortByPartitionThenOffsetBeforeTheDescription) {
    const std::vector<Place> places = {
        {0, 0}, {0, 255}, {0, 256}, {0, std::numeric_limits<int64_t>::max()}, {1, 0}, {256, 0}};
    std::string last;
    for (const Place& place : places) {
        const std::string key = encode_record_key(place);
        EXPECT_LT(last, key);
        EXPECT_EQ(decode_record_key(key), place);
        last = key;
    }
    EXPECT_LT(encode_record_key({std::numeric_limits<int32_t>::max(), 0}),
              std::string(kEmbeddedDescriptionKey));
}

TEST(EmbeddedFormat, TheDescriptionComesBack) {
    const auto description = decode_description(encode_description({"some-id", 24}));
    ASSERT_TRUE(description.has_value());
    EXPECT_EQ(description->id, "some-id");
    EXPECT_EQ(description->partitions, 24);
    EXPECT_FALSE(decode_description(encode_description({"some-id", 0})).has_value());
    EXPECT_FALSE(decode_description(encode_description({"some-id", 1}) + "x").has_value());
}

}  // namespace
}  // namespace sijill::log
