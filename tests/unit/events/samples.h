#pragma once
// tests/unit/events/samples.h - one event of every type with every field set, made by the compiler
// from the field lists.

#include "events/event.h"

#include <cstdint>
#include <deque>
#include <string>
#include <variant>
#include <vector>

namespace sijill::events {

/// Fills fields with values that differ from each other. Texts live in the sampler.
class Sampler {
  public:
    /// With optional fields, or only the required ones.
    explicit Sampler(bool optional) : optional_(optional) {}

    template <class E>
    E make() {
        Event event{E{}};
        fill(event);
        return std::get<E>(event);
    }

    /// Every type, in the order of AllEvents.
    std::vector<Event> all();

    /// An envelope with every attribute (or the required ones), for this event.
    Envelope envelope(const Event& event);

  private:
    class Filler;
    void fill(Event& event);
    std::string_view text(const char* prefix);

    bool optional_;
    int64_t next_ = 0;
    std::deque<std::string> texts_;
};

}  // namespace sijill::events
