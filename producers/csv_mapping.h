#pragma once
// producers/csv_mapping.h - which events a row of a table gives, and where their fields come from.

#include "events/catalogue.h"
#include "events/encode.h"
#include "producers/csv_reader.h"
#include "producers/csv_values.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sijill::producers {

/// A column by its name in the header; the place is found when a table is opened.
struct CsvColumn {
    std::string name;
    std::optional<size_t> index;
};

/// Cells that tell how long something took.
struct CsvDuration {
    enum class Unit { Milliseconds, Seconds, Minutes, Clock, MinuteClock, Dates };
    std::optional<CsvColumn> column;  // none: the constant
    std::optional<CsvColumn> minus;   // its value is taken off
    Unit unit = Unit::Milliseconds;   // the clocks: hh:mm:ss and mm:ss; Dates: `minus` to `column`
    int64_t constant_ms = 0;
};

/// Where one value comes from.
struct CsvValue {
    std::vector<CsvColumn> columns;  // joined by a space; none: the constant
    std::string constant;
    bool optional = false;                              // the table may lack the columns
    std::optional<std::string> when_empty;              // instead of an empty cell
    const std::map<std::string, std::string>* codes{};  // of the mapping
    std::string codes_name;                             // of that table, for messages
    std::optional<std::string> other;                   // of a cell that `codes` lacks
    std::string separator;                              // between several values in a cell
    std::string prefix;                                 // before an identifier
    std::optional<std::string> digest;    // a token made of a name, within this source
    DateFormat date;                      // of timestamps
    std::optional<CsvDuration> duration;  // of milliseconds
    std::optional<CsvDuration> plus;      // added to a timestamp
};

/// What must hold of a row, so that an event is in it.
struct CsvCondition {
    CsvColumn column;
    std::vector<std::string> is;    // one of these, in plain_digits()
    std::vector<std::string> isnt;  // none of these, too
    std::optional<bool> filled;
};

struct CsvField {
    events::FieldDescriptor declared;
    CsvValue value;
};

struct CsvEvent {
    std::string name;  // part of the event's id: unique in the mapping
    const events::EventDescriptor* type = nullptr;
    CsvField time;
    std::optional<CsvField> subject;  // none: the key
    std::string actor;
    std::vector<CsvCondition> when;  // all of them
    std::vector<CsvField> fields;
};

/// A mapping whose names and constants were checked. Not moved while values point to its codes.
struct CsvMapping {
    std::string source;
    std::vector<CsvColumn> key;  // what tells one row from all others
    std::string encoding = "UTF-8";
    std::optional<char> delimiter;                                    // none: found in the header
    std::map<std::string, std::map<std::string, std::string>> codes;  // cell, plain_digits() → code
    std::vector<CsvEvent> events;
};

/// The text of a constant or of a code, as the field must hold it. Errors: Invalid, what it must
/// be.
[[nodiscard]] Result<events::NamedValue> field_value(const events::FieldDescriptor& declared,
                                                     const std::string& text,
                                                     const CsvValue& how);

/// What one row gives.
struct CsvEvents {
    std::string key;                  // the key cells, unambiguously joined
    std::vector<std::string> events;  // structured CloudEvents; none: no condition held
    std::vector<std::string> ids;     // of the events
    std::vector<size_t> made_by;      // of each event: which of the mapping's
    uint64_t sealed = 0;              // cells left out, for there are no keys to seal them with
};

/// Makes the events of rows. One thread.
class CsvMapper {
  public:
    /// Finds the columns in the header. The mapping must outlive the mapper. Errors: Invalid, with
    /// the columns that are missing or stand twice.
    [[nodiscard]] static Result<CsvMapper> open(const CsvMapping& mapping,
                                                const std::vector<std::string>& header);

    /// Errors: Invalid, with the column; never with what stands in the cell.
    [[nodiscard]] Result<CsvEvents> map(const std::vector<std::string>& cells) const;

    /// The columns that filled a place (RFC 6901) in the mapping's n-th event, as `column 3
    /// 'Place':`; the place itself when no column did.
    [[nodiscard]] std::string place_of(size_t event, const std::string& pointer) const;

  private:
    explicit CsvMapper(const CsvMapping& mapping);
    [[nodiscard]] Result<void> find_columns(const std::vector<std::string>& header);
    [[nodiscard]] Result<std::string> encode(const CsvEvent& event,
                                             const std::vector<std::string>& cells,
                                             const std::string& key,
                                             const std::string& id,
                                             uint64_t& sealed) const;
    [[nodiscard]] Result<std::string> key_of(const std::vector<std::string>& cells) const;

    std::string source_;
    std::vector<CsvColumn> key_;
    std::vector<CsvEvent> events_;
};

}  // namespace sijill::producers
