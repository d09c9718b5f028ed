#include "projections/kpi_hiding.h"

#include "projections/kpi_sums.h"
#include "projections/suppression.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

namespace sijill::projections {

namespace {

struct CountedBy {
    std::string_view sum;
    std::string_view count;
};
constexpr std::array kCountedBy{CountedBy{"wait_answered_ms", "answered"},
                                CountedBy{"wait_abandoned_ms", "abandoned"},
                                CountedBy{"talk_ms", "answered"},
                                CountedBy{"hold_ms", "answered"},
                                CountedBy{"acw_ms", "wrapped_up"},
                                CountedBy{"first_response_ms", "responded"},
                                CountedBy{"duration_ms", "ended"},
                                CountedBy{"response_ms", "answered"},
                                CountedBy{"turnaround_ms", "answered"},
                                CountedBy{"score", "answered"},
                                CountedBy{"weighted_points", "completed"},
                                CountedBy{"weighted_maximum", "completed"},
                                CountedBy{"first_resolution_ms", "resolved_"},
                                CountedBy{"last_resolution_ms", "resolved_"},
                                CountedBy{"handle_ms", "wrapped_up"}};

// The measures of a summand's cube that count what it sums, each once.
void add_counting_terms(const SumTerm& term, std::vector<SumTerm>& out) {
    const std::string_view count = counted_by(term.measure);
    for (const std::string_view measure : describe(term.cube).measures) {
        const bool counts = count.empty()          ? measure == term.measure
                            : count.ends_with('_') ? measure.starts_with(count)
                                                   : measure == count;
        const bool known = std::ranges::any_of(out, [&](const SumTerm& other) {
            return other.cube == term.cube && other.measure == measure;
        });
        if (counts && !known) {
            out.push_back({term.cube, measure, 1, term.filters, term.past_only});
        }
    }
}

bool are_counts(const std::vector<SumTerm>& terms) {
    return std::ranges::all_of(
        terms, [](const SumTerm& term) { return counted_by(term.measure).empty(); });
}

// What tells how many persons a figure is of.
struct Counting {
    bool numerator = false;
    bool denominator = false;
    bool rest = false;                  // what is in the denominator only counts too
    bool differs = false;               // a numerator that may be negative
    std::vector<SumTerm> instead = {};  // where neither side counts
};

Counting counting_of(const KpiQuery& query) {
    const std::vector<SumTerm>& above = *terms_of(query, Side::Numerator);
    const std::vector<SumTerm>* below = terms_of(query, Side::Denominator);
    Counting counting;
    counting.numerator = are_counts(above);
    counting.denominator = below != nullptr && are_counts(*below);
    counting.rest = counting.numerator && counting.denominator && query.kpi->unit == Unit::Percent;
    counting.differs =
        std::ranges::any_of(above, [](const SumTerm& term) { return term.sign < 0; });
    if (!counting.numerator && !counting.denominator) {
        for (const SumTerm& term : above) {
            add_counting_terms(term, counting.instead);
        }
    }
    return counting;
}

// The sides of the unnarrowed figure, split by a dimension or by two.
struct Split {
    explicit Split(size_t periods) : numerators(periods), denominators(periods), instead(periods) {}
    Sums numerators;
    Sums denominators;
    Sums instead;
    bool both = false;  // the denominators are split too
};

// Reads the tables that a question touches, and says what of them may not be shown.
class TableJudge {
  public:
    TableJudge(const KpiQuery& query, size_t periods)
        : query_(query),
          periods_(periods),
          counting_(counting_of(query)),
          hides_all_(periods),
          hides_pair_(periods) {
        query_.filters.clear();
    }

    [[nodiscard]] bool is_small_figure(const Figure& figure) const {
        return is_small(counts_of(figure.numerator, figure.denominator, 0), minimum());
    }

    // The table by a dimension; "" is the whole.
    void add(const std::string& dimension) {
        if (splits_.contains(dimension)) {
            return;
        }
        Split& split = splits_.emplace(dimension, Split(periods_)).first->second;
        const std::vector<SumTerm>* below = terms_of(query_, Side::Denominator);
        split.both = below != nullptr && grouped_by(*below, dimension);
        add_tallies(query_, Side::Numerator, dimension, split.numerators, tallies_);
        add_tallies(
            query_, Side::Denominator, split.both ? dimension : "", split.denominators, tallies_);
        for (Summand& each : resolve(counting_.instead, query_, Side::Numerator, dimension)) {
            tallies_.push_back({std::move(each), &split.instead});
        }
    }

    // The table by two.
    void add(const std::string& one, const std::string& other) {
        pair_.emplace(periods_);
        pair_knows_ = true;
        const auto take = [&](std::vector<Summand> summands, Sums& sums) {
            for (Summand& each : summands) {
                each.group = dimension_index(each.cube, one);
                each.second = dimension_index(each.cube, other);
                each.paired = true;
                // Ages are of no cell: their table is not known.
                pair_knows_ = pair_knows_ &&
                              each.group.has_value() == has_dimension(each.cube, one) &&
                              each.second.has_value() == has_dimension(each.cube, other);
                tallies_.push_back({std::move(each), &sums});
            }
        };
        take(resolve(*terms_of(query_, Side::Numerator), query_, Side::Numerator, ""),
             pair_->numerators);
        take(resolve(counting_.instead, query_, Side::Numerator, ""), pair_->instead);
        if (const std::vector<SumTerm>* below = terms_of(query_, Side::Denominator)) {
            const SumTerm& first = below->front();
            pair_has_ = {has_dimension(first.cube, one), has_dimension(first.cube, other)};
            for (const SumTerm& term : *below) {
                pair_knows_ = pair_knows_ && pair_has_.first == has_dimension(term.cube, one) &&
                              pair_has_.second == has_dimension(term.cube, other);
            }
            take(resolve(*below, query_, Side::Denominator, ""), pair_->denominators);
        }
    }

    Result<void> read(const Shards& shards, const std::vector<Period>& periods) {
        return add_cells(shards, periods, tallies_, texts_);
    }

    // What may not be shown of the breakdown by a dimension.
    [[nodiscard]] const HiddenCells& hidden(const std::string& dimension, size_t period) {
        auto& judged = hidden_.try_emplace(dimension, periods_).first->second[period];
        if (!judged) {
            judged = judge_hidden(dimension, period);
        }
        return *judged;
    }

    // Whether the whole is small, or would give its parts away; then no part is shown either.
    [[nodiscard]] bool hides_all(size_t period) {
        auto& judged = hides_all_[period];
        if (!judged) {
            judged = judge_all(period);
        }
        return *judged;
    }

    [[nodiscard]] std::set<std::string> values_of(const std::string& dimension,
                                                  size_t period) const {
        std::set<std::string> values;
        for (const auto& [value, counts] : table_of(splits_.at(dimension), period).cells) {
            values.insert(value);
        }
        return values;
    }

    // Whether the table by the two dimensions that were added, or one beside it, has anything to
    // hide.
    [[nodiscard]] bool hides_pair(const std::string& one, const std::string& other, size_t period) {
        auto& judged = hides_pair_[period];
        if (!judged) {
            judged = judge_pair(one, other, period);
        }
        return *judged;
    }

  private:
    [[nodiscard]] HiddenCells judge_hidden(const std::string& dimension, size_t period) const {
        const CountedTable table = table_of(splits_.at(dimension), period);
        HiddenCells hidden = hidden_cells(table, minimum());
        if (counting_.differs && !hidden.values.empty()) {
            // Amounts of differences do not add up: nothing is left to calculate with.
            hidden.values.clear();
            for (const auto& [value, counts] : table.cells) {
                hidden.values.push_back(value);
            }
        }
        return hidden;
    }

    [[nodiscard]] bool judge_all(size_t period) {
        const Split& split = splits_.at("");
        return (!query_.kpi->people && is_small(counts_of(split.numerators.total(period),
                                                          split.denominators.total(period),
                                                          split.instead.total(period)),
                                                minimum())) ||
               std::ranges::any_of(query_.kpi->dimensions, [&](std::string_view name) {
                   return hidden(std::string(name), period).total;
               });
    }

    [[nodiscard]] bool judge_pair(const std::string& one, const std::string& other, size_t period) {
        if (!pair_knows_ || !hidden(one, period).values.empty() ||
            !hidden(other, period).values.empty()) {
            return true;
        }
        for (size_t i = 0, size = texts_.size(); i < size; ++i) {
            const auto number = static_cast<uint32_t>(i);
            const Sums::Group above = pair_->numerators.at(period, number);
            const int64_t instead = pair_->instead.at(period, number).sum;
            const int64_t own = pair_->denominators.at(period, number).sum;
            const int64_t below =
                above.present ? pair_->denominators.at(period, denominator_of(number)).sum : own;
            if (is_small(counts_of(above.sum, below, instead), minimum())) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] int64_t minimum() const { return query_.kpi->minimum_cell; }

    [[nodiscard]] CellCounts counts_of(int64_t above,
                                       std::optional<int64_t> below,
                                       int64_t instead) const {
        CellCounts counts{};
        counts[0] = counting_.numerator ? std::abs(above) : std::abs(instead);
        counts[1] = counting_.denominator ? std::abs(below.value_or(0)) : 0;
        // Of a difference as well: who is not all on one side is told by what lacks to the whole.
        counts[2] = counting_.rest ? std::max(counts[1] - std::abs(above), int64_t{0}) : 0;
        return counts;
    }

    [[nodiscard]] CountedTable table_of(const Split& split, size_t period) const {
        CountedTable table;
        const int64_t whole = split.denominators.total(period);
        bool adds_up = true;  // the rest, cell by cell
        const size_t groups = std::max({split.numerators.groups(),
                                        split.instead.groups(),
                                        split.both ? split.denominators.groups() : 0});
        for (size_t i = 0; i < groups; ++i) {
            const auto number = static_cast<uint32_t>(i);
            const Sums::Group above = split.numerators.at(period, number);
            const Sums::Group below =
                split.both ? split.denominators.at(period, number) : Sums::Group{whole, false};
            const Sums::Group instead = split.instead.at(period, number);
            if (above.present || below.present || instead.present) {
                adds_up = adds_up && above.sum >= 0 && above.sum <= below.sum;
                table.cells[std::string(texts_.text(Term{number}))] =
                    counts_of(above.sum, below.sum, instead.sum);
            }
        }
        table.has_total = {true, split.both, split.both && adds_up};
        return table;
    }

    // The group of the denominators that stands below a group of the numerators.
    uint32_t denominator_of(uint32_t number) {
        const std::string text(texts_.text(Term{number}));
        const size_t joint = text.find(kPairJoint);
        if (joint == std::string::npos) {
            return number;
        }
        std::string below = pair_has_.first ? text.substr(0, joint) : "";
        below += kPairJoint;
        below += pair_has_.second ? text.substr(joint + 1) : "";
        return texts_.intern(below).number;
    }

    KpiQuery query_;
    size_t periods_;
    Counting counting_;
    std::map<std::string, Split> splits_;
    std::optional<Split> pair_;
    bool pair_knows_ = true;
    std::pair<bool, bool> pair_has_;
    std::vector<Tally> tallies_;
    Dictionary texts_;
    // What was judged, by period: a table by two dimensions asks again for each value of the outer.
    std::map<std::string, std::vector<std::optional<HiddenCells>>> hidden_;  // by dimension
    std::vector<std::optional<bool>> hides_all_;
    std::vector<std::optional<bool>> hides_pair_;
};

// A question's dimensions, and what is asked of their tables.
class BreakdownJudge {
  public:
    BreakdownJudge(const KpiQuery& query, const std::string& dimension, size_t periods)
        : dimension_(dimension), tables_(query, periods), closed_(periods) {
        for (const auto& [name, value] : query.filters) {
            narrowed_.push_back(name);
        }
        touched_ = narrowed_;
        if (!dimension.empty() && !query.filters.contains(dimension)) {
            touched_.push_back(dimension);
        }
        tables_.add("");
        for (const std::string_view name : query.kpi->dimensions) {
            tables_.add(std::string(name));
        }
        if (touched_.size() == 2) {
            tables_.add(touched_[0], touched_[1]);
        }
    }

    Result<void> read(const Shards& shards, const std::vector<Period>& periods) {
        return tables_.read(shards, periods);
    }

    // `value`: of what narrows, where that is one dimension.
    void hide_in(Breakdown& breakdown, size_t period, const std::string& value) {
        const bool all = tables_.hides_all(period);
        if (!dimension_.empty()) {
            hide_cells(breakdown.by, period, all);
        }
        if (all || hides_whole(period, value) || tables_.is_small_figure(breakdown.whole)) {
            breakdown.whole = kSuppressed;
        }
    }

  private:
    bool hides_whole(size_t period, const std::string& value) {
        switch (narrowed_.size()) {
            case 0:
                return false;
            case 1: {
                const auto& hidden = tables_.hidden(narrowed_[0], period).values;
                return std::ranges::find(hidden, value) != hidden.end();
            }
            case 2:
                // Narrowed by two and broken down by a third: of the two the table is not read.
                return touched_.size() > 2 ||
                       tables_.hides_pair(narrowed_[0], narrowed_[1], period);
            default:
                return true;
        }
    }

    void hide_cells(FiguresByValue& by, size_t period, bool all) {
        if (all || touched_.size() > 2 ||
            (touched_.size() == 2 && tables_.hides_pair(touched_[0], touched_[1], period))) {
            by = closed(period);
            return;
        }
        for (auto& [value, figure] : by) {
            if (tables_.is_small_figure(figure)) {
                figure = kSuppressed;
            }
        }
        if (touched_.size() == 1) {
            for (const std::string& value : tables_.hidden(dimension_, period).values) {
                if (const auto found = by.find(value); found != by.end()) {
                    found->second = kSuppressed;
                }
            }
        }
    }

    // All values, with not even told which of them are empty.
    const FiguresByValue& closed(size_t period) {
        if (!closed_[period]) {
            closed_[period].emplace();
            for (const std::string& value : tables_.values_of(dimension_, period)) {
                closed_[period]->emplace(value, kSuppressed);
            }
        }
        return *closed_[period];
    }

    const std::string& dimension_;
    TableJudge tables_;
    std::vector<std::string> narrowed_;
    std::vector<std::string> touched_;
    std::vector<std::optional<FiguresByValue>> closed_;  // by period
};

}  // namespace

std::string_view counted_by(std::string_view measure) {
    const auto* const found = std::ranges::find(kCountedBy, measure, &CountedBy::sum);
    return found == kCountedBy.end() ? std::string_view() : found->count;
}

bool is_small_figure(const KpiQuery& query, const Figure& figure) {
    return TableJudge(query, 0).is_small_figure(figure);
}

Result<void> hide_small(const Shards& shards,
                        const KpiQuery& query,
                        const std::vector<Period>& periods,
                        const std::string& dimension,
                        std::vector<Breakdown>& breakdowns) {
    BreakdownJudge judge(query, dimension, periods.size());
    if (auto read = judge.read(shards, periods); !read) {
        return read;
    }
    const std::string value = query.filters.empty() ? "" : query.filters.begin()->second;
    for (size_t i = 0; i < breakdowns.size(); ++i) {
        judge.hide_in(breakdowns[i], i, value);
    }
    return {};
}

Result<void> hide_small(const Shards& shards,
                        const KpiQuery& query,
                        const std::vector<Period>& periods,
                        const DimensionPair& pair,
                        std::map<std::string, std::vector<Breakdown>>& narrowed) {
    KpiQuery of_values = query;
    of_values.filters[pair.outer] = "";  // one of them
    BreakdownJudge judge(of_values, pair.inner, periods.size());
    if (auto read = judge.read(shards, periods); !read) {
        return read;
    }
    for (auto& [value, breakdowns] : narrowed) {
        for (size_t i = 0; i < breakdowns.size(); ++i) {
            judge.hide_in(breakdowns[i], i, value);
        }
    }
    return {};
}

}  // namespace sijill::projections
