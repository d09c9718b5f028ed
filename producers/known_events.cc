#include "producers/known_events.h"

#include "events/decode.h"

#include <algorithm>
#include <map>
#include <vector>

namespace sijill::producers {

namespace {

constexpr size_t kRecordsAtOnce = 5'000;
constexpr std::chrono::milliseconds kReadWait{500};
constexpr int kMostEmptyReads = 120;

struct Span {
    std::vector<log::Place> from;
    std::map<int32_t, int64_t> ends;  // of partitions that are not read to their end yet
    int64_t records = 0;
};

Result<Span> span_since(log::EventLog& log, int64_t from_append_time_ms) {
    const auto ranges = log.ranges();
    if (!ranges) {
        return Unexpected(ranges.error());
    }
    const auto places = log.offsets_at(from_append_time_ms);
    if (!places) {
        return Unexpected(places.error());
    }
    Span span;
    for (const log::OffsetRange& range : *ranges) {
        const auto place = std::ranges::find(*places, range.partition, &log::Place::partition);
        if (place != places->end() && place->next_offset < range.end) {
            span.from.push_back({range.partition, std::max(place->next_offset, range.begin)});
            span.ends[range.partition] = range.end;
            span.records += range.end - span.from.back().next_offset;
        }
    }
    return span;
}

void take(const events::Record& record, events::Decoder& decoder, KnownEvents& known) {
    // Most records are other sources': a search for the text costs less than decoding.
    if (record.value && record.value->find(known.source()) == std::string_view::npos &&
        record.value->find("specversion") != std::string_view::npos) {
        return;
    }
    const events::Decoded* decoded = decoder.decode(record);
    if (decoded != nullptr &&
        (known.source().empty() || decoded->envelope.source == known.source())) {
        known.add(known.key_of(
            decoded->envelope.source, decoded->envelope.id, decoded->envelope.subject));
    }
}

void pass(std::map<int32_t, int64_t>& ends, const log::Place& place) {
    const auto end = ends.find(place.partition);
    if (end != ends.end() && place.next_offset >= end->second) {
        ends.erase(end);
    }
}

}  // namespace

Result<void> read_known(log::EventLog& log,
                        int64_t from_append_time_ms,
                        KnownEvents& known,
                        ReadingProgress& progress,
                        const std::atomic<bool>& stop) {
    auto span = span_since(log, from_append_time_ms);
    if (!span) {
        return Unexpected(span.error());
    }
    progress.total = span->records;
    if (span->from.empty()) {
        return {};
    }
    const auto reader = log.open_reader(span->from);
    if (!reader) {
        return Unexpected(reader.error());
    }
    events::Decoder decoder;
    for (int empty = 0; !span->ends.empty() && empty < kMostEmptyReads && !stop;) {
        const auto batch = (*reader)->read(kRecordsAtOnce, kReadWait);
        if (!batch) {
            return Unexpected(batch.error());
        }
        for (const events::Record& record : batch->records) {
            take(record, decoder, known);
            pass(span->ends, {record.partition, record.offset + 1});
        }
        for (const log::Place& end : batch->ends) {
            pass(span->ends, end);
        }
        progress.done += static_cast<int64_t>(batch->records.size());
        empty = batch->records.empty() && batch->ends.empty() ? empty + 1 : 0;
    }
    if (!span->ends.empty()) {
        return fail(Errc::Unavailable,
                    "the log was not read to its end, so what stands in it already is not known");
    }
    return {};
}

}  // namespace sijill::producers
