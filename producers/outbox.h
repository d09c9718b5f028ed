#pragma once
// producers/outbox.h - records of a transactional outbox as events: the pure part of the bridge.

#include "events/record.h"
#include "events/result.h"

#include <map>
#include <optional>
#include <string>

namespace sijill::producers {

/// How the records of an outbox topic become events.
struct OutboxRules {
    std::string source;  // URI: of events that do not name their own
    /// Record header → CloudEvents attribute. Headers ce_NAME are the attribute NAME without being
    /// listed.
    std::map<std::string, std::string> headers = {
        {"id", "id"}, {"eventType", "type"}, {"eventTime", "time"}};
};

/// The event of one record, in structured mode. Two forms are read, and told apart by themselves:
///
/// - what Debezium's outbox event router writes: key = aggregateid, header id = the row's id, the
///   event's data in the value, as a JSON object, as a JSON text of one, or in {schema, payload};
/// - CloudEvents, structured (an object with specversion) or binary (headers ce_NAME).
///
/// What is not said otherwise: subject = key, source = that of the rules, time = the record's. Type
/// may be the short name of an event (call.offered). Whether the event is good is the gateway's to
/// say. nullopt: a tombstone. Errors: Rejected, with the reason; never with a value.
[[nodiscard]] Result<std::optional<std::string>> outbox_event(const events::Record& record,
                                                              const OutboxRules& rules);

}  // namespace sijill::producers
