// tests/unit/log/embedded_log_test.cc - group commit, ownership and identity of the embedded log.

#include "log/embedded_log.h"

#include "tests/support/file_limit.h"
#include "tests/support/scratch_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace sijill::log {
namespace {

using tests::FileLimit;
using tests::ScratchDirectory;

std::unique_ptr<EmbeddedLog> open(EmbeddedLogOptions options) {
    auto log = EmbeddedLog::open(std::move(options));
    EXPECT_TRUE(log.has_value()) << log.error().message;
    return std::move(*log);
}

/// Another process that holds RocksDB's lock on a directory until the object goes.
class LockHolder {
  public:
    explicit LockHolder(const std::filesystem::path& directory) {
        std::array<int, 2> ready{};
        EXPECT_EQ(pipe(ready.data()), 0);
        EXPECT_EQ(pipe(release_.data()), 0);
        child_ = fork();
        if (child_ == 0) {
            close(release_[1]);
            const int file = ::open((directory / "LOCK").c_str(), O_RDWR | O_CREAT, 0600);
            struct flock lock {};
            lock.l_type = F_WRLCK;
            lock.l_whence = SEEK_SET;
            const bool held = fcntl(file, F_SETLK, &lock) == 0;
            char byte = held ? 'y' : 'n';
            const bool told = write(ready[1], &byte, 1) == 1;
            const bool released = read(release_[0], &byte, 1) == 0;  // ends when the parent closes
            _exit(told && released ? 0 : 1);
        }
        char byte = 0;
        EXPECT_EQ(read(ready[0], &byte, 1), 1);
        EXPECT_EQ(byte, 'y');
        close(ready[0]);
        close(ready[1]);
        close(release_[0]);
    }
    LockHolder(const LockHolder&) = delete;
    LockHolder& operator=(const LockHolder&) = delete;
    ~LockHolder() {
        close(release_[1]);
        int status = 0;
        EXPECT_EQ(waitpid(child_, &status, 0), child_);
        EXPECT_EQ(status, 0);
    }

  private:
    std::array<int, 2> release_{};
    pid_t child_ = -1;
};

TEST(EmbeddedLog, ConcurrentAppendsShareFsyncs) {
    constexpr int kThreads = 8;
    constexpr int kEach = 50;
    const ScratchDirectory scratch;
    std::atomic<int> arrived = 0;
    // The first commit waits in its clock until every thread has called append().
    const Clock clock = [&arrived] {
        while (arrived.load() < kThreads) {
            std::this_thread::yield();
        }
        return system_clock_ms();
    };
    const auto log = open({scratch.path(), "embedded", 3, clock});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&log, &arrived, t] {
            ++arrived;
            for (int i = 0; i < kEach; ++i) {
                const events::NewRecord record{std::to_string(t), std::to_string(i), {}};
                EXPECT_TRUE(log->append(std::span(&record, 1)).front().has_value());
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_LT(log->syncs(), static_cast<uint64_t>(kThreads * kEach));
    EXPECT_GE(log->syncs(), static_cast<uint64_t>(kEach)) << "a thread waits for its own fsync";
    const auto ranges = log->ranges();
    int64_t records = 0;
    for (const OffsetRange& range : *ranges) {
        records += range.end - range.begin;
    }
    EXPECT_EQ(records, kThreads * kEach);
}

TEST(EmbeddedLog, OneCallIsOneFsync) {
    const ScratchDirectory scratch;
    const auto log = open({scratch.path()});
    const std::vector<events::NewRecord> records(500, {"k", "v", {}});
    EXPECT_EQ(log->append(records).size(), 500U);
    EXPECT_EQ(log->syncs(), 1U);
}

TEST(EmbeddedLog, AWriteThatFailedStopsTheLogAndItsCauseIsToldOnce) {
    const ScratchDirectory scratch;
    const auto log = open({scratch.path(), "embedded", 1});
    const std::vector<events::NewRecord> records(2, {"k", std::string(100'000, 'v'), {}});
    EXPECT_FALSE(log->stopped().has_value());
    {
        const FileLimit limit(64U << 10U);
        EXPECT_EQ(log->append(records).back().error().code, Errc::Unknown);
    }
    const auto stopped = log->stopped();
    ASSERT_TRUE(stopped.has_value());
    EXPECT_EQ(stopped->code, Errc::Storage);
    EXPECT_NE(stopped->message.find("File too large"), std::string::npos) << stopped->message;
    for (int again = 0; again < 3; ++again) {
        const auto refused = log->append(records);
        ASSERT_EQ(refused.size(), 2U);
        EXPECT_EQ(refused.back().error().code, Errc::Storage);
        EXPECT_EQ(refused.back().error().message, stopped->message);
    }
    EXPECT_EQ(log->ranges()->front().end, 0) << "what was read before is still there, and no more";
}

TEST(EmbeddedLog, ADirectoryInUseByAnotherProcessIsAConflict) {
    const ScratchDirectory scratch;
    const LockHolder holder(scratch.path());
    const auto refused = EmbeddedLog::open({scratch.path()});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Conflict) << refused.error().message;
    EXPECT_NE(refused.error().message.find("another process is using it"), std::string::npos);
    EXPECT_NE(refused.error().message.find(scratch.path().string()), std::string::npos);
}

// Names, sizes and times of change of what is in a directory.
std::string look_of(const std::filesystem::path& directory) {
    std::set<std::string> files;
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
        files.insert(file.path().string() + " " + std::to_string(file.file_size()) + " " +
                     std::to_string(file.last_write_time().time_since_epoch().count()));
    }
    std::string all;
    for (const std::string& each : files) {
        all += each + "\n";
    }
    return all;
}

TEST(EmbeddedLog, AReadOnlyOneChangesNothing) {
    const ScratchDirectory scratch;
    const EmbeddedLogOptions only_read{.directory = scratch.path(), .read_only = true};
    EXPECT_EQ(EmbeddedLog::open(only_read).error().code, Errc::NotFound);
    EXPECT_EQ(look_of(scratch.path()), "");
    const std::vector<events::NewRecord> records(1, {"k", "v", {}});
    EXPECT_TRUE(open({.directory = scratch.path(), .partitions = 1})->append(records)[0]);
    const std::string before = look_of(scratch.path());
    {
        const auto log = open(only_read);
        EXPECT_EQ(log->ranges()->front().end, 1);
        EXPECT_FALSE(log->append(records)[0]);
    }
    EXPECT_EQ(look_of(scratch.path()), before);
}

TEST(EmbeddedLog, ADirectoryOpenTwiceInOneProcessIsAConflict) {
    const ScratchDirectory scratch;
    const auto log = open({scratch.path()});
    const auto refused = EmbeddedLog::open({scratch.path()});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Conflict) << refused.error().message;
}

TEST(EmbeddedLog, AnotherPartitionCountIsRefused) {
    const ScratchDirectory scratch;
    open({scratch.path(), "embedded", 3});
    const auto refused = EmbeddedLog::open({scratch.path(), "embedded", 6});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Config);
    EXPECT_NE(refused.error().message.find("has 3 partitions, asked for 6"), std::string::npos)
        << refused.error().message;
}

TEST(EmbeddedLog, WithoutACountTheStoredOneHoldsAndANewLogHasTwelve) {
    const ScratchDirectory three;
    open({three.path(), "embedded", 3});
    EXPECT_EQ(open({three.path()})->identity()->partitions, 3);
    const ScratchDirectory fresh;
    EXPECT_EQ(open({fresh.path()})->identity()->partitions, 12);
    EXPECT_EQ(EmbeddedLog::open({fresh.path(), "embedded", 0}).error().code, Errc::Config);
}

TEST(EmbeddedLog, AppendTimeDoesNotStepBackAcrossAReopening) {
    const ScratchDirectory scratch;
    const events::NewRecord record{"k", "v", {}};
    const auto append = [&](int64_t now) {
        const auto log = open({scratch.path(), "embedded", 1, [now] { return now; }});
        return log->append(std::span(&record, 1)).front()->append_time_ms;
    };
    EXPECT_EQ(append(1'000), 1'000);
    EXPECT_EQ(append(500), 1'000);
    EXPECT_EQ(append(1'001), 1'001);
}

TEST(EmbeddedLog, AForeignDatabaseIsRefusedAndNotTouched) {
    const ScratchDirectory scratch;
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, scratch.path().string(), &raw).ok());
    std::unique_ptr<rocksdb::DB> foreign(raw);
    ASSERT_TRUE(foreign->Put({}, "key", "value").ok());
    foreign.reset();
    const auto refused = EmbeddedLog::open({scratch.path()});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Corrupt);
}

TEST(EmbeddedLog, ADamagedRowStopsTheReaderThereByName) {
    const ScratchDirectory scratch;
    const std::vector<events::NewRecord> records(3, {"k", "v", {}});
    EXPECT_EQ(open({scratch.path(), "embedded", 1})->append(records).size(), 3U);
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, scratch.path().string(), &raw).ok());
    std::unique_ptr<rocksdb::DB> damaged(raw);
    const std::string second("\0\0\0\0\0\0\0\0\0\0\0\1", 12);
    ASSERT_TRUE(damaged->Delete({}, second).ok());
    damaged.reset();
    const auto log = open({scratch.path(), "embedded", 1});
    auto reader = *log->open_reader(std::array{Place{0, 0}});
    const auto batch = reader->read(10, std::chrono::milliseconds(0));
    ASSERT_FALSE(batch.has_value());
    EXPECT_EQ(batch.error().code, Errc::Corrupt);
    EXPECT_NE(batch.error().message.find("embedded[0]@1"), std::string::npos)
        << batch.error().message;
}

TEST(EmbeddedLog, AReadOfLargeRecordsEndsByItsBytesAndLosesNone) {
    const ScratchDirectory scratch;
    const auto log = open({scratch.path(), "embedded", 1});
    const std::vector<events::NewRecord> records(40, {"k", std::string(500'000, 'v'), {}});
    EXPECT_EQ(log->append(records).size(), 40U);
    auto reader = *log->open_reader(std::array{Place{0, 0}});
    int64_t next = 0;
    while (next < 40) {
        const auto batch = reader->read(5'000, std::chrono::milliseconds(0));
        ASSERT_TRUE(batch.has_value()) << batch.error().message;
        ASSERT_FALSE(batch->records.empty());
        EXPECT_LE(batch->records.size(), 17U) << "8 MiB, and one record more";
        for (const events::Record& record : batch->records) {
            EXPECT_EQ(record.offset, next++);
            EXPECT_EQ(record.value, records.front().value);
        }
        EXPECT_EQ(batch->ends.empty(), next < 40) << "the end is told when it is reached";
    }
}

TEST(EmbeddedLog, ADirectoryThatCannotBeMadeIsAStorageError) {
    const ScratchDirectory scratch;
    const auto file = scratch.path() / "file";
    close(::open(file.c_str(), O_CREAT | O_WRONLY, 0600));
    const auto refused = EmbeddedLog::open({file / "log"});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Storage);
}

// A link to itself stands for what the system does not let us look at, as it keeps nothing from
// root.
TEST(EmbeddedLog, OneThatCannotBeLookedForIsNoLogThatIsNotThere) {
    const ScratchDirectory scratch;
    const auto loop = scratch.path() / "loop";
    std::filesystem::create_symlink(loop, loop);
    EmbeddedLogOptions options{loop};
    options.make = false;
    const auto refused = EmbeddedLog::open(options);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Storage) << refused.error().message;
    options.directory = scratch.path() / "none";
    EXPECT_EQ(EmbeddedLog::open(options).error().code, Errc::NotFound);
}

}  // namespace
}  // namespace sijill::log
