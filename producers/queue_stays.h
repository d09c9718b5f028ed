#pragma once
// producers/queue_stays.h - who stands or stood in a queue of the PBX, as far as its log was read.
//
// A call is in one queue at a time, but may enter several, and one several times, with the same
// call id. Each stay is a contact of its own, as the PBX's counters have it.

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sijill::producers {

/// A call from entering a queue until it left it, or the conversation ended.
struct QueueStay {
    std::string call;
    std::string queue;
    int64_t entered = 0;  // epoch second of its ENTERQUEUE line
    int64_t ordinal = 1;  // among stays of this call in this queue that began in this second
    bool ended = false;
    int64_t last_second = 0;              // of its last line
    std::map<uint64_t, int64_t> repeats;  // how often each of its lines occurred, by digest
    bool operator==(const QueueStay&) const = default;
};

/// The contact id of a stay: the same whenever and from whatever part of the log it is read.
[[nodiscard]] std::string contact_of(const QueueStay& stay);

/// Stays in the order in which they began. Bounded: the oldest are forgotten, ended ones first.
class StayBook {
  public:
    static constexpr size_t kMostOpen = 10'000;
    static constexpr size_t kMostEnded = 1'000;

    StayBook() = default;
    StayBook(const StayBook&) = delete;
    StayBook& operator=(const StayBook&) = delete;

    QueueStay& add(QueueStay stay);
    /// The call's latest stay in this queue; in any queue when it is "NONE". Null: there is none.
    [[nodiscard]] QueueStay* find(std::string_view call, std::string_view queue);
    /// How many stays of this call in this queue began in this second.
    [[nodiscard]] int64_t count(std::string_view call,
                                std::string_view queue,
                                int64_t entered) const;
    /// Marks it as ended. References to stays that ended earlier may become invalid.
    void end(QueueStay& stay);
    [[nodiscard]] std::vector<QueueStay> all() const;
    void clear();

  private:
    using Place = std::list<QueueStay>::iterator;
    void forget(std::list<QueueStay>& from);

    std::list<QueueStay> open_;
    std::list<QueueStay> ended_;
    std::unordered_map<std::string, std::vector<Place>> by_call_;
};

}  // namespace sijill::producers
