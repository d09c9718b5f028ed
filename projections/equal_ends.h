#pragma once
// projections/equal_ends.h - what differs between two lists that are mostly equal.

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace sijill::projections {

/// What lies between the longest equal beginning and the longest equal end behind it. The rest of
/// both lists is the same, element for element, so taking the first span out and putting the second
/// in makes one list into the other.
template <class T>
[[nodiscard]] std::pair<std::span<const T>, std::span<const T>> between_equal_ends(
    const std::vector<T>& before, const std::vector<T>& after) {
    const size_t shorter = std::min(before.size(), after.size());
    size_t head = 0;
    while (head < shorter && before[head] == after[head]) {
        ++head;
    }
    size_t tail = 0;
    while (tail < shorter - head &&
           before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
        ++tail;
    }
    return {std::span(before).subspan(head, before.size() - tail - head),
            std::span(after).subspan(head, after.size() - tail - head)};
}

}  // namespace sijill::projections
