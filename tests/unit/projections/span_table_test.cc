// Goal: a row of spans holds what was put in and not taken out, whatever the order, the commits and
// what was dropped from memory between. Method: random steps beside a multiset.

#include "projections/span_table.h"

#include "projections/keys.h"
#include "projections/kpi_sums.h"
#include "tests/support/memory_rows.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>

namespace sijill::projections {
namespace {

constexpr Cube kCube = Cube::CaseBusinessTimes;
constexpr int64_t kBegan = 7;

void commit(SpanTable& table, MemoryRows& rows) {
    RowBatch changes;
    table.take_changes(changes);
    changes.sort();
    ASSERT_TRUE(rows.commit(changes, CommitMode::Tail));
}

std::string text_of(const DimensionTexts& dimensions, int32_t hour, size_t measure) {
    std::string text = std::to_string(hour) + "/" + std::to_string(measure);
    for (const std::string_view dimension : dimensions) {
        text += "," + std::string(dimension);
    }
    return text;
}

// `hour/measure,dimensions begin..end` -> how often, as stored.
std::map<std::string, int> stored(const MemoryRows& rows) {
    std::map<std::string, int> all;
    EXPECT_TRUE(rows.scan("b", "c", [&](std::string_view key, std::string_view value) {
        const auto parts = keys::parse_spans(key).value();
        EXPECT_TRUE(visit_spans(parts.cube, value, [&](const StoredSpan& span) {
            ++all[text_of(span.dimensions, parts.day * kHoursPerDay + span.hour, span.measure) +
                  " " + std::to_string(span.begin_ms) + ".." + std::to_string(span.end_ms)];
        }));
        return true;
    }));
    return all;
}

std::map<std::string, std::string> all_rows(const MemoryRows& rows) {
    std::map<std::string, std::string> all;
    EXPECT_TRUE(rows.scan("", "\x7f", [&](std::string_view key, std::string_view value) {
        all.emplace(key, value);
        return true;
    }));
    return all;
}

// A span of an aggregate.
struct Held {
    int64_t began;
    TimeSpan span;
};

TimeSpan random_span(std::mt19937_64& chance, Dictionary& dictionary) {
    const auto hour = static_cast<int32_t>(chance() % 96) - 48;  // also before 1970
    const int64_t begin = int64_t{hour} * 3'600'000 + static_cast<int64_t>(chance() % 3);
    return {{kCube,
             hour,
             {dictionary.intern(chance() % 2 == 0 ? "request" : "enquiry"),
              dictionary.intern(std::string(chance() % 3, 'p')),
              dictionary.intern("phone")}},
            static_cast<uint8_t>(chance() % 2 == 0 ? case_business_times::FirstResolutionMs
                                                   : case_business_times::FirstResponseMs),
            begin,
            begin + static_cast<int64_t>(chance() % 4) - 1};
}

// Spans come and go; `disturbed` also commits, drops and opens anew.
std::map<std::string, std::string> rows_after(uint64_t steps, uint64_t disturbed) {
    std::mt19937_64 chance(steps);
    std::mt19937_64 disturbance(disturbed);
    MemoryRows rows;
    Dictionary dictionary;
    auto table = std::make_unique<SpanTable>(rows, dictionary, true);
    std::vector<Held> held;
    for (int step = 0; step < 400; ++step) {
        if (!held.empty() && chance() % 3 == 0) {
            const size_t which = chance() % held.size();
            EXPECT_TRUE(table->replace(held[which].began, {held[which].span}, {}));
            held.erase(held.begin() + static_cast<std::ptrdiff_t>(which));
        } else {
            held.push_back({static_cast<int64_t>(chance() % (3 * kSpanPage)),
                            random_span(chance, dictionary)});
            EXPECT_TRUE(table->replace(held.back().began, {}, {held.back().span}));
        }
        if (disturbed != 0 && disturbance() % 20 == 0) {
            commit(*table, rows);
            if (disturbance() % 2 == 0) {
                table->drop();
            } else {
                table = std::make_unique<SpanTable>(rows, dictionary, false);
            }
        }
    }
    commit(*table, rows);
    std::map<std::string, int> expected;
    for (const auto& [began, span] : held) {
        ++expected[text_of(
                       texts_of(span.cell, dictionary).dimensions, span.cell.hour, span.measure) +
                   " " + std::to_string(span.begin_ms) + ".." + std::to_string(span.end_ms)];
    }
    EXPECT_EQ(stored(rows), expected);
    return all_rows(rows);
}

TEST(SpanTable, RowsHoldWhatWasPutInHoweverItWasCommitted) {
    const char* fixed = std::getenv("SIJILL_SEED");
    const auto seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10) : std::random_device()();
    SCOPED_TRACE("SIJILL_SEED=" + std::to_string(seed));
    const auto undisturbed = rows_after(seed, 0);
    EXPECT_GT(undisturbed.size(), 3U) << "several days";
    for (uint64_t disturbed = 1; disturbed <= 10; ++disturbed) {
        ASSERT_EQ(rows_after(seed, disturbed), undisturbed) << "disturbed by " << disturbed;
    }
}

TEST(SpanTable, WhatStaysIsNotTouched) {
    MemoryRows rows;
    Dictionary dictionary;
    SpanTable table(rows, dictionary, true);
    const TimeSpan span{{kCube, 5, {}}, case_business_times::FirstResponseMs, 1, 2};
    ASSERT_TRUE(table.replace(kBegan, {}, {span}));
    commit(table, rows);
    ASSERT_TRUE(table.replace(kBegan, {span}, {span}));
    RowBatch changes;
    table.take_changes(changes);
    EXPECT_EQ(changes.size(), 0U);
    ASSERT_TRUE(table.replace(kBegan, {span}, {}));
    commit(table, rows);
    EXPECT_TRUE(all_rows(rows).empty()) << "a day of nothing has no row";
    EXPECT_FALSE(table.replace(kBegan, {span}, {})) << "it is not there to be taken out";
}

TEST(SpanTable, AChangeOfABusyDayWritesOnePage) {
    MemoryRows rows;
    Dictionary dictionary;
    SpanTable table(rows, dictionary, true);
    constexpr int64_t kCases = 20'000;  // of a day, five events each
    const auto span_of = [](int64_t number) {
        return TimeSpan{{kCube, 5, {}}, case_business_times::FirstResolutionMs, number, number + 1};
    };
    for (int64_t number = 0; number < kCases; ++number) {
        ASSERT_TRUE(table.replace(5 * number, {}, {span_of(number)}));
    }
    commit(table, rows);
    ASSERT_TRUE(table.replace(5 * kCases / 2, {span_of(kCases / 2)}, {}));
    RowBatch changes;
    table.take_changes(changes);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_LE(changes[0].value->size(), static_cast<size_t>(kSpanPage));
    size_t all = 0;
    for (const auto& [key, value] : all_rows(rows)) {
        all += value.size();
    }
    EXPECT_GE(all, 20 * changes[0].value->size());
}

TEST(SpanTable, EqualSpansAreCountedEach) {
    MemoryRows rows;
    Dictionary dictionary;
    SpanTable table(rows, dictionary, true);
    const TimeSpan span{{kCube, 5, {}}, case_business_times::FirstResponseMs, 1, 2};
    const TimeSpan other{{kCube, 5, {}}, case_business_times::FirstResponseMs, 1, 3};
    ASSERT_TRUE(table.replace(kBegan, {}, {span, other, span, span}));
    ASSERT_TRUE(table.replace(kBegan, {span, other, span, span}, {span, span}));
    commit(table, rows);
    EXPECT_EQ(stored(rows), (std::map<std::string, int>{{"5/4,,, 1..2", 2}}));
}

TEST(SpanTable, DamagedRowsAreNotMisread) {
    MemoryRows rows;
    Dictionary dictionary;
    SpanTable table(rows, dictionary, true);
    const TimeSpan span{{kCube, 5, {dictionary.intern("request"), {}, dictionary.intern("phone")}},
                        case_business_times::FirstResponseMs,
                        1'000'000,
                        2'000'000};
    ASSERT_TRUE(table.replace(kBegan, {}, {span}));
    RowBatch changes;
    table.take_changes(changes);
    const std::string row(*changes[0].value);
    const auto ignore = [](const StoredSpan&) {};
    EXPECT_TRUE(visit_spans(kCube, row, ignore));
    for (size_t size = 2; size < row.size(); ++size) {
        EXPECT_FALSE(visit_spans(kCube, row.substr(0, size), ignore)) << size;
    }
    EXPECT_FALSE(visit_spans(kCube, "", ignore));
    EXPECT_FALSE(visit_spans(kCube, row.substr(1), ignore));
    EXPECT_FALSE(visit_spans(kCube, row + '\1', ignore));
}

}  // namespace
}  // namespace sijill::projections
