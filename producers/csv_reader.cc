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

bool is_row_end(int c) {
    return c == '\n' || c == kEndOfInput;
}

}  // namespace

// Another encoding to UTF-8, cell by cell. None for UTF-8 itself.
struct CsvReader::Decoder {
    explicit Decoder(iconv_t opened) : handle(opened) {}
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    ~Decoder() { iconv_close(handle); }

    // False when the bytes are none of that encoding.
    bool decode(std::string& text) const {
        iconv(handle, nullptr, nullptr, nullptr, nullptr);
        std::string out(text.size() * 4 + 4, '\0');
        char* from = text.data();
        char* to = out.data();
        size_t left = text.size();
        size_t room = out.size();
        if (iconv(handle, &from, &left, &to, &room) == static_cast<size_t>(-1) || left > 0) {
            return false;
        }
        out.resize(out.size() - room);
        text = std::move(out);
        return true;
    }

    iconv_t handle;
};

CsvReader::CsvReader(std::istream& input, CsvFormat format, std::unique_ptr<Decoder> decoder)
    : input_(&input), format_(std::move(format)), decoder_(std::move(decoder)) {}

CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Result<CsvReader> CsvReader::open(std::istream& input, const CsvFormat& format) {
    if (kDelimiters.find(format.delimiter) == std::string_view::npos) {
        return fail(Errc::Invalid, "a delimiter is one of , ; tab |");
    }
    if (format.encoding == "UTF-8") {
        return CsvReader(input, format, nullptr);
    }
    // iconv_t is a pointer, and what it returns on failure is no pointer but -1.
    const iconv_t handle = iconv_open("UTF-8", format.encoding.c_str());
    if (handle ==
        reinterpret_cast<iconv_t>(-1)) {  // NOLINT(performance-no-int-to-ptr): iconv's API
        return fail(Errc::Invalid,
                    "iconv knows no encoding '" + format.encoding + "'; `iconv -l` lists them");
    }
    auto decoder = std::make_unique<Decoder>(handle);
    // Rows are split before they are decoded, so delimiters and quotes must be the bytes they are.
    std::string ascii = ",;\t|\"\n0";
    if (!decoder->decode(ascii) || ascii != ",;\t|\"\n0") {
        return fail(Errc::Invalid,
                    "the encoding '" + format.encoding +
                        "' is not read: save the table as UTF-8, or as an encoding with one byte a "
                        "character such as WINDOWS-1256");
    }
    return CsvReader(input, format, std::move(decoder));
}

// The next byte, every kind of line break as '\n'.
int CsvReader::get() {
    int c = input_->get();
    if (c == '\r') {
        if (input_->peek() == '\n') {
            input_->get();
        }
        c = '\n';
    }
    line_ += c == '\n' ? 1 : 0;
    ++row_bytes_;
    return c;
}

void CsvReader::skip_line() {
    while (!is_row_end(last_)) {
        last_ = get();
    }
}

// The first fault of a row is told; it spoils the row to the end of the line.
void CsvReader::fail_row(CsvRow& row, std::string_view what) {
    if (row.fault.empty()) {
        row.fault = "column " + std::to_string(row.cells.size() + 1) + ": " + std::string(what);
    }
    skip_line();
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
        } else if (last_ == kEndOfInput || row_bytes_ > kMostRowBytes) {
            fail_row(row, "the quote of line " + std::to_string(opened) + " is not closed");
            return false;
        }
        cell += static_cast<char>(last_);
    }
    if (last_ != format_.delimiter && !is_row_end(last_)) {
        fail_row(row, "text behind a closing quote; a quote within quotes is written twice");
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
            fail_row(row, "a quote inside a cell that does not begin with one");
            return false;
        }
        if (row_bytes_ > kMostRowBytes) {
            fail_row(row, "the row is longer than 1 MiB");
            return false;
        }
        cell += static_cast<char>(last_);
    }
    return true;
}

void CsvReader::decode(CsvRow& row) {
    for (size_t i = 0; i < row.cells.size() && row.fault.empty(); ++i) {
        std::string& cell = row.cells[i];
        const std::string column = "column " + std::to_string(i + 1) + ": ";
        if (cell.find('\0') != std::string::npos) {
            row.fault = column + "a zero byte; is the file UTF-16? Save it as UTF-8";
        } else if (decoder_ != nullptr && !decoder_->decode(cell)) {
            row.fault = column + "bytes that are no " + format_.encoding;
        } else if (decoder_ == nullptr && !events::is_utf8(cell)) {
            row.fault = column +
                        "bytes that are no UTF-8; an old Arabic export is read with the "
                        "encoding WINDOWS-1256";
        }
    }
    if (!row.fault.empty()) {
        row.cells.clear();
    }
}

bool CsvReader::next(CsvRow& row) {
    if (!std::exchange(begun_, true) && format_.encoding == "UTF-8") {
        std::string mark;
        while (mark.size() < kUtf8Mark.size() && input_->peek() != kEndOfInput &&
               static_cast<char>(input_->peek()) == kUtf8Mark[mark.size()]) {
            mark += static_cast<char>(input_->get());
        }
        for (size_t i = mark.size() < kUtf8Mark.size() ? mark.size() : 0; i > 0; --i) {
            input_->unget();
        }
    }
    do {
        if (input_->peek() == kEndOfInput) {
            return false;
        }
        row = {.line = line_, .cells = {}, .fault = ""};
        row_bytes_ = 0;
        do {
            std::string cell;
            if (row.cells.size() == kMostCells) {
                fail_row(row, "a row has at most 1,000 cells");
            } else if (read_cell(row, cell)) {
                row.cells.push_back(std::move(cell));
            }
        } while (!is_row_end(last_));
    } while (row.fault.empty() && row.cells.size() == 1 && row.cells.front().empty());
    decode(row);
    return true;
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
                    *most == 0 ? "the header holds none of , ; tab |"
                               : "two delimiters occur equally often in the header: say which");
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
