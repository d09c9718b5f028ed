#include "log/read_again.h"

#include "events/digest.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace sijill::log {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Reading on over a gap is cheaper than going to a place behind it, up to about here.
constexpr int64_t kReadOnGap = 1'000;

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
    EventLog& log;
    int32_t partition;
    milliseconds patience;              // of a log that gives nothing; a run itself may take long
    std::unique_ptr<LogReader> reader;  // from the first run on
};

Result<void> go_to(Source& source, int64_t offset) {
    const Place place{source.partition, offset};
    if (source.reader) {
        return source.reader->go_to(place);
    }
    auto reader = source.log.open_look_back(place);
    if (!reader) {
        return Unexpected(reader.error());
    }
    source.reader = std::move(*reader);
    return {};
}

// Delivers the records at these ascending offsets, all within reach of one another.
Result<void> read_run(Source& source, std::span<const int64_t> offsets, const Deliver& deliver) {
    if (auto there = go_to(source, offsets.front()); !there) {
        return there;
    }
    auto progress = steady_clock::now();
    size_t next = 0;
    while (next < offsets.size()) {
        auto batch = source.reader->read(1'000, milliseconds(100));
        if (!batch) {
            return Unexpected(batch.error());
        }
        next = deliver_wanted(batch->records, offsets, next, deliver);
        const bool ended = std::ranges::any_of(batch->ends, [&](const Place& end) {
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

Result<void> read_again(EventLog& log,
                        int32_t partition,
                        std::span<const int64_t> offsets,
                        const Deliver& deliver,
                        milliseconds patience) {
    Source source{log, partition, patience, nullptr};
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
}

Result<Found> find_again(EventLog& log, int32_t partition, int64_t offset, uint32_t content_check) {
    Found found = Found::Gone;
    const auto read = read_again(log, partition, {&offset, 1}, [&](const events::Record& record) {
        const std::string_view value = record.value.value_or(std::string_view{});
        found = events::content_check(value) == content_check ? Found::Same : Found::Other;
    });
    return read ? Result<Found>(found) : Unexpected(read.error());
}

}  // namespace sijill::log
