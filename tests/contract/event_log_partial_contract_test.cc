// tests/contract/event_log_partial_contract_test.cc - what all back ends but one promise.
//
// Goal and method are those of event_log_contract_test.cc; each suite says who is left out, and
// why.

#include "tests/contract/event_log_contract.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sijill::tests {
namespace {

/// The mock cluster is left out: it answers ListOffsets by time with -1, "none", always, and
/// acknowledges every record with the append time 1234.
class TimeLookupContract : public EventLogContract {};

TEST_P(TimeLookupContract, AppendAnswersTheTimeTheRecordCarries) {
    std::map<std::pair<int32_t, int64_t>, int64_t> times;
    for (int i = 0; i < 3; ++i) {
        for (const Appended& place : append(numbered(20))) {
            times[{place.partition, place.offset}] = place.append_time_ms;
        }
    }
    for (const Copy& copy : drain(*reader(all_from_start()), 60)) {
        EXPECT_EQ(copy.append_time_ms, (times[{copy.partition, copy.offset}]));
    }
}

TEST_P(TimeLookupContract, FindsTheFirstRecordAtOrAfterAnInstant) {
    std::vector<Appended> places;
    for (int i = 0; i < 8; ++i) {
        places.push_back(append({{"k", std::to_string(i), {}}}).front());
    }
    const int32_t partition = places.front().partition;
    for (const Appended& asked : places) {
        int64_t first = places.front().offset;
        while (places[static_cast<size_t>(first)].append_time_ms < asked.append_time_ms) {
            ++first;
        }
        const auto found = log().offsets_at(asked.append_time_ms);
        ASSERT_TRUE(found.has_value()) << found.error().message;
        EXPECT_EQ((*found)[static_cast<size_t>(partition)], (Place{partition, first}));
    }
}

TEST_P(TimeLookupContract, AnswersTheEndForTheFutureAndTheBeginningForThePast) {
    append(numbered(20));
    const auto ranges = log().ranges();
    const auto future = log().offsets_at(4'102'444'800'000);  // 2100-01-01
    const auto past = log().offsets_at(-1);
    ASSERT_TRUE(ranges.has_value() && future.has_value() && past.has_value());
    for (size_t p = 0; p < static_cast<size_t>(kPartitions); ++p) {
        EXPECT_EQ((*future)[p].next_offset, (*ranges)[p].end);
        EXPECT_EQ((*past)[p].next_offset, 0);
    }
}

/// Memory is left out: it keeps nothing.
class StoredLogContract : public EventLogContract {};

TEST_P(StoredLogContract, AReopenedLogHasEverythingAndGoesOnBehindIt) {
    const auto before = append(numbered(30));
    const auto identity = log().identity();
    backend_->reopen();
    const auto after = append({{"case-0", "after", {}}});
    EXPECT_EQ(log().identity()->id, identity->id);
    int64_t last = -1;
    for (const Appended& place : before) {
        last = place.partition == after[0].partition ? place.offset : last;
    }
    EXPECT_EQ(after[0].offset, last + 1);
    std::map<std::string, int64_t> offsets;
    for (const Copy& copy : drain(*reader(all_from_start()), 31)) {
        offsets[*copy.value] = copy.offset;
    }
    for (size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(offsets[std::to_string(i)], before[i].offset);
    }
}

/// The embedded log is left out: nothing but append() writes there.
class ForeignRecordContract : public EventLogContract {};

TEST_P(ForeignRecordContract, NullKeysAndValuesArriveAsSuch) {
    backend_->write_raw({1, std::nullopt, "no key", {}});
    backend_->write_raw({1, "tombstone", std::nullopt, {}});
    backend_->write_raw({1, std::nullopt, std::nullopt, {{"h", "1"}}});
    backend_->write_raw({1, "", "", {}});
    const auto copies = drain(*reader({{1, 0}}), 4);
    ASSERT_EQ(copies.size(), 4U);
    EXPECT_EQ(copies[0].key, std::nullopt);
    EXPECT_EQ(copies[0].value, "no key");
    EXPECT_EQ(copies[1].key, "tombstone");
    EXPECT_EQ(copies[1].value, std::nullopt);
    EXPECT_EQ(copies[2].key, std::nullopt);
    EXPECT_EQ(copies[2].value, std::nullopt);
    EXPECT_EQ(copies[2].headers, (std::vector<events::Header>{{"h", "1"}}));
    EXPECT_EQ(copies[3].key, "");
    EXPECT_EQ(copies[3].value, "");
}

INSTANTIATE_TEST_SUITE_P(On,
                         TimeLookupContract,
                         testing::Values(memory_backend(), embedded_backend(), broker_backend()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(On,
                         StoredLogContract,
                         testing::Values(embedded_backend(), mock_backend(), broker_backend()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(On,
                         ForeignRecordContract,
                         testing::Values(memory_backend(), mock_backend(), broker_backend()),
                         name_of);

}  // namespace
}  // namespace sijill::tests
