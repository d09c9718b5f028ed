#include "producers/timeline.h"

#include "events/check.h"
#include "events/encode.h"
#include "events/uuid.h"

#include <algorithm>
#include <utility>

namespace sijill::producers {

std::string Timeline::add(events::Envelope envelope, const events::Event& event) {
    const uint64_t high = random_.next();
    std::string id = to_string(events::make_uuid7(envelope.time, high, random_.next()));
    envelope.id = id;
    entries_.push_back(
        {envelope.time.ms, std::string(envelope.subject), events::encode(envelope, event)});
    return id;
}

Result<void> Timeline::drain(const EventSink& sink) {
    std::vector<Entry> entries = std::exchange(entries_, {});
    std::ranges::stable_sort(entries, {}, &Entry::time_ms);
    for (Entry& entry : entries) {
        auto taken =
            sink(events::structured_record(std::move(entry.subject), std::move(entry.json)));
        if (!taken) {
            return taken;
        }
    }
    return {};
}

std::string Life::emit(events::Timestamp time, std::string_view actor, const events::Event& event) {
    CHECK(time >= last_, "the events of a subject are emitted in their order");
    last_ = time;
    events::Envelope envelope;
    envelope.source = spec_.source;
    envelope.subject = spec_.subject;
    envelope.time = time;
    envelope.actor = actor;
    envelope.correlation_id = spec_.correlation;
    envelope.person_key = spec_.person;
    envelope.causation_id = spec_.cause;
    std::string id = timeline_.add(envelope, event);
    spec_.cause.clear();
    return id;
}

}  // namespace sijill::producers
