#pragma once
// projections/span_table.h - the spans of time behind the computed cubes: which there are does not
// depend on a calendar, how much working time they hold does.

#include "projections/bytes.h"
#include "projections/contributions.h"
#include "projections/keys.h"
#include "projections/local_time.h"
#include "projections/rows.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// The spans of aggregates that began within so many offsets share a page: a day may have any
/// number of spans, and a change of one writes its row anew.
inline constexpr int64_t kSpanPage = 1024;

/// A row for each computed cube, local day and page has all spans of its aggregates whose cell is
/// in the day, sorted, so that a row depends on what it holds alone. Gathered in memory and written
/// once a commit, as in CellTable. Threads: one owner.
class SpanTable {
  public:
    /// `complete`: what is not in memory does not exist. The rows must outlive the table.
    SpanTable(const RowReader& rows, Dictionary& dictionary, bool complete)
        : rows_(rows), dictionary_(dictionary), complete_(complete) {}

    /// Takes the spans of `before` out and puts those of `after` in. `began`: the offset of the
    /// aggregate's first event. Errors: Storage, Corrupt; then the table must be dropped.
    [[nodiscard]] Result<void> replace(int64_t began,
                                       const std::vector<TimeSpan>& before,
                                       const std::vector<TimeSpan>& after);

    /// Appends the changed rows and forgets that they changed.
    void take_changes(RowBatch& out);

    /// Drops everything; only behind take_changes(). Exact: it is read again when it is needed.
    void drop();

    [[nodiscard]] size_t bytes() const;
    [[nodiscard]] uint64_t gets() const { return gets_; }

  private:
    struct Row {
        keys::SpansParts parts;
        bool dirty = false;
        std::vector<TimeSpan> spans;  // in any order
    };

    struct Hash {
        size_t operator()(const keys::SpansParts& parts) const;
    };

    // What a row has of the same dimensions.
    struct Run {
        DimensionTexts texts;
        std::span<const TimeSpan> spans;
    };

    [[nodiscard]] Result<Row*> touch(const CellKey& cell, int64_t page);
    [[nodiscard]] Result<void> load(Row& row);
    /// Sorts the spans; the runs are by text, what is in a run by hour, measure, begin and end.
    [[nodiscard]] std::vector<Run> sort_into_runs(std::vector<TimeSpan>& spans) const;
    void encode(Cube cube, const std::vector<Run>& runs, std::string& out) const;
    void put_row(Row& row, RowBatch& out);

    const RowReader& rows_;
    Dictionary& dictionary_;
    bool complete_;
    uint64_t gets_ = 0;
    size_t spans_ = 0;
    boost::unordered_flat_map<keys::SpansParts, uint32_t, Hash> numbers_;  // into rows_of_spans_
    std::vector<Row> rows_of_spans_;
    std::vector<uint32_t> dirty_;  // into rows_of_spans_
};

inline constexpr uint64_t kSpansFormat = 1;
[[nodiscard]] Unexpected damaged_spans();

/// One span of a row; the texts are views into it.
struct StoredSpan {
    const DimensionTexts& dimensions;
    int32_t hour = 0;  // of the day
    size_t measure = 0;
    int64_t begin_ms = 0;
    int64_t end_ms = 0;
};

/// Calls `each` for every span of a row, by dimensions and then by hour. Errors: Corrupt, perhaps
/// after some calls.
template <class Each>
[[nodiscard]] Result<void> visit_spans(Cube cube, std::string_view value, Each&& each) {
    ByteReader reader(value);
    if (reader.unsigned_integer() != kSpansFormat) {
        return damaged_spans();
    }
    const size_t dimensions = describe(cube).dimensions.size();
    const size_t measures = describe(cube).measures.size();
    DimensionTexts texts{};
    while (reader.ok() && !reader.at_end()) {
        for (size_t i = 0; i < dimensions; ++i) {
            texts[i] = reader.raw(reader.unsigned_integer());
        }
        int64_t begin = 0;
        for (uint64_t left = reader.unsigned_integer(); left > 0; --left) {
            const uint64_t slot = reader.unsigned_integer();
            begin += reader.integer();
            const int64_t length = reader.integer();
            const uint64_t hour = slot / kMaxMeasures;
            const uint64_t measure = slot % kMaxMeasures;
            if (!reader.ok() || hour >= uint64_t{kHoursPerDay} || measure >= measures) {
                return damaged_spans();
            }
            each(StoredSpan{texts, static_cast<int32_t>(hour), measure, begin, begin + length});
        }
    }
    return reader.ok() ? Result<void>() : damaged_spans();
}

}  // namespace sijill::projections
