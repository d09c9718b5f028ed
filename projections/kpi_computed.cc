// projections/kpi_computed.cc - the cells of computed cubes: made out of the stored spans of time
// when asked for, by the site's calendar.

#include "projections/business_time.h"
#include "projections/keys.h"
#include "projections/kpi_sums.h"
#include "projections/span_table.h"

#include <utility>

namespace sijill::projections {

namespace {

// The spans of one row on their way into cells, which come one behind the other.
class SpanCells {
  public:
    SpanCells(const ComputedCells& asked, const LocalTime& local_time, const EachComputed& each)
        : asked_(asked), local_time_(local_time), each_(each) {}

    void add(int32_t day, const StoredSpan& span) {
        const auto count = span_count(asked_.cube, span.measure);
        if (!wants(span.measure) && !(count && wants(*count))) {
            return;
        }
        const int32_t hour = day * kHoursPerDay + (asked_.grain == Grain::Hour ? span.hour : 0);
        if (hour != hour_ || span.dimensions != dimensions_) {
            flush();
            hour_ = hour;
            dimensions_ = span.dimensions;
        }
        measures_[span.measure] +=
            asked_.business_time.between(local_time_, span.begin_ms, span.end_ms);
        if (count) {
            ++measures_[*count];
        }
        any_ = true;
    }

    void flush() {
        if (std::exchange(any_, false)) {
            each_(hour_, dimensions_, measures_);
            measures_.fill(0);
        }
    }

  private:
    [[nodiscard]] bool wants(size_t measure) const {
        return (asked_.measures >> measure & 1U) != 0;
    }

    const ComputedCells& asked_;
    const LocalTime& local_time_;
    const EachComputed& each_;
    int32_t hour_ = 0;
    DimensionTexts dimensions_{};
    Measures measures_{};
    bool any_ = false;
};

}  // namespace

Result<void> for_each_computed(const RowReader& rows,
                               const ComputedCells& asked,
                               const EachComputed& each) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): a thread needs its own copy
    const LocalTime local_time = asked.business_time.local_time();
    Result<void> read;
    auto scanned = rows.scan(keys::spans_from(asked.cube, asked.begin_day),
                             keys::spans_from(asked.cube, asked.end_day),
                             [&](std::string_view key, std::string_view value) {
                                 const auto parts = keys::parse_spans(key);
                                 if (!parts) {
                                     read = damaged_spans();
                                     return false;
                                 }
                                 SpanCells cells(asked, local_time, each);
                                 read = visit_spans(asked.cube, value, [&](const auto& span) {
                                     cells.add(parts->day, span);
                                 });
                                 cells.flush();
                                 return read.has_value();
                             });
    return scanned ? read : scanned;
}

void add_business_times(const BusinessTime& business_time, Contributions& out) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): a thread needs its own copy
    const LocalTime local_time = business_time.local_time();
    for (const TimeSpan& span : out.spans) {
        const int64_t worked = business_time.between(local_time, span.begin_ms, span.end_ms);
        if (worked != 0) {
            out.cells.push_back({span.cell, span.measure, worked});
        }
        if (const auto count = span_count(span.cell.cube, span.measure)) {
            out.cells.push_back({span.cell, static_cast<uint8_t>(*count), 1});
        }
    }
}

}  // namespace sijill::projections
