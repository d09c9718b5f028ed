#pragma once
// producers/scenario.h - made-up events from a seed: the golden quarter and a load of any size.

#include "events/record.h"
#include "events/result.h"

#include <cstdint>
#include <functional>

namespace sijill::producers {

/// Takes one event as a record to append (key = subject, value = structured CloudEvent without line
/// breaks). An error stops the generator, which returns it.
using EventSink = std::function<Result<void>(events::NewRecord&&)>;

/// The first quarter of 2017 of a housing ministry's contact centre, about 160,000 events ordered
/// by time, with some of the quarters around it.
///
/// Every count of tests/data/golden/q1-2017.json holds exactly for every seed; the seed decides
/// who, when and how. The same seed gives the same bytes. Each subject's events come in their
/// causal order and no event is an anomaly. Holds the whole quarter in memory (about 100 MB).
[[nodiscard]] Result<void> generate_quarter(uint64_t seed, const EventSink& sink);

/// How much of a load is wanted. Integers only: the same specification gives the same bytes.
struct LoadSpec {
    uint64_t seed = 1;
    uint64_t events = 1'000'000;
    uint64_t cases = 0;            // 0: one per ten events
    uint32_t agents = 500;         // at least 1
    uint32_t queues = 40;          // at least 1
    uint32_t days = 400;           // at least 1; the events spread evenly over them
    uint32_t late_per_mille = 10;  // events that happened up to three days before their neighbours
    uint32_t repeat_per_ten_thousand = 10;  // events that arrive a second time
};

/// Events of long-lived cases, chosen by a Zipf-like law (0.8) or uniformly, and of calls in
/// between; ordered by arrival. Every transition is legal. Streams: memory does not grow with the
/// number of events. Errors: Invalid for a specification outside its bounds, and what the sink
/// returns.
[[nodiscard]] Result<void> generate_load(const LoadSpec& spec, const EventSink& sink);

}  // namespace sijill::producers
