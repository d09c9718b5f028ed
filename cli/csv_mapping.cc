#include "cli/csv_mapping.h"

#include "cli/config_file.h"
#include "cli/config_parse.h"
#include "cli/table_reader.h"
#include "events/grammar.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <span>
#include <sstream>
#include <utility>

namespace sijill::cli {

namespace {

using events::Kind;
using producers::CsvDuration;
using producers::CsvEvent;
using producers::CsvField;
using producers::CsvMapping;
using producers::CsvValue;
using Type = Value::Type;

const std::vector<std::string> kMappingKeys = {"source",
                                               "key",
                                               "subject",
                                               "actor",
                                               "encoding",
                                               "delimiter",
                                               "time_zone",
                                               "date_format",
                                               "codes",
                                               "event"};
const std::vector<std::string> kEventKeys = {
    "name", "type", "time", "subject", "actor", "when", "fields"};
const std::vector<std::string> kValueKeys = {"column",
                                             "optional",
                                             "default",
                                             "codes",
                                             "else",
                                             "separator",
                                             "prefix",
                                             "token",
                                             "format",
                                             "time_zone",
                                             "unit",
                                             "minus",
                                             "plus"};
const std::vector<std::string> kWhenKeys = {"column", "is", "not", "filled"};
const std::vector<std::string> kPlusKeys = {"column", "minus", "unit"};

// The names that a hint is looked for in.
template <class Range, class Name>
std::vector<std::string> names_in(const Range& range, Name name) {
    std::vector<std::string> names;
    names.reserve(std::size(range));
    for (const auto& each : range) {
        names.emplace_back(std::invoke(name, each));
    }
    return names;
}

class MappingReader : private TableReader {
  public:
    MappingReader(CsvMapping& mapping, const std::string& time_zone, Problems& problems)
        : TableReader(problems), mapping_(mapping), problems_(problems) {
        date_.time_zone = time_zone;
    }

    void read(const Value& root) {
        check_keys(root, kMappingKeys);
        mapping_.source = text_at(root, "source", "");
        if (!events::is_identifier(mapping_.source)) {
            tell(root,
                 "source",
                 "source names the system the table is of, such as /csv/appointments");
        }
        for (const std::string& name : texts_at(root, "key")) {
            mapping_.key.push_back({name, {}});
        }
        if (mapping_.key.empty()) {
            tell(root, "key", "key names the columns that tell one row from all others");
        }
        date_ = date_at(root, "date_format");
        read_encoding(root);
        read_delimiter(root);
        read_codes(root);
        actor_ = actor_at(root, "system:csv");
        subject_ = subject_at(root);
        read_events(root);
    }

  private:
    // How a table says that its dates are written, else as all are. Only what it says itself is
    // judged: the rest is told where it stands, once and not in each row.
    producers::DateFormat date_at(const Value& table, std::string_view name) {
        const auto told = [&](std::string_view key, const Result<events::Timestamp>& sample) {
            if (member_of(table, key) != nullptr && !sample &&
                sample.error().code == Errc::Config) {
                tell(table, key, sample.error().message);
            }
        };
        producers::DateFormat date{text_at(table, name, date_.pattern),
                                   text_at(table, "time_zone", date_.time_zone)};
        told(name, producers::cell_instant("1", {date.pattern, "UTC"}));
        told("time_zone", producers::cell_instant("2017-01-31", {"YYYY-MM-DD", date.time_zone}));
        return date;
    }

    void read_encoding(const Value& root) {
        mapping_.encoding = text_at(root, "encoding", mapping_.encoding);
        std::istringstream nothing;
        const auto reader = producers::CsvReader::open(nothing, {',', mapping_.encoding});
        if (!reader) {
            tell(root, "encoding", reader.error().message);
        }
    }

    void read_delimiter(const Value& root) {
        const std::string text = text_at(root, "delimiter", "");
        if (member_of(root, "delimiter") == nullptr) {
            return;
        }
        if (text == "tab" ||
            (text.size() == 1 && std::string_view(",;\t|").find(text) != std::string_view::npos)) {
            mapping_.delimiter = text == "tab" ? '\t' : text.front();
        } else {
            tell(root, "delimiter", R"(delimiter must be one of "," ";" "tab" "|")");
        }
    }

    void read_codes(const Value& root) {
        const Value* tables = member_of(root, "codes");
        if (tables == nullptr) {
            return;
        }
        for (const Value::Member& table : tables->members) {
            auto& codes = mapping_.codes[table.name];
            for (const Value::Member& row : table.value.members) {
                const std::string cell = producers::plain_digits(row.name);
                if (codes.contains(cell)) {
                    problems_.add(row.place,
                                  "the cell '" + cell + "' stands twice in the code table");
                } else if (std::string code; read_text(row.value, row.name, code)) {
                    codes[cell] = code;
                    code_places_[&codes[cell]] = row.value.place;
                }
            }
        }
    }

    void read_events(const Value& root) {
        const Value* events = member_of(root, "event");
        if (events == nullptr || events->type != Type::Array || events->items.empty()) {
            tell(root, "event", "a mapping has at least one [[event]]");
            return;
        }
        for (const Value& each : events->items) {
            read_event(each);
        }
    }

    std::string actor_at(const Value& table, const std::string& fallback) {
        std::string actor = text_at(table, "actor", fallback);
        if (member_of(table, "actor") != nullptr && !events::is_actor(actor)) {
            tell(table,
                 "actor",
                 "actor is agent:, system:, citizen: or department: and an identifier");
        }
        return actor;
    }

    std::optional<CsvField> subject_at(const Value& table) {
        const Value* subject = member_of(table, "subject");
        if (subject == nullptr) {
            return std::nullopt;
        }
        CsvField field{{"subject", Kind::Identifier, true, {}}, {}};
        read_value(*subject, field);
        return field;
    }

    void read_event(const Value& table) {
        check_keys(table, kEventKeys);
        CsvEvent event;
        const std::string type = text_at(table, "type", "");
        const auto& all = events::all_events();
        const auto found = std::ranges::find(all, type, &events::EventDescriptor::type);
        if (found == all.end()) {
            tell(table,
                 "type",
                 "there is no event '" + type + "' (docs/events.md)" +
                     hint_of(nearest_name(type, names_in(all, &events::EventDescriptor::type))));
            return;
        }
        event.type = &*found;
        event.name = text_at(table, "name", type);
        if (!names_.insert(event.name).second) {
            tell(table, "name", "two events are named '" + event.name + "': give each a `name`");
        }
        event.actor = actor_at(table, actor_);
        event.time.declared = {"time", Kind::Timestamp, true, {}};
        if (const Value* time = member_of(table, "time")) {
            read_value(*time, event.time);
        } else {
            problems_.add(table.place,
                          "the event '" + event.name + "' needs `time`: when it happened");
        }
        event.subject = member_of(table, "subject") != nullptr ? subject_at(table) : subject_;
        read_when(table, event);
        read_fields(table, event);
        mapping_.events.push_back(std::move(event));
    }

    // What cells are compared with.
    std::vector<std::string> cells_at(const Value& table, std::string_view name) {
        std::vector<std::string> cells = texts_at(table, name);
        std::ranges::transform(cells, cells.begin(), producers::plain_digits);
        return cells;
    }

    void read_when(const Value& table, CsvEvent& event) {
        const Value* when = member_of(table, "when");
        if (when == nullptr) {
            return;
        }
        for (const Value& each : when->type == Type::Array ? std::span<const Value>(when->items)
                                                           : std::span<const Value>(when, 1)) {
            check_keys(each, kWhenKeys);
            producers::CsvCondition condition;
            condition.column.name = text_at(each, "column", "");
            condition.is = cells_at(each, "is");
            condition.isnt = cells_at(each, "not");
            if (member_of(each, "filled") != nullptr) {
                condition.filled = flag_at(each, "filled");
            }
            if (condition.column.name.empty() ||
                (condition.is.empty() && condition.isnt.empty() && !condition.filled)) {
                tell(each,
                     condition.column.name.empty() ? "column" : "",
                     "when is { column = …, is = … }, or not = …, or filled = true");
            }
            event.when.push_back(std::move(condition));
        }
    }

    void read_fields(const Value& table, CsvEvent& event) {
        const Value none;
        const Value* fields = member_of(table, "fields");
        const auto& declared = event.type->fields;
        const auto names = names_in(declared, &events::FieldDescriptor::name);
        for (const Value::Member& member : (fields == nullptr ? none : *fields).members) {
            const auto found =
                std::ranges::find(declared, member.name, &events::FieldDescriptor::name);
            if (found == declared.end()) {
                problems_.add(member.place,
                              std::string(event.type->type) + " has no field '" + member.name +
                                  "'" + hint_of(nearest_name(member.name, names)));
            } else if (found->name == event.type->subject_field) {
                problems_.add(member.place,
                              member.name + " is the subject: say `subject = …` instead");
            } else {
                CsvField field{*found, {}};
                read_value(member.value, field);
                event.fields.push_back(std::move(field));
            }
        }
        for (const events::FieldDescriptor& field : declared) {
            const bool given = field.name == event.type->subject_field ||
                               (fields != nullptr && member_of(*fields, field.name) != nullptr);
            if (field.required && !given) {
                problems_.add(table.place,
                              "the event '" + event.name + "' needs the field " +
                                  std::string(field.name) + " of " + std::string(event.type->type));
            }
        }
    }

    // A constant, or a table that says from which cells.
    void read_value(const Value& value, CsvField& field) {
        const Kind kind = field.declared.kind;
        if (kind == Kind::ItemList || kind == Kind::Object) {
            problems_.add(value.place,
                          std::string(field.declared.name) + " cannot be filled from a table");
        } else if (value.type == Type::Table) {
            read_columns(value, field);
        } else if (value.type == Type::Array) {
            field.value.separator = ",";
            for (const Value& item : value.items) {
                field.value.constant += (field.value.constant.empty() ? "" : ",") + item.text;
            }
            check_text(value.place, field, field.value.constant);
        } else {
            field.value.constant =
                value.type == Type::Integer ? std::to_string(value.integer) : value.text;
            check_text(value.place, field, field.value.constant);
        }
    }

    // What the mapping itself brings must fit, whatever the rows are.
    void check_text(const Place& place, const CsvField& field, const std::string& text) {
        const auto fits = field.declared.kind == Kind::Sealed
                              ? Result<events::NamedValue>(
                                    fail(Errc::Invalid, "personal: there are no keys to seal it"))
                              : producers::field_value(field.declared, text, field.value);
        if (!fits) {
            tell_once(
                place,
                std::string(field.declared.name) + ": '" + text + "' is " + fits.error().message);
        }
    }

    void read_columns(const Value& table, CsvField& field) {
        check_keys(table, kValueKeys);
        CsvValue& value = field.value;
        for (const std::string& name : texts_at(table, "column")) {
            value.columns.push_back({name, {}});
        }
        if (value.columns.empty()) {
            problems_.add(table.place, std::string(field.declared.name) + " needs `column`");
            return;
        }
        value.optional = flag_at(table, "optional");
        value.separator = text_at(table, "separator", "");
        value.prefix = text_at(table, "prefix", "");
        value.when_empty = maybe_text(table, "default");
        value.other = maybe_text(table, "else");
        read_code_table(table, field);
        for (const auto& [name, text] :
             {std::pair{"default", value.when_empty}, std::pair{"else", value.other}}) {
            if (text) {
                check_text(member_of(table, name)->place, field, *text);
            }
        }
        if (value.optional && field.declared.required && member_of(table, "default") == nullptr) {
            tell(table,
                 "optional",
                 std::string(field.declared.name) + " is required: give it a `default`");
        }
        read_token(table, field);
        value.date = date_at(table, "format");
        read_durations(table, field);
    }

    void read_code_table(const Value& table, CsvField& field) {
        CsvValue& value = field.value;
        value.codes_name = text_at(table, "codes", "");
        if (value.codes_name.empty()) {
            return;
        }
        const auto codes = mapping_.codes.find(value.codes_name);
        if (codes == mapping_.codes.end()) {
            const auto names = names_in(mapping_.codes, [](const auto& row) { return row.first; });
            tell(table,
                 "codes",
                 "there is no [codes." + value.codes_name + "]" +
                     hint_of(nearest_name(value.codes_name, names)));
            return;
        }
        value.codes = &codes->second;
        for (const auto& [cell, code] : codes->second) {
            check_text(code_places_.at(&code), field, code);
        }
    }

    // Whether a person's pseudonym or name stands in the cells is a decision, not a guess.
    void read_token(const Value& table, CsvField& field) {
        const std::string how = text_at(table, "token", "");
        const bool token = field.declared.kind == Kind::Token;
        const bool citizen = field.declared.name == "citizen";
        if (how == "digest" && token && !citizen) {
            field.value.digest = mapping_.source;
        } else if (how == "as_is" && token) {
            return;
        } else if (!how.empty() || (token && field.value.codes == nullptr)) {
            tell(table,
                 "token",
                 std::string(field.declared.name) +
                     (citizen
                          ? " needs token = \"as_is\", for a pseudonym: a citizen's name or number "
                            "stays out"
                      : token ? R"( needs token = "digest" for names, or "as_is" for pseudonyms)"
                              : " is no token"));
        }
    }

    void read_durations(const Value& table, CsvField& field) {
        const bool timestamp = field.declared.kind == Kind::Timestamp;
        if (field.declared.kind == Kind::Milliseconds) {
            field.value.duration = duration_of(table);
        } else if (member_of(table, "unit") != nullptr || member_of(table, "minus") != nullptr) {
            problems_.add(table.place,
                          std::string(field.declared.name) + " is no duration: it has no unit");
        }
        const Value* plus = member_of(table, "plus");
        if (plus == nullptr) {
            return;
        }
        const auto constant = parse_duration(plus->text);
        if (timestamp && plus->type == Type::Table) {
            check_keys(*plus, kPlusKeys);
            field.value.plus = duration_of(*plus);
        } else if (timestamp && plus->type == Type::Text && constant) {
            field.value.plus = CsvDuration{{}, {}, {}, constant->count() * events::kMsPerSecond};
        } else {
            tell(table, "plus", R"(plus adds "PT30M" or { column, unit } to a timestamp)");
        }
    }

    CsvDuration duration_of(const Value& table) {
        constexpr std::array<std::string_view, 6> kUnits = {
            "ms", "s", "min", "hh:mm:ss", "mm:ss", "dates"};
        CsvDuration duration;
        const std::string unit = text_at(table, "unit", "");
        const auto found = std::ranges::find(kUnits, unit);
        if (found == kUnits.end()) {
            tell(table,
                 "unit",
                 R"(a duration needs its unit: "ms", "s", "min", "hh:mm:ss", "mm:ss" or "dates")");
        }
        duration.unit = static_cast<CsvDuration::Unit>(found - kUnits.begin());
        duration.column = producers::CsvColumn{text_at(table, "column", ""), {}};
        if (const auto minus = maybe_text(table, "minus")) {
            duration.minus = producers::CsvColumn{*minus, {}};
        } else if (unit == "dates") {
            tell(table, "unit", "between dates: `minus` names the column of the earlier one");
        }
        return duration;
    }

    CsvMapping& mapping_;
    Problems& problems_;
    producers::DateFormat date_;
    std::string actor_;
    std::optional<CsvField> subject_;
    std::set<std::string> names_;
    std::map<const std::string*, Place> code_places_;  // of the codes in mapping_
};

}  // namespace

Result<std::unique_ptr<producers::CsvMapping>> read_csv_mapping(const std::string& file,
                                                                const std::string& time_zone) {
    Problems problems;
    const auto root = read_toml(file, problems);
    if (!root) {
        return Unexpected(root.error());
    }
    auto mapping = std::make_unique<CsvMapping>();
    if (problems.empty()) {
        MappingReader(*mapping, time_zone, problems).read(*root);
    }
    if (problems.empty()) {
        return mapping;
    }
    std::string message;
    for (const std::string& line : problems.lines()) {
        message += (message.empty() ? "" : "\n") + line;
    }
    return fail(Errc::Config, message);
}

}  // namespace sijill::cli
