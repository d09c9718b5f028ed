#include "producers/csv_import.h"

#include "events/digest.h"
#include "producers/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace sijill::producers {

namespace {

constexpr size_t kEventsTogether = 2'000;
/// So many keys are remembered to tell two rows with the same one: 160 MB.
constexpr size_t kMostKeys = 4'000'000;
constexpr std::string_view kEmptyTable = "the table is empty: its first row names the columns";
constexpr std::string_view kSameKey = "the same key and different content";

Result<char> delimiter_of(std::ifstream& file) {
    std::string line;
    for (char c = 0; line.size() < CsvReader::kMostRowBytes && file.get(c);) {
        const bool ended = c == '\n' || c == '\r';
        if (ended && !trimmed_cell(line).empty()) {
            break;
        }
        ended ? line.clear() : line.push_back(c);
    }
    file.clear();
    if (!file.seekg(0)) {
        return fail(Errc::Invalid,
                    "to find what divides its cells, the table is read twice, and a pipe is gone "
                    "then: say `delimiter` in the mapping, or save it as a file");
    }
    if (trimmed_cell(line).empty()) {
        return fail(Errc::Invalid, std::string(kEmptyTable));
    }
    return find_delimiter(line);
}

// Behind its last row a spreadsheet writes some of separators only.
bool is_blank(const CsvRow& row) {
    return row.fault.empty() && std::ranges::all_of(row.cells, [](const std::string& cell) {
               return trimmed_cell(cell).empty();
           });
}

// Disks are full, and the directory of a table may be read-only.
Unexpected cannot_reject(const std::string& path, const std::string& why) {
    return fail(Errc::Storage,
                "cannot write " + path + ": " + why +
                    "; --rejects names another place for the rejected rows");
}

std::string system_reason() {
    return std::generic_category().message(errno);
}

// An empty file: the rows may be personal, so that nobody but the owner ever reads it, and a link
// that another has laid under its name is not written through. What a killed import left goes.
Result<void> make_private(const std::string& path) {
    ::unlink(path.c_str());
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return cannot_reject(path, system_reason());
    }
    ::close(fd);
    return {};
}

}  // namespace

CsvImport::CsvImport(log::EventLog& log, KnownEvents known, const CsvMapping& mapping, CsvRun run)
    : mapping_(mapping),
      run_(std::move(run)),
      importer_(log,
                run_.publish,
                std::move(known),
                [this](const ImportPlace& /*place*/, const std::string& why) { reason_ = why; }) {}

Result<void> CsvImport::read_header(CsvReader& reader) {
    CsvRow row;
    if (!reader.next(row)) {
        return fail(Errc::Invalid, path_ + ": " + std::string(kEmptyTable));
    }
    if (!row.fault.empty()) {
        return fail(Errc::Invalid,
                    path_ + ":" + std::to_string(row.line) + ": the header: " + row.fault);
    }
    mark_ = reader.has_mark();
    header_ = row.cells;
    const auto reason = std::ranges::find(header_, kReasonColumn);
    if (reason != header_.end()) {
        reason_column_ = static_cast<size_t>(reason - header_.begin());
    }
    return {};
}

Result<void> CsvImport::import_file(const std::string& path, const std::atomic<bool>& stop) {
    path_ = path;
    auto opened = open_input(path);
    if (!opened) {
        return Unexpected(opened.error());
    }
    std::ifstream& file = *opened;
    format_.encoding = mapping_.encoding;
    const auto delimiter =
        mapping_.delimiter ? Result<char>(*mapping_.delimiter) : delimiter_of(file);
    if (!delimiter) {
        return fail(path, delimiter.error());
    }
    format_.delimiter = *delimiter;
    auto reader = CsvReader::open(file, format_);
    auto ready = reader ? read_header(*reader) : Result<void>(Unexpected(reader.error()));
    if (!ready) {
        return ready;
    }
    const auto mapper = CsvMapper::open(mapping_, header_);
    if (!mapper) {
        return fail(path, mapper.error());
    }
    auto outcome = import_rows(*mapper, *reader, stop);
    if (outcome && stop) {
        outcome = fail(Errc::Unavailable,
                       "stopped before the end of the table: import it again, and the rest is "
                       "published");
    } else if (outcome && broke_off(file)) {
        outcome = fail(Errc::Storage, "reading " + path + " broke off");
    }
    auto kept = keep_rejects();
    return outcome ? kept : outcome;
}

Result<void> CsvImport::import_rows(const CsvMapper& mapper,
                                    CsvReader& reader,
                                    const std::atomic<bool>& stop) {
    Result<void> outcome;
    for (CsvRow row; outcome && !stop && reader.next(row);) {
        if (is_blank(row)) {
            continue;
        }
        ++importer_.totals().read;
        outcome = take(mapper, row);
        if (outcome && importer_.queued() >= kEventsTogether) {
            run_.progress(reader.bytes());
            outcome = importer_.flush();
        }
    }
    // What was good before a row that ended the import is published.
    auto flushed = importer_.flush();
    return outcome ? flushed : outcome;
}

// The rejects file gets its name when it is whole.
Result<void> CsvImport::keep_rejects() {
    if (writer_ == nullptr) {
        return {};
    }
    const std::string part = run_.rejects_file + ".part";
    rejects_.close();
    if (!rejects_) {
        return cannot_reject(part, system_reason());
    }
    std::error_code failed;
    std::filesystem::rename(part, run_.rejects_file, failed);
    if (failed) {
        return cannot_reject(run_.rejects_file, failed.message());
    }
    kept_ = true;
    return {};
}

// Why the row is rejected; "" when its events can be added.
std::string CsvImport::judge(const CsvMapper& mapper, const CsvRow& row, CsvEvents& out) {
    if (!row.fault.empty()) {
        return row.fault;
    }
    if (row.cells.size() != header_.size()) {
        return std::to_string(row.cells.size()) + " cells, and the header has " +
               std::to_string(header_.size());
    }
    auto mapped = mapper.map(row.cells);
    if (!mapped) {
        return mapped.error().message;
    }
    out = std::move(*mapped);
    return repeats(out, row);
}

// Says so when an earlier row has the key and other events.
std::string CsvImport::repeats(const CsvEvents& events, const CsvRow& row) {
    std::string content;
    for (const std::string& each : events.events) {
        content += each;
    }
    const Seen now{events::content_check(content), static_cast<uint32_t>(row.number)};
    const uint64_t key = events::event_key(mapping_.source, events.key).high;
    const auto before = seen_.find(key);
    if (before != seen_.end() && before->second.check != now.check) {
        return "rows " + std::to_string(before->second.number) + " and " +
               std::to_string(row.number) + " have " + std::string(kSameKey);
    }
    if (is_unmended(events, row)) {
        return "it had " + std::string(kSameKey) +
               " as another row, and the log has an event of that key: give it a key of its own, "
               "or "
               "leave it out";
    }
    if (before == seen_.end() && seen_.size() < kMostKeys) {
        seen_.emplace(key, now);
    }
    return "";
}

// Of a file of rejected rows: the log would take the row's events for those of the row it repeated.
bool CsvImport::is_unmended(const CsvEvents& events, const CsvRow& row) const {
    return reason_column_ && row.cells[*reason_column_].find(kSameKey) != std::string::npos &&
           std::ranges::any_of(events.ids, [this](const std::string& id) {
               return importer_.knows(events::event_key(mapping_.source, id));
           });
}

Result<void> CsvImport::take(const CsvMapper& mapper, const CsvRow& row) {
    CsvEvents made;
    const std::string wrong = judge(mapper, row, made);
    if (!wrong.empty()) {
        ++importer_.totals().rejected;
        return reject(row, wrong);
    }
    if (made.events.empty()) {
        ++importer_.totals().ignored["no-event"];
        return {};
    }
    const auto columns = [&mapper, &made](size_t event, const std::string& pointer) {
        return mapper.place_of(made.made_by[event], pointer);
    };
    if (!importer_.add({path_, row.line}, made.events, columns)) {
        return reject(row, reason_);
    }
    sealed_ += made.sealed;
    if (run_.look) {
        for (const std::string& event : made.events) {
            run_.look(row.line, event);
        }
    }
    return {};
}

Result<void> CsvImport::reject(const CsvRow& row, const std::string& reason) {
    const std::string number =
        row.number == row.line ? "" : "row " + std::to_string(row.number) + ": ";
    run_.rejected({path_, row.line}, number + reason);
    if (run_.strict) {
        return fail(Errc::Rejected, "stopped at the first rejected row (--strict)");
    }
    return run_.rejects_file.empty() ? Result<void>() : write_reject(row, reason);
}

Result<void> CsvImport::open_rejects() {
    const std::string part = run_.rejects_file + ".part";
    if (auto made = make_private(part); !made) {
        return made;
    }
    rejects_.open(part, std::ios::binary);
    if (!rejects_) {
        return cannot_reject(part, system_reason());
    }
    auto writer = CsvWriter::open(rejects_, format_, mark_);
    if (!writer) {
        return Unexpected(writer.error());
    }
    writer_ = std::make_unique<CsvWriter>(std::move(*writer));
    std::vector<std::string> header = header_;
    if (!reason_column_) {
        header.emplace_back(kReasonColumn);
    }
    writer_->write(header);
    return {};
}

Result<void> CsvImport::write_reject(const CsvRow& row, const std::string& reason) {
    if (writer_ == nullptr) {
        if (auto opened = open_rejects(); !opened) {
            return opened;
        }
    }
    std::vector<std::string> cells = row.cells;
    if (cells.empty()) {
        // Broken: of a file that has the column, the old reason is in the row.
        writer_->write_raw(row.raw,
                           reason_column_ ? std::vector<std::string>() : std::vector{reason});
    } else {
        // A row that is too short would have its reason in a column of something else.
        cells.resize(std::max(cells.size(), header_.size()));
        if (reason_column_) {
            cells[*reason_column_] = reason;
        } else {
            cells.push_back(reason);
        }
        writer_->write(cells);
    }
    return rejects_ ? Result<void>() : cannot_reject(run_.rejects_file + ".part", system_reason());
}

}  // namespace sijill::producers
