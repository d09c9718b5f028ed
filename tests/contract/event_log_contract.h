#pragma once
// tests/contract/event_log_contract.h - the fixture of the log's contract: one fresh log of one
// back end.

#include "events/record.h"
#include "log/event_log.h"
#include "tests/contract/log_backends.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sijill::tests {

using events::NewRecord;
using log::Appended;
using log::Place;
using std::chrono::milliseconds;

inline constexpr int32_t kPartitions = 3;
inline constexpr milliseconds kDeadline{30'000};
inline constexpr milliseconds kShortWait{20};

/// A record that outlives the read that brought it.
struct Copy {
    int32_t partition = 0;
    int64_t offset = 0;
    int64_t append_time_ms = 0;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<events::Header> headers;
};

inline Copy copy_of(const events::Record& record) {
    Copy copy{record.partition, record.offset, record.append_time_ms, {}, {}, {}};
    copy.key = record.key;
    copy.value = record.value;
    if (record.headers.read != nullptr) {
        EXPECT_TRUE(record.headers.read(record.headers.handle, 100, copy.headers));
    }
    return copy;
}

class EventLogContract : public testing::TestWithParam<BackendKind> {
  protected:
    void SetUp() override {
        backend_ = GetParam().make(kPartitions);
        if (!backend_) {
            GTEST_SKIP() << "KAFKA_BOOTSTRAP is not set";
        }
    }

    [[nodiscard]] log::EventLog& log() { return backend_->log(); }

    std::vector<Appended> append(const std::vector<NewRecord>& records) {
        std::vector<Appended> places;
        for (const auto& result : log().append(records)) {
            EXPECT_TRUE(result.has_value()) << result.error().message;
            places.push_back(result.value_or(Appended{}));
        }
        EXPECT_EQ(places.size(), records.size());
        return places;
    }

    /// `count` records over all partitions; the value says which one it is.
    std::vector<NewRecord> numbered(int count) {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            records.push_back({"case-" + std::to_string(i % 7), std::to_string(i), {}});
        }
        return records;
    }

    std::unique_ptr<log::LogReader> reader(const std::vector<Place>& places) {
        auto opened = log().open_reader(places);
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return opened ? std::move(*opened) : nullptr;
    }

    static std::vector<Place> all_from_start() { return {{0, 0}, {1, 0}, {2, 0}}; }

    /// Reads until `count` records have come.
    static std::vector<Copy> drain(log::LogReader& from, size_t count, size_t max_records = 100) {
        std::vector<Copy> copies;
        const auto deadline = std::chrono::steady_clock::now() + kDeadline;
        while (copies.size() < count && std::chrono::steady_clock::now() < deadline) {
            const auto batch = from.read(max_records, milliseconds(200));
            EXPECT_TRUE(batch.has_value()) << batch.error().message;
            if (!batch) {
                break;
            }
            EXPECT_LE(batch->records.size(), max_records);
            for (const events::Record& record : batch->records) {
                copies.push_back(copy_of(record));
            }
        }
        EXPECT_EQ(copies.size(), count);
        return copies;
    }

    /// Reads until every partition in `partitions` has reported its end; the last place of each.
    static std::map<int32_t, int64_t> drain_ends(log::LogReader& from, size_t partitions) {
        std::map<int32_t, int64_t> ends;
        const auto deadline = std::chrono::steady_clock::now() + kDeadline;
        while (ends.size() < partitions && std::chrono::steady_clock::now() < deadline) {
            const auto batch = from.read(100, milliseconds(200));
            EXPECT_TRUE(batch.has_value()) << batch.error().message;
            for (const Place& end : batch ? batch->ends : std::span<const Place>{}) {
                ends[end.partition] = end.next_offset;
            }
        }
        EXPECT_EQ(ends.size(), partitions);
        return ends;
    }

    std::unique_ptr<LogBackend> backend_;
};

inline std::string name_of(const testing::TestParamInfo<BackendKind>& param) {
    return param.param.name;
}

}  // namespace sijill::tests
