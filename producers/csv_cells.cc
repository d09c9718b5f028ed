#include "producers/csv_cells.h"

#include "events/check.h"
#include "events/digest.h"
#include "events/grammar.h"

#include <algorithm>
#include <utility>

namespace sijill::producers {

namespace {

using events::Kind;
using Unit = CsvDuration::Unit;

// What stands for a value before its kind is looked at.
struct Written {
    std::string text;
    bool by_mapping = false;  // and not by the cell: it is a code already
};

Unexpected fail_at(const CsvValue& value, const std::string& what) {
    CHECK(!value.columns.empty(), "constants are judged when the mapping is read");
    return fail(Errc::Invalid, csv_place_of(value.columns.front()) + what);
}

// None: nothing stands in the cells.
Result<std::optional<Written>> read_written(const CsvValue& value,
                                            const std::vector<std::string>& cells) {
    if (value.columns.empty()) {
        return Written{value.constant, true};
    }
    Written written;
    for (const CsvColumn& column : value.columns) {
        const auto cell = csv_typed_cell(column, cells);
        if (!cell) {
            return Unexpected(cell.error());
        }
        written.text += written.text.empty() || cell->empty() ? "" : " ";
        written.text += *cell;
    }
    // A line break within a cell is how a spreadsheet folds a long name.
    std::ranges::replace(written.text, '\n', ' ');
    if (!written.text.empty()) {
        return written;
    }
    return value.when_empty ? std::optional(Written{*value.when_empty, true}) : std::nullopt;
}

// The code, token or identifier that a cell stands for.
Result<std::string> named_text(const CsvValue& value, const std::string& text) {
    if (value.codes != nullptr) {
        const auto row = value.codes->find(plain_digits(text));
        if (row != value.codes->end()) {
            return row->second;
        }
        if (value.other) {
            return *value.other;
        }
        return fail(Errc::Invalid, "not in the code table '" + value.codes_name + "'");
    }
    if (value.digest) {
        return "agent-" + events::to_hex(events::sha256(*value.digest + "\n" + plain_digits(text)))
                              .substr(0, 16);
    }
    return value.prefix + text;
}

// Several values of a cell, each as it must be.
Result<std::string> named_texts(const CsvValue& value, const std::string& text) {
    if (value.separator.empty()) {
        return named_text(value, text);
    }
    std::string list;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find(value.separator, at), text.size());
        const std::string item(trimmed_cell(std::string_view(text).substr(at, end - at)));
        at = end + value.separator.size();
        if (item.empty()) {
            continue;
        }
        auto named = named_text(value, item);
        if (!named) {
            return named;
        }
        list += (list.empty() ? "" : value.separator) + *named;
    }
    return list;
}

// The text that the field is made of. Where it is no text to read, a number is the same thing in
// whichever digits.
Result<std::string> field_text(const CsvField& field, const Written& written) {
    if (written.by_mapping) {
        return written.text;
    }
    auto text = named_texts(field.value, written.text);
    return text && field.declared.kind != Kind::Text ? Result<std::string>(plain_digits(*text))
                                                     : text;
}

std::vector<std::string> split_list(const std::string& text, const std::string& separator) {
    std::vector<std::string> list;
    for (size_t at = 0; at < text.size();) {
        const size_t end =
            separator.empty() ? text.size() : std::min(text.find(separator, at), text.size());
        list.push_back(text.substr(at, end - at));
        at = end + separator.size();
    }
    return list;
}

// `h:mm:ss` in milliseconds, or `mm:ss` where the mapping says so: 1:00 is an hour to some and a
// minute to others.
Result<int64_t> clock_time(std::string_view cell, Unit unit) {
    const std::string form = unit == Unit::MinuteClock ? "mm:ss" : "hh:mm:ss";
    const std::string text = plain_digits(cell);
    int64_t seconds = 0;
    size_t parts = 0;
    for (const std::string& part : split_list(text, ":")) {
        const auto number = cell_integer(part);
        if (!number || part.front() == '-' || (parts > 0 && *number > 59) || *number > 100'000 ||
            (parts > 0 && part.size() != 2)) {
            return fail(Errc::Invalid, "no duration of the form " + form);
        }
        seconds = seconds * 60 + *number;
        ++parts;
    }
    if (parts == 2 && unit == Unit::Clock) {
        return fail(Errc::Invalid,
                    "two parts, which may be hours or minutes: write all of hh:mm:ss, or give the "
                    "mapping unit = \"mm:ss\"");
    }
    return parts == (unit == Unit::MinuteClock ? 2U : 3U)
               ? Result<int64_t>(seconds * events::kMsPerSecond)
               : fail(Errc::Invalid, "no duration of the form " + form);
}

Result<int64_t> measure(std::string_view cell, Unit unit, const DateFormat& date) {
    if (unit == Unit::Dates) {
        const auto instant = cell_instant(cell, date);
        return instant ? Result<int64_t>(instant->ms) : Unexpected(instant.error());
    }
    if (unit == Unit::Clock || unit == Unit::MinuteClock) {
        return clock_time(cell, unit);
    }
    auto number = cell_integer(cell);
    if (!number) {
        return number;
    }
    const int64_t factor = unit == Unit::Seconds   ? events::kMsPerSecond
                           : unit == Unit::Minutes ? events::kMsPerMinute
                                                   : 1;
    if (*number > events::kMaxInteger / factor || *number < -events::kMaxInteger / factor) {
        return fail(Errc::Invalid, "a duration over 366 days");
    }
    return *number * factor;
}

Result<int64_t> in_bounds(int64_t ms, const CsvColumn& column) {
    const events::Bounds bounds = events::bounds_of(Kind::Milliseconds);
    if (ms >= bounds.minimum && ms <= bounds.maximum) {
        return ms;
    }
    return fail(
        Errc::Invalid,
        csv_place_of(column) + (ms < 0 ? "a negative duration" : "a duration over 366 days"));
}

// None: a cell is empty.
Result<std::optional<int64_t>> duration_of(const CsvDuration& duration,
                                           const DateFormat& date,
                                           const std::vector<std::string>& cells) {
    if (!duration.column) {
        return duration.constant_ms;
    }
    int64_t ms = 0;
    for (const std::optional<CsvColumn>* each : {&duration.column, &duration.minus}) {
        if (!*each) {
            continue;
        }
        const auto cell = csv_typed_cell(**each, cells);
        if (!cell) {
            return Unexpected(cell.error());
        }
        if (cell->empty()) {
            return std::nullopt;
        }
        const auto measured = measure(*cell, duration.unit, date);
        if (!measured) {
            return fail(Errc::Invalid, csv_place_of(**each) + measured.error().message);
        }
        ms = each == &duration.column ? *measured : ms - *measured;
    }
    const auto bounded = in_bounds(ms, *duration.column);
    return bounded ? Result<std::optional<int64_t>>(*bounded) : Unexpected(bounded.error());
}

bool is_filled(const CsvDuration& duration, const std::vector<std::string>& cells) {
    const auto filled = [&cells](const std::optional<CsvColumn>& column) {
        return !column || !csv_cell_of(*column, cells).empty();
    };
    return filled(duration.column) && filled(duration.minus);
}

Result<std::optional<events::NamedValue>> duration_field(const CsvField& field,
                                                         const std::vector<std::string>& cells) {
    const auto ms = duration_of(*field.value.duration, field.value.date, cells);
    if (!ms) {
        return Unexpected(ms.error());
    }
    if (*ms) {
        return events::NamedValue{field.declared.name, **ms};
    }
    if (field.declared.required) {
        return fail_at(field.value, "not all cells of the duration are filled");
    }
    return std::optional<events::NamedValue>();
}

std::string grammar_of(const events::FieldDescriptor& declared) {
    if (declared.kind == Kind::Code) {
        return "no code (1 to 64 of a-z 0-9 _ . -): give it one with `codes`";
    }
    if (declared.kind == Kind::Country) {
        return "no country (2 letters A-Z, ISO 3166-1 alpha-2)";
    }
    if (declared.kind == Kind::Text) {
        return "no text of at most 1,024 bytes without line breaks";
    }
    return declared.kind == Kind::Digest
               ? "no SHA-256 in 64 digits 0-9 a-f"
               : "no identifier (1 to 128 printable ASCII characters without spaces)";
}

bool fits(Kind kind, const std::string& text) {
    if (kind == Kind::Code) {
        return events::is_code(text);
    }
    if (kind == Kind::Country) {
        return events::is_country(text);
    }
    if (kind == Kind::Text) {
        return events::is_text(text);
    }
    return kind == Kind::Digest ? events::is_digest(text) : events::is_identifier(text);
}

bool is_number(Kind kind) {
    return kind == Kind::Milliseconds || kind == Kind::Count || kind == Kind::Integer ||
           kind == Kind::Weight || kind == Kind::Points;
}

Result<events::NamedValue> instant_value(const events::FieldDescriptor& declared,
                                         const std::string& text) {
    events::Timestamp time;
    if (!events::try_parse_rfc3339(text, time)) {
        return fail(Errc::Invalid,
                    "no date of RFC 3339, 1900 to 2199, such as 2017-01-31T08:00:00Z");
    }
    return events::NamedValue{declared.name, events::format_rfc3339(time)};
}

Result<events::NamedValue> number_value(const events::FieldDescriptor& declared,
                                        const std::string& text) {
    const auto number = cell_integer(text);
    if (!number) {
        return Unexpected(number.error());
    }
    const events::Bounds bounds = events::bounds_of(declared.kind);
    if (*number < bounds.minimum || *number > bounds.maximum) {
        return fail(Errc::Invalid, "no number from " + events::text_of(bounds));
    }
    return events::NamedValue{declared.name, *number};
}

Result<events::NamedValue> choice_value(const events::FieldDescriptor& declared,
                                        const std::string& text) {
    if (std::ranges::find(declared.names, text) != declared.names.end()) {
        return events::NamedValue{declared.name, text};
    }
    std::string wanted;
    for (const std::string_view name : declared.names) {
        wanted += (wanted.empty() ? "" : ", ") + std::string(name);
    }
    return fail(Errc::Invalid, "none of " + wanted);
}

Result<events::NamedValue> list_value(const events::FieldDescriptor& declared,
                                      const std::string& text,
                                      const std::string& separator) {
    std::vector<std::string> list = split_list(text, separator);
    if (list.empty() || list.size() > events::CodeList::kCapacity) {
        return fail(Errc::Invalid, "no list of 1 to 16 codes");
    }
    for (const std::string& code : list) {
        if (!events::is_code(code)) {
            return fail(Errc::Invalid, grammar_of({declared.name, Kind::Code, true, {}}));
        }
    }
    return events::NamedValue{declared.name, std::move(list)};
}

// A person's own number is no pseudonym, and there are no keys yet to make one of it.
bool is_personal_number(const events::FieldDescriptor& declared, const std::string& text) {
    return declared.kind == Kind::Token && declared.name == "citizen" && text.size() >= 8 &&
           text.find_first_not_of("0123456789+-") == std::string::npos;
}

}  // namespace

std::string_view csv_cell_of(const CsvColumn& column, const std::vector<std::string>& cells) {
    return column.index && *column.index < cells.size() ? trimmed_cell(cells[*column.index])
                                                        : std::string_view();
}

Result<std::string_view> csv_typed_cell(const CsvColumn& column,
                                        const std::vector<std::string>& cells) {
    const std::string_view cell = csv_cell_of(column, cells);
    if (is_formula(cell)) {
        return fail(
            Errc::Invalid,
            csv_place_of(column) + "a formula, which a spreadsheet would run: write its value");
    }
    return cell;
}

std::string csv_place_of(const CsvColumn& column) {
    const std::string number = column.index ? std::to_string(*column.index + 1) + " " : "";
    return "column " + number + "'" + column.name + "': ";
}

bool csv_text_is_there(const CsvValue& value, const std::vector<std::string>& cells) {
    return std::ranges::any_of(
        value.columns, [&](const CsvColumn& each) { return !csv_cell_of(each, cells).empty(); });
}

Result<events::NamedValue> field_value(const events::FieldDescriptor& declared,
                                       const std::string& text,
                                       const CsvValue& how) {
    if (is_number(declared.kind)) {
        return number_value(declared, text);
    }
    if (declared.kind == Kind::Enumeration) {
        return choice_value(declared, text);
    }
    if (declared.kind == Kind::CodeList) {
        return list_value(declared, text, how.separator);
    }
    if (declared.kind == Kind::Timestamp) {
        return instant_value(declared, text);
    }
    if (declared.kind == Kind::Boolean) {
        return text == "true" || text == "false"
                   ? Result<events::NamedValue>(events::NamedValue{declared.name, text == "true"})
                   : fail(Errc::Invalid, "neither true nor false: map it with `codes`");
    }
    if (is_personal_number(declared, text)) {
        return fail(Errc::Invalid, "a person's number, and a token must be none: it stays out");
    }
    if (!fits(declared.kind, text)) {
        return fail(Errc::Invalid, grammar_of(declared));
    }
    return events::NamedValue{declared.name, text};
}

Result<events::Timestamp> csv_instant(const CsvValue& value,
                                      const std::vector<std::string>& cells) {
    const auto written = read_written(value, cells);
    if (!written) {
        return Unexpected(written.error());
    }
    if (!*written) {
        return fail_at(value, "empty, and the event needs it");
    }
    auto time = (*written)->by_mapping ? events::parse_rfc3339((*written)->text)
                                       : cell_instant((*written)->text, value.date);
    if (!time) {
        return fail_at(value, time.error().message);
    }
    if (value.plus) {
        const auto more = duration_of(*value.plus, value.date, cells);
        if (!more) {
            return Unexpected(more.error());
        }
        if (!*more) {
            return fail_at(value,
                           "what is added to it is empty: not all cells of `plus` are filled");
        }
        time->ms += **more;
    }
    return time;
}

namespace {

// Where what is to be added is missing, there is no time.
Result<std::optional<events::NamedValue>> time_field(const CsvField& field,
                                                     const std::vector<std::string>& cells) {
    const CsvValue& value = field.value;
    if (!field.declared.required && value.plus && !is_filled(*value.plus, cells)) {
        return std::nullopt;
    }
    const auto time = csv_instant(value, cells);
    if (!time) {
        return Unexpected(time.error());
    }
    return events::NamedValue{field.declared.name, events::format_rfc3339(*time)};
}

}  // namespace

Result<std::optional<events::NamedValue>> csv_field(const CsvField& field,
                                                    const std::vector<std::string>& cells) {
    using Field = Result<std::optional<events::NamedValue>>;
    const CsvValue& value = field.value;
    const auto& declared = field.declared;
    const bool there = value.columns.empty() || csv_text_is_there(value, cells);
    if (!there && !value.when_empty) {
        return declared.required ? Field(fail_at(value, "empty, and the event needs it"))
                                 : Field(std::nullopt);
    }
    if (declared.kind == Kind::Timestamp) {
        return time_field(field, cells);
    }
    if (value.duration && there) {
        return duration_field(field, cells);
    }
    const auto written = read_written(value, cells);
    if (!written) {
        return Unexpected(written.error());
    }
    CHECK(written->has_value(), "empty cells were judged above");
    const auto text = field_text(field, **written);
    auto made = text ? field_value(declared, *text, value)
                     : Result<events::NamedValue>(Unexpected(text.error()));
    return made ? Field(std::move(*made)) : Field(fail_at(value, made.error().message));
}

}  // namespace sijill::producers
