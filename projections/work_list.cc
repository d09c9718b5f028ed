#include "projections/work_list.h"

#include "projections/first_few.h"
#include "projections/keys.h"

#include <algorithm>
#include <utility>

namespace sijill::projections {

namespace {

constexpr int64_t kDayMs = 86'400'000;

Unexpected damaged_follow_up() {
    return fail(Errc::Corrupt, "a follow-up row is damaged: run `sijill audit replay`");
}

// What the index row says; the rest is in the aggregate.
FollowUp indexed(const keys::ParsedFollowUp& parts) {
    FollowUp found;
    found.status = parts.status;
    found.kind = parts.kind;
    found.subject = parts.subject;
    found.referral = parts.kind == AggregateKind::Case ? parts.referral : "";
    found.referred_at_ms = parts.referred_at_ms;
    (is_open(parts.status) ? found.due_at_ms : found.settled_at_ms) = parts.instant_ms;
    return found;
}

// What is asked of the list, and when.
struct Asked {
    const WorkListFilter& filter;
    const LocalTime& local_time;
    int64_t now_ms;
};

bool within(const FollowUp& each, const Asked& asked) {
    const WorkListFilter& filter = asked.filter;
    const bool open = is_open(each.status);
    if ((filter.status && each.status != *filter.status) || (filter.only_open && !open) ||
        (filter.only_overdue && !(open && each.late(asked.now_ms)))) {
        return false;
    }
    return !filter.settled_in || !each.settled_at_ms ||
           has_hour(*filter.settled_in, asked.local_time.hour_of(*each.settled_at_ms));
}

// Adds what only the aggregate knows.
Result<void> complete(FollowUp& each, const RowReader& rows) {
    const auto row = rows.get(keys::aggregate(each.kind, each.subject));
    if (!row) {
        return Unexpected(row.error());
    }
    if (!*row) {
        return damaged_follow_up();
    }
    Dictionary dictionary;
    const auto decoded = decode_aggregate(each.kind, **row, dictionary);
    if (!decoded) {
        return Unexpected(decoded.error());
    }
    if (const auto* figure = std::get_if<KpiReferralState>(&decoded->aggregate.state)) {
        each.about = dictionary.text(figure->kpi);
        each.due_at_ms = figure->due_at_ms;
        each.figure = {each.about,
                       std::string(dictionary.text(figure->base)),
                       std::string(dictionary.text(figure->variant)),
                       figure->dimensions,
                       figure->period,
                       {figure->numerator, figure->denominator},
                       figure->target,
                       figure->direction};
        return {};
    }
    const auto& of_case = std::get<CaseState>(decoded->aggregate.state);
    const auto referral = std::ranges::find(of_case.referrals, each.referral, &Referral::id);
    if (referral == of_case.referrals.end()) {
        return damaged_follow_up();
    }
    each.about = events::name_of(of_case.kind);
    each.due_at_ms = referral->due_at_ms;
    return {};
}

void count(const FollowUp& each, int64_t now_ms, WorkListCounts& counts) {
    ++counts.by_status.at(static_cast<size_t>(each.status) - 1);
    if (is_open(each.status)) {
        counts.overdue += each.late(now_ms) ? 1 : 0;
        ++counts.open_by_age.at(age_bucket(each.age_ms(now_ms)));
    }
}

struct Found {
    WorkListCounts counts = {};
    FirstFew<FollowUpPlace, std::pair<FollowUp, size_t>> first;  // each with its shard's number
};

// Counts a department's follow-ups in a shard and adds those that were asked for.
Result<void> add_shard(const RowReader& rows,
                       size_t shard,
                       const std::pair<std::string, std::string>& span,
                       const Asked& asked,
                       Found& out) {
    bool damaged = false;
    const auto scanned =
        rows.scan(span.first, span.second, [&](std::string_view key, std::string_view) {
            const auto parts = keys::parse_follow_up(key);
            damaged = !parts;
            if (damaged) {
                return false;
            }
            FollowUp each = indexed(*parts);
            count(each, asked.now_ms, out.counts);
            if (!within(each, asked)) {
                return true;
            }
            const FollowUpPlace place{each.referred_at_ms, each.subject, each.referral};
            if (asked.filter.after < place) {
                out.first.add(place, [&] { return std::pair(std::move(each), shard); });
            }
            return true;
        });
    return scanned && damaged ? Result<void>(damaged_follow_up()) : scanned;
}

}  // namespace

int64_t FollowUp::age_ms(int64_t now_ms) const {
    return std::max<int64_t>(0, settled_at_ms.value_or(now_ms) - referred_at_ms);
}

size_t age_bucket(int64_t age_ms) {
    const auto at = std::ranges::lower_bound(kOpenAgeEdgesDays, age_ms / kDayMs);
    return static_cast<size_t>(at - kOpenAgeEdgesDays.begin());
}

std::string age_bucket_name(size_t bucket) {
    const int64_t from = bucket == 0 ? 0 : kOpenAgeEdgesDays.at(bucket - 1) + 1;
    std::string name = std::to_string(from);
    name += bucket == kOpenAgeEdgesDays.size() ? '+' : '-';
    return bucket == kOpenAgeEdgesDays.size() ? name
                                              : name + std::to_string(kOpenAgeEdgesDays.at(bucket));
}

Result<WorkList> work_list_of(const Shards& shards,
                              std::string_view department,
                              const WorkListFilter& filter,
                              const LocalTime& local_time,
                              int64_t now_ms) {
    const Asked asked{filter, local_time, now_ms};
    Found found{.first = FirstFew<FollowUpPlace, std::pair<FollowUp, size_t>>(filter.limit)};
    const auto span = keys::follow_ups_of(department);
    for (size_t i = 0; i < shards.size(); ++i) {
        if (auto added = add_shard(*shards[i], i, span, asked, found); !added) {
            return Unexpected(added.error());
        }
    }
    WorkList list;
    list.counts = found.counts;
    for (auto& [place, each] : found.first.rows()) {
        if (auto done = complete(each.first, *shards[each.second]); !done) {
            return Unexpected(done.error());
        }
        list.items.push_back(std::move(each.first));
    }
    if (found.first.cut()) {
        list.next = found.first.rows().rbegin()->first;
    }
    return list;
}

Result<std::map<std::string, WorkListCounts>> follow_up_counts(const Shards& shards,
                                                               int64_t now_ms) {
    std::map<std::string, WorkListCounts> counts;
    for (const RowReader* rows : shards) {
        bool damaged = false;
        const auto scanned = rows->scan(
            keys::first_of('o'), keys::behind('o'), [&](std::string_view key, std::string_view) {
                const auto parts = keys::parse_follow_up(key);
                damaged = !parts;
                if (parts) {
                    count(indexed(*parts), now_ms, counts[std::string(parts->department)]);
                }
                return !damaged;
            });
        if (!scanned || damaged) {
            return scanned ? damaged_follow_up() : Unexpected(scanned.error());
        }
    }
    return counts;
}

}  // namespace sijill::projections
