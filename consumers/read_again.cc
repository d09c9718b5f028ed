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

struct Source {
    log::EventLog& log;
    int32_t partition;
    milliseconds patience;  // of a log that gives nothing; a run itself may take long
};

// Delivers the records at these ascending offsets, all within reach of one reader.
Result<void> read_run(const Source& source,
                      std::span<const int64_t> offsets,
                      const Deliver& deliver) {
    const log::Place place{source.partition, offsets.front()};
    auto reader = source.log.open_reader({&place, 1});
    if (!reader) {
        return Unexpected(reader.error());
    }
    auto progress = steady_clock::now();
    size_t next = 0;
    while (next < offsets.size()) {
        auto batch = (*reader)->read(1'000, milliseconds(100));
        if (!batch) {
            return Unexpected(batch.error());
        }
        next = deliver_wanted(batch->records, offsets, next, deliver);
        const bool ended = std::ranges::any_of(batch->ends, [&](const log::Place& end) {
            return end.partition == source.partition && end.next_offset > offsets.back();
        });
        if (ended || next == offsets.size()) {
            return {};
        }
        if (!batch->records.empty()) {
            progress = steady_clock::now();
        } else if (steady_clock::now() - progress > source.patience) {
            const auto waited = std::chrono::duration_cast<std::chrono::seconds>(source.patience);
            return fail(Errc::Unavailable,
                        "partition " + std::to_string(source.partition) +
                            ": the log gave nothing for " + std::to_string(waited.count()) +
                            " s, wanted is offset " + std::to_string(offsets[next]));
        }
    }
    return {};
}

}  // namespace

projections::ReadAgain read_again_from(log::EventLog& log,
                                       int32_t partition,
                                       milliseconds patience) {
    return [source = Source{log, partition, patience}](std::span<const int64_t> offsets,
                                                       const Deliver& deliver) -> Result<void> {
        size_t begin = 0;
        while (begin < offsets.size()) {
            size_t end = begin + 1;
            while (end < offsets.size() && offsets[end] - offsets[end - 1] <= kReadOnGap) {
                ++end;
            }
            if (auto read = read_run(source, offsets.subspan(begin, end - begin), deliver); !read) {
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
