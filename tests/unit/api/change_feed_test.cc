// What listeners are told, and whose streams end.

#include "api/change_feed.h"

#include "projections/keys.h"
#include "projections/local_time.h"
#include "projections/row_codec.h"

#include <gtest/gtest.h>

namespace sijill::api {
namespace {

// Keeps what it is sent.
class Listening final : public EventStream {
  public:
    bool send(std::string bytes) override {
        text += bytes;
        return true;
    }
    void close() override { closed = true; }
    std::string text;
    bool closed = false;
};

bool always() {
    return true;
}

TEST(ChangeFeed, TellsKpisAndCasesOnceWithThePositionBehindThem) {
    ChangeFeed feed;
    const auto all = std::make_shared<Listening>();
    const auto lag_only = std::make_shared<Listening>();
    feed.note(1, 4, projections::RowBatch());
    feed.add(all, {}, "", always);
    feed.add(lag_only, *parse_topics("lag"), "", always);
    projections::RowBatch changes;
    changes.put(projections::keys::aggregate(projections::AggregateKind::Case, "case-1"), "");
    changes.put(projections::keys::cells(
                    {.cube = projections::Cube::Cases, .row = 17'167 / 8, .dimensions = {}}),
                "");
    feed.note(0, 9, changes);
    feed.tick(R"({"records":0})");
    EXPECT_NE(all->text.find("event: cases\nid: 0:9,1:4\ndata: {\"cases\":[\"case-1\"]}\n\n"),
              std::string::npos)
        << all->text;
    EXPECT_NE(all->text.find("\"cases-opened\""), std::string::npos) << all->text;
    EXPECT_NE(all->text.find(R"("from":"2016-12-25","to":"2017-01-01")"), std::string::npos)
        << "the 8 days of the row: " << all->text;
    EXPECT_EQ(lag_only->text,
              "retry: 3000\nid: 1:4\n\n"
              "event: lag\nid: 0:9,1:4\ndata: {\"records\":0}\n\n");
    const std::string before = all->text;
    feed.tick(R"({"records":0})");
    EXPECT_EQ(all->text, before) << "no news, nothing told";
}

TEST(ChangeFeed, ABlockOfFewHoursIsToldWithAllItsDays) {
    ChangeFeed feed;
    feed.note(0, 9, projections::RowBatch());
    const auto all = std::make_shared<Listening>();
    feed.add(all, {}, "", always);
    projections::RowBatch changes;
    changes.put(projections::keys::cells({.grain = projections::Grain::FewHours,
                                          .cube = projections::Cube::Cases,
                                          .row = projections::block_of_day(17'167),
                                          .dimensions = {}}),
                "");
    feed.note(0, 10, changes);
    feed.tick("{}");
    EXPECT_NE(all->text.find("\"cases-opened\""), std::string::npos) << all->text;
    EXPECT_NE(all->text.find(R"("from":"2016-12-17","to":"2017-01-17")"), std::string::npos)
        << all->text;
}

// An answer becomes overdue by time alone: no row but the hour's says so.
TEST(ChangeFeed, TheNextHourIsToldOfWhatCountsThePast) {
    ChangeFeed feed;
    const auto at = [](int32_t hour) {
        projections::RowBatch changes;
        changes.put(projections::keys::last_hour(), projections::encode_count(hour));
        return changes;
    };
    constexpr int32_t kHour = 17'167 * projections::kHoursPerDay;
    feed.note(0, 9, at(kHour));
    const auto all = std::make_shared<Listening>();
    feed.add(all, {}, "", always);
    feed.note(1, 10, at(kHour));
    feed.note(1, 11, at(kHour - 1));
    feed.tick("{}");
    EXPECT_EQ(all->text.find("event: kpis"), std::string::npos) << all->text;
    feed.note(1, 12, at(kHour + projections::kHoursPerDay));
    feed.tick("{}");
    EXPECT_NE(all->text.find(R"("sla-breaches")"), std::string::npos) << all->text;
    EXPECT_NE(all->text.find(R"("referrals-overdue")"), std::string::npos) << all->text;
    EXPECT_EQ(all->text.find(R"("cases-opened")"), std::string::npos) << all->text;
    EXPECT_NE(all->text.find(R"("from":"2017-01-01","to":null)"), std::string::npos) << all->text;
    const std::string before = all->text;
    feed.tick("{}");
    EXPECT_EQ(all->text, before) << "once";
}

// What was open at a day's end is the sum of all changes before it.
TEST(ChangeFeed, AChangeOfABacklogIsToldOfAllDaysFromItOn) {
    ChangeFeed feed;
    feed.note(0, 9, projections::RowBatch());
    const auto all = std::make_shared<Listening>();
    feed.add(all, {}, "", always);
    projections::RowBatch changes;
    changes.put(projections::keys::cells({.grain = projections::Grain::Change,
                                          .cube = projections::Cube::CaseBacklog,
                                          .row = 17'167 / 32,
                                          .changes = 17'180 / projections::kChangeDays,
                                          .dimensions = {}}),
                "");
    changes.put(projections::keys::cells(
                    {.cube = projections::Cube::Cases, .row = 17'167 / 8, .dimensions = {}}),
                "");
    feed.note(0, 10, changes);
    feed.tick("{}");
    EXPECT_NE(all->text.find("\"case-backlog\""), std::string::npos) << all->text;
    EXPECT_NE(all->text.find(R"("from":"2016-12-25","to":null)"), std::string::npos) << all->text;
}

TEST(ChangeFeed, ACommitOfVeryManyCasesNamesNone) {
    ChangeFeed feed;
    const auto all = std::make_shared<Listening>();
    feed.add(all, *parse_topics("cases"), "", always);
    for (int commit = 0; commit < 2; ++commit) {
        projections::RowBatch changes;
        for (int i = 0; i < 501; ++i) {
            changes.put(projections::keys::aggregate(projections::AggregateKind::Case,
                                                     "case-" + std::to_string(commit * 501 + i)),
                        "");
        }
        feed.note(0, 10 + commit, changes);
    }
    feed.tick("{}");
    EXPECT_NE(all->text.find("{\"cases\":null}"), std::string::npos);
}

TEST(ChangeFeed, AListenerThatMissedChangesIsToldToAskAnew) {
    ChangeFeed feed;
    feed.note(0, 9, projections::RowBatch());
    const auto same = std::make_shared<Listening>();
    const auto late = std::make_shared<Listening>();
    feed.add(same, {}, "0:9", always);
    feed.add(late, {}, "0:7", always);
    EXPECT_EQ(same->text.find("event: reset"), std::string::npos);
    EXPECT_NE(late->text.find("event: reset\nid: 0:9"), std::string::npos);
    EXPECT_FALSE(parse_topics("kpis,weather"));
}

TEST(ChangeFeed, ALaterListenerIsToldTheLastLagAtOnce) {
    ChangeFeed feed;
    feed.note(0, 9, projections::RowBatch());
    const auto first = std::make_shared<Listening>();
    feed.add(first, *parse_topics("lag"), "", always);
    EXPECT_EQ(first->text.find("event: lag"), std::string::npos) << "no tick yet";
    feed.tick(R"({"records":0})");
    const auto second = std::make_shared<Listening>();
    const auto others = std::make_shared<Listening>();
    feed.add(second, *parse_topics("lag"), "", always);
    feed.add(others, *parse_topics("kpis"), "", always);
    EXPECT_EQ(second->text,
              "retry: 3000\nid: 0:9\n\nevent: lag\nid: 0:9\ndata: {\"records\":0}\n\n");
    EXPECT_EQ(others->text.find("event: lag"), std::string::npos);
    feed.tick(R"({"records":0})");
    EXPECT_EQ(second->text.find("event: lag"), second->text.rfind("event: lag")) << "once";
}

TEST(ChangeFeed, WhoComesWhenAllHaveGoneIsToldTheLagOfThen) {
    ChangeFeed feed;
    bool allowed = true;
    feed.add(std::make_shared<Listening>(), {}, "", [&allowed] { return allowed; });
    feed.tick(R"({"records":7})");
    allowed = false;
    EXPECT_EQ(feed.end_disallowed(), 1U);
    const auto later = std::make_shared<Listening>();
    feed.add(later, *parse_topics("lag"), "", always);
    EXPECT_EQ(later->text.find("event: lag"), std::string::npos) << "that lag is of long ago";
    feed.tick(R"({"records":7})");
    EXPECT_NE(later->text.find("event: lag"), std::string::npos);
}

TEST(ChangeFeed, WhoIsNotAllowedAnyMoreHearsNoMore) {
    ChangeFeed feed;
    const auto stays = std::make_shared<Listening>();
    const auto goes = std::make_shared<Listening>();
    bool allowed = true;
    feed.add(stays, {}, "", always);
    feed.add(goes, {}, "", [&allowed] { return allowed; });
    EXPECT_EQ(feed.end_disallowed(), 0U);
    EXPECT_EQ(feed.listeners(), 2U);
    allowed = false;
    EXPECT_EQ(feed.end_disallowed(), 1U);
    EXPECT_EQ(feed.listeners(), 1U);
    EXPECT_TRUE(goes->closed);
    EXPECT_FALSE(stays->closed);
    const std::string heard = goes->text;
    feed.tick(R"({"records":1})");
    EXPECT_EQ(goes->text, heard);
    EXPECT_NE(stays->text.find("event: lag"), std::string::npos);
    EXPECT_EQ(feed.end_disallowed(), 0U);
}

}  // namespace
}  // namespace sijill::api
