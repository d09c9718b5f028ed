#pragma once
// producers/csv_reader.h - rows of a table as spreadsheets and databases export it (RFC 4180).

#include "events/result.h"

#include <cstdint>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// How a file is written. A byte order mark of UTF-8 is skipped.
struct CsvFormat {
    char delimiter = ',';
    std::string encoding = "UTF-8";  // or a name that iconv knows, such as WINDOWS-1256
};

/// From one encoding to another (iconv).
class Encoding;

/// One row, or what is wrong with it: then there are no cells.
struct CsvRow {
    uint64_t line = 0;               // of the file in which it begins, from 1
    uint64_t number = 0;             // as a spreadsheet counts it, blank rows too, from 1
    std::vector<std::string> cells;  // UTF-8
    std::string fault;               // names the column, never the text
    std::string raw;                 // of a broken row: its bytes, at most 1 MiB of them
};

/// Reads row after row. Cells may hold line breaks within quotes. Whatever stands in the input, a
/// row takes at most 1 MiB of memory. A row that is broken in its quotes ends with its first line,
/// so that a quote that is never closed costs one row and not those behind it. One thread.
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

    /// How many bytes of the input the rows took so far.
    [[nodiscard]] uint64_t bytes() const { return dropped_ + pos_; }
    /// True when the input began with a byte order mark of UTF-8. Known behind the first next().
    [[nodiscard]] bool has_mark() const { return has_mark_; }

  private:
    CsvReader(std::istream& input, CsvFormat format, std::unique_ptr<Encoding> decoder);
    [[nodiscard]] bool fill();
    [[nodiscard]] int get();
    void skip_mark();
    void read_cells(CsvRow& row);
    void leave_row(CsvRow& row);
    [[nodiscard]] bool read_cell(CsvRow& row, std::string& cell);
    [[nodiscard]] bool read_quoted(CsvRow& row, std::string& cell);
    void decode(CsvRow& row);
    [[nodiscard]] size_t row_bytes() const { return pos_ - begin_; }

    std::istream* input_;
    CsvFormat format_;
    std::unique_ptr<Encoding> decoder_;
    std::string buffer_;    // what was read ahead, and the row from its begin
    size_t begin_ = 0;      // of the row in the buffer
    size_t pos_ = 0;        // of the next byte in the buffer
    uint64_t dropped_ = 0;  // bytes before the buffer
    uint64_t line_ = 1;
    uint64_t rows_ = 0;
    int last_ = 0;  // what ended the cell: the delimiter, '\n' or the end of the input
    bool begun_ = false;
    bool has_mark_ = false;
};

/// Writes rows in a format, such as those that a person must mend. One thread.
class CsvWriter {
  public:
    /// `mark`: begins with a byte order mark. The output must outlive the writer. Errors: as
    /// CsvReader::open().
    [[nodiscard]] static Result<CsvWriter> open(std::ostream& output,
                                                const CsvFormat& format,
                                                bool mark);
    CsvWriter(CsvWriter&&) noexcept;
    ~CsvWriter();

    /// Cells in UTF-8; what the encoding lacks becomes `?`.
    void write(const std::vector<std::string>& cells);
    /// The bytes of a broken row as they were, and cells behind them.
    void write_raw(std::string_view raw, const std::vector<std::string>& cells);

  private:
    CsvWriter(std::ostream& output, CsvFormat format, std::unique_ptr<Encoding> encoder);
    void write_cells(const std::vector<std::string>& cells);

    std::ostream* output_;
    CsvFormat format_;
    std::unique_ptr<Encoding> encoder_;
};

/// Which of `,` `;` tab `|` separates the cells of a header line. Errors: Invalid when two of them
/// occur equally often, or none.
[[nodiscard]] Result<char> find_delimiter(std::string_view header);

/// The cell as it must be written, in quotes when it needs them.
[[nodiscard]] std::string csv_cell(std::string_view text, char delimiter);

}  // namespace sijill::producers
