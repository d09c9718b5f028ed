// consumers/read_again.cc - single records of a partition, read again: for corrections and for the
// start-up check.

#include "consumers/worker.h"
#include "events/digest.h"

#include <algorithm>

namespace sijill::consumers {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Reading on over a gap is cheaper than opening another reader, up to about here.
constexpr int64_t kReadOnGap = 5'000;
constexpr milliseconds kDeadline{30'000};

using Deliver = std::function<void(const events::Record&)>;

// Delivers those of `records` whose offset is wanted, from offsets[next] on; returns the first
// still wanted.
size_t deliver_wanted(std::span<const events::Record> records,
                      std::span<const int64_t> offsets,
                      size_t next,
                      const Deliver& deliver) {
    for (const events::Record& record : records) {
        while (next < offsets.size() && offsets[next] < record.offset) {
            ++next;  // no longer there: the caller notices
        }
        if (next < offsets.size() && offsets[next] == record.offset) {
            deliver(record);
            ++next;
        }
    }
    return next;
}

// Delivers the records at these ascending offsets, all within reach of one reader.
Result<void> read_run(log::EventLog& log,
                      int32_t partition,
                      std::span<const int64_t> offsets,
                      const Deliver& deliver) {
    const log::Place place{partition, offsets.front()};
    auto reader = log.open_reader({&place, 1});
    if (!reader) {
        return Unexpected(reader.error());
    }
    const auto deadline = steady_clock::now() + kDeadline;
    size_t next = 0;
    while (next < offsets.size()) {
        auto batch = (*reader)->read(1'000, milliseconds(100));
        if (!batch) {
            return Unexpected(batch.error());
        }
        next = deliver_wanted(batch->records, offsets, next, deliver);
        const bool ended = std::ranges::any_of(batch->ends, [&](const log::Place& end) {
            return end.partition == partition && next < offsets.size() &&
                   end.next_offset > offsets.back();
        });
        if (ended) {
            return {};
        }
        if (steady_clock::now() > deadline) {
            return fail(Errc::Unavailable,
                        "partition " + std::to_string(partition) +
                            ": the log did not give offset " + std::to_string(offsets[next]) +
                            " within 30 s");
        }
    }
    return {};
}

}  // namespace

projections::ReadAgain read_again_from(log::EventLog& log, int32_t partition) {
    return [&log, partition](std::span<const int64_t> offsets,
                             const Deliver& deliver) -> Result<void> {
        size_t begin = 0;
        while (begin < offsets.size()) {
            size_t end = begin + 1;
            while (end < offsets.size() && offsets[end] - offsets[end - 1] <= kReadOnGap) {
                ++end;
            }
            if (auto read = read_run(log, partition, offsets.subspan(begin, end - begin), deliver);
                !read) {
                return read;
            }
            begin = end;
        }
        return {};
    };
}

Result<void> check_same_log(log::EventLog& log,
                            int32_t partition,
                            const projections::Position& position) {
    if (position.last_offset < 0) {
        return {};
    }
    bool same = false;
    const int64_t offset = position.last_offset;
    const auto read =
        read_again_from(log, partition)({&offset, 1}, [&](const events::Record& record) {
            same = events::content_check(record.value.value_or(std::string_view{})) ==
                   position.last_check;
        });
    if (!read) {
        return fail("partition " + std::to_string(partition), read.error());
    }
    if (!same) {
        return fail(Errc::Corrupt,
                    "partition " + std::to_string(partition) + ": the record at offset " +
                        std::to_string(offset) +
                        " is not the one that was folded. The topic was deleted and made again, or "
                        "another log is "
                        "configured: use a new data directory for it");
    }
    return {};
}

}  // namespace sijill::consumers
