// tests/unit/consumers/changes_test.cc - which later events a change of a period is traced to.

#include "consumers/changes.h"

#include "consumers/replay.h"
#include "projections/kpi_catalogue.h"
#include "projections/period.h"
#include "tests/support/event_text.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/worker_runs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sijill::consumers {
namespace {

nlohmann::json call_at(const std::string& subject, const std::string& at) {
    return event_json("call.offered",
                      subject,
                      "offer-" + subject,
                      at,
                      {{"contact_id", subject},
                       {"direction", "inbound"},
                       {"queue", "general"},
                       {"enqueued_at", at}});
}

TEST(Changes, AreTracedToWhomThePeriodCountsOtherwiseAndToNobodyElse) {
    const tests::ScratchDirectory scratch;
    const std::string directory = scratch.path().string();
    log::MemoryLog log(1);
    const auto early = call_at("early", "2017-01-15T09:00:00.000Z");
    tests::append(log, {early, call_at("unchanged", "2017-01-15T09:30:00.000Z")});
    const int64_t sealed = log.ranges()->front().end;
    std::vector<nlohmann::json> later{early, call_at("late", "2017-01-16T09:00:00.000Z")};
    for (int i = 0; i < 20; ++i) {
        later.push_back(call_at("april-" + std::to_string(i), "2017-04-10T09:00:00.000Z"));
    }
    tests::append(log, later);
    const int64_t end = log.ranges()->front().end;
    const auto fold = [&](const std::string& name, int64_t to) {
        return PastView::fold(log, {directory + name, {}, nullptr}, {{0, to}}, [](int64_t) {});
    };
    const auto before = fold("/before", sealed);
    const auto after = fold("/after", end);
    ASSERT_TRUE(before && after);

    const auto period = projections::parse_period("2017-Q1");
    const auto local_time = projections::LocalTime::of(projections::FoldConfig{}.time_zone);
    ASSERT_TRUE(period && local_time);
    const projections::KpiCatalogue kpis;
    const auto changes =
        changes_since(log, (*before)->view(), (*after)->view(), {*period, kpis, *local_time});
    ASSERT_TRUE(changes) << changes.error().message;
    ASSERT_EQ(changes->events.size(), 1U);
    EXPECT_EQ(changes->events[0].subject, "late");
    EXPECT_EQ(changes->events[0].offset, sealed + 1);
    ASSERT_FALSE(changes->figures.empty());
    for (const ExplainedChange& change : changes->figures) {
        EXPECT_EQ(change.events, std::vector<size_t>{0}) << change.figure.name.kpi->id;
    }
}

}  // namespace
}  // namespace sijill::consumers
