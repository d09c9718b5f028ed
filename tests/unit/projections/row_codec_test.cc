// Goal: keys sort as their parts do and come back; values come back; a damaged value is noticed,
// never misread silently.

#include "projections/row_codec.h"

#include "projections/keys.h"

#include <gtest/gtest.h>

#include <random>

namespace sijill::projections {
namespace {

TEST(RowKeys, SortAsTheirPartsDo) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 2000; ++i) {
        const auto a = static_cast<int32_t>(random());
        const auto b = static_cast<int32_t>(random());
        EXPECT_EQ(keys::cells_from(Cube::Calls, a) < keys::cells_from(Cube::Calls, b), a < b);
        const auto x = static_cast<int64_t>(random());
        const auto y = static_cast<int64_t>(random());
        EXPECT_EQ(keys::anomaly(x, 1) < keys::anomaly(y, 1), x < y);
        EXPECT_EQ(keys::append_time(x) < keys::append_time(y), x < y);
    }
}

TEST(RowKeys, ComeBackAsTheirParts) {
    const std::string cell_key = keys::cell(Cube::Calls, -5, {"general", "", "ignored"});
    const auto cell = keys::parse_cell(cell_key);
    ASSERT_TRUE(cell);
    EXPECT_EQ(cell->cube, Cube::Calls);
    EXPECT_EQ(cell->hour, -5);
    EXPECT_EQ(cell->dimensions[0], "general");
    EXPECT_EQ(cell->dimensions[1], "");
    const std::string aggregate_key = keys::aggregate(AggregateKind::Case, "c-1");
    EXPECT_EQ(keys::parse_aggregate(aggregate_key)->subject, "c-1");
    const std::string day_key = keys::day(AggregateKind::Call, 17000, "x");
    EXPECT_EQ(keys::parse_day(day_key)->day, 17000);
    const std::string person_key = keys::person(Cube::Chats, 3, "p");
    EXPECT_EQ(keys::parse_person(person_key)->person, "p");
    EXPECT_EQ(keys::parse_anomaly(keys::anomaly(42, 33))->offset, 42);
}

TEST(RowKeys, OfAnotherLetterOrDamagedAreNone) {
    for (const char* key : {"", "k", "kx", "a", "d\x01", "x123", "m"}) {
        EXPECT_FALSE(keys::parse_cell(key)) << key;
        EXPECT_FALSE(keys::parse_aggregate(key)) << key;
        EXPECT_FALSE(keys::parse_day(key)) << key;
        EXPECT_FALSE(keys::parse_anomaly(key)) << key;
    }
}

Aggregate sample(Dictionary& dictionary, size_t history) {
    CaseState state;
    state.status = CaseStatus::Referred;
    state.opened_at_ms = -1;
    state.purposes = {dictionary.intern("a"), dictionary.intern("b")};
    state.closed_at_ms = 5;
    state.contacts = {"x", "y"};
    state.referrals.push_back(
        {"r", dictionary.intern("dep"), 1, 2, ReferralStatus::Accepted, 0, 3});
    state.complaint.emplace().decision = events::ComplaintDecision::Partly;
    Aggregate aggregate{7, state, {}};
    for (size_t i = 0; i < history; ++i) {
        aggregate.history.push_back(
            {static_cast<int64_t>(i * 1000), {i * 77, 5}, 9, static_cast<uint8_t>(i % 2)});
    }
    return aggregate;
}

std::string row_of(const Aggregate& aggregate, const Dictionary& dictionary) {
    std::string row;
    encode_aggregate(aggregate, dictionary, row);
    return row;
}

TEST(RowValues, OfAnAggregateComeBack) {
    Dictionary dictionary;
    const Aggregate aggregate = sample(dictionary, 10);
    const auto decoded =
        decode_aggregate(AggregateKind::Case, row_of(aggregate, dictionary), dictionary);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->aggregate, aggregate);
    EXPECT_EQ(decoded->full_chunks, 0U);
}

TEST(RowValues, DoNotDependOnTheOrderTermsWereSeenIn) {
    Dictionary one;
    Dictionary two;
    (void)two.intern("zzz");
    EXPECT_EQ(row_of(sample(one, 3), one), row_of(sample(two, 3), two));
}

TEST(RowValues, CutOffAnywhereAreDamagedNotMisread) {
    Dictionary dictionary;
    const std::string row = row_of(sample(dictionary, 3), dictionary);
    for (size_t size = 0; size < row.size(); ++size) {
        EXPECT_FALSE(decode_aggregate(AggregateKind::Case, row.substr(0, size), dictionary))
            << size;
    }
    EXPECT_FALSE(decode_aggregate(AggregateKind::Case, row + "x", dictionary));
    Position position;
    position.identity = "abc";
    const std::string text = encode_position(position);
    EXPECT_EQ(*decode_position(text), position);
    for (size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(decode_position(text.substr(0, size)));
    }
}

TEST(RowValues, OfACellKeepOnlyWhatIsNotZero) {
    Measures measures{};
    measures[0] = INT64_MIN;
    measures[kMaxMeasures - 1] = 3;
    std::string row;
    encode_cell(measures, row);
    EXPECT_EQ(row.size(), 1 + 5 + 10 + 1);  // format, mask, two values
    EXPECT_EQ(*decode_cell(row), measures);
    EXPECT_FALSE(decode_cell(row.substr(1)));
}

TEST(RowValues, EveryStateRoundTripsEmpty) {
    Dictionary dictionary;
    for (size_t kind = 1; kind <= kAggregateKindCount; ++kind) {
        const auto k = static_cast<AggregateKind>(kind);
        const Aggregate aggregate{0, empty_state(k), {}};
        const auto decoded = decode_aggregate(k, row_of(aggregate, dictionary), dictionary);
        ASSERT_TRUE(decoded) << name_of(k);
        EXPECT_EQ(decoded->aggregate, aggregate);
    }
}

}  // namespace
}  // namespace sijill::projections
