// tests/unit/api/answers_test.cc - answers over a load that a worker folded, without a service.

#include "api/anomaly_answers.h"
#include "api/case_answers.h"
#include "api/json_writer.h"
#include "api/kpi_answers.h"
#include "api/labels.h"
#include "api/moment.h"
#include "api/table.h"
#include "api/text.h"
#include "consumers/worker.h"
#include "events/json.h"
#include "producers/scenario.h"
#include "projections/keys.h"
#include "tests/support/built_in_kpis.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <set>
#include <span>

namespace sijill::api {
namespace {

using nlohmann::json;

// A small load, folded to its end.
class Folded {
  public:
    explicit Folded(uint64_t events) : worker_(log_, config()) {
        EXPECT_TRUE(worker_.open().has_value());
        producers::LoadSpec spec;
        spec.events = events;
        spec.cases = events / 8;
        spec.days = 40;
        spec.queues = 5;
        std::vector<events::NewRecord> held;
        const auto made = producers::generate_load(spec, [&held](events::NewRecord&& record) {
            held.push_back(std::move(record));
            return Result<void>();
        });
        EXPECT_TRUE(made.has_value());
        for (const auto& result : log_.append(held)) {
            EXPECT_TRUE(result.has_value());
        }
        const std::atomic<bool> stop{false};
        const auto folded = worker_.run(consumers::RunUntil::AtEnds, stop);
        EXPECT_TRUE(folded.has_value()) << folded.error().message;
    }

    [[nodiscard]] consumers::ShardView view() const { return *worker_.view(); }

  private:
    consumers::WorkerConfig config() {
        consumers::WorkerConfig config;
        config.data_directory = scratch_.path().string();
        return config;
    }

    tests::ScratchDirectory scratch_;
    log::MemoryLog log_{3};
    consumers::Worker worker_;
};

projections::LocalTime bahrain() {
    return *projections::LocalTime::of("Asia/Bahrain");
}

// All cases, from their own rows: no index is asked.
std::vector<CasePlace> all_cases(const consumers::ShardView& view, const std::string& status) {
    std::vector<CasePlace> places;
    for (const projections::RowReader* rows : view.rows()) {
        const auto scanned =
            rows->scan(projections::keys::aggregate(projections::AggregateKind::Case, ""),
                       projections::keys::aggregate(projections::AggregateKind::KpiReferral, ""),
                       [&](auto key, auto) {
                           const std::string id(projections::keys::parse_aggregate(key)->subject);
                           const auto found = find_case(view.shard_of(id), id, WithHistory::No);
                           EXPECT_TRUE(found.has_value());
                           const auto& state = found->state();
                           if (state.status != projections::CaseStatus::None &&
                               (status.empty() || projections::name_of(state.status) == status)) {
                               places.push_back({state.opened_at_ms, id});
                           }
                           return true;
                       });
        EXPECT_TRUE(scanned.has_value());
    }
    std::ranges::sort(places);
    return places;
}

std::vector<std::string> ids_of(const std::vector<CasePlace>& places) {
    std::vector<std::string> ids;
    std::ranges::transform(places, std::back_inserter(ids), &CasePlace::id);
    return ids;
}

// Every page one after the other.
std::vector<std::string> paged(const consumers::ShardView& view,
                               const CaseFilter& filter,
                               size_t limit,
                               size_t look_at) {
    std::vector<std::string> ids;
    std::optional<CasePlace> place = CasePlace();
    while (place) {
        const auto list = list_cases(view, filter, bahrain(), {*place, limit, look_at});
        EXPECT_TRUE(list.has_value());
        EXPECT_LE(list->table.rows.size(), limit);
        for (const auto& row : list->table.rows) {
            ids.push_back(row.front());
        }
        if (list->next && *list->next <= *place) {
            ADD_FAILURE() << "a page must move on";
            return ids;
        }
        place = list->next;
    }
    return ids;
}

TEST(CaseList, HasEveryCaseOnceByOpeningTimeWhateverThePage) {
    const Folded folded(4'000);
    const auto view = folded.view();
    const auto all = all_cases(view, "");
    ASSERT_GT(all.size(), 100U);
    EXPECT_EQ(paged(view, {}, 1'000, kLookedAtOnce), ids_of(all));
    EXPECT_EQ(paged(view, {}, 7, kLookedAtOnce), ids_of(all));
    EXPECT_EQ(paged(view, {}, 7, 1), ids_of(all));
    CaseFilter filter;
    filter.status = "REFERRED";
    const auto referred = all_cases(view, filter.status);
    ASSERT_FALSE(referred.empty());
    EXPECT_EQ(paged(view, filter, 3, 20), ids_of(referred));
}

TEST(CaseList, NarrowsToThePeriodOfTheOpening) {
    const Folded folded(4'000);
    const auto view = folded.view();
    const auto all = all_cases(view, "");
    const int32_t first = projections::day_of_hour(bahrain().hour_of(all.front().opened_at_ms)) + 3;
    std::vector<CasePlace> inside;
    std::ranges::copy_if(all, std::back_inserter(inside), [&](const CasePlace& place) {
        return projections::day_of_hour(bahrain().hour_of(place.opened_at_ms)) == first;
    });
    ASSERT_FALSE(inside.empty());
    CaseFilter filter;
    filter.period = projections::day_text(first);
    EXPECT_EQ(paged(view, filter, 2, kLookedAtOnce), ids_of(inside));
    const int32_t hour = bahrain().hour_of(inside.front().opened_at_ms);
    std::erase_if(inside, [hour](const CasePlace& place) {
        return bahrain().hour_of(place.opened_at_ms) != hour;
    });
    const std::string of_day = std::to_string(hour - first * projections::kHoursPerDay);
    filter.period += (of_day.size() < 2 ? "T0" : "T") + of_day;
    EXPECT_EQ(paged(view, filter, 2, kLookedAtOnce), ids_of(inside));
}

// The load repeats some of its events, which are listed.
TEST(AnomalyPages, PutTogetherAreTheWholeList) {
    const Folded folded(20'000);
    const auto view = folded.view();
    const auto whole = anomaly_page(view, "", {}, 1'000'000);
    ASSERT_TRUE(whole) << whole.error().message;
    ASSERT_GE(whole->table.rows.size(), 10U);
    EXPECT_FALSE(whole->next);
    for (const size_t limit : {size_t{1}, size_t{3}, whole->table.rows.size()}) {
        std::vector<std::vector<std::string>> rows;
        AnomalyPlace after;
        while (true) {
            auto page = anomaly_page(view, "duplicate", after, limit);
            ASSERT_TRUE(page) << page.error().message;
            EXPECT_LE(page->table.rows.size(), limit);
            std::ranges::move(page->table.rows, std::back_inserter(rows));
            if (!page->next) {
                break;
            }
            EXPECT_EQ(page->table.rows.size(), limit);
            after = *anomaly_place_of(cursor_of(*page->next));
        }
        EXPECT_EQ(rows, whole->table.rows) << "pages of " << limit;
    }
    EXPECT_TRUE(anomaly_page(view, "misrouted", {}, 5)->table.rows.empty());
    for (const char* wrong : {"", "1", "1:2", "1:2:3:4", "1:-2:3", "1:2:300", "a:2:3", "1:2:3 "}) {
        EXPECT_FALSE(anomaly_place_of(wrong)) << wrong;
    }
}

TEST(KpiAnswers, OfManyPeriodsAreThoseOfEachAlone) {
    const Folded folded(4'000);
    const auto view = folded.view();
    const auto all = all_cases(view, "");
    const int32_t first = projections::day_of_hour(bahrain().hour_of(all.front().opened_at_ms));
    // Days that follow each other, a gap, a day twice, and periods around them.
    std::vector<std::string> periods;
    for (const int32_t day : {0, 1, 2, 9, 2, 30}) {
        periods.push_back(projections::day_text(first + day));
    }
    const std::string month = periods.front().substr(0, 4) + "-M" + periods.front().substr(5, 2);
    periods.push_back(month);
    periods.push_back(month.substr(0, 4));
    size_t figures = 0;
    for (const projections::KpiDefinition& kpi : projections::all_kpis()) {
        SCOPED_TRACE(kpi.id);
        KpiQuestion question;
        question.id = kpi.id;
        question.by = kpi.dimensions.empty() ? "" : std::string(kpi.dimensions.front());
        const auto together = answers_of(projections::built_in(), question, periods, view.rows());
        ASSERT_TRUE(together.has_value());
        ASSERT_EQ(together->size(), periods.size());
        for (size_t i = 0; i < periods.size(); ++i) {
            const auto alone =
                answers_of(projections::built_in(), question, {periods[i]}, view.rows());
            ASSERT_TRUE(alone.has_value());
            EXPECT_EQ((*together)[i].figure, alone->front().figure) << periods[i];
            EXPECT_EQ((*together)[i].by, alone->front().by) << periods[i];
            figures += (*together)[i].figure.numerator != 0 ? 1 : 0;
        }
        const projections::Figure whole = (*together)[periods.size() - 1].figure;
        EXPECT_GE(whole.numerator, (*together)[periods.size() - 2].figure.numerator);
    }
    EXPECT_GT(figures, 50U) << "the load must answer some of the questions";
}

// The numbers in a text.
std::set<std::string> numbers_in(const std::string& text) {
    std::set<std::string> numbers;
    for (size_t at = text.find_first_of("0123456789"); at != std::string::npos;) {
        const size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
        numbers.insert(text.substr(at, end - at));
        at = text.find_first_of("0123456789", end);
    }
    return numbers;
}

KpiAnswer answer_to(const projections::KpiDefinition& kpi, std::string_view variant) {
    KpiAnswer answer;
    answer.query = {&kpi, *projections::parse_period("2017-Q1"), {}, "", std::string(variant)};
    return answer;
}

json written(const KpiAnswer& answer, const std::string& lang) {
    JsonWriter writer;
    write_answer(writer, answer, {}, {lang, "Asia/Bahrain"});
    return json::parse(writer.take());
}

TEST(KpiAnswers, UnderAVariantDefineItAndNameNoOtherLimit) {
    for (const projections::KpiDefinition& kpi : projections::all_kpis()) {
        for (const projections::KpiVariant& variant : kpi.variants) {
            for (const std::string lang : {"en", "ar"}) {
                const std::string text =
                    written(answer_to(kpi, variant.name), lang).at("definition");
                const std::string named = catalogue_label(variant.name, lang);
                SCOPED_TRACE(std::string(kpi.id) + ": " + text);
                EXPECT_NE(text, written(answer_to(kpi, ""), lang).at("definition"));
                EXPECT_EQ(text.find('{'), std::string::npos);
                EXPECT_FALSE(text.empty());
                EXPECT_NE(named, variant.name) << "a variant has a label";
                std::set<std::string> numbers = numbers_in(text);
                numbers.erase("24");  // hours of a day
                EXPECT_EQ(numbers, numbers_in(named));
            }
        }
    }
}

TEST(KpiAnswers, AsATableNameWhatTheirKeyIs) {
    const Folded folded(4'000);
    const auto view = folded.view();
    KpiQuestion question;
    question.id = "service-level";
    question.filters = {{"language", "ar"}};
    question.variant = "within-10s";
    const auto plain = answers_of(projections::built_in(), question, {"2017"}, view.rows());
    ASSERT_TRUE(plain.has_value());
    const Table whole = answer_table(plain->front(), "en");
    const std::vector<std::string> key{"kpi", "period", "filters", "base", "variant"};
    EXPECT_TRUE(std::ranges::equal(key, std::span(whole.header).first(key.size())));
    const std::vector<std::string> cells{
        "service-level", "2017", "language=ar", "answered-or-abandoned", "within-10s"};
    EXPECT_TRUE(std::ranges::equal(cells, std::span(whole.rows.front()).first(cells.size())));

    question.by = "queue";
    question.base = "answered";
    const auto by = answers_of(projections::built_in(), question, {"2017"}, view.rows());
    ASSERT_TRUE(by.has_value());
    const Table parts = answer_table(by->front(), "ar");
    EXPECT_EQ(parts.header[2], "queue");
    ASSERT_EQ(parts.header.size(), whole.header.size() + 1);
    ASSERT_EQ(parts.right_aligned.size(), parts.header.size());
    EXPECT_FALSE(parts.rows.empty());
    for (const auto& row : parts.rows) {
        ASSERT_EQ(row.size(), parts.header.size());
        EXPECT_EQ(row[3], "language=ar");
        EXPECT_EQ(row[4], "answered");
        EXPECT_EQ(row[5], "within-10s");
        EXPECT_EQ(row.back(), "مستوى الخدمة");
    }
}

// Of one value alone, as a filter.
projections::Figure figure_alone(const consumers::ShardView& view,
                                 KpiQuestion question,
                                 const std::string& value,
                                 const std::string& period) {
    question.filters = {{question.by, value}};
    question.by = "";
    question.compare = "";
    const auto alone = answers_of(projections::built_in(), question, {period}, view.rows());
    EXPECT_TRUE(alone.has_value());
    return alone ? alone->front().figure : projections::Figure();
}

TEST(KpiAnswers, ComparedHaveEveryValueOfEitherPeriod) {
    const Folded folded(4'000);
    const auto view = folded.view();
    size_t gone = 0;
    for (const projections::KpiDefinition& kpi : projections::all_kpis()) {
        if (kpi.dimensions.empty()) {
            continue;
        }
        SCOPED_TRACE(kpi.id);
        KpiQuestion question;
        question.id = kpi.id;
        question.by = std::string(kpi.dimensions.front());
        question.compare = "2017-01-05";
        const std::string day = "2017-01-20";
        const auto answers = answers_of(projections::built_in(), question, {day}, view.rows());
        ASSERT_TRUE(answers.has_value());
        const KpiAnswer& answer = answers->front();
        EXPECT_EQ(answer.compared_with->id, question.compare);
        ASSERT_EQ(answer.by->size(), answer.before.by.size());
        for (const auto& [value, figure] : *answer.by) {
            const auto before = answer.before.by.find(value);
            ASSERT_NE(before, answer.before.by.end()) << value;
            if (!value.empty()) {
                EXPECT_EQ(figure, figure_alone(view, question, value, day)) << value;
                EXPECT_EQ(before->second, figure_alone(view, question, value, question.compare))
                    << value;
            }
            gone += figure.numerator == 0 && before->second.numerator != 0 ? 1 : 0;
        }
    }
    EXPECT_GT(gone, 0U) << "the load must have values of the earlier day alone";
}

TEST(KpiAnswers, OfAComparisonWriteBothFiguresAndTheGrowth) {
    KpiAnswer answer = answer_to(*projections::built_in().find("answer-rate"), "");
    answer.figure = {96, 100};
    answer.compared_with = *projections::parse_period("2016-Q4");
    answer.before.whole = {80, 100};
    answer.dimension = "queue";
    answer.by.emplace();
    answer.by->emplace("a", projections::Figure{9, 10});
    answer.before.by.emplace("a", projections::Figure{0, 0});
    const json text = written(answer, "en");
    EXPECT_EQ(text.at("now").at("prints"), "96.00 %");
    EXPECT_EQ(text.at("before").at("prints"), "80.00 %");
    EXPECT_EQ(text.at("before").at("change"), "+20.0 %");
    EXPECT_EQ(text.at("prints"), "+20.0 %");
    EXPECT_EQ(text.at("value"), 20);
    EXPECT_EQ(text.at("rows").at(0).at("prints"), "90.00 %");
    EXPECT_EQ(text.at("rows").at(0).at("before"),
              json({{"numerator", 0},
                    {"denominator", 0},
                    {"value", nullptr},
                    {"prints", "–"},
                    {"change", "–"}}));
    const Table table = answer_table(answer, "en");
    EXPECT_EQ(table.rows.size(), 1U);
    EXPECT_EQ(table.rows.front().size(), table.header.size());
    EXPECT_EQ(table.right_aligned.size(), table.header.size());
}

TEST(Moments, AreSharedUntilACommitIsTold) {
    const tests::ScratchDirectory scratch;
    log::MemoryLog log(1);
    Positions positions;
    consumers::WorkerConfig config;
    config.data_directory = scratch.path().string();
    consumers::Worker worker(log, config);
    ASSERT_TRUE(worker.open().has_value());
    Moments moments(worker, positions);
    const auto first = *moments.now();
    EXPECT_EQ(first->standing.position, "0:0");
    EXPECT_EQ(first->standing.as_of, std::nullopt);
    EXPECT_EQ(*moments.now(), first);
    positions.commit(0, 1);
    auto second = *moments.now();
    EXPECT_NE(second, first);
    const std::weak_ptr<const Moment> passed = second;
    positions.commit(0, 2);
    moments.drop_passed();
    EXPECT_FALSE(passed.expired()) << "who answers from it keeps it";
    second.reset();
    EXPECT_TRUE(passed.expired());
}

TEST(JsonWriter, WritesWhatAParserReads) {
    JsonWriter writer;
    writer.begin_object();
    writer.member("text", "\"quoted\" \\ \n\t \x01 عربي");
    writer.member("none", std::optional<std::string>());
    writer.member("least", INT64_MIN);
    writer.member("truth", true);
    writer.member("share", 0.1);
    writer.key("exact");
    writer.json("96.50");
    writer.begin_array("list");
    writer.value(int64_t{1});
    writer.begin_object();
    writer.end_object();
    writer.end_array();
    writer.end_object();
    EXPECT_EQ(json::parse(writer.take()),
              json({{"text", "\"quoted\" \\ \n\t \x01 عربي"},
                    {"none", nullptr},
                    {"least", INT64_MIN},
                    {"truth", true},
                    {"share", 0.1},
                    {"exact", 96.5},
                    {"list", {1, json::object()}}}));
}

// The cell as CSV, without what quotes it.
std::string csv_of(const std::string& cell) {
    std::string text = csv_table({{"a"}, {{cell}}, {}});
    text = text.substr(3, text.size() - 5);
    return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
}

TEST(CsvTable, LeavesNumbersAlone) {
    for (const std::string number : {"-45084",
                                     "-0.4 %",
                                     "+24.0 %",
                                     "+1",
                                     "-1,234",
                                     "+1,234,567.8 %",
                                     "12.0 s",
                                     "-12.0 s",
                                     "-0.2 min",
                                     "+1,234.5 h",
                                     "96.00 %",
                                     "–",
                                     "",
                                     "\u2026"}) {
        EXPECT_EQ(csv_of(number), number);
    }
}

TEST(CsvTable, PrefixesWhatASpreadsheetWouldRun) {
    for (const std::string formula :
         {"=1+1",     "=1",   "+1+1",      "-1-1",      "-",
          "+",        "-.5",  "-5.",       "-1 %%",     "-1 % ",
          "-1%",      "-1e5", "-1,2",      "-1234,567", "-1,234,56",
          "-1\n",     "--1",  "-12.0 sec", "-12.0 s+1", "-cmd|' /C calc'!A0",
          "@SUM(A1)", "\t=1", "\r=1"}) {
        EXPECT_EQ(csv_of(formula), "'" + formula);
    }
}

TEST(JsonText, TakesMoreMembers) {
    EXPECT_EQ(with_members("{}", "\"a\":1"), "{\"a\":1}");
    EXPECT_EQ(with_members("{\"a\":1}", "\"b\":2"), "{\"a\":1,\"b\":2}");
    EXPECT_EQ(with_members("{\"a\":1}", ""), "{\"a\":1}");
}

}  // namespace
}  // namespace sijill::api
