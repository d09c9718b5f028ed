#include "producers/queue_stays.h"

#include "events/digest.h"
#include "events/grammar.h"

#include <algorithm>
#include <utility>

namespace sijill::producers {

std::string contact_of(const QueueStay& stay) {
    // The queue's own name, not the code that the site maps it to: a map may change, an id not.
    const std::string queue = events::is_code(stay.queue)
                                  ? stay.queue
                                  : "q-" + events::quick_digest(stay.queue).substr(0, 16);
    std::string id = stay.call + ":" + queue + ":" + std::to_string(stay.entered);
    if (stay.ordinal > 1) {
        id += ":" + std::to_string(stay.ordinal);
    }
    return id;
}

QueueStay& StayBook::add(QueueStay stay) {
    std::list<QueueStay>& to = stay.ended ? ended_ : open_;
    to.push_back(std::move(stay));
    const auto place = std::prev(to.end());
    by_call_[place->call].push_back(place);
    if (open_.size() > kMostOpen) {
        forget(open_);
    }
    if (ended_.size() > kMostEnded) {
        forget(ended_);
    }
    return *place;
}

QueueStay* StayBook::find(std::string_view call, std::string_view queue) {
    const auto found = by_call_.find(std::string(call));
    if (found == by_call_.end()) {
        return nullptr;
    }
    for (auto place = found->second.rbegin(); place != found->second.rend(); ++place) {
        if (queue == "NONE" || (*place)->queue == queue) {
            return &**place;
        }
    }
    return nullptr;
}

int64_t StayBook::count(std::string_view call, std::string_view queue, int64_t entered) const {
    const auto found = by_call_.find(std::string(call));
    if (found == by_call_.end()) {
        return 0;
    }
    return std::ranges::count_if(found->second, [&](const Place& place) {
        return place->queue == queue && place->entered == entered;
    });
}

void StayBook::end(QueueStay& stay) {
    if (stay.ended) {
        return;
    }
    stay.ended = true;
    const std::vector<Place>& of_call = by_call_[stay.call];
    const auto place =
        std::ranges::find_if(of_call, [&stay](const Place& each) { return &*each == &stay; });
    ended_.splice(ended_.end(), open_, *place);
    if (ended_.size() > kMostEnded) {
        forget(ended_);
    }
}

std::vector<QueueStay> StayBook::all() const {
    std::vector<QueueStay> stays(ended_.begin(), ended_.end());
    stays.insert(stays.end(), open_.begin(), open_.end());
    return stays;
}

void StayBook::clear() {
    by_call_.clear();
    open_.clear();
    ended_.clear();
}

void StayBook::forget(std::list<QueueStay>& from) {
    const auto oldest = from.begin();
    const auto found = by_call_.find(oldest->call);
    std::erase(found->second, oldest);
    if (found->second.empty()) {
        by_call_.erase(found);
    }
    from.erase(oldest);
}

}  // namespace sijill::producers
