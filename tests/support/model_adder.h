#pragma once
// tests/support/model_adder.h - how the model writes down what a subject adds to one cell.

#include "tests/support/model_cells.h"

#include <string>
#include <vector>

namespace sijill::model {

/// Adds to `cube|hour|dims|measure`.
class Adder {
  public:
    Adder(Cells& cells, const std::string& cube, int64_t hour, const std::vector<std::string>& dims)
        : cells_(cells), prefix_(cube + "|" + std::to_string(hour) + "|") {
        for (size_t i = 0; i < dims.size(); ++i) {
            prefix_ += (i == 0 ? "" : ",") + dims[i];
        }
    }
    void add(const std::string& measure, int64_t value) const {
        cells_[prefix_ + "|" + measure] += value;
    }
    void one(const std::string& measure, bool holds = true) const { add(measure, holds ? 1 : 0); }

  private:
    Cells& cells_;
    std::string prefix_;
};

inline int64_t local_hour(int64_t ms) {
    return (ms + int64_t{3} * 3'600'000) / 3'600'000;
}

/// What a case adds, in model_case_cells.cc.
void add_case_cells(const Folded& folded, Cells& cells);

}  // namespace sijill::model
