// projections/kpi_pairs.cc - breakdowns by one dimension under each value of another: read once for
// all values, where the cells know both.

#include "projections/kpi_breakdowns.h"
#include "projections/kpi_hiding.h"
#include "projections/kpi_sums.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace sijill::projections {

namespace {

// Whether the cells of all terms have both dimensions; the base may lack the inner one, which the
// denominators then are not split by. Ages are of no cell.
bool cells_know(const KpiQuery& query, const DimensionPair& pair) {
    const auto all_have = [](const std::vector<SumTerm>& terms, const std::string& dimension) {
        return std::ranges::all_of(terms, [&dimension](const SumTerm& term) {
            return dimension_index(term.cube, dimension).has_value();
        });
    };
    const std::vector<SumTerm>& above = *terms_of(query, Side::Numerator);
    const std::vector<SumTerm>* below = terms_of(query, Side::Denominator);
    return !query.kpi->people && all_have(above, pair.outer) && all_have(above, pair.inner) &&
           (below == nullptr || (all_have(*below, pair.outer) &&
                                 grouped_by(*below, pair.inner) == all_have(*below, pair.inner)));
}

// The sides of a question by pairs of values.
class PairPass {
  public:
    PairPass(const KpiQuery& query, const DimensionPair& pair, size_t periods)
        : numerators_(periods), denominators_(periods), periods_(periods) {
        take(*terms_of(query, Side::Numerator), query, Side::Numerator, pair, true);
        if (const std::vector<SumTerm>* below = terms_of(query, Side::Denominator)) {
            has_base_ = true;
            split_ = grouped_by(*below, pair.inner);
            take(*below, query, Side::Denominator, pair, split_);
        }
    }

    Result<void> read(const Shards& shards, const std::vector<Period>& periods) {
        auto added = add_cells(shards, periods, tallies_, texts_);
        for (uint32_t number = 0; number < texts_.size(); ++number) {
            const std::string_view text = texts_.text(Term{number});
            const size_t joint = text.find(kPairJoint);
            if (joint != std::string_view::npos) {
                cells_[text.substr(0, joint)][text.substr(joint + 1)] = number;
            }
        }
        return added;
    }

    // How many figures there are under all values.
    [[nodiscard]] size_t figures() const {
        size_t count = 0;
        for (const auto& [outer, cells] : cells_) {
            for (const auto& [inner, number] : cells) {
                for (size_t period = 0; period < periods_; ++period) {
                    count += has_figure(number, period) ? 1 : 0;
                }
            }
        }
        return count;
    }

    [[nodiscard]] std::vector<Breakdown> under(const std::string& value) const {
        static const Cells kNone;
        const auto found = cells_.find(value);
        const Cells& cells = found == cells_.end() ? kNone : found->second;
        std::vector<Breakdown> breakdowns(periods_);
        for (size_t period = 0; period < periods_; ++period) {
            Breakdown& breakdown = breakdowns[period];
            breakdown.whole = whole_of(cells, period);
            for (const auto& [inner, number] : cells) {
                if (has_figure(number, period)) {
                    const auto below =
                        split_ ? denominators_.at(period, number).sum : breakdown.whole.denominator;
                    breakdown.by.emplace_hint(breakdown.by.end(),
                                              inner,
                                              Figure{numerators_.at(period, number).sum, below});
                }
            }
        }
        return breakdowns;
    }

  private:
    using Cells = std::map<std::string_view, uint32_t>;  // by inner value: the pair's number

    void take(const std::vector<SumTerm>& terms,
              const KpiQuery& query,
              Side side,
              const DimensionPair& pair,
              bool by_inner) {
        for (Summand& each : resolve(terms, query, side, "")) {
            each.paired = true;
            each.group = dimension_index(each.cube, pair.outer);
            each.second = by_inner ? dimension_index(each.cube, pair.inner) : std::nullopt;
            tallies_.push_back(
                {std::move(each), side == Side::Numerator ? &numerators_ : &denominators_});
        }
    }

    [[nodiscard]] bool has_figure(uint32_t number, size_t period) const {
        return numerators_.at(period, number).present ||
               (split_ && denominators_.at(period, number).present);
    }

    // Denominators that are not split stand under "" of the inner dimension.
    [[nodiscard]] Figure whole_of(const Cells& cells, size_t period) const {
        Figure whole;
        int64_t below = 0;
        for (const auto& [inner, number] : cells) {
            whole.numerator = wrapping_add(whole.numerator, numerators_.at(period, number).sum);
            below = wrapping_add(below, denominators_.at(period, number).sum);
        }
        whole.denominator = has_base_ ? std::optional(below) : std::nullopt;
        return whole;
    }

    Sums numerators_;
    Sums denominators_;
    size_t periods_;
    bool has_base_ = false;
    bool split_ = false;  // the denominators are split by the inner dimension too
    std::vector<Tally> tallies_;
    Dictionary texts_;
    std::map<std::string_view, Cells> cells_;  // by outer value; views of the texts
};

// What is asked of a pair, once the outer values are known.
struct PairQuestion {
    DimensionPair pair;
    std::set<std::string> values;  // of the outer dimension
    size_t most_figures = 0;
};

// The breakdowns of each value, by period.
using Narrowed = std::map<std::string, std::vector<Breakdown>>;

size_t count_figures(const std::vector<Breakdown>& breakdowns) {
    size_t count = 0;
    for (const Breakdown& each : breakdowns) {
        count += each.by.size();
    }
    return count;
}

Result<Narrowed> in_one_pass(const Shards& shards,
                             const KpiQuery& query,
                             const Summed& summed,
                             const PairQuestion& question) {
    PairPass pass(query, question.pair, summed.periods.size());
    if (auto read = pass.read(shards, summed.periods); !read) {
        return Unexpected(read.error());
    }
    if (auto few = check_figures(pass.figures(), question.most_figures); !few) {
        return Unexpected(few.error());
    }
    Narrowed narrowed;
    for (const std::string& value : question.values) {
        narrowed[value] = figures_of_sums(query, summed, question.pair.inner, pass.under(value));
    }
    return narrowed;
}

Result<Narrowed> value_by_value(const Shards& shards,
                                const KpiQuery& query,
                                const Summed& summed,
                                const PairQuestion& question) {
    Narrowed narrowed;
    KpiQuery of_value = query;
    size_t figures = 0;
    for (const std::string& value : question.values) {
        of_value.filters[question.pair.outer] = value;
        auto found = plain_breakdowns(shards, of_value, summed, question.pair.inner);
        if (!found) {
            return Unexpected(found.error());
        }
        figures += count_figures(*found);
        if (auto few = check_figures(figures, question.most_figures); !few) {
            return Unexpected(few.error());
        }
        narrowed[value] = std::move(*found);
    }
    return narrowed;
}

}  // namespace

Result<void> check_figures(size_t figures, size_t most) {
    return figures <= most ? Result<void>()
                           : fail(Errc::Invalid,
                                  "these are more than " +
                                      decimal_text(static_cast<int64_t>(most), 1, 0, true) +
                                      " figures; ask for fewer periods, or by fewer dimensions");
}

Result<PairedBreakdowns> paired_breakdowns_of(const Shards& shards,
                                              const KpiQuery& query,
                                              const std::vector<Period>& periods,
                                              const DimensionPair& pair,
                                              size_t most_figures) {
    if (const auto faults = faults_of(query, periods, {pair.outer, pair.inner}); !faults.empty()) {
        return fail(Errc::Invalid, faults.front().what);
    }
    const auto summed = summed_periods(query, periods);
    auto outer = summed ? breakdowns_of(shards, query, periods, pair.outer)
                        : Result<std::vector<Breakdown>>(Unexpected(summed.error()));
    if (!outer) {
        return Unexpected(outer.error());
    }
    if (auto few = check_figures(count_figures(*outer), most_figures); !few) {
        return Unexpected(few.error());
    }
    PairQuestion question{pair, {}, most_figures};
    for (const Breakdown& each : *outer) {
        for (const auto& [value, figure] : each.by) {
            question.values.insert(value);
        }
    }
    const auto read = cells_know(query, pair) ? in_one_pass : value_by_value;
    auto inner = read(shards, query, *summed, question);
    if (inner && query.kpi->minimum_cell != 0) {
        if (auto hidden = hide_small(shards, query, periods, pair, *inner); !hidden) {
            return Unexpected(hidden.error());
        }
    }
    if (!inner) {
        return Unexpected(inner.error());
    }
    return PairedBreakdowns{std::move(*outer), std::move(*inner)};
}

}  // namespace sijill::projections
