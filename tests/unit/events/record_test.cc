#include "events/record.h"

#include "events/encode.h"

#include <gtest/gtest.h>

#include <string>

namespace sijill::events {
namespace {

// The vectors of Kafka's own org.apache.kafka.common.utils.UtilsTest.
TEST(Record, Murmur2IsThatOfKafka) {
    const auto hash = [](std::string_view key) { return static_cast<int32_t>(murmur2(key)); };
    EXPECT_EQ(hash("21"), -973932308);
    EXPECT_EQ(hash("foobar"), -790332482);
    EXPECT_EQ(hash("a-little-bit-long-string"), -985981536);
    EXPECT_EQ(hash("a-little-bit-longer-string"), -1486304829);
    EXPECT_EQ(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
    EXPECT_EQ(hash("abc"), 479470107);
}

TEST(Record, BytesAbove127AreUnsigned) {
    // Computed from the published algorithm, whose tail bytes are `data[i] & 0xff`.
    EXPECT_EQ(murmur2("\xff"), 3983499611U);
    EXPECT_EQ(murmur2("\xff\xfe"), 1717632651U);
    EXPECT_EQ(murmur2("\xff\xfe\xfd"), 998637092U);
}

TEST(Record, APartitionIsNeverNegative) {
    for (int i = 0; i < 5000; ++i) {
        const std::string subject = "case-" + std::to_string(i);
        for (const int32_t partitions : {1, 6, 24, 96}) {
            const int32_t partition = partition_of(subject, partitions);
            ASSERT_GE(partition, 0);
            ASSERT_LT(partition, partitions);
        }
    }
    // toPositive(-973932308) = 1173551340
    EXPECT_EQ(partition_of("21", 96), 1173551340 % 96);
}

TEST(Record, SubjectsSpreadOverThePartitions) {
    int count[6] = {};
    for (int i = 0; i < 6000; ++i) {
        ++count[partition_of("case-" + std::to_string(i), 6)];
    }
    for (const int in_partition : count) {
        EXPECT_GT(in_partition, 850);
        EXPECT_LT(in_partition, 1150);
    }
}

TEST(Record, AStructuredRecordHasItsSubjectAsKeyAndOneHeader) {
    Envelope envelope;
    envelope.id = "1";
    envelope.source = "/s";
    envelope.subject = "call-1";
    const NewRecord record = to_record(envelope, CallHeld{});
    EXPECT_EQ(record.key, "call-1");
    EXPECT_EQ(record.value, encode(envelope, CallHeld{}));
    EXPECT_EQ(
        record.headers,
        (std::vector<Header>{{"content-type", "application/cloudevents+json; charset=UTF-8"}}));
}

}  // namespace
}  // namespace sijill::events
