// Goal: a table by two dimensions has the figures that its values have by themselves, and costs one
// reading. Method: a few events of many kinds, every KPI by every pair of its dimensions; a reader
// that counts how often it is asked.

#include "projections/own_kpi.h"
#include "tests/support/kpi_figures.h"

#include <algorithm>
#include <set>

namespace sijill::projections {
namespace {

// Counts the scans.
class CountingRows final : public RowReader {
  public:
    explicit CountingRows(const RowReader& rows) : rows_(rows) {}
    [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override {
        return rows_.get(key);
    }
    [[nodiscard]] Result<void> scan(
        std::string_view begin,
        std::string_view end,
        const std::function<bool(std::string_view key, std::string_view value)>& row)
        const override {
        ++scans;
        return rows_.scan(begin, end, row);
    }
    mutable size_t scans = 0;

  private:
    const RowReader& rows_;
};

class KpiPairs : public KpiFigures {
  protected:
    void call(const std::string& queue, const std::string& language) {
        const std::string id = "call-" + std::to_string(++ids_);
        json offered{
            {"contact_id", id}, {"direction", "inbound"}, {"queue", queue}, {"enqueued_at", at_}};
        if (!language.empty()) {
            offered["language"] = language;
        }
        tell("call.offered", id, offered);
        if (ids_ % 3 != 0) {
            tell("call.answered",
                 id,
                 {{"agent", "agent-" + std::to_string(ids_ % 2)},
                  {"queue_wait", ids_ * 1'000},
                  {"answered_at", at_}});
            tell("call.wrapped_up",
                 id,
                 {{"acw", 1'000}, {"purposes", {"late_delivery"}}, {"outcome", "handled"}});
        }
    }
    void fill() {
        for (const char* at : {"2017-01-03T09:00:00.000Z", "2017-02-15T09:00:00.000Z"}) {
            at_ = at;
            for (int i = 0; i < 6; ++i) {
                call(i % 2 == 0 ? "general" : "technical", i % 3 == 0 ? "ar" : "en");
            }
            call("general", "");
            for (const char* kind : {"enquiry", "complaint", "complaint"}) {
                const std::string id = new_case(kind);
                refer(id, "r-" + id, kind == std::string("enquiry") ? "water" : "roads");
                if (kind == std::string("enquiry")) {
                    resolve(new_case(kind), true);
                }
            }
        }
    }

    Result<PairedBreakdowns> paired(const KpiQuery& query,
                                    const DimensionPair& pair,
                                    const RowReader& rows,
                                    size_t most = kMostFigures) {
        return paired_breakdowns_of({&rows}, query, periods_, pair, most);
    }

    // How many figures there are.
    size_t expect_as_one_by_one(const KpiQuery& query, const DimensionPair& pair) {
        SCOPED_TRACE(std::string(query.kpi->id) + " by " + pair.outer + ", " + pair.inner);
        const Shards shards{&harness_.rows()};
        const auto both = paired(query, pair, harness_.rows());
        const auto outer = breakdowns_of(shards, query, periods_, pair.outer);
        if (!both || !outer) {
            ADD_FAILURE() << (both ? outer.error().message : both.error().message);
            return 0;
        }
        std::set<std::string> values;
        for (size_t i = 0; i < periods_.size(); ++i) {
            EXPECT_EQ(both->outer[i].whole, (*outer)[i].whole);
            EXPECT_EQ(both->outer[i].by, (*outer)[i].by);
            for (const auto& [value, figure] : (*outer)[i].by) {
                values.insert(value);
            }
        }
        EXPECT_EQ(both->inner.size(), values.size());
        size_t figures = 0;
        for (const std::string& value : values) {
            KpiQuery narrowed = query;
            narrowed.filters[pair.outer] = value;
            const auto alone = breakdowns_of(shards, narrowed, periods_, pair.inner);
            for (size_t i = 0; alone && i < periods_.size(); ++i) {
                EXPECT_EQ(both->inner.at(value)[i].whole, (*alone)[i].whole) << value << " " << i;
                EXPECT_EQ(both->inner.at(value)[i].by, (*alone)[i].by) << value << " " << i;
                figures += (*alone)[i].by.size();
            }
            EXPECT_TRUE(alone);
        }
        return figures;
    }
    size_t expect_all_as_one_by_one(const KpiCatalogue& kpis, const std::string& filter) {
        size_t figures = 0;
        for (const KpiDefinition& kpi : kpis.all()) {
            KpiQuery query{&kpi, {}, {}, "", ""};
            if (std::ranges::find(kpi.dimensions, filter) != kpi.dimensions.end()) {
                query.filters[filter] = "general";
            }
            for (const std::string_view outer : kpi.dimensions) {
                for (const std::string_view inner : kpi.dimensions) {
                    if (outer != inner) {
                        figures +=
                            expect_as_one_by_one(query, {std::string(outer), std::string(inner)});
                    }
                }
            }
        }
        return figures;
    }

    const std::vector<Period> periods_{
        *parse_period("2017-M01"), *parse_period("2017-Q1"), *parse_period("1999-Q1")};
};

TEST_F(KpiPairs, EachValueHasTheFiguresThatItHasByItself) {
    fill();
    EXPECT_GT(expect_all_as_one_by_one(KpiCatalogue(), ""), 300U);
    EXPECT_GT(expect_all_as_one_by_one(KpiCatalogue(), "queue"), 100U);
}

TEST_F(KpiPairs, WhatIsHiddenOfEachValueIsHiddenOfThePair) {
    fill();
    for (const int64_t minimum : {2, 3, 5}) {
        EXPECT_GT(expect_all_as_one_by_one(KpiCatalogue({}, {minimum}), ""), 300U);
    }
    EXPECT_GT(expect_all_as_one_by_one(KpiCatalogue({}, {3}), "queue"), 100U);
}

TEST_F(KpiPairs, ThePairIsReadAndJudgedOnceHoweverManyValuesThereAre) {
    for (const int64_t minimum : {0, 2}) {
        const KpiCatalogue kpis({}, {minimum});
        const auto scans = [&] {
            const CountingRows rows(harness_.rows());
            const auto found =
                paired({kpis.find("answer-rate"), {}, {}, "", ""}, {"queue", "language"}, rows);
            EXPECT_TRUE(found) << found.error().message;
            return rows.scans;
        };
        call("queue-0", "ar");
        const size_t of_few = scans();
        for (int i = 0; i < 20; ++i) {
            call("queue-" + std::to_string(i), "ar");
        }
        EXPECT_EQ(scans(), of_few) << "minimum " << minimum;
    }
}

TEST_F(KpiPairs, MoreFiguresThanAreAnsweredAreRefused) {
    fill();
    for (const auto& [kpi, pair] : {std::pair{"answer-rate", DimensionPair{"queue", "language"}},
                                    {"case-backlog", DimensionPair{"kind", "age"}},
                                    {"case-backlog", DimensionPair{"age", "kind"}}}) {
        const KpiQuery query{find_kpi(kpi), {}, {}, "", ""};
        const size_t figures = expect_as_one_by_one(query, pair);
        EXPECT_TRUE(paired(query, pair, harness_.rows(), figures)) << kpi;
        const auto refused = paired(query, pair, harness_.rows(), figures - 1);
        ASSERT_FALSE(refused) << kpi;
        EXPECT_EQ(refused.error().code, Errc::Invalid);
        EXPECT_EQ(refused.error().message,
                  "these are more than " + std::to_string(figures - 1) +
                      " figures; ask for fewer periods, or by fewer dimensions");
    }
}

}  // namespace
}  // namespace sijill::projections
