#pragma once
// projections/follow_up_rows.h - the rows that find what is referred to a department.

#include "projections/rows.h"
#include "projections/state.h"

#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// Texts in one buffer: cleared and filled again without an allocation.
class TextList {
  public:
    void add(std::string_view text) {
        bytes_ += text;
        ends_.push_back(bytes_.size());
    }
    void clear() {
        bytes_.clear();
        ends_.clear();
    }
    [[nodiscard]] size_t size() const { return ends_.size(); }
    [[nodiscard]] std::string_view operator[](size_t index) const {
        const size_t begin = index == 0 ? 0 : ends_[index - 1];
        return std::string_view(bytes_).substr(begin, ends_[index] - begin);
    }
    [[nodiscard]] std::vector<std::string_view> views() const;
    bool operator==(const TextList&) const = default;

  private:
    std::string bytes_;
    std::vector<size_t> ends_;
};

/// Fills `out`, whatever it held, with the whole keys of what the aggregate is followed up for, by
/// whichever department, or was.
void follow_up_keys(AggregateKind kind,
                    std::string_view subject,
                    const State& state,
                    const Dictionary& dictionary,
                    TextList& out);

/// Appends the rows to delete and to put so that they follow from the keys `before` to `after`.
void follow_up_changes(const TextList& before, const TextList& after, RowBatch& out);

}  // namespace sijill::projections
