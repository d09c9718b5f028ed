#pragma once
// projections/row_codec.h - the values of a shard's rows. Each begins with its format number.
//
//   aggregate  4, version, full chunks, state's members, days, history entries of the last chunk
//   history    3, 64 entries
//   entry      offset delta times 2, + 1 when flags follow; key (7 bytes), content check (3 bytes)
//   cells      1, for each slot: its number, bit mask of the measures that are not 0, those
//   count      2, how often the key is referred to
//   anomaly    2, see Anomaly
//   position   2, see Position

#include "events/digest.h"
#include "events/result.h"
#include "projections/bytes.h"
#include "projections/cubes.h"
#include "projections/state.h"

#include <boost/container/small_vector.hpp>

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
/// event.voided. Ineffective: a correction that could not be applied, for with Beyond its subject
/// has kMostCorrections. FarAhead and OutOfScale: applied, and listed for its time, its score or
/// its points. Voided: a correction took it away; it is listed for nothing.
inline constexpr uint8_t kHistoryIllegal = 1;
inline constexpr uint8_t kHistoryConflict = 2;
inline constexpr uint8_t kHistoryCorrection = 4;
inline constexpr uint8_t kHistoryIneffective = 8;
inline constexpr uint8_t kHistoryFarAhead = 16;
inline constexpr uint8_t kHistoryOutOfScale = 32;
inline constexpr uint8_t kHistoryVoided = 64;
inline constexpr uint8_t kHistoryBeyond = 128;

/// How an event is told among those of its subject: 56 bits. Of a thousand events two share theirs
/// with odds of 7 in 10^12; then the later one has no effect, and is listed as a duplicate.
[[nodiscard]] constexpr uint64_t history_key(events::EventKey key) {
    return key.high >> 8U;
}
/// 24 bits of content_check(): they only word why an event that came twice has no effect.
[[nodiscard]] constexpr uint32_t history_check(uint32_t content_check) {
    return content_check & 0xFFFFFFU;
}

struct HistoryEntry {
    int64_t offset = 0;
    uint64_t key = 0;    // history_key()
    uint32_t check = 0;  // history_check()
    uint8_t flags = 0;
    bool operator==(const HistoryEntry&) const = default;
};

inline constexpr size_t kHistoryChunk = 64;

// In place: most stand in few days, and memory of its own for them would cost more than to read it.
using Days = boost::container::small_vector<int32_t, 4>;

/// One aggregate: its row and all of its history.
// NOLINTNEXTLINE(bugprone-exception-escape): a moved small_vector asks for no memory
struct Aggregate {
    int64_t version = 0;  // events that took effect, corrections included; never falls
    State state;
    Days days;  // local ones whose pages list it, in log order
    std::vector<HistoryEntry> history;
    bool operator==(const Aggregate&) const = default;
};

/// Appends the aggregate's row.
void encode_aggregate(const Aggregate& aggregate, const Dictionary& dictionary, std::string& out);
/// Full chunk number `chunk` of the history, for the h rows.
[[nodiscard]] std::string encode_chunk(const Aggregate& aggregate, size_t chunk);

// NOLINTNEXTLINE(bugprone-exception-escape): a moved small_vector asks for no memory
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

/// Which measures are not 0; at most kMaxMeasures.
[[nodiscard]] inline uint64_t mask_of(std::span<const int64_t> measures) {
    uint64_t mask = 0;
    for (size_t i = 0; i < measures.size(); ++i) {
        mask |= static_cast<uint64_t>(measures[i] != 0) << i;
    }
    return mask;
}

struct SlotMeasures {
    int32_t slot = 0;   // below slots_of(grain)
    uint64_t mask = 0;  // mask_of(measures), not 0
    std::span<const int64_t> measures;
};
/// Appends a row of cells; slots ascend. Cells that are all empty have no row.
void encode_cells(std::span<const SlotMeasures> slots, std::string& out);
/// Calls `cell` for each slot, ascending. Errors: Corrupt, perhaps after some calls.
[[nodiscard]] Result<void> decode_cells(
    Grain grain,
    std::string_view value,
    const std::function<void(int32_t slot, const Measures& measures)>& cell);

/// The format of a row of cells.
inline constexpr uint64_t kCellsFormat = 1;
/// The next slot of such a row and the mask of its measures, whose values follow. nullopt: what
/// comes is damaged, or is not behind `previous`.
struct SlotHead {
    int32_t slot = 0;
    uint64_t mask = 0;
};
[[nodiscard]] inline std::optional<SlotHead> next_slot(ByteReader& reader,
                                                       Grain grain,
                                                       int32_t previous) {
    const uint64_t slot = reader.unsigned_integer();
    const uint64_t mask = reader.unsigned_integer();
    const bool later = slot >= static_cast<uint64_t>(int64_t{previous} + 1);
    if (!reader.ok() || !later || slot >= static_cast<uint64_t>(slots_of(grain)) || mask == 0 ||
        (mask >> kMaxMeasures) != 0) {
        return std::nullopt;
    }
    return SlotHead{static_cast<int32_t>(slot), mask};
}
[[nodiscard]] Unexpected damaged_cells();

inline constexpr uint64_t kAllMeasures = UINT64_MAX;

/// Calls `each(slot, measure, value)` for every measure that is not 0 and is in the mask `asked`,
/// by slot and position. Errors: Corrupt, perhaps after some calls.
template <class Each>
[[nodiscard]] Result<void> visit_measures(Grain grain,
                                          std::string_view value,
                                          uint64_t asked,
                                          Each&& each) {
    ByteReader reader(value);
    if (reader.unsigned_integer() != kCellsFormat) {
        return damaged_cells();
    }
    int32_t slot = -1;
    do {
        const auto head = next_slot(reader, grain, slot);
        if (!head) {
            return damaged_cells();
        }
        slot = head->slot;
        for (uint64_t left = head->mask; left != 0; left &= left - 1) {
            const auto measure = static_cast<size_t>(std::countr_zero(left));
            if ((asked >> measure & 1U) != 0) {
                each(slot, measure, reader.integer());
            } else {
                reader.skip_integer();
            }
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
    OutOfScale = 40,    // a score that its instrument lacks counts nowhere; points above their
                        // maximum count
    TooManyCorrections = 41,
};
inline constexpr AnomalyReason kFirstReason = AnomalyReason::Duplicate;
inline constexpr AnomalyReason kLastReason = AnomalyReason::TooManyCorrections;

[[nodiscard]] std::string_view name_of_reason(uint8_t reason);

/// Whether an event that is listed for this reason was applied all the same.
[[nodiscard]] constexpr bool is_doubt(uint8_t reason) {
    return reason == static_cast<uint8_t>(AnomalyReason::FutureTime) ||
           reason == static_cast<uint8_t>(AnomalyReason::ClearPersonalField) ||
           reason == static_cast<uint8_t>(AnomalyReason::OutOfScale);
}

/// A parked record or an event with no, or a doubtful, effect. The bytes stay in the log.
struct Anomaly {
    std::string subject;  // "" when it could not be read
    std::string type;     // "" when it could not be read
    std::string source;
    std::string detail;  // for people; never a value of the record
    std::string sha256;  // of the record's value, hexadecimal
    int64_t size = 0;
    int64_t append_time_ms = 0;
    static constexpr auto members(const auto& visit) {
        return visit(&Anomaly::subject,
                     &Anomaly::type,
                     &Anomaly::source,
                     &Anomaly::detail,
                     &Anomaly::sha256,
                     &Anomaly::size,
                     &Anomaly::append_time_ms);
    }
    bool operator==(const Anomaly&) const = default;
};

[[nodiscard]] std::string encode_anomaly(const Anomaly& anomaly);
[[nodiscard]] Result<Anomaly> decode_anomaly(std::string_view value);

/// The detail of an event that repeats the one at this offset, and the offset of such a detail.
[[nodiscard]] std::string repetition_of(int64_t offset);
[[nodiscard]] std::optional<int64_t> repeated_offset(std::string_view detail);

/// How far a shard has folded its partition.
struct Position {
    int64_t next_offset = 0;
    int64_t last_offset = -1;  // of the last record read; -1 before the first
    uint64_t last_check = 0;   // content_check of its value: a recreated log is noticed
    int64_t last_append_time_ms = 0;
    int64_t records = 0;
    int64_t applied = 0;
    int64_t anomalies = 0;   // rows under x
    std::string identity;    // of the fold
    int64_t partitions = 0;  // of the topic; it never changes
    static constexpr auto members(const auto& visit) {
        return visit(&Position::next_offset,
                     &Position::last_offset,
                     &Position::last_check,
                     &Position::last_append_time_ms,
                     &Position::records,
                     &Position::applied,
                     &Position::anomalies,
                     &Position::identity,
                     &Position::partitions);
    }
    bool operator==(const Position&) const = default;
};

[[nodiscard]] std::string encode_position(const Position& position);
[[nodiscard]] Result<Position> decode_position(std::string_view value);

}  // namespace sijill::projections
