// Goal: one contract for the rows, whatever keeps them. Back ends: memory, RocksDB in either commit
// mode.

#include "projections/store_rocksdb.h"
#include "tests/support/memory_rows.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

namespace sijill::projections {
namespace {

struct Backend {
    const char* name;
    bool rocks;
    CommitMode mode;
};

class RowsContract : public testing::TestWithParam<Backend> {
  protected:
    void SetUp() override {
        directory_ = (std::filesystem::temp_directory_path() / "sijill-rows-XXXXXX").string();
        ASSERT_NE(mkdtemp(directory_.data()), nullptr);
        open();
    }
    void TearDown() override {
        rows_.reset();
        std::filesystem::remove_all(directory_);
    }
    void open() {
        if (!GetParam().rocks) {
            rows_ = rows_ ? std::move(rows_) : std::make_unique<MemoryRows>();
            return;
        }
        rows_.reset();
        auto opened = RocksRows::open(directory_, RocksRows::Access::ReadWrite, memory_);
        ASSERT_TRUE(opened) << opened.error().message;
        rows_ = std::move(*opened);
    }
    void commit(const std::map<std::string, std::optional<std::string>>& changes) {
        RowBatch batch;
        for (const auto& [key, value] : changes) {
            if (value) {
                batch.put(key, *value);
            } else {
                batch.erase(key);
            }
        }
        ASSERT_TRUE(rows_->commit(batch, GetParam().mode));
    }

    std::map<std::string, std::string> scan(const std::string& begin, const std::string& end) {
        std::map<std::string, std::string> found;
        EXPECT_TRUE(rows_->scan(begin, end, [&found](std::string_view key, std::string_view value) {
            found.emplace(key, value);
            return true;
        }));
        return found;
    }

    SharedStoreMemory memory_;
    std::string directory_;
    std::unique_ptr<Rows> rows_;
};

TEST_P(RowsContract, ARowThatIsNotThereIsNoValueNotAnEmptyOne) {
    EXPECT_EQ(*rows_->get("a"), std::nullopt);
    commit({{"a", ""}});
    EXPECT_EQ(*rows_->get("a"), std::optional<std::string>(""));
    commit({{"a", std::nullopt}});
    EXPECT_EQ(*rows_->get("a"), std::nullopt);
}

TEST_P(RowsContract, ScansAreHalfOpenOrderedByBytesAndStopWhenTold) {
    commit({{std::string("a\0", 2), "1"}, {"b", "2"}, {"c", "3"}, {"\xff", "4"}});
    EXPECT_EQ(scan("a", "c").size(), 2U);
    int seen = 0;
    EXPECT_TRUE(rows_->scan(
        "", "\xff\xff", [&seen](std::string_view, std::string_view) { return ++seen < 2; }));
    EXPECT_EQ(seen, 2);
}

TEST_P(RowsContract, RandomCommitsEqualAMap) {
    std::mt19937_64 random(11);
    std::map<std::string, std::string> expected;
    for (int round = 0; round < 20; ++round) {
        std::map<std::string, std::optional<std::string>> changes;
        for (int i = 0; i < 50; ++i) {
            const std::string key = "k" + std::to_string(random() % 200);
            changes[key] =
                random() % 3 == 0 ? std::nullopt : std::optional(std::to_string(random()));
        }
        for (const auto& [key, value] : changes) {
            if (value) {
                expected[key] = *value;
            } else {
                expected.erase(key);
            }
        }
        commit(changes);
        if (round % 5 == 4) {
            open();
        }
        ASSERT_EQ(scan("", "\xff"), expected) << "round " << round;
    }
}

INSTANTIATE_TEST_SUITE_P(Backends,
                         RowsContract,
                         testing::Values(Backend{"Memory", false, CommitMode::Tail},
                                         Backend{"RocksTail", true, CommitMode::Tail},
                                         Backend{"RocksWindow", true, CommitMode::Window}),
                         [](const auto& backend) { return std::string(backend.param.name); });

TEST(RocksRowsFiles, AreOwnedByOneProcessAndSayWho) {
    std::string directory =
        (std::filesystem::temp_directory_path() / "sijill-rows-XXXXXX").string();
    ASSERT_NE(mkdtemp(directory.data()), nullptr);
    const SharedStoreMemory memory;
    const auto first = RocksRows::open(directory, RocksRows::Access::ReadWrite, memory);
    ASSERT_TRUE(first);
    const auto second = RocksRows::open(directory, RocksRows::Access::ReadWrite, memory);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::Conflict) << second.error().message;
    const auto missing = RocksRows::open(directory + "/none", RocksRows::Access::ReadOnly, memory);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::NotFound) << missing.error().message;
    const std::string file = directory + "/block";
    std::ofstream(file) << "no directory";
    const auto below = RocksRows::open(file + "/shard", RocksRows::Access::ReadWrite, memory);
    ASSERT_FALSE(below);
    EXPECT_EQ(below.error().code, Errc::Storage) << "a name is no lock: " << below.error().message;
    std::filesystem::remove_all(directory);
}

// Catch-up leaves a row in a file only; whoever must not wait for a disk asks `cached` first.
TEST(RocksRowsFiles, ACachedReaderReadsNoFileAndStaysInItsMoment) {
    const tests::ScratchDirectory scratch;
    const SharedStoreMemory memory;
    const auto open = [&] {
        return *RocksRows::open(scratch.path().string(), RocksRows::Access::ReadWrite, memory);
    };
    const auto put = [](RocksRows& rows, const std::string& value) {
        RowBatch batch;
        batch.put("key", value);
        ASSERT_TRUE(rows.commit(batch, CommitMode::Tail));
    };
    {
        const auto rows = open();
        put(*rows, "old");
        EXPECT_EQ(**rows->snapshot().cached->get("key"), "old") << "what was just written";
        ASSERT_TRUE(rows->flush());
    }
    const auto rows = open();
    const auto snapshot = rows->snapshot();
    const auto cold = snapshot.cached->get("key");
    ASSERT_FALSE(cold);
    EXPECT_EQ(cold.error().code, Errc::Unavailable) << cold.error().message;
    EXPECT_EQ(**snapshot.rows->get("key"), "old");
    EXPECT_EQ(**snapshot.cached->get("key"), "old") << "the block has been read now";
    put(*rows, "new");
    EXPECT_EQ(**snapshot.cached->get("key"), "old");
    EXPECT_EQ(**rows->snapshot().cached->get("key"), "new");
}

// Sixteen files are merged into one and deleted, again and again, while another lists them: each
// opening begins beside such a burst and ends behind it.
TEST(RocksRowsFiles, AreReadWhileWhoeverFoldsMergesThem) {
    constexpr int kOpenings = 100;
    const tests::ScratchDirectory scratch;
    const std::string directory = scratch.path().string();
    const SharedStoreMemory memory;
    const auto rows = *RocksRows::open(directory, RocksRows::Access::ReadWrite, memory);
    std::atomic<int> opened = 0;
    const auto fold = [&] {
        for (int burst = 0; burst < kOpenings; ++burst) {
            for (int file = 0; file < 16; ++file) {
                RowBatch batch;
                batch.put("key", std::to_string(burst));
                ASSERT_TRUE(rows->commit(batch, CommitMode::Window));
                ASSERT_TRUE(rows->flush());
            }
            while (opened <= burst) {
                std::this_thread::yield();
            }
        }
    };
    std::thread folding(fold);
    for (int i = 0; i < kOpenings; ++i) {
        const auto reader = RocksRows::open(directory, RocksRows::Access::ReadOnly, memory);
        EXPECT_TRUE(reader) << "opening " << i << ": " << reader.error().message;
        if (reader) {
            EXPECT_TRUE((*reader)->get("key")) << "opening " << i;
        }
        ++opened;
    }
    folding.join();
}

// A fold of the whole log must not merge what it wrote a moment ago; whoever asks the rows
// afterwards must not look into a file a window for ever.
TEST(RocksRowsFiles, LieUnmergedInACatchUpAndAreMergedInATail) {
    constexpr int kWindows = 12;
    const tests::ScratchDirectory scratch;
    const auto files = [&] {
        return std::ranges::count_if(
            std::filesystem::directory_iterator(scratch.path()),
            [](const auto& entry) { return entry.path().extension() == ".sst"; });
    };
    const SharedStoreMemory memory;
    const auto rows =
        *RocksRows::open(scratch.path().string(), RocksRows::Access::ReadWrite, memory);
    const auto commit = [&](const std::string& own, CommitMode mode) {
        RowBatch batch;
        batch.put("all", own);
        batch.put(own, own);
        ASSERT_TRUE(rows->commit(batch, mode));
        ASSERT_TRUE(rows->flush());
    };
    for (int window = 0; window < kWindows; ++window) {
        commit("window " + std::to_string(window), CommitMode::Window);
    }
    EXPECT_EQ(files(), kWindows);
    commit("tail", CommitMode::Tail);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (files() > 2 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_LE(files(), 2);
    EXPECT_EQ(**rows->get("all"), "tail");
    for (int window = 0; window < kWindows; ++window) {
        const std::string own = "window " + std::to_string(window);
        EXPECT_EQ(**rows->get(own), own);
    }
}

}  // namespace
}  // namespace sijill::projections
