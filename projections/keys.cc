#include "projections/keys.h"

#include "projections/packed_text.h"

#include <span>
#include <utility>

namespace sijill::projections::keys {

namespace {

void put_u32(std::string& out, uint32_t value) {
    const char bytes[]{static_cast<char>(value >> 24U),
                       static_cast<char>(value >> 16U),
                       static_cast<char>(value >> 8U),
                       static_cast<char>(value)};
    out.append(bytes, sizeof bytes);
}

void put_i32(std::string& out, int32_t value) {
    put_u32(out, static_cast<uint32_t>(value) ^ 0x80000000U);
}

void put_i64(std::string& out, int64_t value) {
    const uint64_t flipped = static_cast<uint64_t>(value) ^ (uint64_t{1} << 63U);
    put_u32(out, static_cast<uint32_t>(flipped >> 32U));
    put_u32(out, static_cast<uint32_t>(flipped));
}

uint32_t get_u32(std::string_view bytes) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) {
        value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
    }
    return value;
}

int32_t get_i32(std::string_view bytes) {
    return static_cast<int32_t>(get_u32(bytes) ^ 0x80000000U);
}

int64_t get_i64(std::string_view bytes) {
    const uint64_t value =
        (static_cast<uint64_t>(get_u32(bytes)) << 32U) | get_u32(bytes.substr(4));
    return static_cast<int64_t>(value ^ (uint64_t{1} << 63U));
}

void put_kind(std::string& out, AggregateKind kind) {
    out += static_cast<char>(kind);
}

std::optional<AggregateKind> get_kind(char byte) {
    const auto number = static_cast<unsigned char>(byte);
    if (number < 1 || number > kAggregateKindCount) {
        return std::nullopt;
    }
    return static_cast<AggregateKind>(number);
}

std::optional<Cube> get_cube(char byte) {
    const auto number = static_cast<unsigned char>(byte);
    if (number < 1 || number > kCubeCount) {
        return std::nullopt;
    }
    return static_cast<Cube>(number);
}

constexpr std::string_view kCellLetters = "klrj";  // by grain

void put_cell_row(std::string& out, Grain grain, Cube cube, int32_t row) {
    const char head[]{kCellLetters[static_cast<size_t>(grain)], static_cast<char>(cube)};
    out.append(head, sizeof head);
    put_i32(out, row);
}

}  // namespace

std::string position() {
    return "m";
}

std::string last_hour() {
    return "n";
}

void put_aggregate(std::string& out, AggregateKind kind, std::string_view subject) {
    out += 'a';
    put_kind(out, kind);
    put_packed_text(out, subject);
}

std::string aggregate(AggregateKind kind, std::string_view subject) {
    std::string key;
    put_aggregate(key, kind, subject);
    return key;
}

std::string history(AggregateKind kind, std::string_view subject, uint32_t chunk) {
    std::string key = "h";
    put_kind(key, kind);
    put_packed_text(key, subject);
    put_u32(key, chunk);
    return key;
}

std::string cells_from(Grain grain, Cube cube, int32_t row) {
    std::string key;
    put_cell_row(key, grain, cube, row);
    return key;
}

void put_cells(std::string& out, const CellsParts& parts) {
    put_cell_row(out, parts.grain, parts.cube, parts.row);
    if (parts.grain == Grain::Change) {
        put_i32(out, parts.changes);
    }
    const auto dimensions =
        std::span(parts.dimensions).first(describe(parts.cube).dimensions.size());
    size_t size = out.size();
    for (const std::string_view text : dimensions) {
        size += text.size() + 1;
    }
    size_t at = out.size();
    out.resize(size);  // with the zeros that end the texts
    for (const std::string_view text : dimensions) {
        text.copy(out.data() + at, text.size());
        at += text.size() + 1;
    }
}

std::string cells(const CellsParts& parts) {
    std::string key;
    put_cells(key, parts);
    return key;
}

std::string spans(const SpansParts& parts) {
    std::string key = spans_from(parts.cube, parts.day);
    put_i64(key, parts.page);
    return key;
}

std::string spans_from(Cube cube, int32_t day) {
    std::string key = "b";
    key += static_cast<char>(cube);
    put_i32(key, day);
    return key;
}

std::string people_from(Cube cube, int32_t day) {
    std::string key = "p";
    key += static_cast<char>(cube);
    put_i32(key, day);
    return key;
}

std::string person(Cube cube, int32_t day, std::string_view person) {
    return people_from(cube, day).append(person);
}

std::string day_from(AggregateKind kind, int32_t day) {
    std::string key = "d";
    put_kind(key, kind);
    put_i32(key, day);
    return key;
}

std::string days_behind(AggregateKind kind) {
    return {'d', static_cast<char>(static_cast<char>(kind) + 1)};
}

std::string day_page(AggregateKind kind, int32_t day, int64_t span) {
    std::string key = day_from(kind, day);
    put_i64(key, span);
    return key;
}

std::string follow_up(const FollowUpParts& parts) {
    std::string key = follow_ups_of(parts.department, parts.status).first;
    put_i64(key, parts.instant_ms.value_or(INT64_MAX));
    put_i64(key, parts.referred_at_ms);
    put_kind(key, parts.kind);
    put_packed_text(key, parts.subject);
    put_packed_text(key, parts.referral);
    return key;
}

std::pair<std::string, std::string> follow_ups_of(std::string_view department) {
    std::string begin = "o";
    begin += department;
    std::string end = begin;
    begin += '\0';
    end += '\1';
    return {begin, end};
}

std::pair<std::string, std::string> follow_ups_of(std::string_view department,
                                                  FollowUpStatus status) {
    std::string begin = follow_ups_of(department).first;
    std::string end = begin;
    begin += static_cast<char>(status);
    end += static_cast<char>(static_cast<char>(status) + 1);
    return {begin, end};
}

std::string anomaly(int64_t offset, uint8_t reason) {
    std::string key = "x";
    put_i64(key, offset);
    key += static_cast<char>(reason);
    return key;
}

std::string first_of(char letter) {
    return {letter};
}

std::string behind(char letter) {
    return {static_cast<char>(letter + 1)};
}

std::optional<CellsParts> parse_cells(std::string_view key) {
    const size_t letter = key.empty() ? std::string_view::npos : kCellLetters.find(key[0]);
    const bool of_changes = letter == static_cast<size_t>(Grain::Change);
    size_t at = of_changes ? 10 : 6;
    if (letter == std::string_view::npos || key.size() < at) {
        return std::nullopt;
    }
    const auto cube = get_cube(key[1]);
    if (!cube) {
        return std::nullopt;
    }
    CellsParts parts{static_cast<Grain>(letter), *cube, get_i32(key.substr(2)), 0, {}};
    parts.changes = of_changes ? get_i32(key.substr(6)) : 0;
    for (size_t i = 0; i < describe(*cube).dimensions.size(); ++i) {
        const size_t end = key.find('\0', at);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        parts.dimensions[i] = key.substr(at, end - at);
        at = end + 1;
    }
    return at == key.size() ? std::optional(parts) : std::nullopt;
}

std::optional<AggregateParts> parse_aggregate(std::string_view key) {
    if (key.size() < 3 || key[0] != 'a' || !get_kind(key[1])) {
        return std::nullopt;
    }
    AggregateParts parts{*get_kind(key[1]), {}};
    std::string_view packed = key.substr(2);
    const bool whole = take_packed_text(packed, parts.subject) && packed.empty();
    return whole ? std::optional(std::move(parts)) : std::nullopt;
}

std::optional<SpansParts> parse_spans(std::string_view key) {
    constexpr size_t kSize = 2 + sizeof(int32_t) + sizeof(int64_t);
    if (key.size() != kSize || key[0] != 'b' || !get_cube(key[1])) {
        return std::nullopt;
    }
    return SpansParts{*get_cube(key[1]), get_i32(key.substr(2)), get_i64(key.substr(6))};
}

std::optional<PersonParts> parse_person(std::string_view key) {
    if (key.size() < 7 || key[0] != 'p' || !get_cube(key[1])) {
        return std::nullopt;
    }
    return PersonParts{*get_cube(key[1]), get_i32(key.substr(2)), key.substr(6)};
}

std::optional<ParsedFollowUp> parse_follow_up(std::string_view key) {
    constexpr size_t kFixed = 2 * sizeof(int64_t) + 2;  // status, instant, referred, kind
    const size_t zero = key.find('\0');
    if (key.empty() || key[0] != 'o' || zero == std::string_view::npos ||
        key.size() < zero + 1 + kFixed) {
        return std::nullopt;
    }
    const std::string_view fixed = key.substr(zero + 1, kFixed);
    std::string_view rest = key.substr(zero + 1 + kFixed);
    const auto status = follow_up_status(static_cast<uint8_t>(fixed[0]));
    const auto kind = get_kind(fixed.back());
    ParsedFollowUp parts;
    if (!status || !kind || !take_packed_text(rest, parts.subject) ||
        !take_packed_text(rest, parts.referral) || !rest.empty()) {
        return std::nullopt;
    }
    const int64_t instant = get_i64(fixed.substr(1));
    parts.department = key.substr(1, zero - 1);
    parts.status = *status;
    parts.instant_ms = instant == INT64_MAX ? std::nullopt : std::optional<int64_t>(instant);
    parts.referred_at_ms = get_i64(fixed.substr(1 + sizeof(int64_t)));
    parts.kind = *kind;
    return parts;
}

std::optional<int32_t> parse_day_page(std::string_view key) {
    constexpr size_t kSize = 2 + sizeof(int32_t) + sizeof(int64_t);
    if (key.size() != kSize || key[0] != 'd' || !get_kind(key[1])) {
        return std::nullopt;
    }
    return get_i32(key.substr(2));
}

std::optional<AnomalyParts> parse_anomaly(std::string_view key) {
    if (key.size() != 10 || key[0] != 'x') {
        return std::nullopt;
    }
    return AnomalyParts{get_i64(key.substr(1)), static_cast<uint8_t>(key[9])};
}

}  // namespace sijill::projections::keys
