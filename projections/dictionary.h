#pragma once
// projections/dictionary.h - codes and tokens as small numbers while they are in memory.

#include "projections/term.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace sijill::projections {

/// Interns texts for one shard. Grows with the number of different codes and tokens, not with
/// events. One thread.
class Dictionary {
  public:
    Dictionary() { texts_.emplace_back(); }
    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;

    [[nodiscard]] Term intern(std::string_view text) {
        if (text.empty()) {
            return {};
        }
        const auto found = numbers_.find(text);
        if (found != numbers_.end()) {
            return {found->second};
        }
        texts_.emplace_back(text);
        const auto number = static_cast<uint32_t>(texts_.size() - 1);
        numbers_.emplace(texts_.back(), number);
        return {number};
    }

    [[nodiscard]] std::string_view text(Term term) const { return texts_[term.number]; }
    /// Numbers are below it; number 0 is "no text".
    [[nodiscard]] size_t size() const { return texts_.size(); }

  private:
    std::deque<std::string>
        texts_;  // a deque keeps its elements in place: the map's keys are views into them
    boost::unordered_flat_map<std::string_view, uint32_t, std::hash<std::string_view>> numbers_;
};

}  // namespace sijill::projections
