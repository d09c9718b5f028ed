// Goal: no small cell follows from what is shown of a table. Method: random tables; a judge that
// knows only what is shown tries every way to fill in what is not, side by side, and finds more
// than one value for each small cell.

#include "projections/suppression.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

namespace sijill::projections {
namespace {

constexpr uint64_t kTables = 3'000;

using Row = std::vector<int64_t>;

// Calls `each` for every row of `parts` whole numbers, none under `least`, that add up to `sum`.
void for_each_row(size_t parts,
                  int64_t sum,
                  int64_t least,
                  const std::function<void(const Row&)>& each) {
    Row row(parts, 0);
    const std::function<void(size_t, int64_t)> fill = [&](size_t at, int64_t left) {
        if (at + 1 == parts) {
            row[at] = left;
            if (left >= least) {
                each(row);
            }
            return;
        }
        for (row[at] = least; row[at] <= left; ++row[at]) {
            fill(at + 1, left - row[at]);
        }
    };
    fill(0, sum);
}

CountedTable random_table(std::mt19937_64& random) {
    const auto upto = [&random](int64_t most) {
        return std::uniform_int_distribution<int64_t>(0, most)(random);
    };
    CountedTable table;
    table.has_total = {true, upto(3) > 0, upto(3) > 0};
    const int64_t cells = 1 + upto(4);
    for (int64_t i = 0; i < cells; ++i) {
        const int64_t of = upto(6);
        const int64_t part = upto(of);
        table.cells["v" + std::to_string(i)] = {part, of, of - part};
    }
    return table;
}

// What the judge finds of one side: each small hidden cell can be more than one number.
void judge_side(const CountedTable& table,
                const HiddenCells& hidden,
                size_t side,
                int64_t minimum) {
    int64_t left = 0;  // the total less what is shown
    bool all_positive = true;
    for (const std::string& value : hidden.values) {
        left += table.cells.at(value)[side];
        all_positive = all_positive && table.cells.at(value)[side] > 0;
    }
    std::vector<std::set<int64_t>> possible(hidden.values.size());
    // The judge may even know that none of them is empty, where that is so.
    for_each_row(hidden.values.size(), left, all_positive ? 1 : 0, [&](const Row& row) {
        for (size_t i = 0; i < row.size(); ++i) {
            possible[i].insert(row[i]);
        }
    });
    for (size_t i = 0; i < hidden.values.size(); ++i) {
        const int64_t count = table.cells.at(hidden.values[i])[side];
        if (count > 0 && count < minimum) {
            EXPECT_GT(possible[i].size(), 1U) << hidden.values[i] << " on side " << side;
            EXPECT_GE(left, minimum) << "together they are small on side " << side;
        }
    }
}

TEST(SuppressionProperty, NoSmallCellFollowsFromTotalsAndShownCells) {
    size_t hid = 0;
    for (uint64_t seed = 1; seed <= kTables; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const CountedTable table = random_table(random);
        const int64_t minimum = 2 + static_cast<int64_t>(seed % 4);
        const HiddenCells hidden = hidden_cells(table, minimum);
        const std::set<std::string> values(hidden.values.begin(), hidden.values.end());
        for (const auto& [value, counts] : table.cells) {
            EXPECT_TRUE(values.contains(value) || !is_small(counts, minimum)) << value;
        }
        for (size_t side = 0; side < kCountedSides; ++side) {
            if (table.has_total[side] && !hidden.total && !hidden.values.empty()) {
                judge_side(table, hidden, side, minimum);
            }
        }
        hid += hidden.values.empty() || hidden.total ? 0 : 1;
        EXPECT_FALSE(HasFailure());
    }
    EXPECT_GT(hid, kTables / 4) << "tables in which something is hidden beside a total";
}

TEST(Suppression, HidesTheSmallestOthersAndTheSameOnesEachTime) {
    const CountedTable table{
        {{"a", {40, 0, 0}}, {"b", {3, 0, 0}}, {"c", {9, 0, 0}}, {"d", {9, 0, 0}}},
        {true, false, false}};
    EXPECT_EQ(hidden_cells(table, 5).values, (std::vector<std::string>{"b", "c"}));
    EXPECT_EQ(hidden_cells(table, 0).values, std::vector<std::string>());
    EXPECT_EQ(hidden_cells(table, 3).values, std::vector<std::string>());
}

TEST(Suppression, WithoutATotalHidesOnlyWhatIsSmall) {
    const CountedTable table{{{"a", {40, 0, 0}}, {"b", {3, 0, 0}}}, {}};
    EXPECT_EQ(hidden_cells(table, 5).values, std::vector<std::string>{"b"});
}

TEST(Suppression, TakesTheTotalTooWhenTheCellsAloneWouldNotDo) {
    const CountedTable table{{{"a", {2, 0, 0}}, {"b", {1, 0, 0}}}, {true, false, false}};
    EXPECT_TRUE(hidden_cells(table, 5).total);
}

}  // namespace
}  // namespace sijill::projections
