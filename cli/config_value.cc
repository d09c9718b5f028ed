#include "cli/config_value.h"

#include "cli/config_parse.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <tuple>

namespace sijill::cli {

namespace {

std::string_view name_of(Value::Type type) {
    constexpr std::array<std::string_view, 8> kNames = {
        "a text", "an integer", "a float", "a boolean", "a date", "a time", "an array", "a table"};
    return kNames.at(static_cast<size_t>(type));
}

/// What was written instead, in words.
std::string shown(const Value& value) {
    switch (value.type) {
        case Value::Type::Text:
            return "'" + value.text + "'";
        case Value::Type::Integer:
            return std::to_string(value.integer);
        case Value::Type::Float:
        case Value::Type::Boolean:
        case Value::Type::Date:
        case Value::Type::Time:
        case Value::Type::Array:
        case Value::Type::Table:
            break;
    }
    return std::string(name_of(value.type));
}

bool is_text(const Value& value) {
    return value.type == Value::Type::Text;
}

std::optional<int64_t> integer_of(const Value& value) {
    if (value.type == Value::Type::Integer) {
        return value.integer;
    }
    int64_t number = 0;
    const char* end = value.text.data() + value.text.size();
    const auto read = std::from_chars(value.text.data(), end, number);
    const bool all = read.ec == std::errc{} && read.ptr == end;
    return value.from_environment && all ? std::optional(number) : std::nullopt;
}

bool within(int64_t number, Range range) {
    return number >= range.minimum && number <= range.maximum;
}

template <class E>
void read_choice(const Reading& from, E& out) {
    const auto names = names_of(E{});
    const auto found = std::find(names.begin(), names.end(), from.value.text);
    if (is_text(from.value) && found != names.end()) {
        out = static_cast<E>(found - names.begin());
        return;
    }
    std::string wanted = "one of";
    for (const std::string_view name : names) {
        wanted += " \"" + std::string(name) + "\"";
    }
    from.refuse(from.value, wanted);
}

/// The weekday's place from Monday; 7 when there is no such day.
size_t weekday_named(std::string_view name) {
    return static_cast<size_t>(std::find(kWeekdays.begin(), kWeekdays.end(), name) -
                               kWeekdays.begin());
}

/// An array of spans, ascending and without overlaps.
std::optional<producers::DayHours> read_day(const Reading& from, const Value& array) {
    if (array.type != Value::Type::Array) {
        from.refuse(array, R"(an array of hours such as ["08:00-16:00"])");
        return std::nullopt;
    }
    producers::DayHours day;
    bool good = true;
    for (const Value& item : array.items) {
        const auto span = is_text(item) ? parse_span(item.text) : std::nullopt;
        if (!span) {
            from.refuse(item, R"(hours such as "08:00-16:00")");
            good = false;
        } else if (!day.empty() && span->begin < day.back().end) {
            from.refuse(item, "hours after those before it");
            good = false;
        } else {
            day.push_back(*span);
        }
    }
    return good ? std::optional(day) : std::nullopt;
}

std::optional<producers::CivilDate> date_of(const Value& value) {
    const bool date = value.type == Value::Type::Date || value.type == Value::Type::Text;
    return date ? parse_date(value.text) : std::nullopt;
}

void read_date(const Reading& from, const Value& value, producers::CivilDate& out) {
    if (const auto date = date_of(value)) {
        out = *date;
    } else {
        from.refuse(value, R"(a date such as "2017-05-27")");
    }
}

producers::Season read_season(const Reading& from, const Value& table) {
    producers::Season season;
    if (table.type != Value::Type::Table) {
        from.refuse(table, "a table with from, to and hours");
        return season;
    }
    size_t known = 0;
    for (const auto& [name, place, value] : table.members) {
        const std::string full = std::string(from.name) + "." + name;
        const Reading member{value, full, from.range, from.problems};
        if (name == "from") {
            read_date(member, value, season.from);
        } else if (name == "to") {
            read_date(member, value, season.to);
        } else if (name == "hours") {
            read_setting(member, season.hours);
        } else {
            from.problems.add(place,
                              "there is no setting '" + full + "'" +
                                  hint_of(nearest_name(name, {"from", "to", "hours"})));
            continue;
        }
        ++known;
    }
    if (known < 3) {
        from.refuse(table, "a table with from, to and hours");
    } else if (season.to < season.from) {
        from.problems.add(place_in(table, "from"),
                          std::string(from.name) + ": its from, " + format_date(season.from) +
                              ", is after its to, " + format_date(season.to));
    }
    return season;
}

/// Members of nested tables under dotted names: `security.protocol = "SSL"` needs no quotes.
void flatten(const Reading& from,
             const std::string& prefix,
             const Value& table,
             std::map<std::string, std::string>& out) {
    for (const Value::Member& member : table.members) {
        const std::string name = prefix + member.name;
        switch (member.value.type) {
            case Value::Type::Table:
                flatten(from, name + ".", member.value, out);
                break;
            case Value::Type::Text:
            case Value::Type::Boolean:
            case Value::Type::Float:
                out[name] = member.value.text;
                break;
            case Value::Type::Integer:
                out[name] = std::to_string(member.value.integer);
                break;
            case Value::Type::Date:
            case Value::Type::Time:
            case Value::Type::Array:
                from.refuse(member.value, "texts, numbers and booleans");
                break;
        }
    }
}

size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = diagonal + static_cast<size_t>(a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::string Place::text() const {
    return line == 0 ? source : source + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Place place_in(const Value& table, std::string_view key) {
    const Value* at = &table;
    Place place = table.place;
    while (!key.empty()) {
        const size_t end = std::min(key.find_first_of(".["), key.size());
        const auto member =
            std::ranges::find(at->members, key.substr(0, end), &Value::Member::name);
        if (end > 0 && member != at->members.end()) {
            at = &member->value;
        } else if (key.starts_with('[')) {
            size_t index = 0;
            std::from_chars(key.data() + 1, key.data() + key.size(), index);
            key.remove_prefix(key.find(']') + 1);
            at = index < at->items.size() ? &at->items[index] : at;
            place = at->place;
            continue;
        } else if (end > 0) {
            return place;  // it is missing
        }
        place = at->place;
        key.remove_prefix(std::min(key.starts_with('.') ? 1 : end, key.size()));
    }
    return place;
}

bool holds_place(const Value& value, const Place& place) {
    return value.place == place ||
           std::ranges::any_of(value.items,
                               [&](const Value& item) { return holds_place(item, place); }) ||
           std::ranges::any_of(value.members, [&](const Value::Member& member) {
               return member.place == place || holds_place(member.value, place);
           });
}

std::vector<std::string> Problems::lines() const {
    std::vector<Problem> sorted = problems_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
        const auto key = [](const Place& place) {
            return std::tuple(place.line == 0, place.line, place.column);
        };
        return key(a.place) < key(b.place);
    });
    std::vector<std::string> lines;
    lines.reserve(sorted.size());
    for (const Problem& problem : sorted) {
        lines.push_back(problem.place.text() + ": " + problem.message);
    }
    return lines;
}

void Reading::refuse(const Value& what, const std::string& wanted) const {
    problems.add(what.place, std::string(name) + " must be " + wanted + ", not " + shown(what));
}

void read_setting(const Reading& from, std::string& out) {
    if (is_text(from.value)) {
        out = from.value.text;
    } else {
        from.refuse(from.value, "a text");
    }
}

void read_setting(const Reading& from, int& out) {
    const auto number = integer_of(from.value);
    if (number && within(*number, from.range)) {
        out = static_cast<int>(*number);
    } else {
        from.refuse(from.value,
                    "an integer from " + std::to_string(from.range.minimum) + " to " +
                        std::to_string(from.range.maximum));
    }
}

void read_setting(const Reading& from, Config::Bytes& out) {
    std::optional<uint64_t> size;
    if (is_text(from.value)) {
        size = parse_size(from.value.text);
    } else if (from.value.type == Value::Type::Integer && from.value.integer >= 0) {
        size = static_cast<uint64_t>(from.value.integer);
    }
    if (size && within(static_cast<int64_t>(*size), from.range)) {
        out = *size;
    } else {
        from.refuse(from.value,
                    "a size from \"" + format_size(static_cast<uint64_t>(from.range.minimum)) +
                        "\" to \"" + format_size(static_cast<uint64_t>(from.range.maximum)) +
                        "\" (KiB, MiB, GiB, or bytes)");
    }
}

void read_setting(const Reading& from, Config::Seconds& out) {
    const auto duration = is_text(from.value) ? parse_duration(from.value.text) : std::nullopt;
    if (duration && within(duration->count(), from.range)) {
        out = *duration;
    } else {
        from.refuse(from.value,
                    "a duration from \"" + format_duration(Config::Seconds(from.range.minimum)) +
                        "\" to \"" + format_duration(Config::Seconds(from.range.maximum)) + "\"");
    }
}

void read_setting(const Reading& from, AuthMode& out) {
    read_choice(from, out);
}

void read_setting(const Reading& from, LogLevel& out) {
    read_choice(from, out);
}

void read_setting(const Reading& from, LogFormat& out) {
    read_choice(from, out);
}

void read_setting(const Reading& from, std::optional<producers::DueTarget>& out) {
    const auto target = is_text(from.value) ? parse_target(from.value.text) : std::nullopt;
    if (target) {
        out = target;
    } else {
        from.refuse(from.value,
                    R"(working time such as "PT16H" (whole minutes, up to 366 days) or calendar )"
                    R"(days such as "P3D" (up to 3660))");
    }
}

void read_setting(const Reading& from, std::map<std::string, std::string>& out) {
    if (from.value.type == Value::Type::Table) {
        out.clear();
        flatten(from, "", from.value, out);
    } else {
        from.refuse(from.value, "a table");
    }
}

void read_setting(const Reading& from, producers::WeekHours& out) {
    if (from.value.type == Value::Type::Array) {
        if (const auto day = read_day(from, from.value)) {
            out.fill(*day);
        }
        return;
    }
    if (from.value.type != Value::Type::Table) {
        from.refuse(from.value, R"(hours by weekday such as { sun = ["08:00-16:00"] })");
        return;
    }
    out = {};
    for (const auto& [name, place, value] : from.value.members) {
        const size_t weekday = weekday_named(name);
        if (weekday == kWeekdays.size()) {
            from.problems.add(place,
                              std::string(from.name) + " has no weekday '" + name +
                                  "'; mon tue wed thu fri sat sun");
        } else if (const auto day = read_day(from, value)) {
            out.at(weekday) = *day;
        }
    }
}

void read_setting(const Reading& from, std::array<bool, 7>& out) {
    if (from.value.type != Value::Type::Array) {
        from.refuse(from.value, R"(weekdays such as ["fri", "sat"])");
        return;
    }
    out.fill(false);
    for (const Value& item : from.value.items) {
        const size_t weekday = is_text(item) ? weekday_named(item.text) : kWeekdays.size();
        if (weekday < kWeekdays.size()) {
            out.at(weekday) = true;
        } else {
            from.refuse(item, "weekdays of mon tue wed thu fri sat sun");
        }
    }
}

void read_setting(const Reading& from, std::set<producers::CivilDate>& out) {
    if (from.value.type != Value::Type::Array) {
        from.refuse(from.value, R"(dates such as ["2017-05-01"])");
        return;
    }
    out.clear();
    for (const Value& item : from.value.items) {
        if (const auto date = date_of(item)) {
            out.insert(*date);
        } else {
            from.refuse(item, R"(dates such as "2017-05-01")");
        }
    }
}

void read_setting(const Reading& from, std::vector<producers::Season>& out) {
    if (from.value.type != Value::Type::Array) {
        from.refuse(from.value, "[[tables]] with from, to and hours");
        return;
    }
    out.clear();
    for (const Value& item : from.value.items) {
        out.push_back(read_season(from, item));
    }
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& names) {
    const size_t limit = std::min<size_t>(2, std::max<size_t>(1, name.size() / 3));
    std::string nearest;
    size_t best = limit + 1;
    for (const std::string& candidate : names) {
        const size_t edits = edits_between(name, candidate);
        if (edits < best) {
            best = edits;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string hint_of(const std::string& nearest) {
    return nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
}

}  // namespace sijill::cli
