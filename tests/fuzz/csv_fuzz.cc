// tests/fuzz/csv_fuzz.cc - any bytes as a table: rows are bounded, cells that are read are text,
// and what was written is read again as it was.

#include "events/check.h"
#include "events/utf8.h"
#include "producers/csv_reader.h"
#include "producers/csv_values.h"

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

namespace {

using sijill::producers::CsvFormat;
using sijill::producers::CsvReader;
using sijill::producers::CsvRow;
using sijill::producers::CsvWriter;

void check_cell(const std::string& cell) {
    using sijill::producers::cell_instant;
    CHECK(sijill::events::is_utf8(cell), "a cell is UTF-8");
    CHECK(sijill::producers::trimmed_cell(cell).size() <= cell.size(), "trimming adds nothing");
    const auto number = sijill::producers::cell_integer(cell);
    CHECK(!number || !sijill::producers::is_formula(cell), "a number is no formula");
    for (const char* pattern : {"rfc3339", "excel", "DD/MM/YYYY hh:mm", "YYYY-MM-DD"}) {
        static_cast<void>(cell_instant(cell, {pattern, "Europe/London"}));
    }
}

void check_writing(const CsvRow& row, const CsvFormat& format) {
    std::stringstream text;
    auto writer = CsvWriter::open(text, format, true);
    CHECK(writer.has_value(), "UTF-8 can be written");
    writer->write(row.cells);
    auto reader = CsvReader::open(text, format);
    CHECK(reader.has_value(), "the format is one");
    CsvRow again;
    CHECK(reader->next(again) && again.cells == row.cells, "a row survives its writing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto delimiter = sijill::producers::find_delimiter(text.substr(0, text.find('\n')));
    const CsvFormat format{delimiter ? *delimiter : ',', "UTF-8"};
    std::istringstream input(text);
    auto reader = CsvReader::open(input, format);
    CHECK(reader.has_value(), "the format is one");
    for (CsvRow row; reader->next(row);) {
        CHECK(row.fault.empty() != row.cells.empty(), "a row has cells or a fault");
        for (const std::string& cell : row.cells) {
            check_cell(cell);
        }
        if (!row.cells.empty()) {
            check_writing(row, format);
        }
    }
    CHECK(reader->bytes() == size, "every byte belongs to a row or a blank line");
    return 0;
}
