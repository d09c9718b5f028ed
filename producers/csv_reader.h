#pragma once
// producers/csv_reader.h - rows of a table as spreadsheets and databases export it (RFC 4180).

#include "events/result.h"

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// How a file is written. A byte order mark of UTF-8 is skipped.
struct CsvFormat {
    char delimiter = ',';
    std::string encoding = "UTF-8";  // or a name that iconv knows, such as WINDOWS-1256
};

/// One row, or what is wrong with it: then there are no cells.
struct CsvRow {
    uint64_t line = 0;               // of the file in which it begins, from 1
    std::vector<std::string> cells;  // UTF-8
    std::string fault;               // names the column, never the text
};

/// Reads row after row. Cells may hold line breaks within quotes. Whatever stands in the input, a
/// row takes at most 1 MiB of memory; behind a broken one it goes on with the next line. One
/// thread.
class CsvReader {
  public:
    static constexpr size_t kMostRowBytes = size_t{1} << 20U;
    static constexpr size_t kMostCells = 1'000;

    /// The input must outlive the reader. Errors: Invalid for an encoding that iconv does not know
    /// or that does not contain ASCII, and for a delimiter other than `,` `;` tab `|`.
    [[nodiscard]] static Result<CsvReader> open(std::istream& input, const CsvFormat& format);
    CsvReader(CsvReader&&) noexcept;
    ~CsvReader();

    /// False at the end of the input. Blank lines are passed over.
    [[nodiscard]] bool next(CsvRow& row);

  private:
    struct Decoder;
    CsvReader(std::istream& input, CsvFormat format, std::unique_ptr<Decoder> decoder);
    [[nodiscard]] int get();
    void skip_line();
    [[nodiscard]] bool read_cell(CsvRow& row, std::string& cell);
    [[nodiscard]] bool read_quoted(CsvRow& row, std::string& cell);
    void fail_row(CsvRow& row, std::string_view what);
    void decode(CsvRow& row);

    std::istream* input_;
    CsvFormat format_;
    std::unique_ptr<Decoder> decoder_;
    uint64_t line_ = 1;
    size_t row_bytes_ = 0;
    int last_ = 0;  // what ended the cell: the delimiter, '\n' or the end of the input
    bool begun_ = false;
};

/// Which of `,` `;` tab `|` separates the cells of a header line. Errors: Invalid when two of them
/// occur equally often, or none.
[[nodiscard]] Result<char> find_delimiter(std::string_view header);

/// The cell as it must be written, in quotes when it needs them.
[[nodiscard]] std::string csv_cell(std::string_view text, char delimiter);

}  // namespace sijill::producers
