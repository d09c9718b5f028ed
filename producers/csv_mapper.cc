// producers/csv_mapper.cc - a row becomes events.

#include "events/digest.h"
#include "events/grammar.h"
#include "producers/csv_cells.h"
#include "producers/csv_mapping.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sijill::producers {

namespace {

// Calls `visit(column, may_be_missing)` for every column that a value needs.
template <class Visit>
void visit_value(CsvValue& value, const Visit& visit) {
    for (CsvColumn& column : value.columns) {
        visit(column, value.optional);
    }
    for (std::optional<CsvDuration>* each : {&value.duration, &value.plus}) {
        if (!*each) {
            continue;
        }
        for (std::optional<CsvColumn>* column : {&(*each)->column, &(*each)->minus}) {
            if (*column) {
                visit(**column, value.optional);
            }
        }
    }
}

template <class Visit>
void visit_event(CsvEvent& event, const Visit& visit) {
    visit_value(event.time.value, visit);
    if (event.subject) {
        visit_value(event.subject->value, visit);
    }
    for (CsvCondition& condition : event.when) {
        visit(condition.column, false);
    }
    for (CsvField& field : event.fields) {
        visit_value(field.value, visit);
    }
}

// Each column that has a part in the value, once.
std::vector<CsvColumn> columns_of(CsvValue value) {
    std::vector<CsvColumn> columns;
    visit_value(value, [&columns](const CsvColumn& column, bool /*may_be_missing*/) {
        if (column.index &&
            std::ranges::find(columns, column.name, &CsvColumn::name) == columns.end()) {
            columns.push_back(column);
        }
    });
    return columns;
}

// The first place of the column; how often it stands in the header.
size_t find_column(const std::vector<std::string>& header, CsvColumn& column) {
    size_t count = 0;
    column.index.reset();
    for (size_t i = 0; i < header.size(); ++i) {
        if (trimmed_cell(header[i]) == trimmed_cell(column.name)) {
            column.index = column.index.value_or(i);
            ++count;
        }
    }
    return count;
}

std::string joined_texts(const std::vector<std::string>& texts, const std::string& between) {
    std::string all;
    for (const std::string& text : texts) {
        all += all.empty() ? text : between + text;
    }
    return all;
}

bool holds(const CsvCondition& condition, std::string_view cell) {
    const auto among = [text = plain_digits(cell)](const std::vector<std::string>& texts) {
        return std::ranges::find(texts, text) != texts.end();
    };
    return (!condition.filled || *condition.filled == !cell.empty()) &&
           (condition.is.empty() || among(condition.is)) && !among(condition.isnt);
}

// Whether the row has the event. Errors: Invalid for a formula, which stands for nobody knows what.
Result<bool> all_hold(const CsvEvent& event, const std::vector<std::string>& cells) {
    for (const CsvCondition& condition : event.when) {
        const auto cell = csv_typed_cell(condition.column, cells);
        if (!cell) {
            return Unexpected(cell.error());
        }
        if (!holds(condition, *cell)) {
            return false;
        }
    }
    return true;
}

// The same for the same key and name for ever, so that importing again adds nothing.
std::string id_of(const std::string& key, const CsvEvent& event) {
    return "csv-" + events::to_hex(events::sha256(key + "\n" + event.name)).substr(0, 32);
}

// The event's fields into `data`.
Result<void> fill(const CsvEvent& event,
                  const std::vector<std::string>& cells,
                  std::vector<events::NamedValue>& data,
                  uint64_t& sealed) {
    for (const CsvField& field : event.fields) {
        if (field.declared.kind == events::Kind::Sealed) {
            sealed += csv_text_is_there(field.value, cells) ? 1 : 0;
            continue;
        }
        auto value = csv_field(field, cells);
        if (!value) {
            return Unexpected(value.error());
        }
        if (*value) {
            data.push_back(std::move(**value));
        }
    }
    return {};
}

Result<std::string> text_field(const CsvField& field, const std::vector<std::string>& cells) {
    auto value = csv_field(field, cells);
    if (!value) {
        return Unexpected(value.error());
    }
    return std::get<std::string>((*value)->value);
}

}  // namespace

CsvMapper::CsvMapper(const CsvMapping& mapping)
    : source_(mapping.source), key_(mapping.key), events_(mapping.events) {}

Result<CsvMapper> CsvMapper::open(const CsvMapping& mapping,
                                  const std::vector<std::string>& header) {
    CsvMapper mapper(mapping);
    if (auto found = mapper.find_columns(header); !found) {
        return Unexpected(found.error());
    }
    return mapper;
}

Result<void> CsvMapper::find_columns(const std::vector<std::string>& header) {
    std::set<std::string> wrong;
    const auto find = [&](CsvColumn& column, bool may_be_missing) {
        const size_t count = find_column(header, column);
        if (count > 1) {
            wrong.insert("the column '" + column.name + "' stands twice");
        } else if (count == 0 && !may_be_missing) {
            wrong.insert("the table has no column '" + column.name + "'");
        }
    };
    for (CsvColumn& column : key_) {
        find(column, false);
    }
    for (CsvEvent& event : events_) {
        visit_event(event, find);
    }
    if (wrong.empty()) {
        return {};
    }
    const std::vector<std::string> sentences(wrong.begin(), wrong.end());
    return fail(
        Errc::Invalid,
        joined_texts(sentences, "; ") + ". Its columns: '" + joined_texts(header, "', '") + "'");
}

// Cells joined by ':'; no cell of a key of several columns may hold one.
Result<std::string> CsvMapper::key_of(const std::vector<std::string>& cells) const {
    std::string key;
    for (const CsvColumn& column : key_) {
        const auto cell = csv_typed_cell(column, cells);
        if (!cell) {
            return Unexpected(cell.error());
        }
        if (cell->empty()) {
            return fail(Errc::Invalid, csv_place_of(column) + "empty, and the row's key needs it");
        }
        if (key_.size() > 1 && cell->find(':') != std::string_view::npos) {
            return fail(Errc::Invalid,
                        csv_place_of(column) + "a ':', which divides the parts of the row's key");
        }
        key.append(key.empty() ? "" : ":").append(plain_digits(*cell));
    }
    return key;
}

Result<std::string> CsvMapper::encode(const CsvEvent& event,
                                      const std::vector<std::string>& cells,
                                      const std::string& key,
                                      const std::string& id,
                                      uint64_t& sealed) const {
    const auto time = csv_instant(event.time.value, cells);
    const auto subject = event.subject ? text_field(*event.subject, cells) : key;
    if (!time || !subject) {
        return Unexpected(time ? subject.error() : time.error());
    }
    if (!events::is_identifier(*subject)) {
        return fail(Errc::Invalid,
                    csv_place_of(key_.front()) +
                        "a subject is 1 to 128 printable ASCII characters without spaces: let "
                        "the mapping's `subject` make one, with `codes` or a `prefix`");
    }
    std::vector<events::NamedValue> data;
    if (!event.type->subject_field.empty()) {
        data.push_back({event.type->subject_field, *subject});
    }
    if (auto filled = fill(event, cells, data, sealed); !filled) {
        return Unexpected(filled.error());
    }
    events::Envelope envelope;
    envelope.id = id;
    envelope.source = source_;
    envelope.subject = *subject;
    envelope.time = *time;
    envelope.actor = event.actor;
    return events::encode(envelope, events::full_type(*event.type), data);
}

Result<CsvEvents> CsvMapper::map(const std::vector<std::string>& cells) const {
    const auto key = key_of(cells);
    if (!key) {
        return Unexpected(key.error());
    }
    CsvEvents out{*key, {}, {}, {}, 0};
    for (size_t i = 0; i < events_.size(); ++i) {
        const CsvEvent& event = events_[i];
        const auto there = all_hold(event, cells);
        if (!there) {
            return Unexpected(there.error());
        }
        if (!*there) {
            continue;
        }
        std::string id = id_of(*key, event);
        auto made = encode(event, cells, *key, id, out.sealed);
        if (!made) {
            return Unexpected(made.error());
        }
        out.events.push_back(std::move(*made));
        out.ids.push_back(std::move(id));
        out.made_by.push_back(i);
    }
    return out;
}

std::string CsvMapper::place_of(size_t event, const std::string& pointer) const {
    const CsvEvent& from = events_.at(event);
    std::vector<CsvColumn> columns;
    if (pointer == "/time") {
        columns = columns_of(from.time.value);
    } else if (pointer == "/subject" ||
               pointer == "/data/" + std::string(from.type->subject_field)) {
        columns = from.subject ? columns_of(from.subject->value) : key_;
    }
    for (const CsvField& field : from.fields) {
        const std::string place = "/data/" + std::string(field.declared.name);
        if (pointer == place || pointer.starts_with(place + "/")) {
            columns = columns_of(field.value);
        }
    }
    std::string text;
    for (const CsvColumn& column : columns) {
        const std::string name = csv_place_of(column);
        text += (text.empty() ? "" : " and ") + name.substr(0, name.size() - 2);
    }
    return text.empty() ? pointer : text + ":";
}

}  // namespace sijill::producers
