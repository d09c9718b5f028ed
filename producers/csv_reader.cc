#include "producers/csv_reader.h"

#include "events/utf8.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sijill::producers {

namespace {

constexpr int kEndOfInput = std::char_traits<char>::eof();
constexpr std::string_view kDelimiters = ",;\t|";
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr size_t kChunk = size_t{64} << 10U;

bool is_row_end(int c) {
    return c == '\n' || c == kEndOfInput;
}

bool is_delimiter(char c) {
    return kDelimiters.find(c) != std::string_view::npos;
}

}  // namespace

class Encoding {
  public:
    // None when iconv does not know the pair.
    static std::unique_ptr<Encoding> open(const std::string& to, const std::string& from) {
        // iconv_t is a pointer, and what it returns on failure is no pointer but -1.
        const iconv_t handle = iconv_open(to.c_str(), from.c_str());
        if (handle ==
            reinterpret_cast<iconv_t>(-1)) {  // NOLINT(performance-no-int-to-ptr): iconv's API
            return nullptr;
        }
        return std::make_unique<Encoding>(handle);
    }
    explicit Encoding(iconv_t opened) : handle_(opened) {}
    Encoding(const Encoding&) = delete;
    Encoding& operator=(const Encoding&) = delete;
    ~Encoding() { iconv_close(handle_); }

    // False when the bytes are none of the one encoding, or not in the other.
    bool convert(std::string& text) const {
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        std::string out(text.size() * 4 + 4, '\0');
        char* from = text.data();
        char* to = out.data();
        size_t left = text.size();
        size_t room = out.size();
        if (iconv(handle_, &from, &left, &to, &room) == static_cast<size_t>(-1) || left > 0) {
            return false;
        }
        out.resize(out.size() - room);
        text = std::move(out);
        return true;
    }

  private:
    iconv_t handle_;
};

CsvReader::CsvReader(std::istream& input, CsvFormat format, std::unique_ptr<Encoding> decoder)
    : input_(&input), format_(std::move(format)), decoder_(std::move(decoder)) {}

CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Result<CsvReader> CsvReader::open(std::istream& input, const CsvFormat& format) {
    if (!is_delimiter(format.delimiter)) {
        return fail(Errc::Invalid, "a delimiter is one of , ; tab |");
    }
    if (format.encoding == "UTF-8") {
        return CsvReader(input, format, nullptr);
    }
    auto decoder = Encoding::open("UTF-8", format.encoding);
    if (decoder == nullptr) {
        return fail(Errc::Invalid,
                    "iconv knows no encoding '" + format.encoding + "'; `iconv -l` lists them");
    }
    // Rows are split before they are decoded, so delimiters and quotes must be the bytes they are.
    std::string ascii = ",;\t|\"\n0";
    if (!decoder->convert(ascii) || ascii != ",;\t|\"\n0") {
        return fail(Errc::Invalid,
                    "the encoding '" + format.encoding +
                        "' is not read: save the table as UTF-8, or as an encoding with one byte a "
                        "character such as WINDOWS-1256");
    }
    return CsvReader(input, format, std::move(decoder));
}

// More of the input behind what is in the buffer; what lies before the row is dropped.
bool CsvReader::fill() {
    buffer_.erase(0, begin_);
    dropped_ += begin_;
    pos_ -= begin_;
    begin_ = 0;
    const size_t had = buffer_.size();
    buffer_.resize(had + kChunk);
    input_->read(buffer_.data() + had, static_cast<std::streamsize>(kChunk));
    buffer_.resize(had + static_cast<size_t>(input_->gcount()));
    return buffer_.size() > had;
}

// The next byte, every kind of line break as '\n'.
int CsvReader::get() {
    if (pos_ == buffer_.size() && !fill()) {
        return kEndOfInput;
    }
    const char c = buffer_[pos_++];
    if (c == '\r') {
        if ((pos_ < buffer_.size() || fill()) && buffer_[pos_] == '\n') {
            ++pos_;
        }
    } else if (c != '\n') {
        return static_cast<unsigned char>(c);
    }
    ++line_;
    return '\n';
}

// A broken row ends with its first line; more than 1 MiB of that is passed over.
void CsvReader::leave_row(CsvRow& row) {
    const size_t line_end = buffer_.find_first_of("\r\n", begin_);
    if (line_end < pos_) {
        row.raw = buffer_.substr(begin_, line_end - begin_);
        pos_ = line_end;
        line_ = row.line;
        last_ = get();
        return;
    }
    row.raw = buffer_.substr(begin_, pos_ - begin_);
    while (!is_row_end(last_)) {
        begin_ = pos_;
        last_ = get();
        if (!is_row_end(last_) && row.raw.size() < kMostRowBytes) {
            row.raw += static_cast<char>(last_);
        }
    }
}

// Behind the opening quote. False on a fault.
bool CsvReader::read_quoted(CsvRow& row, std::string& cell) {
    const uint64_t opened = line_;
    for (;;) {
        last_ = get();
        if (last_ == '"') {
            last_ = get();
            if (last_ != '"') {
                break;
            }
        } else if (last_ == kEndOfInput || row_bytes() > kMostRowBytes) {
            row.fault = "the quote of line " + std::to_string(opened) + " is not closed";
            return false;
        }
        cell += static_cast<char>(last_);
    }
    if (last_ != format_.delimiter && !is_row_end(last_)) {
        row.fault = "text behind a closing quote; a quote within quotes is written twice";
        return false;
    }
    return true;
}

// One cell into `cell`; last_ is what ended it. False on a fault.
bool CsvReader::read_cell(CsvRow& row, std::string& cell) {
    last_ = get();
    if (last_ == '"') {
        return read_quoted(row, cell);
    }
    for (; last_ != format_.delimiter && !is_row_end(last_); last_ = get()) {
        if (last_ == '"') {
            row.fault = "a quote inside a cell that does not begin with one";
            return false;
        }
        if (row_bytes() > kMostRowBytes) {
            row.fault = "the row is longer than 1 MiB";
            return false;
        }
        cell += static_cast<char>(last_);
    }
    return true;
}

// To the end of the row, or to its first fault.
void CsvReader::read_cells(CsvRow& row) {
    do {
        std::string cell;
        if (row.cells.size() == kMostCells) {
            row.fault = "a row has at most 1,000 cells";
        } else if (read_cell(row, cell)) {
            row.cells.push_back(std::move(cell));
        }
    } while (row.fault.empty() && !is_row_end(last_));
    if (!row.fault.empty()) {
        row.fault = "column " + std::to_string(row.cells.size() + 1) + ": " + row.fault;
        row.cells.clear();
        leave_row(row);
    }
}

void CsvReader::decode(CsvRow& row) {
    for (size_t i = 0; i < row.cells.size() && row.fault.empty(); ++i) {
        std::string& cell = row.cells[i];
        const std::string column = "column " + std::to_string(i + 1) + ": ";
        if (cell.find('\0') != std::string::npos) {
            row.fault = column + "a zero byte; is the file UTF-16? Save it as UTF-8";
        } else if (decoder_ != nullptr && !decoder_->convert(cell)) {
            row.fault = column + "bytes that are no " + format_.encoding;
        } else if (decoder_ == nullptr && !events::is_utf8(cell)) {
            row.fault = column +
                        "bytes that are no UTF-8; an old Arabic export is read with the "
                        "encoding WINDOWS-1256";
        }
    }
    if (!row.fault.empty()) {
        row.cells.clear();
        row.raw = buffer_.substr(begin_, pos_ - begin_);
        while (row.raw.ends_with('\n') || row.raw.ends_with('\r')) {
            row.raw.pop_back();
        }
    }
}

void CsvReader::skip_mark() {
    has_mark_ = fill() && format_.encoding == "UTF-8" && buffer_.starts_with(kUtf8Mark);
    pos_ = has_mark_ ? kUtf8Mark.size() : 0;
}

bool CsvReader::next(CsvRow& row) {
    if (!std::exchange(begun_, true)) {
        skip_mark();
    }
    for (;;) {
        begin_ = pos_;
        if (pos_ == buffer_.size() && !fill()) {
            return false;
        }
        row = {.line = line_, .number = ++rows_, .cells = {}, .fault = "", .raw = ""};
        read_cells(row);
        if (!row.fault.empty()) {
            return true;
        }
        if (row.cells.size() > 1 || !row.cells.front().empty()) {
            decode(row);
            return true;
        }
    }
}

CsvWriter::CsvWriter(std::ostream& output, CsvFormat format, std::unique_ptr<Encoding> encoder)
    : output_(&output), format_(std::move(format)), encoder_(std::move(encoder)) {}

CsvWriter::CsvWriter(CsvWriter&&) noexcept = default;
CsvWriter::~CsvWriter() = default;

Result<CsvWriter> CsvWriter::open(std::ostream& output, const CsvFormat& format, bool mark) {
    std::unique_ptr<Encoding> encoder;
    if (format.encoding != "UTF-8") {
        encoder = Encoding::open(format.encoding, "UTF-8");
        if (encoder == nullptr) {
            return fail(Errc::Invalid, "iconv does not write the encoding " + format.encoding);
        }
    }
    if (mark) {
        output << kUtf8Mark;
    }
    return CsvWriter(output, format, std::move(encoder));
}

void CsvWriter::write_cells(const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
        std::string cell = csv_cell(cells[i], format_.delimiter);
        if (encoder_ != nullptr && !encoder_->convert(cell)) {
            // A reason that quotes the mapping may hold what the table's encoding has no byte for.
            std::ranges::replace_if(
                cell, [](char c) { return static_cast<unsigned char>(c) > 0x7F; }, '?');
        }
        *output_ << (i == 0 ? "" : std::string(1, format_.delimiter)) << cell;
    }
    *output_ << '\n';
}

void CsvWriter::write(const std::vector<std::string>& cells) {
    write_cells(cells);
}

void CsvWriter::write_raw(std::string_view raw, const std::vector<std::string>& cells) {
    *output_ << raw;
    if (!cells.empty()) {
        *output_ << format_.delimiter;
    }
    write_cells(cells);
}

Result<char> find_delimiter(std::string_view header) {
    std::array<size_t, kDelimiters.size()> counts{};
    bool quoted = false;
    for (const char c : header) {
        quoted = quoted != (c == '"');
        const size_t at = kDelimiters.find(c);
        if (!quoted && at != std::string_view::npos) {
            ++counts[at];
        }
    }
    const auto most = std::ranges::max_element(counts);
    if (*most == 0 || std::ranges::count(counts, *most) > 1) {
        return fail(Errc::Invalid,
                    *most == 0
                        ? "the header holds none of , ; tab |: say with `delimiter` in the mapping "
                          "what divides its cells"
                        : "two delimiters occur equally often in the header: say which with "
                          "`delimiter` in the mapping");
    }
    return kDelimiters[static_cast<size_t>(most - counts.begin())];
}

std::string csv_cell(std::string_view text, char delimiter) {
    const bool plain = text.find(delimiter) == std::string_view::npos &&
                       text.find_first_of("\"\r\n") == std::string_view::npos;
    if (plain) {
        return std::string(text);
    }
    std::string cell = "\"";
    for (const char c : text) {
        cell += c == '"' ? "\"\"" : std::string(1, c);
    }
    return cell + "\"";
}

}  // namespace sijill::producers
