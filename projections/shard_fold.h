#pragma once
// projections/shard_fold.h - folds one partition's records, in log order, into the rows of its
// shard.

#include "events/decode.h"
#include "events/record.h"
#include "projections/aggregate_table.h"
#include "projections/cell_table.h"
#include "projections/cubes.h"
#include "projections/day_index.h"
#include "projections/follow_up_rows.h"
#include "projections/local_time.h"
#include "projections/row_codec.h"
#include "projections/rows.h"
#include "projections/standings.h"
#include "projections/told_history.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sijill::projections {

/// Raised whenever the same records would give other rows; part of the fold identity.
inline constexpr int kFoldVersion = 17;

/// Everything besides the records that decides what the fold makes of them.
struct FoldConfig {
    std::string time_zone = "Asia/Bahrain";
};

/// 32 hexadecimal digits over fold version, the zone and its rules, histogram edges, thresholds and
/// the cubes with their dimensions and measures.
/// What code does with them is told by the version alone. A shard with another identity is never
/// continued: it is rebuilt. An update of the tz database that changes the zone's rules is another
/// identity, for what is taken out of a cell must be what was put in.
[[nodiscard]] std::string fold_identity(const LocalTime& local_time,
                                        std::span<const CubeDescriptor> cubes = all_cubes());

/// Why a shard of a topic with so many partitions is not continued from one with others; reads
/// behind the shard's name.
[[nodiscard]] std::string partitions_mismatch(int64_t folded, int64_t partitions);

/// One shard being folded. The owner feeds records in offset order, takes the changed rows, and
/// commits them; what was not committed is folded again after a restart. Threads: one owner. After
/// an Error the fold must be dropped.
class ShardFold {
  public:
    struct Place {
        int32_t partition = 0;
        int32_t partitions = 1;
    };

    /// Continues from the position in `rows`, or starts at offset 0. Errors: Config (zone unknown,
    /// another fold identity or partition count), Storage, Corrupt.
    [[nodiscard]] static Result<std::unique_ptr<ShardFold>> open(const FoldConfig& config,
                                                                 Place place,
                                                                 const RowReader& rows,
                                                                 ReadAgain read_again);

    /// Folds one record. Records below the position are skipped; holes between offsets are normal.
    /// A record that cannot be applied is parked or listed, never an error. Errors: Storage,
    /// Corrupt, Unavailable: the shard must stop.
    [[nodiscard]] Result<void> apply(const events::Record& record);

    /// Announces records that apply() will be given soon, at most kMostAnnounced: changes nothing
    /// but the time it takes.
    void prefetch(std::span<const events::Record> records) const { aggregates_.prefetch(records); }

    /// Every record below `next_offset` has been delivered: a hole at the end of the partition
    /// moves the position on.
    void reach(int64_t next_offset);

    /// Fills `out` with the rows that changed since the last call, sorted by key, the position
    /// among them. To be committed at once. Errors: Storage, Corrupt: the shard must stop.
    [[nodiscard]] Result<void> take_changes(RowBatch& out);

    /// After a commit: when more than half of `budget` bytes are in memory, drops what was not used
    /// last, to leave room for the next window.
    void shrink(size_t budget);

    [[nodiscard]] const Position& position() const { return position_; }
    [[nodiscard]] bool changed() const { return changed_; }
    [[nodiscard]] size_t bytes() const;
    /// Single reads of the store since the start; catch-up must not do one per event.
    [[nodiscard]] uint64_t store_gets() const {
        return aggregates_.gets() + cells_.gets() + spans_.gets() + days_.gets();
    }

  private:
    ShardFold(LocalTime local_time,
              Place place,
              const RowReader& rows,
              ReadAgain read_again,
              Position position,
              bool empty);

    [[nodiscard]] Result<void> apply_event(const events::Decoded& decoded,
                                           const events::Record& record);
    [[nodiscard]] Result<void> apply_correction(const events::Decoded& decoded,
                                                const events::Record& record);
    [[nodiscard]] Result<LiveAggregate*> find_target(std::string_view subject, uint64_t target);
    [[nodiscard]] Result<void> refold(LiveAggregate& live);
    /// Folds an event of the aggregate's history, as patched, into its next state, and says which
    /// flags it has now; one that was voided has no text (nullptr), changes nothing and has none.
    [[nodiscard]] Result<uint8_t> fold_again(LiveAggregate& live,
                                             const HistoryEntry& entry,
                                             const std::string* text,
                                             int64_t append_time_ms,
                                             State& next);
    /// An event whose flags are others since a correction.
    struct Judged {
        int64_t offset;
        uint8_t before;
        uint8_t now;
    };
    /// Lists these, which ascend, for the flags that they have got, and no longer for those that
    /// they have lost.
    [[nodiscard]] Result<void> relist(const std::vector<Judged>& judged, int64_t correction_offset);
    /// True, and listed, when the subject's history has this event already.
    [[nodiscard]] bool repeats(const LiveAggregate& live,
                               const HistoryEntry& entry,
                               const events::Decoded& decoded,
                               const events::Record& record);
    /// True, and listed, when the event expects another version than the subject has.
    [[nodiscard]] bool conflicts(const LiveAggregate& live,
                                 const events::Decoded& decoded,
                                 const events::Record& record);
    /// Lists the aggregate in the day from `offset` on, once.
    [[nodiscard]] Result<void> list_day(LiveAggregate& live, int32_t day, int64_t offset);
    /// In the days in which the event may make it stand.
    [[nodiscard]] Result<void> list_days(LiveAggregate& live,
                                         const events::Decoded& decoded,
                                         int64_t offset);
    /// Lists what is applied all the same, but an operator should look at. The flags of it.
    uint8_t note_doubts(const events::Decoded& decoded,
                        const events::Record& record,
                        Verdict verdict);
    void note_record(const events::Record& record);
    void park(const events::Record& record, events::Refusal refusal, const std::string& detail);
    void list(const events::Record& record, uint8_t reason, const Anomaly& anomaly);
    void list_event(const events::Record& record,
                    const events::Decoded& decoded,
                    AnomalyReason reason,
                    std::string detail);

    LocalTime local_time_;
    Place place_;
    ReadAgain read_again_;
    Position position_;
    bool changed_ = false;
    int32_t told_hour_ = INT32_MIN;  // of the last commit
    Dictionary dictionary_;
    events::Decoder decoder_;
    std::unique_ptr<ToldHistory> told_;  // made for the first correction
    AggregateTable aggregates_;
    CellTable cells_;
    SpanTable spans_;
    NameTerms names_;
    Standings standings_;
    DayIndex days_;
    uint32_t check_ = 0;  // content check of the record at hand
    RowBatch pending_;    // anomaly and time rows
};

/// The history entry of an event, without a verdict. `check`: of the record's value.
[[nodiscard]] HistoryEntry history_entry(const events::Decoded& decoded,
                                         const events::Record& record,
                                         uint32_t check);

/// So many corrections of a subject are heard: each folds its whole history again, so without a
/// bound one subject would hold up its shard.
inline constexpr size_t kMostCorrections = 1'000;

/// A flag of an event's history for which the event is listed.
struct Listing {
    uint8_t flag;
    AnomalyReason reason;
    std::string_view what;
};
/// Of an event that was applied. A time that far ahead was hardly meant.
inline constexpr std::array kDoubts{
    Listing{kHistoryFarAhead,
            AnomalyReason::FutureTime,
            "time is more than 24 hours after the append time"},
    Listing{kHistoryOutOfScale,
            AnomalyReason::OutOfScale,
            "a score that the survey's instrument lacks, or points above their maximum"}};

/// The flags of kDoubts that an event has, once it was applied with this verdict.
[[nodiscard]] uint8_t doubts_of(const events::Envelope& envelope,
                                int64_t append_time_ms,
                                Verdict verdict);

/// The spelling of an anomaly's or refusal's reason number.
[[nodiscard]] std::string reason_text(uint8_t reason);

/// Where a case or referral stands, for people; "" for aggregates without a state machine.
[[nodiscard]] std::string status_text(const State& state);

}  // namespace sijill::projections
