#pragma once
// projections/keys.h - the binary keys of a shard's rows: one function encodes each, one decodes
// it.
//
// clang-format off
//   m                                              position: next offset, fold identity, counts
//   a <kind><packed subject>                       aggregate: version, state, last history chunk
//   h <kind><packed subject><chunk u32>            earlier history, 64 events a chunk
//   j <cube><block i32><dim>00<dim>00…             cells of a block of 32 local days by hour: few
//   k <cube><days i32><dim>00<dim>00…              of a block with more: cells of 8 days by hour
//   l <cube><block i32><dim>00<dim>00…             the same, added up by day: one row a block
//   r <cube><block i32><changes i32><dim>00…       cells of a running cube: by 8 days of change
//   b <cube><day i32><page i64>                    spans of time of a computed cube's day
//   p <cube><day i32><person>                      distinct person: reference count
//   d <kind><day i32><span i64>                    aggregates that came to stand in a local day
//   o <department>00<status><instant i64><referred i64><kind><packed subject>
//     <packed referral>                            follow-up
//   x <offset i64><reason>                         anomaly or parked record
//   n                                              local hour of the last append
// clang-format on
//
// Integers are big-endian with the sign bit flipped, so that byte order is number order. Texts hold
// no zero byte, so a zero ends them, and a packed one says its size (packed_text.h): no key is the
// prefix of another of its letter.

#include "projections/cubes.h"
#include "projections/follow_up.h"
#include "projections/state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sijill::projections::keys {

[[nodiscard]] std::string position();
[[nodiscard]] std::string last_hour();
/// put_…: the key, appended.
void put_aggregate(std::string& out, AggregateKind kind, std::string_view subject);
[[nodiscard]] std::string aggregate(AggregateKind kind, std::string_view subject);
[[nodiscard]] std::string history(AggregateKind kind, std::string_view subject, uint32_t chunk);
/// A row of cells of the same dimensions.
struct CellsParts {
    Grain grain{};
    Cube cube{};
    int32_t row = 0;              // the 8 local days, or the block of days
    int32_t changes = 0;          // of a row of changes: its days of change, by number
    DimensionTexts dimensions{};  // when parsed, views into the key
};
/// Dimensions beyond the cube's own are not written.
void put_cells(std::string& out, const CellsParts& parts);
[[nodiscard]] std::string cells(const CellsParts& parts);
/// First key of a cube's cells in or after a row.
[[nodiscard]] std::string cells_from(Grain grain, Cube cube, int32_t row);
/// Spans of a day of the aggregates of a page (span_table.h).
struct SpansParts {
    Cube cube{};
    int32_t day = 0;
    int64_t page = 0;
    bool operator==(const SpansParts&) const = default;
};
[[nodiscard]] std::string spans(const SpansParts& parts);
/// First key of a cube's spans in or after a day.
[[nodiscard]] std::string spans_from(Cube cube, int32_t day);
[[nodiscard]] std::string person(Cube cube, int32_t day, std::string_view person);
[[nodiscard]] std::string people_from(Cube cube, int32_t day);
[[nodiscard]] std::string day_page(AggregateKind kind, int32_t day, int64_t span);
[[nodiscard]] std::string day_from(AggregateKind kind, int32_t day);
/// First key behind all days of a kind.
[[nodiscard]] std::string days_behind(AggregateKind kind);
/// What a follow-up's key says.
template <class Text>
struct FollowUpPartsOf {
    std::string_view department;  // when parsed, a view into the key
    FollowUpStatus status{};
    std::optional<int64_t>
        instant_ms;  // while it is open: when it is due; then: when it was settled
    int64_t referred_at_ms = 0;
    AggregateKind kind{};
    Text subject;
    Text referral;
};
using FollowUpParts = FollowUpPartsOf<std::string_view>;
using ParsedFollowUp = FollowUpPartsOf<std::string>;
/// No instant sorts last.
[[nodiscard]] std::string follow_up(const FollowUpParts& parts);
/// First key of a department's follow-ups and the first key behind them.
[[nodiscard]] std::pair<std::string, std::string> follow_ups_of(std::string_view department);
/// Of those in one status.
[[nodiscard]] std::pair<std::string, std::string> follow_ups_of(std::string_view department,
                                                                FollowUpStatus status);
[[nodiscard]] std::string anomaly(int64_t offset, uint8_t reason);

/// First key of all rows of a letter, and the first key behind them.
[[nodiscard]] std::string first_of(char letter);
[[nodiscard]] std::string behind(char letter);

/// nullopt when the key is of another letter or damaged.
[[nodiscard]] std::optional<CellsParts> parse_cells(std::string_view key);

struct AggregateParts {
    AggregateKind kind;
    std::string subject;
};
[[nodiscard]] std::optional<AggregateParts> parse_aggregate(std::string_view key);

[[nodiscard]] std::optional<SpansParts> parse_spans(std::string_view key);

struct PersonParts {
    Cube cube;
    int32_t day;
    std::string_view person;
};
[[nodiscard]] std::optional<PersonParts> parse_person(std::string_view key);

[[nodiscard]] std::optional<ParsedFollowUp> parse_follow_up(std::string_view key);

/// The local day of a page of aggregates.
[[nodiscard]] std::optional<int32_t> parse_day_page(std::string_view key);

struct AnomalyParts {
    int64_t offset;
    uint8_t reason;
};
[[nodiscard]] std::optional<AnomalyParts> parse_anomaly(std::string_view key);

}  // namespace sijill::projections::keys
