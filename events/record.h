#pragma once
// events/record.h - one event as a log delivers it: bytes and place, nothing decoded.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::events {

/// One Kafka record header. The name is UTF-8; a null value is an empty string.
struct Header {
    std::string name;
    std::string value;
    bool operator==(const Header&) const = default;
};

/// Where a record's headers can be read from when they are needed. Structured CloudEvents never
/// need them, and librdkafka allocates every header it parses, so they are fetched only on demand.
struct HeaderSource {
    const void* handle = nullptr;
    /// Appends at most `limit` headers; false when the record has more than that.
    bool (*read)(const void* handle, size_t limit, std::vector<Header>& out) = nullptr;
};

/// A record as read from a log. Views borrow the log's buffer: valid until the next read of the
/// same reader.
struct Record {
    int32_t partition = 0;
    int64_t offset = 0;
    int64_t append_time_ms = 0;  // LogAppendTime, milliseconds since 1970 UTC
    std::optional<std::string_view> key;
    std::optional<std::string_view> value;  // nullopt: a tombstone
    HeaderSource headers;
};

/// A record to append. Key = the CloudEvent subject, value = the event in structured mode.
struct NewRecord {
    std::string key;
    std::string value;
    std::vector<Header> headers;  // structured mode: content-type only
};

/// The header every structured-mode record carries.
inline constexpr std::string_view kContentTypeHeader = "content-type";
inline constexpr std::string_view kStructuredContentType =
    "application/cloudevents+json; charset=UTF-8";

/// Kafka's Java clients' hash of a key; the partition of a subject for ever.
[[nodiscard]] uint32_t murmur2(std::string_view key);

/// (murmur2(subject) & 0x7fffffff) mod partitions: librdkafka's murmur2_random for a key that is
/// present.
[[nodiscard]] inline int32_t partition_of(std::string_view subject, int32_t partitions) {
    return static_cast<int32_t>((murmur2(subject) & 0x7fffffffU) %
                                static_cast<uint32_t>(partitions));
}

}  // namespace sijill::events
