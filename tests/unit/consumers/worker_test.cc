// Goal: the worker's figures do not depend on partitions, threads, batches, windows, cache size,
// stops or repeats, and the audit finds a planted change. Method: random histories in a memory log
// against the model; shards in RocksDB.

#include "consumers/worker.h"

#include "consumers/audit_replay.h"
#include "consumers/shard_set.h"
#include "events/encode.h"
#include "projections/keys.h"
#include "tests/support/eventually.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/worker_runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

namespace sijill::consumers {
namespace {

using nlohmann::json;
using tests::append;
using tests::catch_up;
using tests::cells_in;
using tests::config_in;
using tests::eventually;
using tests::expected;
using tests::history;
using tests::replay_in;
using tests::replayed;

constexpr std::chrono::seconds kPatience{60};  // a sanitized thread on a busy machine

TEST(Worker, FiguresDoNotDependOnPartitionsOrThreads) {
    const auto events = history(1);
    const model::Cells figures = expected(events);
    for (const int partitions : {1, 6, 24}) {
        for (const int threads : {1, 2}) {
            SCOPED_TRACE(std::to_string(partitions) + " partitions, " + std::to_string(threads) +
                         " threads");
            const tests::ScratchDirectory scratch;
            log::MemoryLog log(partitions);
            append(log, events);
            WorkerConfig config = config_in(scratch.path().string());
            config.threads = threads;
            Worker worker(log, config);
            catch_up(worker);
            EXPECT_EQ(cells_in(scratch.path().string()), figures);
        }
    }
}

TEST(Worker, FiguresDoNotDependOnBatchesOrWindows) {
    const auto events = history(2);
    const model::Cells figures = expected(events);
    for (const int64_t size : {int64_t{1}, int64_t{7}, int64_t{500}, int64_t{100'000}}) {
        SCOPED_TRACE("batches of " + std::to_string(size));
        const tests::ScratchDirectory scratch;
        log::MemoryLog log(2);
        append(log, events);
        WorkerConfig config = config_in(scratch.path().string());
        config.batch_records = static_cast<size_t>(size);
        config.window_records = size;
        config.catch_up_lag =
            size == 7 ? 0 : 1'000;  // windows all along, or the change of mode in between
        Worker worker(log, config);
        catch_up(worker);
        EXPECT_EQ(cells_in(scratch.path().string()), figures);
    }
}

// The SHA-256 over all rows of each shard, when the log was folded with this catch_up_lag.
std::vector<std::string> digests_with(log::EventLog& log, int64_t catch_up_lag, int64_t& commits) {
    const tests::ScratchDirectory scratch;
    WorkerConfig config = config_in(scratch.path().string());
    config.batch_records = 13;
    config.window_records = 200;
    config.catch_up_lag = catch_up_lag;
    Worker worker(log, config);
    commits = catch_up(worker).commits;
    const auto reports = replayed(log, scratch.path().string(), replay_in(scratch.path().string()));
    std::vector<std::string> digests;
    EXPECT_TRUE(reports) << reports.error().message;
    for (size_t i = 0; reports && i < reports->size(); ++i) {
        digests.push_back((*reports)[i].live_digest);
    }
    return digests;
}

TEST(Worker, TailAndCatchUpAndTheChangeBetweenThemGiveTheSameRows) {
    log::MemoryLog log(3);
    append(log, history(13));
    int64_t tail_commits = 0;
    int64_t both_commits = 0;
    int64_t window_commits = 0;
    const auto tail = digests_with(log, tests::kEvents, tail_commits);
    EXPECT_EQ(tail.size(), 3U);
    EXPECT_EQ(digests_with(log, tests::kEvents / 2, both_commits), tail);
    EXPECT_EQ(digests_with(log, -1, window_commits), tail);
    EXPECT_GT(tail_commits, both_commits) << "the modes were not those that the test is about";
    EXPECT_GT(both_commits, window_commits);
}

TEST(Worker, LoadingTwiceChangesNoFigure) {
    const auto events = history(3);
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(3);
    append(log, events);
    append(log, events);
    Worker worker(log, config_in(scratch.path().string()));
    catch_up(worker);
    EXPECT_EQ(cells_in(scratch.path().string()), expected(events));
}

TEST(Worker, SubjectsMayBeInterleavedInAnyWay) {
    const auto events = history(4);
    const model::Cells figures = expected(events);
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        // A random merge that keeps each subject's own order.
        std::map<std::string, std::vector<json>> queues;
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            queues[(*event)["subject"]].push_back(*event);
        }
        std::mt19937_64 random(seed);
        std::vector<json> merged;
        while (!queues.empty()) {
            const auto queue =
                std::next(queues.begin(), static_cast<int64_t>(random() % queues.size()));
            merged.push_back(queue->second.back());
            queue->second.pop_back();
            if (queue->second.empty()) {
                queues.erase(queue);
            }
        }
        const tests::ScratchDirectory scratch;
        log::MemoryLog log(2);
        append(log, merged);
        Worker worker(log, config_in(scratch.path().string()));
        catch_up(worker);
        EXPECT_EQ(cells_in(scratch.path().string()), figures);
    }
}

TEST(Worker, ATinyCacheIsExactAndReadsFarLessThanOncePerEvent) {
    const auto events = history(5);
    log::MemoryLog log(2);
    append(log, events);
    const tests::ScratchDirectory wide;
    const tests::ScratchDirectory narrow;
    Worker with_room(log, config_in(wide.path().string()));
    WorkerConfig config = config_in(narrow.path().string());
    config.state_cache_bytes = 1;
    config.catch_up_lag = 0;
    config.window_records = 300;
    config.batch_records = 100;
    Worker without(log, config);
    EXPECT_EQ(catch_up(with_room).store_gets, 0) << "an empty store is never read in catch-up";
    const auto& progress = catch_up(without);
    EXPECT_GT(progress.store_gets, 0) << "the cache must have spilled";
    EXPECT_EQ(cells_in(narrow.path().string()), cells_in(wide.path().string()));
}

TEST(Worker, CatchUpWritesEachChangedRowOncePerWindowNotPerEvent) {
    log::MemoryLog log(1);
    std::vector<json> events;
    for (int i = 0; i < 5'000; ++i) {
        json event{{"specversion", "1.0"},
                   {"id", "h" + std::to_string(i)},
                   {"source", "/test"},
                   {"type", "gov.cc.call.held.v1"},
                   {"subject", "call-" + std::to_string(i % 10)},
                   {"time", "2017-01-15T09:00:00.000Z"},
                   {"data", {{"at", "2017-01-15T09:00:00.000Z"}}}};
        events.push_back(event);
    }
    append(log, events);
    const tests::ScratchDirectory scratch;
    WorkerConfig config = config_in(scratch.path().string());
    config.catch_up_lag = 0;
    Worker worker(log, config);
    const auto& progress = catch_up(worker);
    EXPECT_EQ(progress.store_gets, 0);
    EXPECT_LT(progress.store_puts, 200) << "10 rows and their history chunks, not 5,000 events";
}

TEST(Worker, ContinuesWhereItStopped) {
    const auto events = history(6);
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(2);
    for (size_t begin = 0; begin < events.size(); begin += 300) {
        const size_t end = std::min(begin + 300, events.size());
        append(log,
               {events.begin() + static_cast<int64_t>(begin),
                events.begin() + static_cast<int64_t>(end)});
        Worker worker(log, config_in(scratch.path().string()));
        EXPECT_EQ(catch_up(worker).records, static_cast<int64_t>(end - begin))
            << "nothing is folded twice";
    }
    EXPECT_EQ(cells_in(scratch.path().string()), expected(events));
}

TEST(Worker, HolesInTheLogAreNormal) {
    const auto events = history(7);
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(1);
    for (size_t i = 0; i < events.size(); ++i) {
        append(log, {events[i]});
        if (i % 10 == 0) {
            log.skip_offsets(0, 3);
        }
    }
    log.skip_offsets(0, 5);
    Worker worker(log, config_in(scratch.path().string()));
    catch_up(worker);
    EXPECT_EQ(cells_in(scratch.path().string()), expected(events));
}

// A transaction's mark, or what was aborted, is no record and yet a place that has been reached.
TEST(Worker, AHoleAtTheEndIsCommittedWhileItFollows) {
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(1);
    append(log, {history(1).front()});
    log.skip_offsets(0, 500'000);
    Worker worker(log, config_in(scratch.path().string()));
    std::atomic<bool> stop{false};
    std::jthread folding([&] { EXPECT_TRUE(worker.run(RunUntil::Stopped, stop).has_value()); });
    const auto reached = [&] {
        const auto shards = view_shards(scratch.path().string());
        return shards && shards->positions().at(0).next_offset == 500'001;
    };
    EXPECT_TRUE(eventually(reached, kPatience));
    stop = true;
}

TEST(Worker, RefusesALogThatIsNotTheOneItFolded) {
    const auto events = history(8);
    const tests::ScratchDirectory scratch;
    log::MemoryLog first(1);
    append(first, events);
    Worker worker(first, config_in(scratch.path().string()));
    catch_up(worker);
    log::MemoryLog other(1);
    append(other, history(9));
    const std::atomic<bool> never{false};
    Worker wrong(other, config_in(scratch.path().string()));
    const auto folded = wrong.run(RunUntil::AtEnds, never);
    ASSERT_FALSE(folded);
    EXPECT_EQ(folded.error().code, Errc::Corrupt);
    EXPECT_NE(folded.error().message.find("not the one that was folded"), std::string::npos)
        << folded.error().message;
    log::MemoryLog shorter(1);
    append(shorter, {events.begin(), events.begin() + 10});
    Worker cut(shorter, config_in(scratch.path().string()));
    const auto refused = cut.run(RunUntil::AtEnds, never);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::Corrupt) << refused.error().message;
    EXPECT_EQ(cells_in(scratch.path().string()), expected(events)) << "the views are untouched";
}

TEST(Worker, MisroutedRecordsAreParked) {
    log::MemoryLog log(2);
    const json event = history(10).front();
    const int32_t wrong = 1 - events::partition_of(event["subject"].get<std::string>(), 2);
    log.append_raw(wrong, event["subject"].get<std::string>(), event.dump());
    const tests::ScratchDirectory scratch;
    Worker worker(log, config_in(scratch.path().string()));
    catch_up(worker);
    EXPECT_TRUE(cells_in(scratch.path().string()).empty());
    const auto shards = view_shards(scratch.path().string());
    EXPECT_EQ(shards->positions()[static_cast<size_t>(wrong)].anomalies, 1);
}

// The reader of partition 0 hangs while it is told to.
class HangingLog final : public log::MemoryLog {
  public:
    HangingLog() : log::MemoryLog(2) {}
    class Reader final : public log::LogReader {
      public:
        Reader(std::unique_ptr<log::LogReader> inner, const std::atomic<bool>& hanging)
            : inner_(std::move(inner)), hanging_(hanging) {}
        [[nodiscard]] Result<log::ReadBatch> read(size_t max_records,
                                                  std::chrono::milliseconds max_wait) override {
            hanging_.wait(true);
            return inner_->read(max_records, max_wait);
        }
        [[nodiscard]] Result<void> go_to(const log::Place& place) override {
            return inner_->go_to(place);
        }

      private:
        std::unique_ptr<log::LogReader> inner_;
        const std::atomic<bool>& hanging_;
    };

    [[nodiscard]] Result<std::unique_ptr<log::LogReader>> open_reader(
        std::span<const log::Place> places) override {
        auto reader = log::MemoryLog::open_reader(places);
        if (!reader || places.front().partition != 0) {
            return reader;
        }
        return std::unique_ptr<log::LogReader>(
            std::make_unique<Reader>(std::move(*reader), hanging_));
    }
    void hang(bool hanging) {
        hanging_ = hanging;
        hanging_.notify_all();
    }

  private:
    std::atomic<bool> hanging_{false};
};

TEST(Worker, AThreadThatHangsStandsStillWhereTheOthersTurn) {
    const tests::ScratchDirectory scratch;
    HangingLog log;
    WorkerConfig config = config_in(scratch.path().string());
    config.threads = 2;
    Worker worker(log, config);
    std::atomic<bool> stop{false};
    std::jthread folding([&] { EXPECT_TRUE(worker.run(RunUntil::Stopped, stop).has_value()); });
    const auto& turns = worker.progress().turns;
    const auto turn_on = [&turns](size_t thread, int64_t count) {
        const int64_t before = turns.at(thread);
        return eventually([&] { return turns.at(thread) >= before + count; }, kPatience);
    };
    EXPECT_TRUE(turn_on(0, 5) && turn_on(1, 5)) << "a quiet log is no reason to stand still";
    EXPECT_EQ(worker.progress().turning, 2U);
    log.hang(true);
    EXPECT_TRUE(turn_on(1, 5));
    const int64_t hanging = turns[0];
    EXPECT_TRUE(turn_on(1, 20));
    EXPECT_EQ(turns[0], hanging);
    log.hang(false);
    EXPECT_TRUE(turn_on(0, 5));
    stop = true;
    folding.join();
    EXPECT_EQ(worker.progress().turning, 0U);
}

TEST(Worker, ShardsThatHaveNothingYetAreSeenBesideThoseThatHave) {
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(3);
    append(log, {history(1).front()});
    Worker worker(log, config_in(scratch.path().string()));
    std::atomic<bool> stop{false};
    std::jthread folding([&] { EXPECT_TRUE(worker.run(RunUntil::Stopped, stop).has_value()); });
    int64_t records = 0;
    const auto seen = [&] {
        const auto shards = view_shards(scratch.path().string());
        for (size_t i = 0; shards && i < shards->positions().size(); ++i) {
            records += shards->positions()[i].records;
        }
        return records > 0;
    };
    EXPECT_TRUE(eventually(seen, kPatience));
    stop = true;
    EXPECT_EQ(records, 1);
}

TEST(AuditReplay, MatchesWhateverItKeepsInMemory) {
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(2);
    append(log, history(14));
    Worker worker(log, config_in(scratch.path().string()));
    catch_up(worker);
    for (const size_t bytes : {size_t{1}, size_t{100'000}}) {
        ReplayConfig config = replay_in(scratch.path().string());
        config.batch_records = 20;
        config.state_cache_bytes = bytes;
        const auto reports = replayed(log, scratch.path().string(), config);
        ASSERT_TRUE(reports) << reports.error().message;
        EXPECT_TRUE(std::ranges::all_of(*reports, &ReplayReport::match)) << bytes;
    }
}

TEST(AuditReplay, MatchesWhateverWindowsTheLiveFoldHad) {
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(3);
    append(log, history(11));
    log.skip_offsets(1, 2);
    WorkerConfig config = config_in(scratch.path().string());
    config.batch_records = 13;
    Worker worker(log, config);
    catch_up(worker);
    append(log, history(12));  // the log has gone on: the replay stops at the live position
    const auto reports = replayed(log, scratch.path().string(), replay_in(scratch.path().string()));
    ASSERT_TRUE(reports) << reports.error().message;
    ASSERT_EQ(reports->size(), 3U);
    for (const ReplayReport& report : *reports) {
        EXPECT_TRUE(report.match()) << report.first_difference->key;
        EXPECT_EQ(report.live_digest, report.replay_digest);
        EXPECT_GT(report.live_rows, 10);
    }
}

// An auditor comes while the first window is folded, or after the process was killed in it.
TEST(AuditReplay, AWorkerThatHasCommittedNothingYetMatches) {
    const tests::ScratchDirectory scratch;
    HangingLog log;
    log.hang(true);
    Worker worker(log, config_in(scratch.path().string()));
    std::atomic<bool> stop{false};
    std::jthread folding([&] { EXPECT_TRUE(worker.run(RunUntil::Stopped, stop).has_value()); });
    const auto matches = [&] {
        const auto reports =
            replayed(log, scratch.path().string(), replay_in(scratch.path().string()));
        return reports && reports->size() == 2 &&
               std::ranges::all_of(*reports, [](const ReplayReport& report) {
                   return report.match() && report.live_rows > 0;
               });
    };
    EXPECT_TRUE(eventually(matches, kPatience))
        << "it says whose rules it follows before its first record";
    stop = true;
    log.hang(false);
}

TEST(AuditReplay, FindsASingleChangedByte) {
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(1);
    append(log, history(13));
    Worker worker(log, config_in(scratch.path().string()));
    catch_up(worker);
    std::string key;
    std::string value;
    {
        const projections::SharedStoreMemory memory;
        auto rows = projections::RocksRows::open(shard_directory(scratch.path().string(), 0),
                                                 projections::RocksRows::Access::ReadWrite,
                                                 memory);
        ASSERT_TRUE(rows);
        ASSERT_TRUE((*rows)->scan(
            projections::keys::first_of('j'), projections::keys::behind('j'), [&](auto k, auto v) {
                key = k;
                value = v;
                return false;
            }));
        value.back() = static_cast<char>(value.back() ^ 2);
        projections::RowBatch changes;
        changes.put(key, value);
        ASSERT_TRUE((*rows)->commit(changes, projections::CommitMode::Tail));
    }
    const auto reports = replayed(log, scratch.path().string(), replay_in(scratch.path().string()));
    ASSERT_TRUE(reports) << reports.error().message;
    ASSERT_FALSE(reports->front().match());
    EXPECT_TRUE(reports->front().first_difference->key.starts_with("6a")) << "a cell: letter j";
    EXPECT_NE(reports->front().first_difference->live, reports->front().first_difference->replay);
    EXPECT_NE(reports->front().live_digest, reports->front().replay_digest);
}

}  // namespace
}  // namespace sijill::consumers
