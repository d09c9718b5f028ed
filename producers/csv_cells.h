#pragma once
// producers/csv_cells.h - the value of one field from the cells of a row.

#include "producers/csv_mapping.h"

namespace sijill::producers {

/// The trimmed cell; empty when the table lacks the column.
[[nodiscard]] std::string_view csv_cell_of(const CsvColumn& column,
                                           const std::vector<std::string>& cells);

/// The same. Errors: Invalid, with the column, for a formula.
[[nodiscard]] Result<std::string_view> csv_typed_cell(const CsvColumn& column,
                                                      const std::vector<std::string>& cells);

/// `column 3 'Place': `, as messages begin.
[[nodiscard]] std::string csv_place_of(const CsvColumn& column);

/// True when something stands in the value's cells.
[[nodiscard]] bool csv_text_is_there(const CsvValue& value, const std::vector<std::string>& cells);

/// None: an optional field whose cell is empty. Errors: Invalid, with the column.
[[nodiscard]] Result<std::optional<events::NamedValue>> csv_field(
    const CsvField& field, const std::vector<std::string>& cells);

/// Errors: Invalid, with the column; Config for a date format that is none.
[[nodiscard]] Result<events::Timestamp> csv_instant(const CsvValue& value,
                                                    const std::vector<std::string>& cells);

}  // namespace sijill::producers
