#include "projections/row_codec.h"

#include "projections/local_time.h"

#include <array>
#include <charconv>

namespace sijill::projections {

namespace {

constexpr uint64_t kFormat = 2;
constexpr uint64_t kAggregateFormat = 4;
constexpr uint64_t kHistoryFormat = 3;
constexpr size_t kKeyBytes = 7;
constexpr size_t kCheckBytes = 3;
constexpr std::string_view kFirstAt = "first at offset ";

Unexpected corrupt(const char* what) {
    return fail(Errc::Corrupt, std::string("damaged row: ") + what);
}

// A value that has only plain members.
template <class T>
std::string encode_plain(const T& value) {
    static const Dictionary kNone;
    std::string out;
    ByteWriter writer(out, kNone);
    writer.unsigned_integer(kFormat);
    writer.value(value);
    return out;
}

template <class T>
Result<T> decode_plain(std::string_view bytes, const char* what) {
    ByteReader reader(bytes);
    T value{};
    if (reader.unsigned_integer() != kFormat) {
        return corrupt(what);
    }
    reader.value(value);
    if (!reader.at_end()) {
        return corrupt(what);
    }
    return value;
}

// Offsets are deltas inside a chunk; the first is absolute, so that a chunk reads alone. Most
// entries have no flags: a bit of the offset says whether they follow.
void put_entries(ByteWriter& writer, const HistoryEntry* begin, const HistoryEntry* end) {
    writer.unsigned_integer(static_cast<uint64_t>(end - begin));
    int64_t previous = 0;
    for (const HistoryEntry* entry = begin; entry != end; ++entry) {
        const auto flagged = static_cast<uint64_t>(entry->flags != 0);
        writer.unsigned_integer(static_cast<uint64_t>(entry->offset - previous) << 1U | flagged);
        if (flagged != 0) {
            writer.unsigned_integer(entry->flags);
        }
        writer.fixed(entry->key, kKeyBytes);
        writer.fixed(entry->check, kCheckBytes);
        previous = entry->offset;
    }
}

bool get_entries(ByteReader& reader, std::vector<HistoryEntry>& out) {
    int64_t previous = 0;
    for (uint64_t left = reader.unsigned_integer(); left > 0; --left) {
        HistoryEntry entry;
        const uint64_t moved = reader.unsigned_integer();
        entry.offset = previous + static_cast<int64_t>(moved >> 1U);
        entry.flags =
            (moved & 1U) != 0 ? static_cast<uint8_t>(reader.unsigned_integer()) : uint8_t{0};
        entry.key = reader.fixed(kKeyBytes);
        entry.check = static_cast<uint32_t>(reader.fixed(kCheckBytes));
        if (!reader.ok()) {
            return false;
        }
        previous = entry.offset;
        out.push_back(entry);
    }
    return reader.ok();
}

// What each differs by from the one before: they lie near each other.
void put_days(ByteWriter& writer, const Days& days) {
    writer.unsigned_integer(days.size());
    int64_t previous = 0;
    for (const int32_t day : days) {
        writer.integer(day - previous);
        previous = day;
    }
}

void get_days(ByteReader& reader, Days& out) {
    int64_t previous = 0;
    for (uint64_t left = reader.unsigned_integer(); left > 0 && reader.ok(); --left) {
        previous += reader.integer();
        out.push_back(static_cast<int32_t>(previous));
    }
}

}  // namespace

void encode_aggregate(const Aggregate& aggregate, const Dictionary& dictionary, std::string& out) {
    ByteWriter writer(out, dictionary);
    const size_t full_chunks = aggregate.history.size() / kHistoryChunk;
    writer.unsigned_integer(kAggregateFormat);
    writer.integer(aggregate.version);
    writer.unsigned_integer(full_chunks);
    std::visit([&writer](const auto& state) { writer.value(state); }, aggregate.state);
    put_days(writer, aggregate.days);
    const HistoryEntry* entries = aggregate.history.data();
    put_entries(writer, entries + full_chunks * kHistoryChunk, entries + aggregate.history.size());
}

std::string encode_chunk(const Aggregate& aggregate, size_t chunk) {
    static const Dictionary kNone;
    std::string out;
    ByteWriter writer(out, kNone);
    writer.unsigned_integer(kHistoryFormat);
    const HistoryEntry* begin = aggregate.history.data() + chunk * kHistoryChunk;
    put_entries(writer, begin, begin + kHistoryChunk);
    return out;
}

Result<DecodedAggregate> decode_aggregate(AggregateKind kind,
                                          std::string_view value,
                                          Dictionary& dictionary) {
    ByteReader reader(value, dictionary);
    DecodedAggregate out;
    if (reader.unsigned_integer() != kAggregateFormat) {
        return corrupt("aggregate");
    }
    out.aggregate.version = reader.integer();
    out.full_chunks = reader.unsigned_integer();
    out.aggregate.state = empty_state(kind);
    std::visit([&reader](auto& state) { reader.value(state); }, out.aggregate.state);
    get_days(reader, out.aggregate.days);
    if (!get_entries(reader, out.aggregate.history) || !reader.at_end()) {
        return corrupt("aggregate");
    }
    return out;
}

Result<void> decode_chunk(std::string_view value, std::vector<HistoryEntry>& out) {
    ByteReader reader(value);
    if (reader.unsigned_integer() != kHistoryFormat || !get_entries(reader, out) ||
        !reader.at_end()) {
        return corrupt("history chunk");
    }
    return {};
}

// format, then for each slot: slot, mask of the measures that are not 0, those measures.
void encode_cells(std::span<const SlotMeasures> slots, std::string& out) {
    static const Dictionary kNone;
    ByteWriter writer(out, kNone);
    writer.unsigned_integer(kCellsFormat);
    for (const auto& [slot, mask, measures] : slots) {
        writer.unsigned_integer(static_cast<uint64_t>(slot));
        writer.unsigned_integer(mask);
        for (uint64_t left = mask; left != 0; left &= left - 1) {
            writer.integer(measures[static_cast<size_t>(std::countr_zero(left))]);
        }
    }
}

Unexpected damaged_cells() {
    return corrupt("cells");
}

Result<void> decode_cells(Grain grain,
                          std::string_view value,
                          const std::function<void(int32_t slot, const Measures& measures)>& cell) {
    int32_t slot = -1;
    Measures measures{};
    auto visited =
        visit_measures(grain, value, kAllMeasures, [&](int32_t of, size_t measure, int64_t amount) {
            if (of != slot && slot >= 0) {
                cell(slot, measures);
                measures = {};
            }
            slot = of;
            measures[measure] = amount;
        });
    if (visited) {
        cell(slot, measures);
    }
    return visited;
}

std::string encode_count(int64_t count) {
    return encode_plain(count);
}

Result<int64_t> decode_count(std::string_view value) {
    return decode_plain<int64_t>(value, "count");
}

std::string_view name_of_reason(uint8_t reason) {
    static constexpr std::array<std::string_view, 10> kNames{"duplicate",
                                                             "duplicate-other-content",
                                                             "version-conflict",
                                                             "illegal-transition",
                                                             "future-time",
                                                             "clear-personal-field",
                                                             "correction-without-target",
                                                             "invalid-patch",
                                                             "out-of-scale",
                                                             "too-many-corrections"};
    constexpr auto kFirst = static_cast<size_t>(kFirstReason);
    return reason >= kFirst && reason - kFirst < kNames.size() ? kNames[reason - kFirst] : "parked";
}

std::string encode_anomaly(const Anomaly& anomaly) {
    return encode_plain(anomaly);
}

Result<Anomaly> decode_anomaly(std::string_view value) {
    return decode_plain<Anomaly>(value, "anomaly");
}

std::string repetition_of(int64_t offset) {
    return std::string(kFirstAt) + std::to_string(offset);
}

std::optional<int64_t> repeated_offset(std::string_view detail) {
    int64_t offset = 0;
    const bool told = detail.starts_with(kFirstAt);
    const char* const end = detail.data() + detail.size();
    if (!told || std::from_chars(detail.data() + kFirstAt.size(), end, offset) !=
                     std::from_chars_result{end, {}}) {
        return std::nullopt;
    }
    return offset;
}

std::string encode_position(const Position& position) {
    return encode_plain(position);
}

Result<Position> decode_position(std::string_view value) {
    return decode_plain<Position>(value, "position");
}

}  // namespace sijill::projections
