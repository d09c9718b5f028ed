#pragma once
// projections/kpi.h - figures: numerator and denominator of a KPI over a period, the aggregates
// behind it, and how it prints (kpi_text.cc).

#include "projections/kpi_catalogue.h"
#include "projections/local_time.h"
#include "projections/period.h"
#include "projections/row_codec.h"
#include "projections/rows.h"

#include <boost/container/flat_map.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::projections {

/// The shards that answer a question, each at its own committed position.
using Shards = std::vector<const RowReader*>;

/// What is asked of a KPI. Filters are dimension = value.
struct KpiQuery {
    const KpiDefinition* kpi = nullptr;
    Period period;
    std::map<std::string, std::string> filters;
    std::string base;     // "" is the KPI's first
    std::string variant;  // "" is none
};

/// The query's base, the first when it names none; nullptr: the KPI is a count.
[[nodiscard]] const KpiBase* base_of(const KpiQuery& query);

/// A figure. The value is never computed in floating point; a ratio over 0 has none.
struct Figure {
    int64_t numerator = 0;
    std::optional<int64_t> denominator = {};
    bool suppressed = false;  // of too few to be told: nothing else of it is set
    bool operator==(const Figure&) const = default;
};

/// A figure of which nothing is told.
inline constexpr Figure kSuppressed{0, std::nullopt, true};

/// What a KPI has no place for: the part of the query, and what there is instead.
struct QueryFault {
    std::string part;  // a filter's dimension, or "by", "base", "variant", "period"
    std::string what;
};

/// Everything that is wrong with the query for these periods (its own is not read) and broken down
/// by these dimensions.
[[nodiscard]] std::vector<QueryFault> faults_of(const KpiQuery& query,
                                                const std::vector<Period>& periods,
                                                const std::vector<std::string>& by);

/// Errors: Invalid (the first of its faults), Storage, Corrupt.
[[nodiscard]] Result<Figure> figure_of(const Shards& shards, const KpiQuery& query);

/// Figures by the value of a dimension, ascending; "" is "not known". Side by side: a year of days
/// by 500 agents is 100,000 of them.
using FiguresByValue = boost::container::flat_map<std::string, Figure>;

/// As figure_of, for each value of a dimension of the numerator.
[[nodiscard]] Result<FiguresByValue> figures_by(const Shards& shards,
                                                const KpiQuery& query,
                                                const std::string& dimension);

/// A figure and those of figures_by.
struct Breakdown {
    Figure whole;
    FiguresByValue by;
};

/// The breakdown of each of the periods (that of the query is not read), in one pass over the
/// cells, and one more where the KPI has a minimum: what is smaller is suppressed here, and nowhere
/// else. Dimension "" asks for none.
[[nodiscard]] Result<std::vector<Breakdown>> breakdowns_of(const Shards& shards,
                                                           const KpiQuery& query,
                                                           const std::vector<Period>& periods,
                                                           const std::string& dimension);

/// Two dimensions of a table, one under each value of the other.
struct DimensionPair {
    std::string outer;
    std::string inner;
};

struct PairedBreakdowns {
    std::vector<Breakdown> outer;  // as breakdowns_of by the outer dimension
    /// By outer value of any of the periods: as breakdowns_of narrowed to it, by the inner one.
    std::map<std::string, std::vector<Breakdown>> inner;
};

/// So many figures are answered at once: a year of days by 500 values.
inline constexpr size_t kMostFigures = 200'000;

/// Errors: Invalid, naming the bound.
[[nodiscard]] Result<void> check_figures(size_t figures, size_t most = kMostFigures);

/// The breakdowns of each of the periods by two dimensions. The cells are read once for all outer
/// values, unless one of the dimensions is none of theirs (ages), and what may be shown is judged
/// once for a period. Errors: as breakdowns_of; Invalid: more than `most_figures`, of either.
[[nodiscard]] Result<PairedBreakdowns> paired_breakdowns_of(const Shards& shards,
                                                            const KpiQuery& query,
                                                            const std::vector<Period>& periods,
                                                            const DimensionPair& pair,
                                                            size_t most_figures = kMostFigures);

/// What a breakdown by the dimension says of a value that it does not have: nothing, of the
/// denominator that the value would have. `whole` is the breakdown's.
[[nodiscard]] Figure figure_of_nothing(const KpiQuery& query,
                                       const std::string& dimension,
                                       const Figure& whole);

/// (now - before) / before, exact: for counts (n - p) / p, for ratios by cross-multiplication. No
/// denominator when the earlier figure is 0 or has no value, or when the products leave 64 bits;
/// suppressed when one of them is.
[[nodiscard]] Figure growth(const Figure& now, const Figure& before);

/// The unweighted mean of those ratios that have a value, each in millionths, rounded half up;
/// without a value when none has.
[[nodiscard]] Figure mean_of(std::span<const Figure> figures);

/// An aggregate behind a figure, or a person (kind empty) where people are counted.
struct Behind {
    std::optional<AggregateKind> kind;
    std::string subject;
    int64_t amount = 0;  // its share of the sum; over all of them they add up to the figure
    bool operator==(const Behind&) const = default;
};

enum class Side { Numerator, Denominator };

/// Where a part of a list behind a figure ended: the next one begins behind it.
using BehindPlace = std::pair<std::optional<AggregateKind>, std::string>;  // as in Behind

/// So many aggregates are looked at for one part of the list at least.
inline constexpr size_t kLookedAtBehind = 10'000;

struct BehindPart {
    BehindPlace after = {};  // none is named "": from the beginning
    size_t limit = SIZE_MAX;
    size_t look_at = kLookedAtBehind;  // or `limit`, when that is more
};

struct BehindList {
    std::vector<Behind> items;
    std::optional<BehindPlace> next;  // none: nothing is behind this part
    int64_t sum = 0;                  // of the whole list: the side of the figure
};

/// What adds to one side of the figure, ordered by kind and subject: at most `limit` of it, behind
/// `after`. A part ends early, perhaps empty, when `look_at` were looked at for it: only `next`
/// tells the end. Errors: as figure_of; Invalid: a mean of months is in it, or the figure is
/// suppressed.
[[nodiscard]] Result<BehindList> behind(const Shards& shards,
                                        const KpiQuery& query,
                                        Side side,
                                        const LocalTime& local_time,
                                        const BehindPart& part = {});

/// An aggregate of one kind.
using Subject = std::pair<AggregateKind, std::string>;

/// As behind(), but only of these aggregates, a set for each of the shards; without people, and
/// without those that are not there. Of a suppressed figure too: that is the caller's to ask.
[[nodiscard]] Result<std::vector<Behind>> behind_among(const Shards& shards,
                                                       const KpiQuery& query,
                                                       Side side,
                                                       const LocalTime& local_time,
                                                       const std::vector<std::set<Subject>>& among);

/// One shard at two moments.
struct BeforeAndAfter {
    const RowReader& before;
    const RowReader& after;
};

/// Those of a shard's aggregates that add otherwise at the later moment to what a figure of the
/// period may count: cells and spans up to its end. People apart. Errors: Corrupt, Storage.
[[nodiscard]] Result<std::set<Subject>> differing_among(const BeforeAndAfter& shard,
                                                        const Period& period,
                                                        const LocalTime& local_time,
                                                        const std::set<Subject>& among);

/// Exact decimal text, rounded half away from zero: 12345 / 100 with 1 decimal is "123.5".
/// Thousands are grouped on request.
[[nodiscard]] std::string decimal_text(int64_t numerator,
                                       int64_t denominator,
                                       int decimals,
                                       bool grouped);

/// How the figure prints: "25,352", "96.00 %", "12.0 s", "10.0 min"; "–" when it has no value, "…"
/// when it is suppressed.
[[nodiscard]] std::string print(const KpiDefinition& kpi, const Figure& figure);

/// A growth: "+24.0 %".
[[nodiscard]] std::string print_growth(const Figure& growth);

/// "…": stands where a figure is suppressed.
inline constexpr std::string_view kSuppressedMark = "…";

/// Its sides as text; "" when it has none or is suppressed.
[[nodiscard]] std::string numerator_text(const Figure& figure);
[[nodiscard]] std::string denominator_text(const Figure& figure);

/// The value in the KPI's unit as a JSON number, exact to six decimals: 96.0 for 96 %. nullopt when
/// it has none.
[[nodiscard]] std::optional<std::string> value_text(const KpiDefinition& kpi, const Figure& figure);

/// A growth in percent, in the same form.
[[nodiscard]] std::optional<std::string> growth_text(const Figure& growth);

}  // namespace sijill::projections
