#include "projections/rows.h"

#include <algorithm>

namespace sijill::projections {

void RowBatch::append(const RowBatch& other) {
    const uint64_t shift = bytes_.size();
    bytes_ += other.bytes_;
    for (Place place : other.places_) {
        place.begin += shift;
        places_.push_back(place);
    }
}

void RowBatch::clear() {
    bytes_.clear();
    places_.clear();
}

void RowBatch::sort() {
    std::ranges::sort(places_, [this](const Place& a, const Place& b) {
        const int order = key_of(a).compare(key_of(b));
        return order != 0 ? order < 0 : a.begin < b.begin;
    });
    // Of equal keys the one that began last.
    const auto superseded = [this](const Place& place) {
        const Place* next = &place + 1;
        return next != places_.data() + places_.size() && key_of(*next) == key_of(place);
    };
    size_t kept = 0;
    for (const Place& place : places_) {
        if (!superseded(place)) {
            places_[kept++] = place;
        }
    }
    places_.resize(kept);
}

RowBatch::Change RowBatch::operator[](size_t index) const {
    const Place& place = places_[index];
    Change change{key_of(place), std::nullopt};
    if (place.value_size != kErased) {
        change.value =
            std::string_view(bytes_).substr(place.begin + place.key_size, place.value_size);
    }
    return change;
}

}  // namespace sijill::projections
