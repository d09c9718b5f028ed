// tests/unit/projections/first_few_test.cc - the first few, whatever came first.

#include "projections/first_few.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {
namespace {

TEST(FirstFew, AreTheFirstOfAllInAnyOrder) {
    for (uint32_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 chance(seed);
        std::vector<int> places(chance() % 40);
        std::ranges::generate(places, [&chance] { return static_cast<int>(chance() % 30); });
        const std::set<int> sorted(places.begin(), places.end());
        const size_t most = 1 + chance() % 32;
        FirstFew<int, int> few(most);
        for (const int place : places) {
            few.add(place, [place] { return 2 * place; });
        }
        std::vector<int> kept;
        for (const auto& [place, row] : few.rows()) {
            EXPECT_EQ(row, 2 * place);
            kept.push_back(place);
        }
        std::vector<int> expected(sorted.begin(), sorted.end());
        expected.resize(std::min(most, expected.size()));
        EXPECT_EQ(kept, expected);
        EXPECT_EQ(few.cut(), sorted.size() > most);
    }
}

TEST(FirstFew, ARowIsMadeOnlyWhereItIsKept) {
    FirstFew<std::string, int> few(1);
    int made = 0;
    for (const std::string_view place : {"b", "c", "a"}) {
        few.add(place, [&made] { return ++made; });
    }
    EXPECT_EQ(made, 2) << "c lies behind b";
    EXPECT_EQ(few.rows(), (std::map<std::string, int>{{"a", 2}}));
}

}  // namespace
}  // namespace sijill::projections
