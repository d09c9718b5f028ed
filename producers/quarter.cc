#include "producers/quarter.h"

#include "events/uuid.h"

#include <algorithm>
#include <array>

namespace sijill::producers {

namespace {

// Out of 100. Sunday first: the week's work is done from Sunday to Thursday.
constexpr std::array<uint64_t, 7> kWeekday{100, 95, 92, 90, 80, 18, 30};
constexpr std::array<uint64_t, 24> kHour{3,  2,  2,  2,  3,  5,  12, 60, 110, 120, 115, 100,
                                         80, 70, 45, 30, 30, 28, 25, 20, 16,  10,  6,   4};

uint64_t weekday_weight(int64_t day) {
    return kWeekday[static_cast<size_t>(day - events::floor_div(day, 7) * 7)];
}

std::vector<std::string> tokens(Random& random, std::string_view prefix, size_t count) {
    std::vector<std::string> list;
    list.reserve(count);
    for (size_t i = 0; i < count; ++i) {
        list.push_back(std::string(prefix) + random.hex(16));
    }
    return list;
}

constexpr size_t kAgents = 46;
constexpr size_t kCitizens = 12000;

}  // namespace

Quarter::Quarter(uint64_t seed)
    : random(seed),
      timeline(random.next()),
      agents(tokens(random, "ag-", kAgents)),
      citizens(tokens(random, "ct-", kCitizens)) {}

events::Timestamp Quarter::arrival(Window window) {
    int64_t day = 0;
    do {
        day = random.between(window.first_day, window.end_day - 1);
    } while (random.below(100) >= weekday_weight(day));
    int64_t hour = 0;
    do {
        hour = random.between(0, window.last_hour);
    } while (random.below(120) >= kHour[static_cast<size_t>(hour)]);
    return later(day_begin(day),
                 hour * events::kMsPerHour + random.between(0, events::kMsPerHour - 1));
}

std::string Quarter::new_id(std::string_view prefix, events::Timestamp time) {
    const uint64_t high = random.next();
    return std::string(prefix) + to_string(events::make_uuid7(time, high, random.next()));
}

events::Sealed Quarter::sealed(std::string& holder) {
    holder = random.base64url(static_cast<size_t>(random.between(44, 120)));
    return {holder};
}

std::string agent_actor(std::string_view token) {
    return "agent:" + std::string(token);
}

std::string citizen_actor(std::string_view token) {
    return "citizen:" + std::string(token);
}

events::CodeList codes(std::span<const std::string_view> names) {
    events::CodeList list;
    for (const std::string_view name : names) {
        list.push({name});
    }
    return list;
}

Result<void> generate_quarter(uint64_t seed, const EventSink& sink) {
    Quarter quarter(seed);
    add_inbound_calls(quarter);
    add_chats(quarter);
    add_messages(quarter);
    add_cases(quarter);
    add_outbound_calls(quarter);
    add_appointments(quarter);
    add_surveys(quarter);
    add_evaluations(quarter);
    return quarter.timeline.drain(sink);
}

}  // namespace sijill::producers
