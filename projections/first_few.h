#pragma once
// projections/first_few.h - the first few of what comes in any order: a page of a long list takes
// the memory of a page.

#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

namespace sijill::projections {

template <class Place, class Row>
class FirstFew {
  public:
    /// `most`: how many are kept, at least 1.
    explicit FirstFew(size_t most) : most_(most) {}

    /// Keeps what `make` gives for the place, when it is among the first. `at`: a Place, or what a
    /// Place and a comparison can be made of.
    template <class At, class Make>
    void add(const At& at, Make&& make) {
        if (rows_.size() == most_) {
            const At& last = rows_.rbegin()->first;
            if (last < at) {
                cut_ = true;
                return;
            }
        }
        rows_.try_emplace(Place(at), make());
        if (rows_.size() > most_) {
            rows_.erase(std::prev(rows_.end()));
            cut_ = true;
        }
    }

    /// By place.
    [[nodiscard]] std::map<Place, Row>& rows() { return rows_; }
    [[nodiscard]] const std::map<Place, Row>& rows() const { return rows_; }
    /// There are others behind them.
    [[nodiscard]] bool cut() const { return cut_; }

  private:
    size_t most_;
    std::map<Place, Row> rows_;
    bool cut_ = false;
};

}  // namespace sijill::projections
