#include "consumers/audit_replay.h"

#include "consumers/replay.h"
#include "consumers/worker.h"
#include "events/check.h"
#include "events/digest.h"
#include "projections/keys.h"
#include "projections/store_rocksdb.h"

#include <deque>
#include <filesystem>
#include <vector>

namespace sijill::consumers {

namespace {

using projections::RocksRows;
using projections::RowReader;

constexpr size_t kRowsAtOnce = 4'096;

std::string hex(std::string_view bytes) {
    return events::to_hex(std::vector<uint8_t>(bytes.begin(), bytes.end()));
}

// Walks all rows of a shard in order and hashes what it passes.
class RowWalk {
  public:
    explicit RowWalk(const RowReader& rows) : rows_(rows) {}

    struct Row {
        std::string key;
        std::string value;
    };

    /// The row at hand, nullptr behind the last.
    Result<const Row*> peek() {
        if (buffer_.empty() && !ended_) {
            const std::string behind_all(1, '\x7f');
            const auto scanned =
                rows_.scan(next_, behind_all, [this](std::string_view key, std::string_view value) {
                    buffer_.push_back({std::string(key), std::string(value)});
                    return buffer_.size() < kRowsAtOnce;
                });
            if (!scanned) {
                return Unexpected(scanned.error());
            }
            ended_ = buffer_.empty();
            if (!buffer_.empty()) {
                next_ = buffer_.back().key + std::string(1, '\0');
            }
        }
        return buffer_.empty() ? nullptr : &buffer_.front();
    }

    void step() {
        digest_.add(buffer_.front().key);
        digest_.add(buffer_.front().value);
        ++count_;
        buffer_.pop_front();
    }

    [[nodiscard]] int64_t count() const { return count_; }
    std::string digest() { return events::to_hex(digest_.finish()); }

  private:
    const RowReader& rows_;
    std::string next_;
    std::deque<Row> buffer_;
    bool ended_ = false;
    int64_t count_ = 0;
    events::Sha256Stream digest_;
};

// Of the rows at which the two walks stand; nullptr where a walk has ended, which not both have.
std::optional<RowDifference> difference(const RowWalk::Row* live, const RowWalk::Row* replay) {
    CHECK(live != nullptr || replay != nullptr, "two ended walks do not differ");
    const bool same = live != nullptr && replay != nullptr && live->key == replay->key &&
                      live->value == replay->value;
    if (same) {
        return std::nullopt;
    }
    const bool only_replay = live == nullptr || (replay != nullptr && replay->key < live->key);
    const bool only_live = replay == nullptr || (live != nullptr && live->key < replay->key);
    RowDifference found;
    found.key = hex(only_replay ? replay->key : live->key);
    if (!only_replay) {
        found.live = hex(live->value);
    }
    if (!only_live) {
        found.replay = hex(replay->value);
    }
    return found;
}

// Steps over the smaller key on its own side, so that one extra row does not put the rest out of
// step.
void step_smaller(RowWalk& live, const RowWalk::Row* a, RowWalk& replay, const RowWalk::Row* b) {
    const bool step_live = a != nullptr && (b == nullptr || a->key <= b->key);
    const bool step_replay = b != nullptr && (a == nullptr || b->key <= a->key);
    if (step_live) {
        live.step();
    }
    if (step_replay) {
        replay.step();
    }
}

Result<void> compare(const RowReader& live, const RowReader& replay, ReplayReport& report) {
    RowWalk live_walk(live);
    RowWalk replay_walk(replay);
    while (true) {
        const auto a = live_walk.peek();
        const auto b = replay_walk.peek();
        if (!a || !b) {
            return Unexpected(a ? b.error() : a.error());
        }
        if (*a == nullptr && *b == nullptr) {
            break;
        }
        if (!report.first_difference) {
            report.first_difference = difference(*a, *b);
        }
        step_smaller(live_walk, *a, replay_walk, *b);
    }
    report.live_rows = live_walk.count();
    report.replay_rows = replay_walk.count();
    report.live_digest = live_walk.digest();
    report.replay_digest = replay_walk.digest();
    return {};
}

}  // namespace

Result<void> check_same_logs(log::EventLog& log,
                             const ShardView& live,
                             const std::vector<log::OffsetRange>& ranges) {
    if (ranges.size() != live.positions().size()) {
        return fail(Errc::Corrupt,
                    "the log has " + std::to_string(ranges.size()) + " partitions, the views " +
                        std::to_string(live.positions().size()) + ": they are of another log");
    }
    for (size_t i = 0; i < ranges.size(); ++i) {
        const projections::Position& position = live.positions()[i];
        if (position.next_offset > ranges[i].end) {
            return fail(Errc::Corrupt,
                        "partition " + std::to_string(ranges[i].partition) + ": the log ends at " +
                            std::to_string(ranges[i].end) + ", the views are at " +
                            std::to_string(position.next_offset) +
                            ": they are of another log, or it has lost events since");
        }
        if (auto same = check_same_log(log, ranges[i].partition, position); !same) {
            return same;
        }
    }
    return {};
}

Result<std::vector<ReplayReport>> audit_replay(
    log::EventLog& log,
    const ShardView& live,
    const ReplayConfig& config,
    const std::function<void(int64_t, int64_t)>& progress) {
    const auto ranges = log.ranges();
    if (!ranges) {
        return Unexpected(ranges.error());
    }
    if (auto same = check_same_logs(log, live, *ranges); !same) {
        return Unexpected(same.error());
    }
    int64_t total = 0;
    for (const auto& position : live.positions()) {
        total += position.records;
    }
    int64_t folded = 0;
    const auto scratch_directory = ScratchDirectory::make(config.scratch_directory);
    if (!scratch_directory) {
        return Unexpected(scratch_directory.error());
    }
    const projections::SharedStoreMemory memory;
    std::vector<ReplayReport> reports;
    for (size_t i = 0; i < live.rows().size(); ++i) {
        ReplayReport report;
        report.partition = live.partition_of_index(i);
        report.next_offset = live.positions()[i].next_offset;
        const std::string directory = shard_directory(config.scratch_directory, report.partition);
        std::filesystem::create_directories(directory);
        auto scratch = RocksRows::open(directory, RocksRows::Access::ReadWrite, memory);
        if (!scratch) {
            return Unexpected(scratch.error());
        }
        const auto records =
            replay_partition(log,
                             {.fold = config.fold,
                              .place = {report.partition, static_cast<int32_t>(ranges->size())},
                              .begin = (*ranges)[i].begin,
                              .end = report.next_offset,
                              .window_records = config.window_records,
                              .state_cache_bytes = config.state_cache_bytes,
                              .batch_records = config.batch_records,
                              .stop = config.stop},
                             **scratch,
                             [&](int64_t more) {
                                 folded += more;
                                 progress(folded, total);
                             });
        if (!records) {
            return fail("partition " + std::to_string(report.partition), records.error());
        }
        report.records = *records;
        if (auto compared = compare(*live.rows()[i], **scratch, report); !compared) {
            return Unexpected(compared.error());
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

}  // namespace sijill::consumers
