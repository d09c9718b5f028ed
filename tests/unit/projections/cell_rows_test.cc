// Goal: a block's cells are one row while its hours are few, rows of hours and of days beyond that,
// and nothing but the cells decides which. Method: calls in so many different hours, taken back
// again, through a shard over memory rows.

#include "tests/support/event_text.h"
#include "tests/support/fold_harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

namespace sijill::projections {
namespace {

using nlohmann::json;

constexpr int kFew = static_cast<int>(kMostFewHours);

// One an hour of its own, five hours apart: 33 of them lie in a block, in two rows of hours.
json offered(int number) {
    const int64_t hours = int64_t{number} * 5;
    const std::string time =
        events::format_rfc3339({1'482'192'000'000 + hours * kHourEdgeMs});  // 2016-12-20T00:00:00Z
    const std::string call = "call-" + std::to_string(number);
    return event_json("call.offered",
                      call,
                      "o" + call,
                      time,
                      {{"contact_id", call},
                       {"direction", "inbound"},
                       {"queue", "general"},
                       {"enqueued_at", time}});
}

json taken_back(int number) {
    const std::string call = "call-" + std::to_string(number);
    return event_json("event.voided",
                      call,
                      "v" + call,
                      "2017-01-20T09:00:00.000Z",
                      {{"target_source", "/test"}, {"target_id", "o" + call}, {"reason", "error"}});
}

void append(FoldHarness& shard, const json& event) {
    shard.append(event["subject"], event.dump());
    shard.fold_all();
}

using Rows = std::map<std::string, std::string>;

Rows cell_rows(const FoldHarness& shard) {
    Rows rows = shard.all_rows();
    std::erase_if(rows, [](const auto& row) { return !keys::parse_cells(row.first); });
    return rows;
}

size_t rows_of(const Rows& rows, char letter) {
    return static_cast<size_t>(std::ranges::count_if(
        rows, [letter](const auto& row) { return row.first.starts_with(letter); }));
}

TEST(CellRows, OfABlockAreOneWhileItsHoursAreFewAndAreOneAgainThen) {
    FoldHarness shard;
    for (int i = 0; i < kFew; ++i) {
        append(shard, offered(i));
        shard.commit();
    }
    const Rows few = cell_rows(shard);
    EXPECT_GT(rows_of(few, 'j'), 0);
    EXPECT_EQ(rows_of(few, 'j'), few.size());
    append(shard, offered(kFew));
    shard.commit();
    const Rows many = cell_rows(shard);
    EXPECT_EQ(rows_of(many, 'l'), rows_of(few, 'j'));
    EXPECT_EQ(rows_of(many, 'k'), 2 * rows_of(few, 'j'));
    EXPECT_EQ(rows_of(many, 'j'), 0);
    EXPECT_EQ(shard.cells(), shard.cells_of_states());
    append(shard, taken_back(kFew));
    shard.commit();
    EXPECT_EQ(cell_rows(shard), few);
}

TEST(CellRows, DoNotTellWhereCommitsFellNorWhatLeftMemory) {
    const auto rows_when = [](const std::function<void(FoldHarness&, int)>& after_each) {
        FoldHarness shard;
        int told = 0;
        const auto tell = [&](const json& event) {
            append(shard, event);
            after_each(shard, told++);
        };
        for (int i = 0; i < kFew + 3; ++i) {
            tell(offered(i));
        }
        for (int i = 0; i < kFew; i += 5) {
            tell(taken_back(i));
        }
        for (int i = kFew + 3; i < kFew + 9; ++i) {
            tell(offered(i));
        }
        shard.commit();
        EXPECT_EQ(shard.cells(), shard.cells_of_states());
        return shard.all_rows();
    };
    const Rows at_the_end = rows_when([](FoldHarness&, int) {});
    EXPECT_EQ(rows_when([](FoldHarness& shard, int) { shard.commit(); }), at_the_end);
    const auto reopened = [](FoldHarness& shard, int) {
        shard.commit();
        shard.reopen();
    };
    EXPECT_EQ(rows_when(reopened), at_the_end);
    EXPECT_GT(rows_of(at_the_end, 'k'), 0);
    const auto now_and_then = [](FoldHarness& shard, int told) {
        if (told % 7 == 3) {
            shard.commit();
        }
    };
    EXPECT_EQ(rows_when(now_and_then), at_the_end);
}

}  // namespace
}  // namespace sijill::projections
