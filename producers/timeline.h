#pragma once
// producers/timeline.h - collects the lives of many subjects and hands their events out by time.

#include "events/event.h"
#include "producers/random.h"
#include "producers/scenario.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// Events in memory, encoded. One thread.
class Timeline {
  public:
    explicit Timeline(uint64_t seed) : random_(seed) {}

    /// Takes an event; its id becomes a UUIDv7 of its time and is returned.
    std::string add(events::Envelope envelope, const events::Event& event);

    /// Hands every event to the sink, ordered by time; at one instant in the order of add().
    /// Afterwards the timeline is empty.
    [[nodiscard]] Result<void> drain(const EventSink& sink);

  private:
    struct Entry {
        int64_t time_ms;
        std::string subject;
        std::string json;
    };
    Random random_;
    std::vector<Entry> entries_;
};

/// What the events of one subject have in common.
struct LifeSpec {
    std::string_view source;
    std::string subject;
    std::string correlation = {};  // the contact a chain began with
    std::string person = {};       // whose key seals the personal fields
    std::string cause = {};        // id of the event that led to this subject's first one
};

/// One subject's life. Its events are emitted in their causal order and never go back in time.
class Life {
  public:
    Life(Timeline& timeline, LifeSpec spec) : timeline_(timeline), spec_(std::move(spec)) {}

    /// Emits an event and returns its id.
    std::string emit(events::Timestamp time, std::string_view actor, const events::Event& event);

    [[nodiscard]] events::Timestamp last() const { return last_; }
    [[nodiscard]] std::string_view subject() const { return spec_.subject; }

  private:
    Timeline& timeline_;
    LifeSpec spec_;
    events::Timestamp last_{INT64_MIN};
};

}  // namespace sijill::producers
