#pragma once
// producers/outbox_bridge.h - carries the records of an outbox topic into the log.

#include "producers/importer.h"
#include "producers/outbox.h"
#include "producers/state_file.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// How far a partition was carried.
struct CarriedPlace {
    int32_t partition = 0;
    int64_t next_offset = 0;
    std::optional<CarriedRecord> last;
    bool operator==(const CarriedPlace&) const = default;
};

/// How far an outbox topic was carried, and into which log.
struct OutboxState {
    TargetLog target;
    std::vector<CarriedPlace> places;
    bool operator==(const OutboxState&) const = default;
};

[[nodiscard]] std::string encode_outbox_state(const OutboxState& state);

/// Errors: Corrupt, with the line.
[[nodiscard]] Result<OutboxState> decode_outbox_state(std::string_view text);

/// Reads the topic from where the state file says and appends its events through the importer. What
/// was appended behind the last saved place comes again after a crash: its ids are the same, so it
/// has no second effect. One thread.
class OutboxBridge {
  public:
    /// All must outlive the bridge.
    OutboxBridge(log::EventLog& outbox, Importer& importer, const StateFile& file)
        : outbox_(outbox), importer_(importer), file_(file) {}

    /// Takes up the stored place, or the topic's beginning. Errors: those of the log; Corrupt, with
    /// the remedy: the state is damaged, the topic was made again since, records were deleted from
    /// it before they were carried, or the log is another one or lacks what was carried into it.
    [[nodiscard]] Result<void> open();

    /// Records that wait until the topic's present end.
    [[nodiscard]] int64_t waiting() const;

    /// Carries on until `stop`, or with `once` until the ends that the topic had at open(); calls
    /// `carried` with the number of records after each batch. Errors: of the logs, of the file;
    /// with `strict`, Rejected behind the first record that is no good event.
    struct Run {
        OutboxRules rules;
        bool once = false;
        bool strict = false;
        std::function<void(int64_t records)> carried;
    };
    [[nodiscard]] Result<void> run(const Run& run, const std::atomic<bool>& stop);

  private:
    [[nodiscard]] Result<void> take_up(OutboxState stored);
    [[nodiscard]] Result<void> check_place(const CarriedPlace& place) const;
    [[nodiscard]] Result<void> carry(const log::ReadBatch& batch, const Run& run);
    bool take(const events::Record& record, const OutboxRules& rules);
    void pass(const CarriedPlace& to);
    [[nodiscard]] Result<void> save();
    void tell_outage(const Error& error);

    log::EventLog& outbox_;
    Importer& importer_;
    const StateFile& file_;
    std::string topic_;  // its name
    OutboxState state_;
    std::vector<log::OffsetRange> ranges_;
    bool outage_ = false;  // it was told
};

}  // namespace sijill::producers
