// Goal: every cell of the case's state machine. Method: the table of the domain, written again as
// text and compared cell by cell; then the same through events, so that evolve() is seen to use it.

#include "projections/case_state.h"

#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <string>

namespace sijill::projections {
namespace {

// Rows: from. Columns: opened assigned pended resumed requested settled resolved closed
// closed-as-resolved reopened merged cancelled. "-" is illegal. Merged and cancelled are final; a
// reopening is legal however late.
constexpr const char* kExpected = R"(
NONE      NEW -        -       -    -        -        -        -      -      -    -      -
NEW       -   OPEN     -       -    REFERRED -        RESOLVED CLOSED -      -    MERGED CANCELLED
OPEN      -   OPEN     PENDING -    REFERRED OPEN     RESOLVED CLOSED -      -    MERGED CANCELLED
PENDING   -   PENDING  -       OPEN REFERRED PENDING  RESOLVED CLOSED -      -    MERGED CANCELLED
REFERRED  -   REFERRED -       -    REFERRED REFERRED -        -      -      -    -      -
RESOLVED  -   -        -       -    -        -        -        CLOSED CLOSED OPEN -      -
CLOSED    -   -        -       -    -        -        -        -      -      OPEN -      -
MERGED    -   -        -       -    -        -        -        -      -      -    -      -
CANCELLED -   -        -       -    -        -        -        -      -      -    -      -
)";

struct Cell {
    CaseStatus from;
    CaseTrigger trigger;
    std::string expected;
};

std::vector<Cell> cells() {
    std::vector<Cell> out;
    std::istringstream text(kExpected);
    for (size_t row = 0; row < kCaseStatusCount; ++row) {
        std::string name;
        text >> name;
        for (size_t column = 0; column < kCaseTriggerCount; ++column) {
            std::string expected;
            text >> expected;
            out.push_back(
                {static_cast<CaseStatus>(row), static_cast<CaseTrigger>(column), expected});
        }
    }
    return out;
}

class CaseMachine : public testing::TestWithParam<Cell> {};

TEST_P(CaseMachine, AllowsWhatTheTableSays) {
    const auto next = next_status(GetParam().from, GetParam().trigger);
    EXPECT_EQ(next ? std::string(name_of(*next)) : "-", GetParam().expected)
        << name_of(GetParam().from) << ", trigger " << static_cast<int>(GetParam().trigger);
}

INSTANTIATE_TEST_SUITE_P(EveryCell, CaseMachine, testing::ValuesIn(cells()));

TEST(CaseMachineTable, HasARowForEveryStatusAndAColumnForEveryTrigger) {
    EXPECT_EQ(cells().size(), kCaseStatusCount * kCaseTriggerCount);
}

}  // namespace
}  // namespace sijill::projections
