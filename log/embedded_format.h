#pragma once
// log/embedded_format.h - keys and values of the embedded log, encoded and decoded in one place
// each.

#include "events/record.h"
#include "log/event_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::log {

/// The key of the row that describes the log itself. Behind every record: partitions are below
/// 2^31.
inline constexpr std::string_view kEmbeddedDescriptionKey =
    "\xff"
    "log";

/// What the description row says.
struct EmbeddedDescription {
    std::string id;
    int32_t partitions = 0;
};

/// One stored record; views into the row.
struct StoredRecord {
    int64_t append_time_ms = 0;
    std::string_view key;
    std::string_view headers;  // still encoded: copy_stored_headers
    std::string_view value;
};

[[nodiscard]] std::string encode_record_key(const Place& place);
/// nullopt when the key is no record's.
[[nodiscard]] std::optional<Place> decode_record_key(std::string_view key);

[[nodiscard]] std::string encode_record(const events::NewRecord& record, int64_t append_time_ms);
/// nullopt when the row is not what encode_record writes.
[[nodiscard]] std::optional<StoredRecord> decode_record(std::string_view row);

/// Appends at most `limit` headers; false when there are more. `headers`: from decode_record.
bool copy_stored_headers(std::string_view headers, size_t limit, std::vector<events::Header>& out);

[[nodiscard]] std::string encode_description(const EmbeddedDescription& description);
[[nodiscard]] std::optional<EmbeddedDescription> decode_description(std::string_view row);

}  // namespace sijill::log
