#include "projections/day_index.h"

#include "projections/bytes.h"
#include "projections/keys.h"
#include "projections/packed_text.h"

namespace sijill::projections {

namespace {

// Small enough that a commit at the log's end writes little again, large enough that a window
// writes few rows.
constexpr int64_t kSpan = 1024;
constexpr char kDayIndexFormat = 2;

}  // namespace

DayIndex::DayIndex(const RowReader& rows, int64_t next_offset)
    : rows_(rows), resumed_span_(next_offset % kSpan == 0 ? -1 : next_offset / kSpan) {}

Result<void> DayIndex::list(AggregateKind kind,
                            std::string_view subject,
                            int32_t day,
                            int64_t offset) {
    const int64_t span = offset / kSpan;
    const auto [at, added] = pages_.try_emplace(Key{kind, day, span});
    Page& page = at->second;
    const size_t size = page.subjects.size();
    if (added && span == resumed_span_) {
        ++gets_;
        auto row = rows_.get(keys::day_page(kind, day, span));
        if (!row) {
            return Unexpected(row.error());
        }
        page.subjects = std::move(*row).value_or(std::string());
    }
    if (page.subjects.empty()) {
        page.subjects += kDayIndexFormat;
    }
    put_packed_text(page.subjects, subject);
    page.dirty = true;
    last_span_ = span;
    bytes_ += page.subjects.size() - size;
    return {};
}

void DayIndex::take_changes(RowBatch& out) {
    bytes_ = 0;
    for (auto at = pages_.begin(); at != pages_.end();) {
        const auto& [kind, day, span] = at->first;
        Page& page = at->second;
        if (page.dirty) {
            out.put(keys::day_page(kind, day, span), page.subjects);
            page.dirty = false;
        }
        if (span < last_span_) {
            at = pages_.erase(at);
        } else {
            bytes_ += page.subjects.size();
            ++at;
        }
    }
}

Result<void> decode_subjects(std::string_view page,
                             const std::function<void(std::string_view subject)>& subject) {
    ByteReader reader(page);
    bool whole = reader.unsigned_integer() == kDayIndexFormat;
    std::string text;
    while (whole && !reader.at_end()) {
        reader.text(text);
        whole = reader.ok() && !text.empty();
        if (whole) {
            subject(text);
        }
    }
    return whole ? Result<void>() : fail(Errc::Corrupt, "damaged row: subjects of a day");
}

Result<void> for_each_standing(const RowReader& rows,
                               AggregateKind kind,
                               int32_t begin_day,
                               int32_t end_day,
                               const std::function<void(std::string_view subject)>& subject) {
    Result<void> read;
    auto scanned = rows.scan(keys::day_from(kind, begin_day),
                             keys::day_from(kind, end_day),
                             [&](std::string_view, std::string_view page) {
                                 read = decode_subjects(page, subject);
                                 return read.has_value();
                             });
    return scanned ? read : scanned;
}

}  // namespace sijill::projections
