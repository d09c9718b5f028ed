// tests/contract/event_log_contract_test.cc - what every back end of EventLog promises.
//
// Goal: code above the log cannot tell the back ends apart. Method: one suite over memory, the
// embedded log, librdkafka's mock cluster and a real broker (KAFKA_BOOTSTRAP; skipped without it);
// what one of them cannot do is in event_log_partial_contract_test.cc.

#include "tests/contract/event_log_contract.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace sijill::tests {
namespace {

TEST_P(EventLogContract, AppendAnswersForEachRecordInOrder) {
    const auto records = numbered(50);
    const auto places = append(records);
    std::map<std::pair<int32_t, int64_t>, Copy> found;
    for (Copy& copy : drain(*reader(all_from_start()), records.size())) {
        found[{copy.partition, copy.offset}] = copy;
    }
    for (size_t i = 0; i < records.size(); ++i) {
        const Copy& copy = found[{places[i].partition, places[i].offset}];
        EXPECT_EQ(copy.key, records[i].key);
        EXPECT_EQ(copy.value, records[i].value);
    }
}

TEST_P(EventLogContract, AppendOfNothingIsNothing) {
    EXPECT_TRUE(log().append({}).empty());
}

TEST_P(EventLogContract, RecordsOfASubjectKeepTheirOrder) {
    const auto seed = std::random_device{}();
    std::cout << "seed " << seed << "\n";
    std::mt19937 random(seed);
    std::vector<NewRecord> records;
    for (int i = 0; i < 300; ++i) {
        records.push_back({"case-" + std::to_string(random() % 40), std::to_string(i), {}});
    }
    std::span<const NewRecord> rest(records);
    while (!rest.empty()) {
        const size_t count = std::min<size_t>(rest.size(), 1 + random() % 60);
        for (const auto& result : log().append(rest.subspan(0, count))) {
            ASSERT_TRUE(result.has_value()) << result.error().message;
        }
        rest = rest.subspan(count);
    }
    std::map<std::string, int> last;
    for (const Copy& copy : drain(*reader(all_from_start()), records.size())) {
        const int number = std::stoi(*copy.value);
        const auto [at, first] = last.try_emplace(*copy.key, -1);
        EXPECT_LT(at->second, number) << *copy.key;
        at->second = number;
    }
}

TEST_P(EventLogContract, OffsetsOfAPartitionGrowFromItsBeginning) {
    append(numbered(60));
    std::map<int32_t, int64_t> next;
    for (const Copy& copy : drain(*reader(all_from_start()), 60)) {
        EXPECT_EQ(copy.offset, next[copy.partition]);
        next[copy.partition] = copy.offset + 1;
    }
    const auto ranges = log().ranges();
    ASSERT_TRUE(ranges.has_value()) << ranges.error().message;
    ASSERT_EQ(ranges->size(), static_cast<size_t>(kPartitions));
    for (int32_t p = 0; p < kPartitions; ++p) {
        EXPECT_EQ((*ranges)[static_cast<size_t>(p)].partition, p);
        EXPECT_EQ((*ranges)[static_cast<size_t>(p)].begin, 0);
        EXPECT_EQ((*ranges)[static_cast<size_t>(p)].end, next[p]);
    }
}

TEST_P(EventLogContract, AppendTimeNeverStepsBackInAPartition) {
    for (int round = 0; round < 5; ++round) {
        append(numbered(20));
    }
    std::map<int32_t, int64_t> last;
    for (const Copy& copy : drain(*reader(all_from_start()), 100)) {
        EXPECT_GE(copy.append_time_ms, last[copy.partition]);
        EXPECT_GT(copy.append_time_ms, 0);
        last[copy.partition] = copy.append_time_ms;
    }
}

TEST_P(EventLogContract, TheKeyDecidesThePartitionAsInJava) {
    std::vector<NewRecord> records;
    for (const char* key : {"", "a", "ab", "abc", "abcd", "abcde", "C-2017-000123", "قضية-٧"}) {
        records.push_back({key, "x", {}});
    }
    const auto places = append(records);
    for (size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(places[i].partition, events::partition_of(records[i].key, kPartitions))
            << records[i].key;
    }
}

TEST_P(EventLogContract, ReadsFromAnyOffset) {
    for (int i = 0; i < 6; ++i) {
        append({{"one-subject", std::to_string(i), {}}});
    }
    const int32_t partition = events::partition_of("one-subject", kPartitions);
    for (int64_t from = 0; from < 6; ++from) {
        const auto copies = drain(*reader({{partition, from}}), static_cast<size_t>(6 - from));
        ASSERT_FALSE(copies.empty());
        EXPECT_EQ(copies.front().offset, from);
        EXPECT_EQ(copies.front().value, std::to_string(from));
    }
}

TEST_P(EventLogContract, ReadsFromWithinABatchOfAppends) {
    std::vector<NewRecord> records;
    for (int i = 0; i < 10; ++i) {
        records.push_back({"one-subject", std::to_string(i), {}});
    }
    append(records);
    const int32_t partition = events::partition_of("one-subject", kPartitions);
    const auto copies = drain(*reader({{partition, 7}}), 3);
    ASSERT_EQ(copies.size(), 3U);
    EXPECT_EQ(copies.front().offset, 7);
}

TEST_P(EventLogContract, ReadsOnlyItsPartitions) {
    const auto places = append(numbered(30));
    const int32_t wanted = places.front().partition;
    size_t expected = 0;
    for (const Appended& place : places) {
        expected += place.partition == wanted ? 1U : 0U;
    }
    for (const Copy& copy : drain(*reader({{wanted, 0}}), expected)) {
        EXPECT_EQ(copy.partition, wanted);
    }
    const std::map<int32_t, int64_t> ends = {{wanted, static_cast<int64_t>(expected)}};
    EXPECT_EQ(drain_ends(*reader({{wanted, 0}}), 1), ends);
}

TEST_P(EventLogContract, AReaderGoesFromPlaceToPlaceAndReadsOnFromThere) {
    constexpr int kRecords = 400;
    const auto records = numbered(kRecords);
    const auto places = append(records);
    const auto opened = log().open_look_back({places[0].partition, 0});
    ASSERT_TRUE(opened) << opened.error().message;
    log::LogReader& look_back = **opened;
    const auto seed = std::random_device{}();
    std::cout << "seed " << seed << "\n";
    std::mt19937 random(seed);
    for (int turn = 0; turn < 60; ++turn) {
        const size_t wanted = random() % kRecords;
        const Appended& place = places[wanted];
        if (turn % 3 == 0) {  // what was fetched for the place before is on its way, or here
            ASSERT_TRUE(look_back.read(1, std::chrono::milliseconds(turn % 2)));
        }
        const auto went = look_back.go_to({place.partition, place.offset});
        ASSERT_TRUE(went) << went.error().message;
        const auto copies = drain(look_back, 1, 1);
        ASSERT_FALSE(copies.empty());
        EXPECT_EQ(copies.front().partition, place.partition);
        EXPECT_EQ(copies.front().offset, place.offset);
        EXPECT_EQ(copies.front().value, records[wanted].value);
    }
}

TEST_P(EventLogContract, SmallReadsLoseNothing) {
    append(numbered(25));
    std::set<std::string> values;
    for (const Copy& copy : drain(*reader(all_from_start()), 25, 1)) {
        values.insert(*copy.value);
    }
    EXPECT_EQ(values.size(), 25U);
}

TEST_P(EventLogContract, HeadersAreReadOnDemandUpToALimit) {
    const std::vector<events::Header> headers = {
        {"content-type", "application/cloudevents+json"}, {"traceparent", "00-ab"}, {"empty", ""}};
    append({{"k", "v", headers}});
    auto from = reader({{events::partition_of("k", kPartitions), 0}});
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    bool seen = false;
    while (!seen && std::chrono::steady_clock::now() < deadline) {
        const auto batch = from->read(10, milliseconds(200));
        ASSERT_TRUE(batch.has_value()) << batch.error().message;
        for (const events::Record& record : batch->records) {
            std::vector<events::Header> all;
            EXPECT_TRUE(record.headers.read(record.headers.handle, 3, all));
            EXPECT_EQ(all, headers);
            std::vector<events::Header> some;
            EXPECT_FALSE(record.headers.read(record.headers.handle, 2, some));
            EXPECT_EQ(some.size(), 2U);
            seen = true;
        }
    }
    EXPECT_TRUE(seen);
}

TEST_P(EventLogContract, AnEmptyValueIsNoTombstone) {
    append({{"k", "", {}}});
    const auto copies = drain(*reader({{events::partition_of("k", kPartitions), 0}}), 1);
    ASSERT_EQ(copies.size(), 1U);
    ASSERT_TRUE(copies[0].value.has_value());
    EXPECT_EQ(*copies[0].value, "");
}

TEST_P(EventLogContract, AReadWaitsAndWakesOnAppend) {
    auto from = reader(all_from_start());
    drain_ends(*from, kPartitions);
    std::atomic<bool> reading = false;
    std::thread writer([this, &reading] {
        reading.wait(false);
        append({{"k", "awake", {}}});
    });
    const auto start = std::chrono::steady_clock::now();
    reading = true;
    reading.notify_one();
    const auto batch = from->read(10, kDeadline);
    const auto waited = std::chrono::steady_clock::now() - start;
    ASSERT_TRUE(batch.has_value()) << batch.error().message;
    ASSERT_EQ(batch->records.size(), 1U);
    EXPECT_EQ(batch->records[0].value, "awake");
    EXPECT_LT(waited, kDeadline / 2);
    writer.join();
}

TEST_P(EventLogContract, AnIdleReadIsEmptyAndNoError) {
    auto from = reader(all_from_start());
    drain_ends(*from, kPartitions);
    const auto batch = from->read(10, kShortWait);
    ASSERT_TRUE(batch.has_value()) << batch.error().message;
    EXPECT_TRUE(batch->records.empty());
    EXPECT_TRUE(batch->ends.empty());
}

TEST_P(EventLogContract, AnEmptyPartitionReportsItsEndAtOnce) {
    auto from = reader(all_from_start());
    for (const auto& [partition, next_offset] : drain_ends(*from, kPartitions)) {
        EXPECT_EQ(next_offset, 0) << partition;
    }
}

TEST_P(EventLogContract, AnEndIsReportedWhenReachedAndAgainAfterMore) {
    const int32_t partition = events::partition_of("k", kPartitions);
    append({{"k", "0", {}}, {"k", "1", {}}, {"k", "2", {}}});
    auto from = reader({{partition, 0}});
    int64_t delivered = 0;
    std::vector<int64_t> ends;
    const auto read_until_end = [&](int64_t end) {
        const auto deadline = std::chrono::steady_clock::now() + kDeadline;
        while ((ends.empty() || ends.back() < end) && std::chrono::steady_clock::now() < deadline) {
            const auto batch = from->read(2, milliseconds(200));
            ASSERT_TRUE(batch.has_value()) << batch.error().message;
            for (const events::Record& record : batch->records) {
                delivered = record.offset + 1;
            }
            for (const Place& place : batch->ends) {
                EXPECT_LE(place.next_offset, delivered) << "an end before its records";
                ends.push_back(place.next_offset);
            }
        }
    };
    read_until_end(3);
    append({{"k", "3", {}}});
    read_until_end(4);
    EXPECT_EQ(ends, (std::vector<int64_t>{3, 4}));
}

TEST_P(EventLogContract, ARecordTooLargeIsRefusedAloneInItsBatch) {
    const std::vector<NewRecord> records = {
        {"a", "before", {}}, {"a", std::string(log::kMaxRecordBytes, 'x'), {}}, {"a", "after", {}}};
    const auto results = log().append(records);
    ASSERT_EQ(results.size(), 3U);
    ASSERT_TRUE(results[0].has_value()) << results[0].error().message;
    ASSERT_FALSE(results[1].has_value());
    EXPECT_EQ(results[1].error().code, Errc::TooLarge);
    ASSERT_TRUE(results[2].has_value()) << results[2].error().message;
    EXPECT_EQ(results[2]->offset, results[0]->offset + 1);
}

TEST_P(EventLogContract, TheLargestRecordIsAppendedAndRead) {
    append({{"a", std::string(log::kMaxRecordBytes - 1, 'x'), {}}});
    const auto copies = drain(*reader({{events::partition_of("a", kPartitions), 0}}), 1);
    ASSERT_EQ(copies.size(), 1U);
    EXPECT_EQ(copies[0].value->size(), log::kMaxRecordBytes - 1);
}

TEST_P(EventLogContract, ConcurrentAppendsEachGetAPlaceOfTheirOwn) {
    constexpr int kThreads = 4;
    constexpr int kEach = 40;
    std::vector<std::vector<Appended>> places(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([this, t, &mine = places[static_cast<size_t>(t)]] {
            for (int i = 0; i < kEach; ++i) {
                const std::string text = std::to_string(t) + "/" + std::to_string(i);
                for (const Appended& place : append({{"k" + std::to_string(i), text, {}}})) {
                    mine.push_back(place);
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::map<std::pair<int32_t, int64_t>, std::string> expected;
    for (int t = 0; t < kThreads; ++t) {
        for (int i = 0; i < kEach; ++i) {
            const Appended& place = places[static_cast<size_t>(t)][static_cast<size_t>(i)];
            expected[{place.partition, place.offset}] = std::to_string(t) + "/" + std::to_string(i);
        }
    }
    EXPECT_EQ(expected.size(), size_t{kThreads} * kEach);
    for (const Copy& copy : drain(*reader(all_from_start()), size_t{kThreads} * kEach)) {
        EXPECT_EQ(copy.value, (expected[{copy.partition, copy.offset}]));
    }
}

TEST_P(EventLogContract, APositionOfARecreatedLogIsRefused) {
    append(numbered(30));
    const auto ranges = log().ranges();
    ASSERT_TRUE(ranges.has_value()) << ranges.error().message;
    const int32_t partition = events::partition_of("case-0", kPartitions);
    const Place stored{partition, (*ranges)[static_cast<size_t>(partition)].end};
    ASSERT_GT(stored.next_offset, 0);
    EXPECT_TRUE(log().open_reader(std::vector{stored}).has_value()) << "the end is a place";
    backend_->recreate();
    const auto refused = log().open_reader(std::vector{stored});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Corrupt);
    EXPECT_NE(refused.error().message.find("recreated or truncated"), std::string::npos)
        << refused.error().message;
}

TEST_P(EventLogContract, APartitionTheLogDoesNotHaveIsRefused) {
    const auto refused = log().open_reader(std::vector{Place{kPartitions, 0}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Corrupt);
}

TEST_P(EventLogContract, TheIdentityNamesThePartitionsAndLasts) {
    const auto first = log().identity();
    ASSERT_TRUE(first.has_value()) << first.error().message;
    EXPECT_EQ(first->partitions, kPartitions);
    EXPECT_FALSE(first->name.empty());
    EXPECT_FALSE(first->id.empty());
    append(numbered(3));
    EXPECT_EQ(log().identity()->id, first->id);
}

INSTANTIATE_TEST_SUITE_P(
    On,
    EventLogContract,
    testing::Values(memory_backend(), embedded_backend(), mock_backend(), broker_backend()),
    name_of);

}  // namespace
}  // namespace sijill::tests
