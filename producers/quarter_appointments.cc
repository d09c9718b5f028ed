// producers/quarter_appointments.cc - appointments: 2,277 booked for slots of the same quarter.

#include "producers/quarter.h"

#include <algorithm>
#include <array>

namespace sijill::producers {

namespace {

namespace ev = events;

struct Counter {
    std::string_view purpose;
    std::string_view location;
    size_t booked;
};

constexpr std::array<Counter, 6> kCounters{
    Counter{"new_housing_application", "hq_diplomatic_area", 816},
    {"new_housing_application", "danaat_al_madina", 521},
    {"new_housing_application", "al_moayyed_tower", 222},
    {"inspection_campaign", "none", 92},
    {"mazaya_programme", "hq_diplomatic_area", 257},
    {"mazaya_programme", "al_moayyed_tower", 369}};

enum class Fate { Cancelled, NoShow, Attended, Unrecorded };
struct FateCount {
    Fate fate;
    size_t appointments;
};
constexpr std::array<FateCount, 4> kFates{FateCount{Fate::Cancelled, 130},
                                          {Fate::NoShow, 150},
                                          {Fate::Attended, 1850},
                                          {Fate::Unrecorded, 147}};

constexpr int64_t kSlotMs = 30 * ev::kMsPerMinute;
constexpr int64_t kOffice = 7;  // opens at seven, the last of 13 slots starts at one
constexpr size_t kAround = 30;  // in each quarter beside this one

struct Booking {
    const Counter* counter;
    Fate fate;
    int64_t first_day;
    int64_t end_day;  // of booking; its slot is at most 11 days later
};

bool is_weekend(int64_t day) {
    return day - ev::floor_div(day, 7) * 7 >= 5;
}

ev::Timestamp slot_after(Quarter& quarter, ev::Timestamp time) {
    int64_t day =
        ev::floor_div(time.ms - kQuarterBegin.ms, ev::kMsPerDay) + quarter.random.between(2, 9);
    while (is_weekend(day)) {
        ++day;
    }
    return later(day_begin(day),
                 kOffice * ev::kMsPerHour + quarter.random.between(0, 12) * kSlotMs);
}

// Moved to another slot of the same day: a day more could leave the quarter.
ev::Timestamp move(Quarter& quarter, Life& life, ev::Timestamp start) {
    const ev::Timestamp day = later(
        start, -((start.ms - kQuarterBegin.ms) % ev::kMsPerDay + ev::kMsPerDay) % ev::kMsPerDay);
    const ev::Timestamp moved =
        later(day, kOffice * ev::kMsPerHour + quarter.random.between(0, 12) * kSlotMs);
    const ev::Timestamp at =
        later(life.last(), quarter.random.between(ev::kMsPerHour, (start.ms - life.last().ms) / 2));
    life.emit(at,
              "system:booking",
              ev::AppointmentRescheduled{
                  start, moved, later(moved, kSlotMs), ev::ChangedBy::Citizen, {}});
    return moved;
}

void end(Quarter& quarter, Life& life, ev::Timestamp start, Fate fate) {
    const std::string& clerk = quarter.agent();
    const std::string actor = agent_actor(clerk);
    if (fate == Fate::Cancelled) {
        const int64_t span = start.ms - life.last().ms;
        const ev::Timestamp at =
            later(life.last(), quarter.random.between(span / 10, span * 9 / 10));
        life.emit(at,
                  "system:booking",
                  ev::AppointmentCancelled{
                      quarter.random.chance(850) ? ev::ChangedBy::Citizen : ev::ChangedBy::Office,
                      at,
                      {start.ms - at.ms}});
    } else if (fate == Fate::NoShow) {
        const ev::Timestamp at = later(start, kSlotMs);
        life.emit(at, actor, ev::AppointmentNoShowRecorded{at, {clerk}});
    } else if (fate == Fate::Attended) {
        const ev::Timestamp came = later(start, quarter.random.between(-900000, 600000));
        life.emit(came, actor, ev::AppointmentCheckedIn{came, {clerk}});
        const ev::Timestamp done =
            later(std::max(came, start), quarter.random.between(300000, 1500000));
        life.emit(done, actor, ev::AppointmentCompleted{done, {clerk}, ev::Code{"file_received"}});
    }
}

void tell(Quarter& quarter, const Booking& booking) {
    const ev::Timestamp at = quarter.arrival({booking.first_day, booking.end_day});
    const std::string id = quarter.new_id("apt-", at);
    const std::string& citizen = quarter.citizen();
    ev::Timestamp start = slot_after(quarter, at);
    ev::AppointmentBooked event;
    event.appointment_id = {id};
    event.purpose = {booking.counter->purpose};
    event.location = {booking.counter->location};
    event.slot_start = start;
    event.slot_end = later(start, kSlotMs);
    event.booked_via = static_cast<ev::BookedVia>(quarter.random.below(4));
    event.citizen = ev::Token{citizen};
    Life life(quarter.timeline, {kBookingSource, id});
    life.emit(at, citizen_actor(citizen), event);
    if (quarter.random.chance(80)) {
        start = move(quarter, life, start);
    }
    end(quarter, life, start, booking.fate);
}

}  // namespace

void add_appointments(Quarter& quarter) {
    std::vector<Fate> fates;
    for (const FateCount& count : kFates) {
        fates.insert(fates.end(), count.appointments, count.fate);
    }
    quarter.random.shuffle(fates);
    size_t next = 0;
    for (const Counter& counter : kCounters) {
        for (size_t i = 0; i < counter.booked; ++i) {
            // The last slots: two days and a weekend after the last bookings.
            tell(quarter, {&counter, fates[next++], 0, kQuarterDays - 12});
        }
    }
    for (size_t i = 0; i < kAround; ++i) {
        const Counter& counter = quarter.random.pick(kCounters);
        const Fate fate = quarter.random.pick(kFates).fate;
        tell(quarter, {&counter, fate, -31, -12});
        tell(quarter, {&counter, fate, kQuarterDays, kQuarterDays + 20});
    }
}

}  // namespace sijill::producers
