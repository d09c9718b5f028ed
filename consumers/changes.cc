#include "consumers/changes.h"

#include "events/decode.h"
#include "projections/evolve.h"
#include "projections/keys.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace sijill::consumers {

namespace {

using projections::AggregateKind;
using projections::Behind;
using projections::Side;
using projections::Subject;

// Whom something changed that the period may count, by shard, and what the log got about them.
struct LaterSubjects {
    std::vector<std::set<Subject>> by_shard;
    std::vector<LaterEvent> all;
    std::map<Subject, std::vector<size_t>> events;
};

// Calls act(Subject) for each aggregate that the event may be about.
template <typename Act>
void for_each_subject(const events::Decoded& decoded, const Act& act) {
    const std::string subject(decoded.envelope.subject);
    if (const auto kind = projections::kind_of(decoded.event)) {
        return act(Subject{*kind, subject});
    }
    // A correction is about whatever its subject is.
    for (size_t number = 1; number <= projections::kAggregateKindCount; ++number) {
        act(Subject{static_cast<AggregateKind>(number), subject});
    }
}

using Take = std::function<void(const events::Decoded&, const events::Record&)>;

// Reads one partition from where the earlier view stands to where the later one does.
Result<void> read_later(log::EventLog& log, log::Place from, int64_t end, const Take& take) {
    int64_t next = from.next_offset;
    if (next >= end) {
        return {};
    }
    auto reader = log.open_reader({&from, 1});
    if (!reader) {
        return Unexpected(reader.error());
    }
    events::Decoder decoder;
    while (next < end) {
        const auto batch = (*reader)->read(5'000, std::chrono::milliseconds(100));
        if (!batch) {
            return Unexpected(batch.error());
        }
        for (const events::Record& record : batch->records) {
            next = record.offset + 1;
            const events::Decoded* decoded = record.offset < end ? decoder.decode(record) : nullptr;
            if (decoded != nullptr) {  // what is parked changes no figure
                take(*decoded, record);
            }
        }
        for (const log::Place& reached : batch->ends) {
            next = std::max(next, reached.next_offset);
        }
    }
    return {};
}

LaterEvent later_event(const events::Decoded& decoded,
                       const events::Record& record,
                       int32_t partition) {
    return {partition,
            record.offset,
            record.append_time_ms,
            std::visit([](const auto& e) { return std::string(e.kType); }, decoded.event),
            std::string(decoded.envelope.subject),
            std::string(decoded.envelope.id)};
}

// What each of the later subjects adds to a side of a figure.
Result<std::map<Subject, int64_t>> amounts_in(const ShardView& view,
                                              const projections::KpiQuery& query,
                                              Side side,
                                              const projections::LocalTime& local_time,
                                              const LaterSubjects& subjects) {
    const auto found =
        projections::behind_among(view.rows(), query, side, local_time, subjects.by_shard);
    if (!found) {
        return Unexpected(found.error());
    }
    std::map<Subject, int64_t> amounts;
    for (const Behind& each : *found) {
        amounts[{*each.kind, each.subject}] += each.amount;
    }
    return amounts;
}

// The subjects that add otherwise in the later view than in the earlier one.
void differing(const std::map<Subject, int64_t>& before,
               const std::map<Subject, int64_t>& after,
               std::set<Subject>& out) {
    for (const auto& [subject, amount] : before) {
        const auto now = after.find(subject);
        if (now == after.end() || now->second != amount) {
            out.insert(subject);
        }
    }
    for (const auto& [subject, amount] : after) {
        if (!before.contains(subject)) {
            out.insert(subject);
        }
    }
}

// The later subjects that add to a figure otherwise than before, on either side.
Result<std::set<Subject>> who_changed(const ShardView& before,
                                      const ShardView& after,
                                      const projections::KpiQuery& query,
                                      const projections::LocalTime& local_time,
                                      const LaterSubjects& subjects) {
    std::set<Subject> who;
    for (const Side side : {Side::Numerator, Side::Denominator}) {
        if (side == Side::Denominator && query.kpi->bases.empty()) {
            continue;
        }
        const auto was = amounts_in(before, query, side, local_time, subjects);
        const auto is = amounts_in(after, query, side, local_time, subjects);
        if (!was || !is) {
            return Unexpected(was ? is.error() : was.error());
        }
        differing(*was, *is, who);
    }
    return who;
}

// The part of a partition between the views.
struct Later {
    log::Place from;
    int64_t end = 0;
};

// Whom the period counts otherwise behind it.
Result<std::set<Subject>> whom_changed(log::EventLog& log,
                                       const Later& later,
                                       const projections::BeforeAndAfter& shard,
                                       const ChangesAsked& asked) {
    std::set<Subject> met;
    auto read = read_later(log, later.from, later.end, [&](const auto& decoded, const auto&) {
        for_each_subject(decoded, [&](Subject subject) { met.insert(std::move(subject)); });
    });
    return read ? projections::differing_among(shard, asked.period, asked.local_time, met)
                : Result<std::set<Subject>>(Unexpected(read.error()));
}

// What the log got about them.
Result<void> add_events(log::EventLog& log,
                        const Later& later,
                        const std::set<Subject>& kept,
                        LaterSubjects& out) {
    if (kept.empty()) {
        return {};
    }
    return read_later(log, later.from, later.end, [&](const auto& decoded, const auto& record) {
        bool listed = false;
        for_each_subject(decoded, [&](const Subject& subject) {
            if (kept.contains(subject)) {
                out.events[subject].push_back(out.all.size());
                listed = true;
            }
        });
        if (listed) {
            out.all.push_back(later_event(decoded, record, later.from.partition));
        }
    });
}

// The log is read twice, so that of a year behind the period only what changed it is kept.
Result<LaterSubjects> later_subjects(log::EventLog& log,
                                     const ShardView& before,
                                     const ShardView& after,
                                     const ChangesAsked& asked) {
    LaterSubjects subjects;
    for (size_t i = 0; i < after.rows().size(); ++i) {
        const Later later{{after.partition_of_index(i), before.positions()[i].next_offset},
                          after.positions()[i].next_offset};
        auto changed = whom_changed(log, later, {*before.rows()[i], *after.rows()[i]}, asked);
        if (!changed) {
            return Unexpected(changed.error());
        }
        subjects.by_shard.push_back(std::move(*changed));
        if (auto read = add_events(log, later, subjects.by_shard.back(), subjects); !read) {
            return Unexpected(read.error());
        }
    }
    return subjects;
}

projections::KpiQuery query_of(const projections::ChangedFigure& figure,
                               const projections::Period& period) {
    projections::KpiQuery query{figure.name.kpi, period, {}, figure.name.base, figure.name.variant};
    if (!figure.name.dimension.empty()) {
        query.filters[figure.name.dimension] = figure.name.value;
    }
    return query;
}

}  // namespace

Result<Changes> changes_since(log::EventLog& log,
                              const ShardView& before,
                              const ShardView& after,
                              const ChangesAsked& asked) {
    const auto& [period, kpis, local_time] = asked;
    const auto old_figures = projections::published_figures(before.rows(), kpis, period);
    const auto new_figures = projections::published_figures(after.rows(), kpis, period);
    if (!old_figures || !new_figures) {
        return Unexpected(old_figures ? new_figures.error() : old_figures.error());
    }
    auto subjects = later_subjects(log, before, after, asked);
    if (!subjects) {
        return Unexpected(subjects.error());
    }
    Changes changes;
    changes.digest_before = projections::digest_of(*old_figures);
    for (projections::ChangedFigure& figure :
         projections::changes_between(*old_figures, *new_figures)) {
        // Who is behind a suppressed figure would tell how many they are.
        const bool told = !(figure.before && figure.before->suppressed) &&
                          !(figure.after && figure.after->suppressed);
        const auto who =
            told ? who_changed(before, after, query_of(figure, period), local_time, *subjects)
                 : std::set<Subject>();
        if (!who) {
            return Unexpected(who.error());
        }
        ExplainedChange explained{std::move(figure), {}};
        for (const Subject& subject : *who) {
            const auto& places = subjects->events.at(subject);
            explained.events.insert(explained.events.end(), places.begin(), places.end());
        }
        std::ranges::sort(explained.events);
        changes.figures.push_back(std::move(explained));
    }
    changes.events = std::move(subjects->all);
    return changes;
}

}  // namespace sijill::consumers
