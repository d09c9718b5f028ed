#include "api/kept_cases.h"

#include "projections/keys.h"

#include <algorithm>
#include <utility>

namespace sijill::api {

namespace {

// A commit of more cases than this lets go of its shard's texts as a whole: naming each would hold
// up those who ask.
constexpr size_t kMostNamed = 1'000;

// Who keeps a text waits for so many steps of the hand at most.
constexpr size_t kMostPassed = 64;

// An answer adds members to a text that it was given.
constexpr size_t kRoomBehind = 256;

// What a case is about, to have room in the index from the beginning.
constexpr size_t kUsualKept = 1'024;

// A slot, its place in the index, and what the allocator puts around them.
constexpr size_t kAroundKept = 192;

constexpr auto kCase = projections::AggregateKind::Case;

/// The cases whose rows a commit wrote; nullopt: too many to name.
std::optional<std::vector<std::string>> cases_in(const projections::RowBatch& changes) {
    std::vector<std::string> ids;
    for (size_t at = changes.first_from(projections::keys::aggregate(kCase, ""));
         at < changes.size();
         ++at) {
        auto row = projections::keys::parse_aggregate(changes[at].key);
        if (!row || row->kind != kCase) {
            break;
        }
        if (ids.size() == kMostNamed) {
            return std::nullopt;
        }
        ids.push_back(std::move(row->subject));
    }
    return ids;
}

}  // namespace

KeptCases::KeptCases(size_t most_bytes) : most_bytes_(most_bytes) {
    places_.reserve(most_bytes / kUsualKept);
}

size_t KeptCases::Kept::bytes() const {
    return text.capacity() + kAroundKept;
}

KeptCases::Shard& KeptCases::shard(int32_t partition) {
    const auto index = static_cast<size_t>(partition);
    if (index >= shards_.size()) {
        shards_.resize(index + 1);
    }
    return shards_[index];
}

void KeptCases::note(int32_t partition, int64_t next_offset, const projections::RowBatch& changes) {
    if (most_bytes_ == 0) {
        return;
    }
    const auto changed = changes.size() == 0 ? std::nullopt : cases_in(changes);
    const std::lock_guard lock(mutex_);
    Shard& noted = shard(partition);
    noted.told = next_offset;
    if (!changed) {
        noted.since = next_offset;
        return;
    }
    for (const std::string& id : *changed) {
        if (const auto at = places_.find(id); at != places_.end()) {
            drop(at->second);
        }
    }
}

std::optional<std::string> KeptCases::find(std::string_view id, const log::Place& at) {
    const std::lock_guard lock(mutex_);
    const Shard& known = shard(at.partition);
    const auto place = places_.find(id);
    if (place == places_.end() || at.next_offset > known.told) {
        return std::nullopt;
    }
    Kept& kept = *slots_[place->second];
    if (kept.written_at < known.since || kept.written_at > at.next_offset) {
        return std::nullopt;
    }
    kept.asked = true;
    std::string json;
    json.reserve(kept.json().size() + kRoomBehind);
    return json.append(kept.json());
}

void KeptCases::keep(std::string_view id, const log::Place& at, std::string_view json) {
    Kept kept{std::string(), id.size(), at.next_offset, false};
    kept.text.reserve(id.size() + json.size());
    kept.text.append(id).append(json);
    const size_t size = kept.bytes();
    const std::lock_guard lock(mutex_);
    // A commit behind those rows has been told, and may have changed the case.
    if (at.next_offset < shard(at.partition).told || size > most_bytes_) {
        return;
    }
    if (const auto old = places_.find(id); old != places_.end()) {
        drop(old->second);
    }
    const uint32_t slot = free_slot();
    places_.emplace(slots_[slot].emplace(std::move(kept)).id(), slot);
    bytes_ += size;
    make_room();
}

uint32_t KeptCases::free_slot() {
    if (free_.empty()) {
        slots_.emplace_back();
        return static_cast<uint32_t>(slots_.size() - 1);
    }
    const uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
}

void KeptCases::drop(uint32_t slot) {
    bytes_ -= slots_[slot]->bytes();
    places_.erase(slots_[slot]->id());
    slots_[slot].reset();
    free_.push_back(slot);
}

// The clock algorithm: whoever was asked for since the hand came by last is passed over once.
void KeptCases::make_room() {
    for (size_t passed = 0; bytes_ > most_bytes_; hand_ = (hand_ + 1) % slots_.size()) {
        std::optional<Kept>& next = slots_[hand_];
        if (next && std::exchange(next->asked, false) && passed < kMostPassed) {
            ++passed;
        } else if (next) {
            drop(static_cast<uint32_t>(hand_));
        }
    }
}

size_t KeptCases::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace sijill::api
