#pragma once
// events/encode.h - an event as a structured CloudEvent in JSON, attributes in the fixed order.

#include "events/event.h"
#include "events/record.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sijill::events {

/// `specversion id source type subject time datacontenttype`, extensions, `data`. Optional fields
/// that are absent are left out. Texts must be valid UTF-8.
[[nodiscard]] std::string encode(const Envelope& envelope, const Event& event);

/// A field of an event that is known only by its descriptor (events/catalogue.h).
struct NamedValue {
    std::string_view name;
    std::variant<std::string, int64_t, bool, std::vector<std::string>> value;
};

/// As above, for writers that follow declarations as data. Whether the fields are those of the type
/// is the gateway's matter.
[[nodiscard]] std::string encode(const Envelope& envelope,
                                 std::string_view full_type,
                                 std::span<const NamedValue> data);

/// The record for a log: key = subject, value = encode(…), header content-type.
[[nodiscard]] NewRecord to_record(const Envelope& envelope, const Event& event);

/// A record around an event that is JSON already (a validated line of a file).
[[nodiscard]] NewRecord structured_record(std::string subject, std::string json);

/// gov.cc.call.offered.v1
[[nodiscard]] std::string full_type_of(const Event& event);

}  // namespace sijill::events
