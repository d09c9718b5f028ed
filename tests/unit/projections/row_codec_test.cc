// Goal: keys sort as their parts do and come back; values come back; a damaged value is noticed,
// never misread silently.

#include "projections/row_codec.h"

#include "projections/keys.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

namespace sijill::projections {
namespace {

TEST(RowKeys, SortAsTheirPartsDo) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 2000; ++i) {
        const auto a = static_cast<int32_t>(random());
        const auto b = static_cast<int32_t>(random());
        for (const Grain grain : {Grain::Hour, Grain::Day, Grain::Change, Grain::FewHours}) {
            EXPECT_EQ(
                keys::cells_from(grain, Cube::Calls, a) < keys::cells_from(grain, Cube::Calls, b),
                a < b);
        }
        const auto x = static_cast<int64_t>(random());
        const auto y = static_cast<int64_t>(random());
        EXPECT_EQ(keys::anomaly(x, 1) < keys::anomaly(y, 1), x < y);
    }
}

TEST(RowKeys, ComeBackAsTheirParts) {
    for (const Grain grain : {Grain::Hour, Grain::Day, Grain::Change, Grain::FewHours}) {
        const int32_t changes = grain == Grain::Change ? -7 : 0;
        const std::string cells_key =
            keys::cells({grain, Cube::Calls, -5, changes, {"general", "", "ignored"}});
        const auto cells = keys::parse_cells(cells_key);
        ASSERT_TRUE(cells);
        EXPECT_EQ(cells->grain, grain);
        EXPECT_EQ(cells->cube, Cube::Calls);
        EXPECT_EQ(cells->row, -5);
        EXPECT_EQ(cells->changes, changes);
        EXPECT_EQ(cells->dimensions[0], "general");
        EXPECT_EQ(cells->dimensions[1], "");
    }
    const std::string aggregate_key = keys::aggregate(AggregateKind::Case, "c-1");
    EXPECT_EQ(keys::parse_aggregate(aggregate_key)->subject, "c-1");
    const std::string person_key = keys::person(Cube::Chats, 3, "p");
    EXPECT_EQ(keys::parse_person(person_key)->person, "p");
    EXPECT_EQ(keys::parse_anomaly(keys::anomaly(42, 33))->offset, 42);
}

TEST(RowKeys, OfAnotherLetterOrDamagedAreNone) {
    for (const char* key : {"", "k", "l", "lx", "kx", "r123456789", "a", "d\x01", "x123", "m"}) {
        EXPECT_FALSE(keys::parse_cells(key)) << key;
        EXPECT_FALSE(keys::parse_aggregate(key)) << key;
        EXPECT_FALSE(keys::parse_anomaly(key)) << key;
    }
}

Aggregate sample(Dictionary& dictionary, size_t history) {
    CaseState state;
    state.status = CaseStatus::Referred;
    state.opened_at_ms = -1;
    state.purposes = {dictionary.intern("a"), dictionary.intern("b")};
    state.closed_at_ms = 5;
    state.contacts.add_new("x");
    state.contacts.add_new("y");
    state.referrals.push_back(
        {"r", dictionary.intern("dep"), 1, 2, ReferralStatus::Accepted, 0, 3});
    state.complaint.emplace().decision = events::ComplaintDecision::Partly;
    Aggregate aggregate{7, state, {17'181, -1}, {}};
    for (size_t i = 0; i < history; ++i) {
        aggregate.history.push_back({static_cast<int64_t>(i * 1000),
                                     history_key({UINT64_MAX - i * 77, 0}),
                                     history_check(UINT32_MAX - static_cast<uint32_t>(i)),
                                     static_cast<uint8_t>(i % 2)});
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

TEST(RowValues, OfAnEventTakeTenBytesBesideItsOffset) {
    Dictionary dictionary;
    const size_t two = row_of(sample(dictionary, 2), dictionary).size();
    EXPECT_EQ(row_of(sample(dictionary, 3), dictionary).size(), two + 2 + 10);
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

SlotMeasures cells_in(int32_t slot, const Measures& measures) {
    return {slot, mask_of(measures), measures};
}

TEST(RowValues, OfDaysKeepOnlyHoursAndMeasuresThatAreNotZero) {
    Measures late{};
    late[0] = INT64_MIN;
    late[kMaxMeasures - 1] = 3;
    Measures early{};
    early[5] = -1;
    std::string row;
    encode_cells(std::array{cells_in(4, early), cells_in(23, late)}, row);
    EXPECT_EQ(row.size(), 1 + (1 + 1 + 1) + (1 + 5 + 10 + 1));  // format; hour, mask, values
    std::map<int32_t, Measures> cells;
    const auto keep = [&cells](int32_t hour, const Measures& m) { cells[hour] = m; };
    ASSERT_TRUE(decode_cells(Grain::Hour, row, keep));
    EXPECT_EQ(cells, (std::map<int32_t, Measures>{{4, early}, {23, late}}));
}

TEST(RowValues, OfDaysThatAreDamagedAreNotMisread) {
    Measures measures{};
    measures[0] = 9;
    const std::array hours{cells_in(4, measures), cells_in(5, measures)};
    std::string row;
    encode_cells(hours, row);
    const auto ignore = [](int32_t, const Measures&) {};
    for (size_t size = 0; size < row.size(); ++size) {
        const bool between_hours = size == 4;  // the only cut that leaves whole hours
        EXPECT_EQ(decode_cells(Grain::Hour, row.substr(0, size), ignore).has_value(), between_hours)
            << size;
    }
    EXPECT_FALSE(decode_cells(Grain::Hour, row.substr(1), ignore));
    for (const int32_t second : {4, 3, 192}) {  // repeated, going back, no hour of 8 days
        std::string wrong;
        encode_cells(std::array{cells_in(4, measures), cells_in(second, measures)}, wrong);
        EXPECT_FALSE(decode_cells(Grain::Hour, wrong, ignore)) << second;
        EXPECT_FALSE(decode_cells(Grain::Day, wrong, ignore)) << second;
    }
    std::string days;
    encode_cells(std::array{cells_in(4, measures), cells_in(24, measures)}, days);
    EXPECT_TRUE(decode_cells(Grain::Day, days, ignore));
    std::string last_hour;
    encode_cells(std::array{cells_in(31, measures), cells_in(191, measures)}, last_hour);
    EXPECT_TRUE(decode_cells(Grain::Hour, last_hour, ignore));
    EXPECT_FALSE(decode_cells(Grain::Day, last_hour, ignore));
    std::string changes;
    encode_cells(std::array{cells_in(4, measures), cells_in(255, measures)}, changes);
    EXPECT_TRUE(decode_cells(Grain::Change, changes, ignore));
    EXPECT_FALSE(decode_cells(Grain::Day, changes, ignore));
    std::string last_of_block;
    encode_cells(std::array{cells_in(4, measures), cells_in(767, measures)}, last_of_block);
    EXPECT_TRUE(decode_cells(Grain::FewHours, last_of_block, ignore));
    EXPECT_FALSE(decode_cells(Grain::Hour, last_of_block, ignore));
    const Measures none{};
    std::string empty_hour;
    encode_cells(std::array{cells_in(4, none)}, empty_hour);
    EXPECT_FALSE(decode_cells(Grain::Hour, empty_hour, ignore));
}

TEST(RowValues, EveryStateRoundTripsEmpty) {
    Dictionary dictionary;
    for (size_t kind = 1; kind <= kAggregateKindCount; ++kind) {
        const auto k = static_cast<AggregateKind>(kind);
        const Aggregate aggregate{0, empty_state(k), {}, {}};
        const auto decoded = decode_aggregate(k, row_of(aggregate, dictionary), dictionary);
        ASSERT_TRUE(decoded) << name_of(k);
        EXPECT_EQ(decoded->aggregate, aggregate);
    }
}

}  // namespace
}  // namespace sijill::projections
