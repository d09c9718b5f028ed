#include "projections/span_table.h"

#include "events/check.h"
#include "projections/equal_ends.h"
#include "projections/keys.h"

#include <algorithm>
#include <tuple>

namespace sijill::projections {

namespace {

bool before(const TimeSpan& a, const TimeSpan& b) {
    for (size_t i = 0; i < kMaxDimensions; ++i) {
        if (a.cell.dimensions[i] != b.cell.dimensions[i]) {
            return a.cell.dimensions[i].number < b.cell.dimensions[i].number;
        }
    }
    return std::tie(a.cell.hour, a.measure, a.begin_ms, a.end_ms) <
           std::tie(b.cell.hour, b.measure, b.begin_ms, b.end_ms);
}

int32_t hour_of_day(const TimeSpan& span) {
    return span.cell.hour - day_of_hour(span.cell.hour) * kHoursPerDay;
}

}  // namespace

Unexpected damaged_spans() {
    return fail(Errc::Corrupt, "damaged row: spans of a day");
}

size_t SpanTable::Hash::operator()(const keys::SpansParts& parts) const {
    constexpr uint64_t kMix = 0x9E3779B97F4A7C15ULL;
    const uint64_t day =
        (static_cast<uint64_t>(parts.cube) << 32U) | static_cast<uint32_t>(parts.day);
    return (day * kMix ^ static_cast<uint64_t>(parts.page)) * kMix;
}

Result<void> SpanTable::load(Row& row) {
    ++gets_;
    const auto stored = rows_.get(keys::spans(row.parts));
    if (!stored || !*stored) {
        return stored ? Result<void>() : Unexpected(stored.error());
    }
    auto read = visit_spans(row.parts.cube, **stored, [&](const StoredSpan& span) {
        CellKey cell{row.parts.cube, row.parts.day * kHoursPerDay + span.hour, {}};
        std::ranges::transform(span.dimensions,
                               cell.dimensions.begin(),
                               [this](std::string_view text) { return dictionary_.intern(text); });
        row.spans.push_back({cell, static_cast<uint8_t>(span.measure), span.begin_ms, span.end_ms});
    });
    spans_ += row.spans.size();
    return read;
}

Result<SpanTable::Row*> SpanTable::touch(const CellKey& cell, int64_t page) {
    const keys::SpansParts parts{cell.cube, day_of_hour(cell.hour), page};
    const auto [at, added] =
        numbers_.try_emplace(parts, static_cast<uint32_t>(rows_of_spans_.size()));
    if (added) {
        Row& row = rows_of_spans_.emplace_back();
        row.parts = parts;
        if (!complete_) {
            if (auto loaded = load(row); !loaded) {
                return Unexpected(loaded.error());
            }
        }
    }
    Row& row = rows_of_spans_[at->second];
    if (!row.dirty) {
        row.dirty = true;
        dirty_.push_back(at->second);
    }
    return &row;
}

Result<void> SpanTable::replace(int64_t began,
                                const std::vector<TimeSpan>& before,
                                const std::vector<TimeSpan>& after) {
    const int64_t page = began / kSpanPage;
    const auto [out, in] = between_equal_ends(before, after);
    for (const TimeSpan& span : out) {
        const auto row = touch(span.cell, page);
        if (!row) {
            return Unexpected(row.error());
        }
        auto& spans = (*row)->spans;
        const auto found = std::ranges::find(spans, span);
        if (found == spans.end()) {
            return fail(Errc::Corrupt, "a span of a day is missing");
        }
        *found = spans.back();
        spans.pop_back();
        --spans_;
    }
    for (const TimeSpan& span : in) {
        const auto row = touch(span.cell, page);
        if (!row) {
            return Unexpected(row.error());
        }
        (*row)->spans.push_back(span);
        ++spans_;
    }
    return {};
}

// By the numbers of the terms first: a run shares its texts, and texts are slow to compare.
std::vector<SpanTable::Run> SpanTable::sort_into_runs(std::vector<TimeSpan>& spans) const {
    std::ranges::sort(spans, before);
    std::vector<Run> runs;
    for (auto begin = spans.begin(); begin != spans.end();) {
        const auto end = std::find_if(begin, spans.end(), [&](const TimeSpan& span) {
            return span.cell.dimensions != begin->cell.dimensions;
        });
        Run& run = runs.emplace_back();
        run.spans = {begin, end};
        std::ranges::transform(begin->cell.dimensions, run.texts.begin(), [this](Term term) {
            return dictionary_.text(term);
        });
        begin = end;
    }
    std::ranges::sort(runs, {}, &Run::texts);
    return runs;
}

// format, then for each run of the same dimensions: those, how many, and for each span its hour and
// measure in one number, its begin as what it differs by from the one before, and its length.
void SpanTable::encode(Cube cube, const std::vector<Run>& runs, std::string& out) const {
    ByteWriter writer(out, dictionary_);
    writer.unsigned_integer(kSpansFormat);
    for (const Run& run : runs) {
        for (size_t i = 0; i < describe(cube).dimensions.size(); ++i) {
            writer.unsigned_integer(run.texts[i].size());  // not packed: readers have views of it
            writer.raw(run.texts[i]);
        }
        writer.unsigned_integer(run.spans.size());
        int64_t previous = 0;
        for (const TimeSpan& span : run.spans) {
            writer.unsigned_integer(static_cast<uint64_t>(hour_of_day(span)) * kMaxMeasures +
                                    span.measure);
            writer.integer(span.begin_ms - previous);
            writer.integer(span.end_ms - span.begin_ms);
            previous = span.begin_ms;
        }
    }
}

void SpanTable::put_row(Row& row, RowBatch& out) {
    const std::string key = keys::spans(row.parts);
    std::vector<TimeSpan>& spans = row.spans;
    if (spans.empty()) {
        out.erase(key);
        return;
    }
    const std::vector<Run> runs = sort_into_runs(spans);
    out.put_built([&key](std::string& to) { to += key; },
                  [&](std::string& to) { encode(row.parts.cube, runs, to); });
}

void SpanTable::take_changes(RowBatch& out) {
    for (const uint32_t number : dirty_) {
        rows_of_spans_[number].dirty = false;
        put_row(rows_of_spans_[number], out);
    }
    dirty_.clear();
}

void SpanTable::drop() {
    CHECK(dirty_.empty(), "spans are dropped behind a commit");
    complete_ = false;
    numbers_.clear();
    rows_of_spans_.clear();
    spans_ = 0;
}

size_t SpanTable::bytes() const {
    return rows_of_spans_.size() * (sizeof(Row) + 16) + spans_ * sizeof(TimeSpan);
}

}  // namespace sijill::projections
