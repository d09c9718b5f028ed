#pragma once
// projections/index_rows.h - the rows that find an aggregate: by local day, by citizen, by
// follow-up.

#include "projections/contributions.h"
#include "projections/rows.h"

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
    bool operator==(const TextList&) const = default;

  private:
    std::string bytes_;
    std::vector<size_t> ends_;
};

/// Whose an aggregate is and which department follows it up, or did; equal states give equal keys.
struct IndexKeys {
    std::string citizen;
    TextList follow_ups;  // whole keys
    bool operator==(const IndexKeys&) const = default;
};

/// Fills `out`, whatever it held.
void index_keys(AggregateKind kind,
                std::string_view subject,
                const State& state,
                const Dictionary& dictionary,
                IndexKeys& out);

/// Appends the rows to delete and to put so that the index follows from `before` to `after`.
void index_changes(AggregateKind kind,
                   std::string_view subject,
                   const IndexKeys& before,
                   const IndexKeys& after,
                   RowBatch& out);

}  // namespace sijill::projections
