#pragma once
// log/embedded_reader.h - reads the embedded log.

#include "log/embedded_log.h"

#include <memory>
#include <string>
#include <vector>

namespace sijill::log {

/// Copies each read's rows out of RocksDB, into buffers it uses again; records are views into them.
class EmbeddedReader final : public LogReader {
  public:
    /// `places` must be inside the log.
    EmbeddedReader(EmbeddedLog& log, std::span<const Place> places);

    [[nodiscard]] Result<ReadBatch> read(size_t max_records,
                                         std::chrono::milliseconds max_wait) override;
    [[nodiscard]] Result<void> go_to(const Place& place) override;

  private:
    [[nodiscard]] Result<void> take(Cursor& cursor, int64_t end, size_t max_records);
    [[nodiscard]] Result<void> copy_rows(Cursor& cursor, int64_t end, size_t max_records);
    [[nodiscard]] Result<void> decode();

    EmbeddedLog& log_;
    std::vector<Cursor> cursors_;
    size_t first_ = 0;
    [[nodiscard]] bool is_full(size_t max_records) const;

    // Bytes of a batch, whatever its records' number. One record more may come.
    static constexpr size_t kMostBytes = size_t{8} << 20U;

    std::string rows_;                // one behind the other
    std::vector<size_t> row_begins_;  // and where the last one ends
    std::vector<Place> places_;
    std::vector<std::string_view> headers_;
    std::vector<events::Record> records_;
    std::vector<Place> ends_;
};

}  // namespace sijill::log
