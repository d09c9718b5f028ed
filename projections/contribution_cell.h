#pragma once
// projections/contribution_cell.h - one cell while a state says what it adds to it.

#include "projections/contributions.h"

#include <algorithm>
#include <initializer_list>

namespace sijill::projections {

/// A cell under construction: every add() is a contribution to it.
class Cell {
  public:
    Cell(Contributions& out, Cube cube, int32_t hour, std::initializer_list<Term> dimensions)
        : out_(out) {
        key_.cube = cube;
        key_.hour = hour;
        std::copy(dimensions.begin(), dimensions.end(), key_.dimensions.begin());
    }
    /// Of a running cube: the day of the change.
    Cell& changes_on(int32_t day) {
        key_.change_day = day;
        return *this;
    }
    // Member by member: a copy of key_ in vector registers would wait for the words just written.
    void add(size_t measure, int64_t value) {
        if (value == 0) {
            return;
        }
        Contribution& contribution = out_.cells.emplace_back();
        contribution.cell.cube = key_.cube;
        contribution.cell.hour = key_.hour;
        contribution.cell.change_day = key_.change_day;
        for (size_t i = 0; i < kMaxDimensions; ++i) {
            contribution.cell.dimensions[i].number = key_.dimensions[i].number;
        }
        contribution.measure = static_cast<uint8_t>(measure);
        contribution.value = value;
    }
    void count(size_t measure, bool holds) { add(measure, holds ? 1 : 0); }

  private:
    Contributions& out_;
    CellKey key_;
};

/// The spans of a case and of its referrals.
void contribute_spans(const CaseState& state,
                      const ContributionContext& context,
                      Contributions& out);

}  // namespace sijill::projections
