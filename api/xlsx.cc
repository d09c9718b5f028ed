#include "api/xlsx.h"

#include "api/text.h"
#include "events/json.h"

#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <mutex>
#include <new>
#include <optional>

namespace sijill::api {

namespace {

// What Excel holds.
constexpr size_t kMostSheetRows = 1'048'576;  // with the headings
constexpr size_t kMostColumns = 16'384;
constexpr size_t kMostUnits = 32'767;                // of UTF-16, in a cell
constexpr int64_t kMostExact = 999'999'999'999'999;  // it keeps 15 digits
constexpr time_t kNoTime = 315'532'800;              // 1980-01-01
constexpr size_t kWidest = 60;                       // characters
constexpr double kFilterButton = 3;                  // characters beside a heading
constexpr std::string_view kInstead = "; narrow the question, or ask for CSV or NDJSON";

// The parts of one workbook while it is made. The library writes each to a temporary file and does
// not look whether that went well: on a full disk rows would be missing in silence. So its files
// are made here, in memory, and a write that was not kept is remembered.
class Parts {
  public:
    explicit Parts(size_t most_bytes) : most_bytes_(most_bytes) {}
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    /// Closes what the library leaves open when it gives a workbook up.
    ~Parts();

    [[nodiscard]] FILE* open();
    [[nodiscard]] bool lost() const { return lost_; }
    [[nodiscard]] bool used() const { return used_; }

  private:
    struct File {
        Parts& parts;
        FILE* stream = nullptr;
        std::string bytes = {};
        size_t at = 0;
    };
    static ssize_t read(void* cookie, char* out, size_t size);
    static ssize_t write(void* cookie, const char* in, size_t size);
    static int seek(void* cookie, off64_t* offset, int whence);
    static int close(void* cookie);

    const size_t most_bytes_;
    size_t bytes_ = 0;
    std::vector<File*> open_;
    bool lost_ = false;
    bool used_ = false;
};

ssize_t Parts::read(void* cookie, char* out, size_t size) {
    File& file = *static_cast<File*>(cookie);
    const size_t count = std::min(size, file.bytes.size() - std::min(file.at, file.bytes.size()));
    std::copy_n(file.bytes.data() + file.at, count, out);
    file.at += count;
    return static_cast<ssize_t>(count);
}

// Gives 0 when the bytes were not kept: stdio takes nothing negative here.
ssize_t Parts::write(void* cookie, const char* in, size_t size) {
    File& file = *static_cast<File*>(cookie);
    const size_t end = std::max(file.bytes.size(), file.at + size);
    const size_t more = end - file.bytes.size();
    if (more > file.parts.most_bytes_ - file.parts.bytes_) {
        file.parts.lost_ = true;
        return 0;
    }
    try {
        file.bytes.resize(end);
    } catch (const std::bad_alloc&) {
        file.parts.lost_ = true;
        return 0;
    }
    file.parts.bytes_ += more;
    std::copy_n(in, size, file.bytes.data() + file.at);
    file.at += size;
    return static_cast<ssize_t>(size);
}

int Parts::seek(void* cookie, off64_t* offset, int whence) {
    File& file = *static_cast<File*>(cookie);
    const auto size = static_cast<off64_t>(file.bytes.size());
    const auto at = static_cast<off64_t>(file.at);
    const off64_t from = whence == SEEK_SET ? 0 : (whence == SEEK_CUR ? at : size);
    if (from + *offset < 0 || from + *offset > size) {
        return -1;
    }
    *offset += from;
    file.at = static_cast<size_t>(*offset);
    return 0;
}

int Parts::close(void* cookie) {
    const std::unique_ptr<File> file(static_cast<File*>(cookie));
    file->parts.bytes_ -= file->bytes.size();
    std::erase(file->parts.open_, file.get());
    return 0;
}

Parts::~Parts() {
    while (!open_.empty()) {
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): a stream's owner in C is its caller
        static_cast<void>(std::fclose(open_.back()->stream));
    }
}

FILE* Parts::open() {
    used_ = true;
    auto file = std::make_unique<File>(File{*this});
    const cookie_io_functions_t functions{read, write, seek, close};
    file->stream = fopencookie(file.get(), "w+", functions);
    if (file->stream == nullptr) {
        return nullptr;
    }
    open_.push_back(file.release());  // close() deletes it
    return open_.back()->stream;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): lxw_tmpfile's only channel
thread_local Parts* t_parts = nullptr;

struct FreeWorkbook {
    void operator()(lxw_workbook* workbook) const { lxw_workbook_free(workbook); }
};
using WorkbookPtr = std::unique_ptr<lxw_workbook, FreeWorkbook>;

// The compressed file: in memory as well, but with a name, which the library wants.
class ZipFile {
  public:
    ZipFile() : descriptor_(memfd_create("sijill.xlsx", MFD_CLOEXEC)) {}
    ZipFile(const ZipFile&) = delete;
    ZipFile& operator=(const ZipFile&) = delete;
    ~ZipFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    [[nodiscard]] std::string name() const {
        return "/proc/self/fd/" + std::to_string(descriptor_);
    }
    [[nodiscard]] std::optional<std::string> bytes() const;

  private:
    const int descriptor_;
};

std::optional<std::string> ZipFile::bytes() const {
    const off_t size = lseek(descriptor_, 0, SEEK_END);
    if (size <= 0) {
        return std::nullopt;
    }
    std::string bytes(static_cast<size_t>(size), '\0');
    for (size_t at = 0; at < bytes.size();) {
        const ssize_t count =
            pread(descriptor_, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
        if (count <= 0) {
            return std::nullopt;
        }
        at += static_cast<size_t>(count);
    }
    return bytes;
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Whether a reader of the file would take what stands here for an escaped character: _x0041_.
bool looks_escaped(std::string_view text) {
    return text.size() >= 7 && text.starts_with("_x") && text[6] == '_' &&
           std::all_of(text.begin() + 2, text.begin() + 6, is_hex);
}

std::string escape(unsigned character) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "_x%04X_", character);
    return text.data();
}

size_t utf16_units(std::string_view text) {
    size_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        units += (byte & 0xC0U) == 0x80 ? 0 : (byte >= 0xF0 ? 2 : 1);
    }
    return units;
}

std::string column_name(size_t column, const Table& table) {
    return "column '" + table.header[column] + "'";
}

Result<void> done(lxw_error error) {
    if (error == LXW_NO_ERROR) {
        return {};
    }
    return fail(Errc::Storage, std::string("the workbook cannot be made: ") + lxw_strerror(error));
}

// One sheet of a workbook while it is written, row by row from the top.
class Writer {
  public:
    Writer(lxw_worksheet* sheet, const Table& table, lxw_format* bold)
        : sheet_(sheet), table_(table), bold_(bold) {}

    [[nodiscard]] Result<void> write();

  private:
    [[nodiscard]] Result<void> set_widths();
    [[nodiscard]] Result<void> write_cell(size_t row, size_t column, const std::string& cell);

    lxw_worksheet* const sheet_;
    const Table& table_;
    lxw_format* const bold_;
};

Result<void> Writer::set_widths() {
    for (size_t column = 0; column < table_.header.size(); ++column) {
        double width = static_cast<double>(display_width(table_.header[column])) + kFilterButton;
        for (const auto& row : table_.rows) {
            width = std::max(width, static_cast<double>(display_width(row[column])) + 1);
        }
        const auto at = static_cast<lxw_col_t>(column);
        width = std::min(width, static_cast<double>(kWidest));
        if (auto set = done(worksheet_set_column(sheet_, at, at, width, nullptr)); !set) {
            return set;
        }
    }
    return {};
}

Result<void> Writer::write_cell(size_t row, size_t column, const std::string& cell) {
    const auto at_row = static_cast<lxw_row_t>(row);
    const auto at_column = static_cast<lxw_col_t>(column);
    int64_t number = 0;
    const char* const end = cell.data() + cell.size();
    const auto [stop, failed] = std::from_chars(cell.data(), end, number);
    if (row > 0 && column < table_.right_aligned.size() && table_.right_aligned[column] &&
        failed == std::errc() && stop == end && number >= -kMostExact && number <= kMostExact) {
        return done(worksheet_write_number(
            sheet_, at_row, at_column, static_cast<double>(number), nullptr));
    }
    const std::string text = xlsx_text(cell);
    if (utf16_units(text) > kMostUnits) {
        return fail(Errc::TooLarge,
                    column_name(column, table_) + " has a text of more than " +
                        std::to_string(kMostUnits) + " characters, which no cell holds" +
                        std::string(kInstead));
    }
    return done(worksheet_write_string(
        sheet_, at_row, at_column, text.c_str(), row == 0 ? bold_ : nullptr));
}

Result<void> Writer::write() {
    if (table_.header.empty()) {
        return {};  // an empty sheet
    }
    const auto last_row = static_cast<lxw_row_t>(table_.rows.size());
    const auto last_column = static_cast<lxw_col_t>(table_.header.size() - 1);
    worksheet_freeze_panes(sheet_, 1, 0);
    if (auto set = done(worksheet_autofilter(sheet_, 0, 0, last_row, last_column)); !set) {
        return set;
    }
    if (auto set = set_widths(); !set) {
        return set;
    }
    for (size_t row = 0; row <= table_.rows.size(); ++row) {
        const auto& cells = row == 0 ? table_.header : table_.rows[row - 1];
        for (size_t column = 0; column < cells.size(); ++column) {
            if (auto written = write_cell(row, column, cells[column]); !written) {
                return written;
            }
        }
    }
    return {};
}

Result<void> check_size(const Table& table) {
    if (table.rows.size() >= kMostSheetRows) {
        return fail(Errc::TooLarge,
                    std::to_string(table.rows.size()) + " rows: a sheet holds " +
                        std::to_string(kMostSheetRows - 1) + std::string(kInstead));
    }
    if (table.header.size() > kMostColumns) {
        return fail(Errc::TooLarge,
                    std::to_string(table.header.size()) + " columns: a sheet holds " +
                        std::to_string(kMostColumns) + std::string(kInstead));
    }
    return {};
}

Result<void> write_sheets(const Workbook& workbook, lxw_workbook* out) {
    lxw_format* const bold = workbook_add_format(out);
    if (bold == nullptr) {
        return done(LXW_ERROR_MEMORY_MALLOC_FAILED);
    }
    format_set_bold(bold);
    for (const Sheet& sheet : workbook.sheets) {
        if (auto fits = check_size(sheet.table); !fits) {
            return fits;
        }
        lxw_worksheet* const made = workbook_add_worksheet(out, sheet.name.c_str());
        if (made == nullptr) {
            return fail(Errc::Storage, "the sheet '" + sheet.name + "' cannot be made");
        }
        if (workbook.right_to_left) {
            worksheet_right_to_left(made);
        }
        if (auto written = Writer(made, sheet.table, bold).write(); !written) {
            return written;
        }
    }
    lxw_doc_properties properties{};
    properties.created = workbook.created_s == 0 ? kNoTime : workbook.created_s;
    return done(workbook_set_properties(out, &properties));
}

// Closing calls gmtime(), which no two threads may.
lxw_error close_workbook(WorkbookPtr workbook) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    return workbook_close(workbook.release());
}

Result<std::string> make_workbook(const Workbook& workbook) {
    const ZipFile zip;
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;  // a row goes to its part at once
    WorkbookPtr made(workbook_new_opt(zip.name().c_str(), &options));
    if (!made) {
        return Unexpected(done(LXW_ERROR_MEMORY_MALLOC_FAILED).error());
    }
    if (auto written = write_sheets(workbook, made.get()); !written) {
        return Unexpected(written.error());
    }
    if (auto closed = done(close_workbook(std::move(made))); !closed) {
        return Unexpected(closed.error());
    }
    auto bytes = zip.bytes();
    return bytes ? Result<std::string>(std::move(*bytes))
                 : fail(Errc::Storage, "the workbook cannot be made: it cannot be read back");
}

}  // namespace

std::string xlsx_text(const std::string& cell) {
    const bool ascii = std::ranges::all_of(cell, [](char c) { return c >= 0; });
    const std::string sound =
        ascii ? cell : nlohmann::ordered_json::parse(json_text(cell)).get<std::string>();
    std::string text;
    for (size_t at = 0; at < sound.size(); ++at) {
        const std::string_view rest = std::string_view(sound).substr(at);
        const auto c = static_cast<unsigned char>(sound[at]);
        if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
            text += escape(rest[2] == '\xBE' ? 0xFFFE : 0xFFFF);
            at += 2;
        } else if ((c < ' ' && c != '\t' && c != '\n') || looks_escaped(rest)) {
            text += escape(c);
        } else {
            text += sound[at];
        }
    }
    return text;
}

Result<std::string> xlsx_bytes(const Workbook& workbook, size_t most_bytes) {
    Parts parts(most_bytes);
    t_parts = &parts;
    auto made = make_workbook(workbook);
    t_parts = nullptr;
    if (parts.lost()) {
        return fail(Errc::TooLarge,
                    "the workbook would have more than " + std::to_string(most_bytes) +
                        " bytes before it is compressed" + std::string(kInstead));
    }
    if (made && !parts.used()) {
        return fail(Errc::Storage, "libxlsxwriter does not use lxw_tmpfile: see api/xlsx.cc");
    }
    return made;
}

}  // namespace sijill::api

// The library's own function of this name, which it has so that a program may put another in its
// place; the linker takes the program's. Named by its symbol: whether the parameter is a char* or a
// const char* differs by version, and an overload would take nobody's place.
extern "C" FILE* open_part_of_a_workbook(const char* directory) __asm__("lxw_tmpfile");

FILE* open_part_of_a_workbook(const char* /*directory*/) {
    using sijill::api::t_parts;
    return t_parts == nullptr ? nullptr : t_parts->open();
}
