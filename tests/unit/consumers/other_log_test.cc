// Goal: shards are read and folded on only with the log they are of, and all of them. Method: a
// shard is taken away, and logs of other lengths and partition counts are put in the log's place.

#include "consumers/replay.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/worker_runs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

namespace sijill::consumers {
namespace {

using tests::append;
using tests::catch_up;
using tests::cells_in;
using tests::config_in;
using tests::expected;
using tests::history;
using tests::replay_in;
using tests::replayed;
namespace fs = std::filesystem;

// A topic that an operator adds partitions to.
class GrowingLog final : public log::MemoryLog {
  public:
    explicit GrowingLog(int32_t partitions)
        : log::MemoryLog(2 * partitions), partitions_(partitions) {}
    void grow() { partitions_ = 2 * partitions_; }

    Result<std::vector<log::OffsetRange>> ranges() override {
        auto ranges = log::MemoryLog::ranges();
        ranges->resize(static_cast<size_t>(partitions_));
        return ranges;
    }
    Result<log::LogIdentity> identity() override {
        return log::LogIdentity{"growing", "1", partitions_};
    }

  private:
    std::atomic<int32_t> partitions_;
};

// Says nothing more of its ends once a worker has opened it and begun to fold, as a broker does
// that has lost a leader.
class SilentLog final : public log::MemoryLog {
  public:
    SilentLog() : log::MemoryLog(1) {}
    Result<std::vector<log::OffsetRange>> ranges() override {
        if (asked_++ > 1) {
            waiting_ = true;
            answer_.wait(false);
        }
        return log::MemoryLog::ranges();
    }

    [[nodiscard]] bool waiting() const { return waiting_; }
    void answer() {
        answer_ = true;
        answer_.notify_all();
    }

  private:
    std::atomic<int> asked_{0};
    std::atomic<bool> waiting_{false};
    std::atomic<bool> answer_{false};
};

// Enough for every shard to have some.
std::vector<nlohmann::json> short_history(uint64_t seed) {
    auto events = history(seed);
    events.resize(200);
    return events;
}

size_t directories_in(const std::string& data) {
    const fs::directory_iterator shards(data + "/shards");
    return static_cast<size_t>(std::distance(begin(shards), end(shards)));
}

TEST(Shards, AreNotReadWhileOneIsMissing) {
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    const auto events = short_history(21);
    const auto figures = expected(events);
    log::MemoryLog log(4);
    append(log, events);
    Worker worker(log, config_in(data));
    catch_up(worker);
    for (const int32_t missing : {1, 3}) {
        fs::remove_all(shard_directory(data, missing));
        const auto shards = view_shards(data);
        ASSERT_FALSE(shards) << missing;
        EXPECT_EQ(shards.error().code, Errc::Config);
        EXPECT_NE(shards.error().message.find("3 shards of a topic of 4"), std::string::npos)
            << shards.error().message;
        Worker again(log, config_in(data));
        catch_up(again);
        EXPECT_EQ(cells_in(data), figures);
    }
}

// A link to itself is refused to every user, as a directory of another's is to most.
TEST(Shards, WhatCannotBeReadIsNotTakenForNothing) {
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    EXPECT_EQ(view_shards(data).error().code, Errc::NotFound);
    fs::create_directories(shard_directory(data, 0));
    EXPECT_EQ(view_shards(data).error().code, Errc::NotFound);
    const std::string why = ": Too many levels of symbolic links";
    const std::string current = shard_directory(data, 0) + "/CURRENT";
    fs::create_symlink(current, current);
    const auto shard = view_shards(data);
    ASSERT_FALSE(shard);
    EXPECT_EQ(shard.error().code, Errc::Storage);
    EXPECT_EQ(shard.error().message,
              "shard " + shard_directory(data, 0) + ": cannot be read" + why);
    fs::remove_all(data + "/shards");
    fs::create_symlink(data + "/shards", data + "/shards");
    const auto all = view_shards(data);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, Errc::Storage);
    EXPECT_EQ(all.error().message, "cannot read " + data + "/shards" + why);
    log::MemoryLog log(1);
    Worker worker(log, config_in(data));
    const std::atomic<bool> never{false};
    const auto folded = worker.run(RunUntil::AtEnds, never);
    ASSERT_FALSE(folded);
    EXPECT_EQ(folded.error().message, all.error().message);
}

TEST(ScratchDirectory, WhatAKilledFoldLeftIsRemovedAndOneThatRunsIsNot) {
    const tests::ScratchDirectory scratch;
    const std::string left = scratch.path() / "left";
    const std::string running = scratch.path() / "running";
    fs::create_directories(left + "/shards/0000");
    const auto fold = ScratchDirectory::make(running);
    ASSERT_TRUE(fold) << fold.error().message;
    for (const std::string& path : {left, running, running + "-no"}) {
        ScratchDirectory::remove_left(path);
    }
    EXPECT_FALSE(fs::exists(left));
    EXPECT_TRUE(fs::exists(running));
}

TEST(Shards, NoneIsMadeForALogOfAnotherPartitionCount) {
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    const auto events = short_history(22);
    const auto figures = expected(events);
    log::MemoryLog log(4);
    append(log, events);
    Worker worker(log, config_in(data));
    catch_up(worker);
    const std::atomic<bool> never{false};
    for (const int32_t partitions : {2, 9}) {
        log::MemoryLog other(partitions);
        Worker wrong(other, config_in(data));
        const auto folded = wrong.run(RunUntil::AtEnds, never);
        ASSERT_FALSE(folded) << partitions;
        EXPECT_EQ(folded.error().code, Errc::Config) << folded.error().message;
        EXPECT_EQ(directories_in(data), 4U);
        EXPECT_EQ(cells_in(data), figures);
    }
}

// To wait for the record that was folded last would be to wait for ever.
TEST(Worker, RefusesALogThatEndsBeforeWhatItFoldedAtOnce) {
    const auto events = short_history(23);
    for (const size_t lost : {1U, 2U, 150U}) {
        const tests::ScratchDirectory scratch;
        const std::string data = scratch.path().string();
        log::MemoryLog whole(1);
        append(whole, events);
        Worker worker(whole, config_in(data));
        catch_up(worker);
        log::MemoryLog shorter(1);
        append(shorter, {events.begin(), events.end() - static_cast<std::ptrdiff_t>(lost)});
        Worker cut(shorter, config_in(data));
        const std::atomic<bool> never{false};
        const auto refused = cut.run(RunUntil::AtEnds, never);
        ASSERT_FALSE(refused) << lost;
        EXPECT_EQ(refused.error().code, Errc::Corrupt) << refused.error().message;
        EXPECT_EQ(refused.error().message.find("partition 0"),
                  refused.error().message.rfind("partition 0"))
            << refused.error().message;
        EXPECT_EQ(cells_in(data), expected(events)) << "the views are untouched";
    }
}

// Who goes on to seal a period, or to print a report, would do so with a part of the log.
TEST(Worker, AStopBeforeTheEndsIsToldAndNothingIsLost) {
    const auto events = short_history(24);
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    log::MemoryLog log(2);
    append(log, events);
    std::atomic<bool> stop{true};
    Worker stopped(log, config_in(data));
    const auto folded = stopped.run(RunUntil::AtEnds, stop);
    ASSERT_FALSE(folded);
    EXPECT_EQ(folded.error().code, Errc::Unavailable) << folded.error().message;
    stop = false;
    EXPECT_TRUE(Worker(log, config_in(data)).run(RunUntil::AtEnds, stop));
    EXPECT_EQ(cells_in(data), expected(events));
    stop = true;
    EXPECT_TRUE(Worker(log, config_in(data)).run(RunUntil::AtEnds, stop)) << "all is folded";
    EXPECT_TRUE(Worker(log, config_in(data)).run(RunUntil::Stopped, stop));
}

TEST(Worker, FoldsOnWhileTheBrokerDoesNotTellTheEnds) {
    const tests::ScratchDirectory scratch;
    SilentLog log;
    Worker worker(log, config_in(scratch.path().string()));
    ASSERT_TRUE(worker.open());
    std::atomic<bool> stop{false};
    Result<void> outcome;
    std::thread folding([&] { outcome = worker.run(RunUntil::Stopped, stop); });
    while (!log.waiting()) {
        std::this_thread::yield();
    }
    const auto events = short_history(29);
    append(log, events);
    while (worker.progress().records < static_cast<int64_t>(events.size())) {
        std::this_thread::yield();  // for ever, where the fold waits for the answer
    }
    stop = true;
    log.answer();
    folding.join();
    EXPECT_TRUE(outcome);
}

TEST(Worker, EndsWhenPartitionsAreAddedWhileItFolds) {
    const tests::ScratchDirectory scratch;
    GrowingLog log(2);
    Worker worker(log, config_in(scratch.path().string()));
    std::atomic<bool> stop{false};
    Result<void> outcome;
    std::thread folding([&] { outcome = worker.run(RunUntil::Stopped, stop); });
    while (worker.progress().turning == 0) {
        std::this_thread::yield();
    }
    log.grow();
    folding.join();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::Config) << outcome.error().message;
}

TEST(Worker, RefusesPartitionsThatWereAddedBetweenItsRuns) {
    const tests::ScratchDirectory scratch;
    GrowingLog log(2);
    Worker worker(log, config_in(scratch.path().string()));
    ASSERT_TRUE(worker.open());
    log.grow();
    const std::atomic<bool> never{false};
    const auto folded = worker.run(RunUntil::AtEnds, never);
    ASSERT_FALSE(folded);
    EXPECT_EQ(folded.error().code, Errc::Config) << folded.error().message;
}

TEST(AuditReplay, ALogThatEndsBeforeTheViewsIsAnotherOne) {
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    const auto events = history(23);
    log::MemoryLog log(1);
    append(log, events);
    Worker worker(log, config_in(data));
    catch_up(worker);
    log::MemoryLog shorter(1);
    append(shorter, {events.begin(), events.begin() + 100});
    log::MemoryLog wider(2);
    log::MemoryLog other(1);
    append(other, history(24));
    for (log::MemoryLog* wrong : {&shorter, &wider, &other}) {
        const auto reports = replayed(*wrong, data, replay_in(data));
        ASSERT_FALSE(reports);
        EXPECT_EQ(reports.error().code, Errc::Corrupt) << reports.error().message;
    }
}

TEST(AuditReplay, StopsWhenItIsAskedToAndLeavesNothing) {
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    log::MemoryLog log(2);
    append(log, history(25));
    Worker worker(log, config_in(data));
    catch_up(worker);
    const std::atomic<bool> stop{true};
    ReplayConfig config = replay_in(data);
    config.stop = &stop;
    const auto reports = replayed(log, data, config);
    ASSERT_FALSE(reports);
    EXPECT_EQ(reports.error().code, Errc::Unavailable) << reports.error().message;
    EXPECT_FALSE(fs::exists(config.scratch_directory));
}

TEST(AuditReplay, NeverTakesADirectoryThatIsThere) {
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    log::MemoryLog log(1);
    append(log, history(26));
    Worker worker(log, config_in(data));
    catch_up(worker);
    ReplayConfig config = replay_in(data);
    for (const std::string& taken : {data, data + "/shards"}) {  // it would fold into live rows
        config.scratch_directory = taken;
        const auto reports = replayed(log, data, config);
        ASSERT_FALSE(reports);
        EXPECT_EQ(reports.error().code, Errc::Invalid) << reports.error().message;
        EXPECT_TRUE(fs::exists(data + "/shards"));
    }
    const auto past = PastView::fold(log, {data, config.fold}, {{0, 1}}, [](int64_t) {});
    ASSERT_FALSE(past);
    EXPECT_EQ(past.error().code, Errc::Invalid) << past.error().message;
    EXPECT_TRUE(replayed(log, data, replay_in(data)));
}

TEST(PastView, StopsWhenItIsAskedToAndLeavesNothing) {
    const tests::ScratchDirectory scratch;
    const std::string data = scratch.path().string();
    log::MemoryLog log(1);
    append(log, short_history(27));
    const std::atomic<bool> stop{true};
    const auto past = PastView::fold(log, {data + "/past", {}, &stop}, {{0, 100}}, [](int64_t) {});
    ASSERT_FALSE(past);
    EXPECT_EQ(past.error().code, Errc::Unavailable) << past.error().message;
    EXPECT_FALSE(fs::exists(data + "/past"));
}

TEST(PastView, FailsWhereItsFilesCannotBeWritten) {
    const tests::ScratchDirectory scratch;
    const std::string past_data = scratch.path().string() + "/past";
    log::MemoryLog log(1);
    append(log, short_history(28));
    const auto end = log.ranges().value()[0].end;
    const auto past = PastView::fold(log, {past_data, {}, nullptr}, {{0, end}}, [&](int64_t) {
        fs::remove_all(shard_directory(past_data, 0));  // while its rows are in memory
    });
    EXPECT_FALSE(past) << "answers from a shard without rows";
}

}  // namespace
}  // namespace sijill::consumers
