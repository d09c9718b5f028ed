#pragma once
// producers/csv_import.h - reads a table into the log of events.

#include "producers/csv_mapping.h"
#include "producers/importer.h"

#include <atomic>
#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace sijill::producers {

/// The name of the column that a file of rejected rows has besides. It is looked at only to find
/// rows that were rejected for their key and have it still.
inline constexpr std::string_view kReasonColumn = "sijill_reason";

struct CsvRun {
    bool strict = false;  // the first rejected row ends the import
    PublishRules publish;
    std::string rejects_file;                      // of rejected rows; "": none is written
    RejectSink rejected;                           // tells each
    std::function<void(uint64_t bytes)> progress;  // of the table, so far
    std::function<void(uint64_t line, const std::string& event)>
        look;  // at each event; may be empty
};

/// Imports one table. One thread.
class CsvImport {
  public:
    /// Everything given must outlive it.
    CsvImport(log::EventLog& log, KnownEvents known, const CsvMapping& mapping, CsvRun run);

    /// Errors: Invalid for a header that does not fit the mapping, before any row; Rejected in
    /// strict mode; those of file and log. What was appended before is counted.
    [[nodiscard]] Result<void> import_file(const std::string& path, const std::atomic<bool>& stop);

    [[nodiscard]] const ImportTotals& totals() { return importer_.totals(); }
    /// Cells of personal fields, which entered no event.
    [[nodiscard]] uint64_t sealed() const { return sealed_; }
    /// Whether the file of rejected rows is there, whole.
    [[nodiscard]] bool wrote_rejects() const { return kept_; }

  private:
    struct Seen {
        uint32_t check = 0;   // of the row's events
        uint32_t number = 0;  // of the row
    };

    [[nodiscard]] Result<void> read_header(CsvReader& reader);
    [[nodiscard]] Result<void> import_rows(const CsvMapper& mapper,
                                           CsvReader& reader,
                                           const std::atomic<bool>& stop);
    [[nodiscard]] Result<void> keep_rejects();
    [[nodiscard]] Result<void> take(const CsvMapper& mapper, const CsvRow& row);
    [[nodiscard]] std::string judge(const CsvMapper& mapper, const CsvRow& row, CsvEvents& out);
    [[nodiscard]] std::string repeats(const CsvEvents& events, const CsvRow& row);
    [[nodiscard]] bool is_unmended(const CsvEvents& events, const CsvRow& row) const;
    [[nodiscard]] Result<void> reject(const CsvRow& row, const std::string& reason);
    [[nodiscard]] Result<void> open_rejects();
    [[nodiscard]] Result<void> write_reject(const CsvRow& row, const std::string& reason);

    const CsvMapping& mapping_;
    CsvRun run_;
    std::string reason_;  // of the row that the gateway refused
    Importer importer_;
    std::string path_;
    CsvFormat format_;
    bool mark_ = false;
    std::vector<std::string> header_;
    std::optional<size_t> reason_column_;
    std::unordered_map<uint64_t, Seen> seen_;
    uint64_t sealed_ = 0;
    bool kept_ = false;
    std::ofstream rejects_;
    std::unique_ptr<CsvWriter> writer_;
};

}  // namespace sijill::producers
