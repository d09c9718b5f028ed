#include "log/places.h"

#include "events/uuid.h"

#include <chrono>
#include <random>

namespace sijill::log {

int64_t system_clock_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

size_t record_bytes(const events::NewRecord& record) {
    size_t bytes = record.key.size() + record.value.size();
    for (const events::Header& header : record.headers) {
        bytes += header.name.size() + header.value.size();
    }
    return bytes;
}

Unexpected too_large(const events::NewRecord& record) {
    return fail(Errc::TooLarge,
                "a record of " + std::to_string(record_bytes(record)) + " bytes; at most " +
                    std::to_string(kMaxRecordBytes));
}

Result<void> check_places(std::string_view topic,
                          std::span<const Place> places,
                          std::span<const OffsetRange> ranges) {
    for (const Place& place : places) {
        const std::string where = std::string(topic) + "[" + std::to_string(place.partition) + "]";
        if (place.partition < 0 || static_cast<size_t>(place.partition) >= ranges.size()) {
            return fail(Errc::Corrupt,
                        where + ": no such partition, the topic has " +
                            std::to_string(ranges.size()) +
                            "; remedy: restore the topic or rebuild the views");
        }
        const OffsetRange& range = ranges[static_cast<size_t>(place.partition)];
        const std::string offset = std::to_string(place.next_offset);
        if (place.next_offset > range.end) {
            return fail(Errc::Corrupt,
                        where + ": position " + offset + " is beyond the log's end " +
                            std::to_string(range.end) +
                            ": the topic was recreated or truncated; remedy: restore the topic, or "
                            "rebuild the views from the log as it is now");
        }
        if (place.next_offset < range.begin) {
            return fail(Errc::Corrupt,
                        where + ": position " + offset + " is before the log's beginning " +
                            std::to_string(range.begin) +
                            ": records were deleted before they were read; remedy: restore the "
                            "topic from its archive, check retention (sijill topic check)");
        }
    }
    return {};
}

void append_to_position(std::string& text, int32_t partition, int64_t next_offset) {
    text += text.empty() ? "" : ",";
    text += std::to_string(partition);
    text += ':';
    text += std::to_string(next_offset);
}

std::string random_log_id() {
    std::random_device device;
    events::Uuid id;
    for (uint8_t& byte : id.bytes) {
        byte = static_cast<uint8_t>(device() & 0xffU);
    }
    id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0fU) | 0x40U);  // version 4
    id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);  // RFC 9562 variant
    return events::to_string(id);
}

}  // namespace sijill::log
