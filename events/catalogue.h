#pragma once
// events/catalogue.h - the event declarations as data, for the validator, the schemas and the
// catalogue page.

#include "events/event.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::events {

struct FieldDescriptor {
    std::string_view name;
    Kind kind;
    bool required;
    std::span<const std::string_view> names;  // of an enumeration, else empty
};

struct EventDescriptor {
    std::string_view type;  // "call.offered"
    int major;
    std::string_view subject_field;  // "" when the data does not repeat the subject
    std::string_view summary;
    std::vector<FieldDescriptor> fields;
};

/// Every event, in the order of AllEvents.
[[nodiscard]] const std::vector<EventDescriptor>& all_events();

/// The full CloudEvents type: gov.cc.call.offered.v1
[[nodiscard]] std::string full_type(const EventDescriptor& event);

/// The descriptor of a full type, or nullptr.
[[nodiscard]] const EventDescriptor* find_event(std::string_view full_type);

/// Whether fields of this name are personal, and sealed: no plain field of any event has the name
/// of one.
[[nodiscard]] bool is_sealed_field(std::string_view name);

/// The JSON Schema (the part of 2020-12 that reads the same as draft-07) of one event's data.
[[nodiscard]] std::string json_schema(const EventDescriptor& event);

/// docs/events.md.
[[nodiscard]] std::string catalogue_page();

/// The fields of one item of Kind::ItemList.
[[nodiscard]] const std::vector<FieldDescriptor>& item_fields();

}  // namespace sijill::events
