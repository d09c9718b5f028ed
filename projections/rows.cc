#include "projections/rows.h"

#include <boost/sort/spreadsort/string_sort.hpp>

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
    using Byte = unsigned char;
    boost::sort::spreadsort::string_sort(
        places_.begin(),
        places_.end(),
        [this](const Place& place, size_t at) {
            return static_cast<Byte>(bytes_[place.begin + at]);
        },
        [](const Place& place) { return size_t{place.key_size}; },
        [this](const Place& a, const Place& b) { return key_of(a) < key_of(b); });
    // Of equal keys, in any order now, the one that began last.
    size_t kept = 0;
    for (size_t i = 0; i < places_.size(); ++i) {
        if (kept > 0 && key_of(places_[kept - 1]) == key_of(places_[i])) {
            if (places_[kept - 1].begin < places_[i].begin) {
                places_[kept - 1] = places_[i];
            }
        } else {
            places_[kept++] = places_[i];
        }
    }
    places_.resize(kept);
}

size_t RowBatch::first_from(std::string_view key) const {
    const auto at = std::ranges::lower_bound(
        places_, key, {}, [this](const Place& place) { return key_of(place); });
    return static_cast<size_t>(at - places_.begin());
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
