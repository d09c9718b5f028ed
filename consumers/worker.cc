#include "consumers/worker.h"

#include "consumers/known_ends.h"
#include "events/check.h"
#include "projections/fetch_ahead.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

namespace sijill::consumers {

namespace {

using projections::CommitMode;
using projections::RocksRows;
using projections::ShardFold;
using std::chrono::milliseconds;

constexpr milliseconds kCatchUpWait{100};
constexpr size_t kElsewhere = SIZE_MAX;

// One partition of a thread: its rows and its fold.
struct Shard {
    int32_t partition = 0;
    RocksRows* rows = nullptr;
    std::unique_ptr<ShardFold> fold;
};

// One thread's partitions, from opening the shards to the last commit.
class Lane {
  public:
    Lane(log::EventLog& log,
         const WorkerConfig& config,
         const KnownEnds& ends,
         WorkerProgress& progress,
         std::atomic<int64_t>& turns,
         size_t cache_bytes)
        : log_(log),
          config_(config),
          ends_(ends),
          progress_(progress),
          turns_(turns),
          cache_bytes_(cache_bytes) {}

    void add(int32_t partition, RocksRows& rows) {
        by_partition_.resize(std::max(by_partition_.size(), static_cast<size_t>(partition) + 1),
                             kElsewhere);
        by_partition_[static_cast<size_t>(partition)] = shards_.size();
        Shard& shard = shards_.emplace_back();
        shard.partition = partition;
        shard.rows = &rows;
    }

    Result<void> open(int32_t partitions) {
        for (Shard& shard : shards_) {
            ++turns_;
            if (auto opened = open(shard, partitions); !opened) {
                return opened;
            }
        }
        return {};
    }

    Result<void> run(RunUntil until, const std::atomic<bool>& stop) {
        std::vector<log::Place> places;
        for (const Shard& shard : shards_) {
            places.push_back({shard.partition, shard.fold->position().next_offset});
        }
        auto reader = log_.open_reader(places);
        if (!reader) {
            return Unexpected(reader.error());
        }
        // A new shard says whose it is: an auditor may come before its first record.
        if (auto told = commit(CommitMode::Tail); !told) {
            return told;
        }
        while (!stop.load(std::memory_order_relaxed)) {
            ++turns_;
            if (until == RunUntil::AtEnds && lag() == 0) {
                break;
            }
            if (auto same = ends_.check_count(); !same) {
                return same;
            }
            if (auto step = fold_batch(**reader, until); !step) {
                return step;
            }
        }
        return end(until);
    }

  private:
    Result<void> open(Shard& shard, int32_t partitions) {
        auto fold = ShardFold::open(config_.fold,
                                    {shard.partition, partitions},
                                    *shard.rows,
                                    read_again_from(log_, shard.partition));
        if (!fold) {
            return Unexpected(fold.error());
        }
        shard.fold = std::move(*fold);
        const int64_t next = shard.fold->position().next_offset;
        if (const int64_t end = ends_.of(shard.partition); next > end) {
            return fail(Errc::Corrupt,
                        "partition " + std::to_string(shard.partition) + " ends at offset " +
                            std::to_string(end) + ", but was folded up to " + std::to_string(next) +
                            ". It was cut, or the topic was deleted and made again, or another log "
                            "is configured: use a new data directory for it");
        }
        if (auto same = check_same_log(log_, shard.partition, shard.fold->position()); !same) {
            return same;
        }
        progress_.target += lag_of(shard);
        tell_commit(shard, projections::RowBatch());
        return {};
    }

    void tell_commit(const Shard& shard, const projections::RowBatch& changes) const {
        if (config_.committed) {
            config_.committed(shard.partition, shard.fold->position().next_offset, changes);
        }
    }

    [[nodiscard]] Shard& shard_of(int32_t partition) {
        return shards_[by_partition_.at(static_cast<size_t>(partition))];
    }

    [[nodiscard]] int64_t lag_of(const Shard& shard) const {
        return std::max<int64_t>(0, ends_.of(shard.partition) - shard.fold->position().next_offset);
    }

    [[nodiscard]] int64_t lag() const {
        int64_t sum = 0;
        for (const Shard& shard : shards_) {
            sum += lag_of(shard);
        }
        return sum;
    }

    Result<void> fold_batch(log::LogReader& reader, RunUntil until) {
        // Who asked for the ends alone reads nothing before them: a window begun goes on.
        const bool windows =
            lag() > config_.catch_up_lag || (in_window_ && until == RunUntil::AtEnds);
        auto batch = reader.read(config_.batch_records, windows ? kCatchUpWait : config_.tail_wait);
        if (!batch) {
            return Unexpected(batch.error());
        }
        if (uncommitted_ == 0 && !batch->records.empty()) {
            shrink();
        }
        if (auto folded = fold_records(batch->records); !folded) {
            return folded;
        }
        for (const log::Place& end : batch->ends) {
            shard_of(end.partition).fold->reach(end.next_offset);
        }
        uncommitted_ += static_cast<int64_t>(batch->records.size());
        progress_.records += static_cast<int64_t>(batch->records.size());
        return commit_if_due(windows);
    }

    // Before the next records and not behind a commit: there may be none.
    void shrink() {
        for (Shard& shard : shards_) {
            shard.fold->shrink(cache_bytes_ / shards_.size());
        }
    }

    static constexpr size_t kGroup = projections::kMostAnnounced;

    // The client brought the records in another thread, so their bytes are far from this one.
    static void fetch_keys(std::span<const events::Record> records) {
        for (const events::Record& record : records) {
            projections::fetch_text_ahead(record.key.value_or(std::string_view{}));
        }
    }

    Result<void> fold_records(std::span<const events::Record> records) {
        constexpr size_t kValueTurns = 2;
        const auto group_from = [records](size_t i) {
            const auto from = records.subspan(std::min(i, records.size()));
            return from.first(std::min(kGroup, from.size()));
        };
        for (size_t i = 0; i < records.size(); ++i) {
            ShardFold& fold = *shard_of(records[i].partition).fold;
            if (i % kGroup == 0) {  // records come in long runs of one partition
                ++turns_;           // a correction of a long history takes its time
                fold.prefetch(group_from(i));
                fetch_keys(group_from(i + kGroup));
            }
            if (i + kValueTurns < records.size()) {
                projections::fetch_text_ahead(
                    records[i + kValueTurns].value.value_or(std::string_view{}));
            }
            if (auto applied = fold.apply(records[i]); !applied) {
                return fail("partition " + std::to_string(records[i].partition) + ", offset " +
                                std::to_string(records[i].offset),
                            applied.error());
            }
        }
        return {};
    }

    Result<void> commit_if_due(bool windows) {
        size_t bytes = 0;
        for (const Shard& shard : shards_) {
            bytes += shard.fold->bytes();
        }
        // A tail commits what has arrived; it never waits for more.
        // So it does where a transaction's mark, or what was aborted, is all that has come.
        if (!windows && (uncommitted_ > 0 || any_changed())) {
            return commit(in_window_ ? CommitMode::Window : CommitMode::Tail);
        }
        in_window_ = in_window_ || windows;
        if (uncommitted_ >= config_.window_records || (bytes > cache_bytes_ && uncommitted_ > 0)) {
            return commit(CommitMode::Window);
        }
        return {};
    }

    [[nodiscard]] bool any_changed() const {
        return std::ranges::any_of(shards_,
                                   [](const Shard& shard) { return shard.fold->changed(); });
    }

    Result<void> commit(CommitMode mode) {
        for (Shard& shard : shards_) {
            if (shard.fold->changed()) {
                if (auto taken = shard.fold->take_changes(changes_); !taken) {
                    return fail("partition " + std::to_string(shard.partition), taken.error());
                }
                if (auto written = shard.rows->commit(changes_, mode); !written) {
                    return fail("partition " + std::to_string(shard.partition), written.error());
                }
                ++progress_.commits;
                progress_.store_puts += static_cast<int64_t>(changes_.size());
                tell_commit(shard, changes_);
            }
        }
        int64_t gets = 0;
        for (const Shard& shard : shards_) {
            gets += static_cast<int64_t>(shard.fold->store_gets());
        }
        progress_.store_gets += gets - gets_;
        gets_ = gets;
        uncommitted_ = 0;
        in_window_ = false;
        return {};
    }

    Result<void> end(RunUntil until) {
        const bool short_of_ends = until == RunUntil::AtEnds && lag() > 0;
        auto closed = close();
        if (closed && short_of_ends) {
            return fail(Errc::Unavailable,
                        "stopped before the end of the log; what was folded is kept");
        }
        return closed;
    }

    // A clean stop leaves everything in files.
    Result<void> close() {
        if (auto committed = commit(CommitMode::Window); !committed) {
            return committed;
        }
        for (Shard& shard : shards_) {
            if (auto flushed = shard.rows->flush(); !flushed) {
                return fail("partition " + std::to_string(shard.partition), flushed.error());
            }
            if (config_.process_ends) {
                static_cast<void>(shard.fold.release());
            }
        }
        shards_.clear();  // here, where the other lanes do the same at the same time
        return {};
    }

    log::EventLog& log_;
    const WorkerConfig& config_;
    const KnownEnds& ends_;
    WorkerProgress& progress_;
    std::atomic<int64_t>& turns_;
    size_t cache_bytes_;
    std::vector<Shard> shards_;
    std::vector<size_t> by_partition_;  // index into shards_; kElsewhere: another thread's
    projections::RowBatch changes_;     // kept for its memory
    int64_t uncommitted_ = 0;
    int64_t gets_ = 0;
    bool in_window_ = false;  // something was folded in windows since the last commit
};

// Does one thing in every lane, each on its own thread; `stop` or the first error tells the others
// to halt.
Result<void> in_lanes(std::vector<Lane>& lanes,
                      const std::atomic<bool>& stop,
                      const std::function<Result<void>(Lane&, const std::atomic<bool>&)>& act) {
    std::atomic<bool> halt{stop.load()};
    std::mutex mutex;
    std::condition_variable ended;
    Result<void> outcome;
    size_t running = lanes.size();
    std::vector<std::jthread> threads;
    threads.reserve(lanes.size());
    for (Lane& lane : lanes) {
        threads.emplace_back([&] {
            pthread_setname_np(pthread_self(), "sijill-fold");  // for top and debuggers
            const Result<void> result = act(lane, halt);
            const std::lock_guard lock(mutex);
            if (!result) {
                outcome = outcome ? result : outcome;
                halt = true;
            }
            --running;
            ended.notify_one();
        });
    }
    std::unique_lock lock(mutex);
    // A signal handler sets `stop`: nobody can notify of it.
    while (!ended.wait_for(lock, milliseconds(20), [&running] { return running == 0; })) {
        halt = halt || stop;
    }
    lock.unlock();
    threads.clear();
    return outcome;
}

}  // namespace

Result<void> Worker::open() {
    const auto ranges = log_.ranges();
    if (!ranges) {
        return Unexpected(ranges.error());
    }
    std::vector<int32_t> partitions;
    for (const log::OffsetRange& range : *ranges) {
        partitions.push_back(range.partition);
    }
    auto shards = ShardSet::open_for_folding(config_.data_directory, partitions);
    if (!shards) {
        return Unexpected(shards.error());
    }
    shards_.emplace(std::move(*shards));
    return {};
}

Result<void> Worker::run(RunUntil until, const std::atomic<bool>& stop) {
    const bool for_this_run = !shards_;
    if (for_this_run) {
        if (auto opened = open(); !opened) {
            return opened;
        }
    }
    auto outcome = fold(until, stop);
    if (for_this_run) {
        shards_.reset();
    }
    return outcome;
}

Result<void> Worker::fold(RunUntil until, const std::atomic<bool>& stop) {
    const auto identity = log_.identity();
    const auto ranges = log_.ranges();
    if (!identity || !ranges) {
        return Unexpected(identity ? ranges.error() : identity.error());
    }
    if (auto same = check_partition_count(ranges->size(), shards_->size()); !same) {
        return same;
    }
    const auto threads = static_cast<size_t>(std::max(1, config_.threads));
    const auto lane_count = std::min(ranges->size(), std::min(threads, kMostThreads));
    KnownEnds ends(log_, *ranges);
    std::vector<Lane> lanes;
    for (size_t i = 0; i < lane_count; ++i) {
        lanes.emplace_back(log_,
                           config_,
                           ends,
                           progress_,
                           progress_.turns.at(i),
                           config_.state_cache_bytes / lane_count);
    }
    for (size_t i = 0; i < ranges->size(); ++i) {
        const int32_t partition = (*ranges)[i].partition;
        lanes[i % lanes.size()].add(partition, shards_->rows_of(partition));
    }
    progress_.turning = lane_count;
    // All are open before one folds: a directory that does not fit the log is left as it was.
    auto outcome = in_lanes(
        lanes, stop, [&](Lane& lane, const auto&) { return lane.open(identity->partitions); });
    if (outcome) {
        if (until == RunUntil::Stopped) {
            ends.follow();
        }
        outcome = in_lanes(
            lanes, stop, [&](Lane& lane, const auto& halt) { return lane.run(until, halt); });
    }
    progress_.turning = 0;
    return outcome;
}

}  // namespace sijill::consumers
