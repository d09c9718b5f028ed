#pragma once
// projections/told_history.h - the events of one subject as they stand in the log, read again for
// its corrections.

#include "events/decode.h"
#include "events/patch.h"
#include "events/result.h"
#include "projections/row_codec.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sijill::projections {

/// Reads records of the fold's partition again, at these ascending offsets. Corrections need it.
/// Errors stop the fold. Every record that exists must be delivered.
using ReadAgain =
    std::function<Result<void>(std::span<const int64_t> offsets,
                               const std::function<void(const events::Record& record)>& deliver)>;

/// What an event.corrected or event.voided asks for.
struct Correction {
    uint64_t target;                     // key of its history entry
    std::optional<events::Patch> patch;  // none: it did not happen
};
/// nullopt: the event is neither.
[[nodiscard]] std::optional<Correction> correction_of(const events::Event& event);

/// One event as it stands in the log.
struct Told {
    int64_t offset = 0;
    int64_t append_time_ms = 0;
    std::string text;                      // structured JSON; "" of a correction
    std::optional<Correction> correction;  // decoded once: each further one asks for all again
};

/// What a history tells, read a part at a time: it may be longer than memory is large. The part
/// that was read last is kept, so that a subject that is corrected again and again is not read from
/// its first event each time.
class ToldHistory {
  public:
    /// `read_again` must outlive it.
    explicit ToldHistory(const ReadAgain& read_again) : read_again_(read_again) {}

    /// The event of history[index]. Valid until the next call. It is quick for indices that ascend.
    /// Errors: those of the log; Corrupt: it no longer has the event.
    [[nodiscard]] Result<const Told*> at(const std::vector<HistoryEntry>& history, size_t index);

    [[nodiscard]] events::Decoder& decoder() { return decoder_; }
    /// Of memory.
    [[nodiscard]] size_t bytes() const { return bytes_ + told_.capacity() * sizeof(Told); }

  private:
    // Of one part: enough for nearly every subject, and little beside the states in memory.
    static constexpr size_t kMostTold = 4'000;
    static constexpr size_t kMostToldBytes = size_t{2} << 20U;

    [[nodiscard]] bool has(const std::vector<HistoryEntry>& history, size_t index) const;
    [[nodiscard]] bool goes_on(const std::vector<HistoryEntry>& history, size_t index) const;
    [[nodiscard]] Result<void> read_from(const std::vector<HistoryEntry>& history, size_t index);

    const ReadAgain& read_again_;
    events::Decoder decoder_;
    size_t first_ = 0;        // index of told_.front() in its history
    std::vector<Told> told_;  // of entries that follow each other
    size_t bytes_ = 0;        // of their texts and patches
};

}  // namespace sijill::projections
