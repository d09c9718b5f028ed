#include "api/change_feed.h"

#include "api/text.h"
#include "events/check.h"
#include "events/json.h"
#include "log/places.h"
#include "projections/keys.h"
#include "projections/kpi_catalogue.h"
#include "projections/period.h"
#include "projections/row_codec.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace sijill::api {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kRetry = "retry: 3000\n";

std::string event(std::string_view name, const std::string& id, const ordered_json& data) {
    return "event: " + std::string(name) + "\nid: " + id + "\ndata: " + json_text(data) + "\n\n";
}

template <class Wanted>
bool has_term(const projections::KpiDefinition& kpi, const Wanted& wanted) {
    return std::ranges::any_of(kpi.numerator, wanted) ||
           std::ranges::any_of(kpi.bases, [&wanted](const projections::KpiBase& base) {
               return std::ranges::any_of(base.terms, wanted);
           });
}

bool stands_in(const projections::KpiDefinition& kpi, const std::set<uint8_t>& cubes) {
    return has_term(kpi,
                    [&cubes](const projections::SumTerm& term) {
                        return cubes.contains(static_cast<uint8_t>(term.cube));
                    }) ||
           (kpi.people && cubes.contains(static_cast<uint8_t>(*kpi.people)));
}

bool waits_for_time(const projections::KpiDefinition& kpi) {
    return has_term(kpi, [](const projections::SumTerm& term) { return term.past_only; });
}

ordered_json names_of_kpis(const projections::KpiCatalogue& kpis,
                           const std::function<bool(const projections::KpiDefinition&)>& named) {
    auto names = ordered_json::array();
    for (const projections::KpiDefinition& kpi : kpis.all()) {
        if (named(kpi)) {
            names.push_back(kpi.id);
        }
    }
    return names;
}

// The local hour of the shard's last append, when this commit changed it.
std::optional<int32_t> hour_in(const projections::RowBatch& changes) {
    const std::string key = projections::keys::last_hour();
    const size_t at = changes.first_from(key);
    if (at == changes.size() || changes[at].key != key || !changes[at].value) {
        return std::nullopt;
    }
    const auto hour = projections::decode_count(*changes[at].value);
    CHECK(hour.has_value(), "the fold has just written it");
    return static_cast<int32_t>(*hour);
}

}  // namespace

Result<StreamTopics> parse_topics(std::string_view text) {
    if (text.empty()) {
        return StreamTopics{};
    }
    StreamTopics topics{false, false, false};
    for (const std::string_view word : split(text, ',')) {
        if (word != "kpis" && word != "cases" && word != "lag") {
            return fail(Errc::Invalid, "must be of kpis, cases, lag");
        }
        topics.kpis = topics.kpis || word == "kpis";
        topics.cases = topics.cases || word == "cases";
        topics.lag = topics.lag || word == "lag";
    }
    return topics;
}

void ChangeFeed::News::note_row(std::string_view key) {
    namespace keys = projections::keys;
    const auto changed = [this](projections::Cube cube, int32_t first, int32_t last) {
        cubes.insert(static_cast<uint8_t>(cube));
        first_day = std::min(first_day, first);
        last_day = std::max(last_day, last);
    };
    if (const auto cells = keys::parse_cells(key)) {
        using projections::Grain;
        if (cells->grain == Grain::Change) {  // it counts at the end of every day behind it, too
            changed(cells->cube, cells->changes * projections::kChangeDays, kNoLastDay);
        } else if (cells->grain != Grain::Day) {  // rows of days repeat the hours
            const int32_t days = projections::slots_of(cells->grain) / projections::kHoursPerDay;
            changed(cells->cube, cells->row * days, cells->row * days + days - 1);
        }
    } else if (const auto person = keys::parse_person(key)) {
        changed(person->cube, person->day, person->day);
    } else if (const auto spans = keys::parse_spans(key)) {
        changed(spans->cube, spans->day, spans->day);
    } else if (const auto aggregate = keys::parse_aggregate(key);
               aggregate && aggregate->kind == projections::AggregateKind::Case) {
        note_case(aggregate->subject);
    }
}

void ChangeFeed::News::note_case(std::string_view id) {
    if (!many_cases) {
        cases.emplace(id);
        many_cases = cases.size() > kMostCases;
    }
}

void ChangeFeed::News::add(const News& more) {
    cubes.insert(more.cubes.begin(), more.cubes.end());
    first_day = std::min(first_day, more.first_day);
    last_day = std::max(last_day, more.last_day);
    many_cases = many_cases || more.many_cases;
    for (const std::string& id : more.cases) {
        note_case(id);
    }
}

void ChangeFeed::note(int32_t partition,
                      int64_t next_offset,
                      const projections::RowBatch& changes) {
    const auto hour = hour_in(changes);
    {
        const std::lock_guard lock(mutex_);
        last_hour_ = std::max(last_hour_, hour.value_or(kNoHour));
        if (listeners_.empty()) {
            positions_[partition] = next_offset;
            return;
        }
    }
    // Outside the lock, which add() takes in the I/O thread: a commit may have very many rows.
    News news;
    for (size_t i = 0; i < changes.size(); ++i) {
        news.note_row(changes[i].key);
    }
    const std::lock_guard lock(mutex_);
    positions_[partition] = next_offset;  // with its news: an event's id says that all is told
    news_.add(news);
}

std::string ChangeFeed::position() const {
    std::string text;
    for (const auto& [partition, next_offset] : positions_) {
        log::append_to_position(text, partition, next_offset);
    }
    return text;
}

void ChangeFeed::add(std::shared_ptr<EventStream> stream,
                     StreamTopics topics,
                     const std::string& last_event_id,
                     StillAllowed allowed) {
    const std::lock_guard lock(mutex_);
    if (listeners_.empty()) {
        news_ = {};  // of listeners that have gone
        told_hour_ = last_hour_;
        told_lag_.clear();  // of then; the next tick tells it
    }
    // The id at once: a listener whose connection breaks before the first event has one to come
    // back with.
    const std::string id = position();
    stream->send(std::string(kRetry) + (id.empty() ? "" : "id: " + id + "\n") + "\n");
    if (!last_event_id.empty() && last_event_id != id) {
        stream->send(event("reset", id, ordered_json::object()));
    }
    if (topics.lag && !told_lag_.empty()) {  // it may stay as it is for long
        stream->send(event("lag", id, ordered_json::parse(told_lag_)));
    }
    listeners_.push_back({std::move(stream), topics, std::move(allowed)});
}

size_t ChangeFeed::end_disallowed() {
    std::vector<Listener> listeners;
    {
        const std::lock_guard lock(mutex_);
        listeners = listeners_;
    }
    // Outside the lock: commits must not wait for signatures to be checked.
    std::set<const EventStream*> ended;
    for (const Listener& each : listeners) {
        if (!each.allowed()) {
            each.stream->close();
            ended.insert(each.stream.get());
        }
    }
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_,
                  [&ended](const Listener& each) { return ended.contains(each.stream.get()); });
    return ended.size();
}

// What has passed since the hour that was told last, and every day's end behind it.
std::string ChangeFeed::take_hour(const std::string& id) {
    const int32_t before = std::exchange(told_hour_, last_hour_);
    if (before == last_hour_) {
        return "";
    }
    const int32_t first_day = before == kNoHour ? 0 : projections::day_of_hour(before);
    return event("kpis",
                 id,
                 {{"kpis", names_of_kpis(kpis_, waits_for_time)},
                  {"from", projections::day_text(first_day)},
                  {"to", nullptr}});
}

ChangeFeed::Told ChangeFeed::take_news(const std::string& lag) {
    const News news = std::exchange(news_, {});
    const std::string id = position();
    Told told;
    if (!news.cubes.empty()) {
        told.kpis = event(
            "kpis",
            id,
            {{"kpis",
              names_of_kpis(kpis_,
                            [&news](const auto& kpi) { return stands_in(kpi, news.cubes); })},
             {"from", projections::day_text(news.first_day)},
             {"to",
              news.last_day == kNoLastDay ? ordered_json(nullptr)
                                          : ordered_json(projections::day_text(news.last_day))}});
    }
    told.kpis += take_hour(id);
    if (!news.cases.empty()) {
        told.cases =
            event("cases",
                  id,
                  {{"cases", news.many_cases ? ordered_json(nullptr) : ordered_json(news.cases)}});
    }
    if (lag != told_lag_) {
        told.lag = event("lag", id, ordered_json::parse(lag));
        told_lag_ = lag;
    }
    return told;
}

void ChangeFeed::tick(const std::string& lag) {
    const std::lock_guard lock(mutex_);
    const Told told = take_news(lag);
    const bool quiet = told.kpis.empty() && told.cases.empty() && told.lag.empty();
    quiet_ticks_ = quiet ? quiet_ticks_ + 1 : 0;
    const std::string beat = quiet_ticks_ >= kHeartbeatTicks ? ": here\n\n" : "";
    quiet_ticks_ = beat.empty() ? quiet_ticks_ : 0;
    std::erase_if(listeners_, [&](const Listener& each) {
        const auto chosen = [](bool wanted, const std::string& text) {
            return wanted ? text : std::string();
        };
        const std::string text = chosen(each.topics.kpis, told.kpis) +
                                 chosen(each.topics.cases, told.cases) +
                                 chosen(each.topics.lag, told.lag) + beat;
        return !text.empty() && !each.stream->send(text);
    });
}

size_t ChangeFeed::listeners() const {
    const std::lock_guard lock(mutex_);
    return listeners_.size();
}

}  // namespace sijill::api
