#pragma once
// projections/row_codec.h - the values of a shard's rows. Each begins with its format number.
//
//   aggregate  1, version, full chunks, state's members, history entries of the last chunk
//   history    1, 64 entries                 entry: offset delta, verdict flags, key (12 bytes),
//   content check (4 bytes) cell       1, bit mask of the measures that are not 0, then their
//   values count      1, how often the key is referred to anomaly    1, see Anomaly position   1,
//   see Position

#include "events/digest.h"
#include "events/result.h"
#include "projections/bytes.h"
#include "projections/cubes.h"
#include "projections/evolve.h"

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// What one event of a subject was, as its history keeps it. Flags only ever gain meaning: append.
/// Illegal: the state machine did not allow it (judged again after a correction). Conflict: its
/// expectedversion was not the version then; stands for ever. Correction: event.corrected or
/// event.voided. Ineffective: a correction that could not be applied.
inline constexpr uint8_t kHistoryIllegal = 1;
inline constexpr uint8_t kHistoryConflict = 2;
inline constexpr uint8_t kHistoryCorrection = 4;
inline constexpr uint8_t kHistoryIneffective = 8;

struct HistoryEntry {
    int64_t offset = 0;
    events::EventKey key;
    uint32_t check = 0;
    uint8_t flags = 0;
    bool operator==(const HistoryEntry&) const = default;
};

inline constexpr size_t kHistoryChunk = 64;

/// One aggregate: its row and all of its history.
struct Aggregate {
    int64_t version = 0;  // events that took effect, corrections included; never falls
    State state;
    std::vector<HistoryEntry> history;
    bool operator==(const Aggregate&) const = default;
};

/// Appends the aggregate's row.
void encode_aggregate(const Aggregate& aggregate, const Dictionary& dictionary, std::string& out);
/// Full chunk number `chunk` of the history, for the h rows.
[[nodiscard]] std::string encode_chunk(const Aggregate& aggregate, size_t chunk);

struct DecodedAggregate {
    Aggregate aggregate;  // history: the last chunk only, its offsets not yet absolute when chunks
                          // precede
    size_t full_chunks = 0;
};
/// Errors: Corrupt.
[[nodiscard]] Result<DecodedAggregate> decode_aggregate(AggregateKind kind,
                                                        std::string_view value,
                                                        Dictionary& dictionary);
/// Appends the entries of one chunk. Errors: Corrupt.
[[nodiscard]] Result<void> decode_chunk(std::string_view value, std::vector<HistoryEntry>& out);

using Measures = std::array<int64_t, kMaxMeasures>;

struct HourMeasures {
    int32_t hour_of_day = 0;            // 0 to 23
    std::span<const int64_t> measures;  // at most kMaxMeasures, not all of them 0
};
/// Appends the row of a day's cells; hours ascend. A day without an hour has no row.
void encode_cells(std::span<const HourMeasures> hours, std::string& out);
/// Calls `cell` for each hour, ascending. Errors: Corrupt, perhaps after some calls.
[[nodiscard]] Result<void> decode_cells(
    std::string_view value,
    const std::function<void(int32_t hour_of_day, const Measures& measures)>& cell);

/// The head of a row of cells; false when it is no such row.
[[nodiscard]] bool begin_cells(ByteReader& reader);
/// The next hour of such a row and the mask of its measures, whose values follow. nullopt: what
/// comes is damaged, or is not behind `previous_hour`.
struct HourHead {
    int32_t hour_of_day = 0;
    uint64_t mask = 0;
};
[[nodiscard]] std::optional<HourHead> next_hour(ByteReader& reader, int32_t previous_hour);
[[nodiscard]] Unexpected damaged_cells();

/// Calls `each(hour_of_day, measure, value)` for every measure that is not 0, by hour and position.
/// Errors: Corrupt, perhaps after some calls.
template <class Each>
[[nodiscard]] Result<void> visit_measures(std::string_view value, Each&& each) {
    Dictionary none;
    ByteReader reader(value, none);
    if (!begin_cells(reader)) {
        return damaged_cells();
    }
    int32_t hour = -1;
    do {
        const auto head = next_hour(reader, hour);
        if (!head) {
            return damaged_cells();
        }
        hour = head->hour_of_day;
        for (uint64_t left = head->mask; left != 0; left &= left - 1) {
            each(hour, static_cast<size_t>(std::countr_zero(left)), reader.integer());
        }
    } while (!reader.at_end() && reader.ok());
    return reader.ok() ? Result<void>() : damaged_cells();
}

[[nodiscard]] std::string encode_count(int64_t count);
[[nodiscard]] Result<int64_t> decode_count(std::string_view value);

/// Why a record is listed. Numbers below 32 are events::Refusal (the record is parked). Never
/// renumber.
enum class AnomalyReason : uint8_t {
    Duplicate = 32,              // the same event again; no second effect
    DuplicateOtherContent = 33,  // the same source and id with other content; no effect
    VersionConflict = 34,
    IllegalTransition = 35,
    FutureTime =
        36,  // `time` is more than 24 hours after the append time; applied in its own bucket
    ClearPersonalField = 37,  // a sealed field came in clear; its value entered no view
    CorrectionWithoutTarget = 38,
    InvalidPatch = 39,  // the corrected event would not be valid
};

[[nodiscard]] std::string_view name_of_reason(uint8_t reason);

/// A parked record or an event with no, or a doubtful, effect. The bytes stay in the log.
struct Anomaly {
    std::string subject;  // "" when it could not be read
    std::string type;     // "" when it could not be read
    std::string source;
    std::string detail;  // for people; never a value of the record
    std::string sha256;  // of the record's value, hexadecimal
    int64_t size = 0;
    int64_t append_time_ms = 0;
    static constexpr auto members() {
        return std::tuple{&Anomaly::subject,
                          &Anomaly::type,
                          &Anomaly::source,
                          &Anomaly::detail,
                          &Anomaly::sha256,
                          &Anomaly::size,
                          &Anomaly::append_time_ms};
    }
    bool operator==(const Anomaly&) const = default;
};

[[nodiscard]] std::string encode_anomaly(const Anomaly& anomaly);
[[nodiscard]] Result<Anomaly> decode_anomaly(std::string_view value);

/// How far a shard has folded its partition.
struct Position {
    int64_t next_offset = 0;
    int64_t last_offset = -1;  // of the last record read; -1 before the first
    uint64_t last_check = 0;   // XXH3 of its value: a recreated log is noticed
    int64_t last_append_time_ms = 0;
    int64_t records = 0;
    int64_t applied = 0;
    int64_t anomalies = 0;   // rows under x
    std::string identity;    // of the fold
    int64_t partitions = 0;  // of the topic; it never changes
    static constexpr auto members() {
        return std::tuple{&Position::next_offset,
                          &Position::last_offset,
                          &Position::last_check,
                          &Position::last_append_time_ms,
                          &Position::records,
                          &Position::applied,
                          &Position::anomalies,
                          &Position::identity,
                          &Position::partitions};
    }
    bool operator==(const Position&) const = default;
};

[[nodiscard]] std::string encode_position(const Position& position);
[[nodiscard]] Result<Position> decode_position(std::string_view value);

}  // namespace sijill::projections
