#pragma once
// api/change_feed.h - tells listeners what the fold changed, as server-sent events.

#include "api/http.h"
#include "projections/kpi_catalogue.h"
#include "projections/rows.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::api {

/// Which events a listener wants.
struct StreamTopics {
    bool kpis = true;
    bool cases = true;
    bool lag = true;
};

/// Whether a listener may still listen. Any thread.
using StillAllowed = std::function<bool()>;

/// Gathers the rows of commits and tells them once a tick: the KPIs whose cells changed, and
/// among which days, the cases that changed, how far the views are. The days are those of the rows
/// that were written (up to 32): a row does not say which of its days are new. Each event's id is a
/// position: everything before it has been told. Any thread.
///
///   event: kpis   data: {"kpis":[…],"from":"2017-01-01","to":"2017-01-31"}; "to":null when what
///                 is open at a day's end changed: with it every day from there on
///                 Another one names what counts only what has passed, when the local hour of the
///                 log's last append moved on: an answer becomes overdue by time alone
///   event: cases  data: {"cases":[…]}; {"cases":null} when they are too many to name
///   event: lag    data: {"records":0,"seconds":0.0,"asOf":"…"}; the last one first
///   event: reset  data: {}; first thing when Last-Event-ID is not the present position: what
///                 changed meanwhile is not told one by one, ask anew
class ChangeFeed {
  public:
    explicit ChangeFeed(projections::KpiCatalogue kpis = {}) : kpis_(std::move(kpis)) {}

    /// A shard's commit: its rows and its position. Cheap while nobody listens.
    void note(int32_t partition, int64_t next_offset, const projections::RowBatch& changes);

    /// A new listener. `last_event_id`: "" on its first visit.
    void add(std::shared_ptr<EventStream> stream,
             StreamTopics topics,
             const std::string& last_event_id,
             StillAllowed allowed);

    /// Ends the streams of those who are not allowed any more; how many.
    size_t end_disallowed();

    /// Tells what was noted since the last tick; `lag` is the data of the lag event. Without news a
    /// comment keeps connections alive every kHeartbeatTicks.
    void tick(const std::string& lag);

    [[nodiscard]] size_t listeners() const;

  private:
    struct Listener {
        std::shared_ptr<EventStream> stream;
        StreamTopics topics;
        StillAllowed allowed;
    };
    static constexpr int32_t kNoLastDay = INT32_MAX;
    // Tells nothing: every hour is later.
    static constexpr int32_t kNoHour = INT32_MIN;
    struct News {
        std::set<uint8_t> cubes;
        int32_t first_day = INT32_MAX;
        int32_t last_day = INT32_MIN;  // or kNoLastDay
        std::set<std::string> cases;
        bool many_cases = false;

        void note_row(std::string_view key);
        void note_case(std::string_view id);
        void add(const News& more);
    };
    // The events of one tick; "" is none.
    struct Told {
        std::string kpis;
        std::string cases;
        std::string lag;
    };
    static constexpr size_t kMostCases = 1'000;  // named in one event
    static constexpr int kHeartbeatTicks = 15;

    [[nodiscard]] std::string take_hour(const std::string& id);
    [[nodiscard]] Told take_news(const std::string& lag);
    [[nodiscard]] std::string position() const;

    const projections::KpiCatalogue kpis_;
    mutable std::mutex mutex_;
    std::map<int32_t, int64_t> positions_;
    std::vector<Listener> listeners_;
    News news_;
    int32_t last_hour_ = kNoHour;  // of the last append; kNoHour until a commit told it
    int32_t told_hour_ = kNoHour;
    std::string told_lag_;
    int quiet_ticks_ = 0;
};

/// Reads `kpis,cases,lag`; "" is all. Errors: Invalid.
[[nodiscard]] Result<StreamTopics> parse_topics(std::string_view text);

}  // namespace sijill::api
