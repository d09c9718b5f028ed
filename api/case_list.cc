// api/case_list.cc - lists of cases, a local day of openings at a time.

#include "api/case_answers.h"
#include "projections/day_index.h"
#include "projections/keys.h"
#include "projections/period.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace sijill::api {

namespace {

using projections::AggregateKind;
using projections::CaseState;

bool passes(const FoundCase& found, const CaseFilter& asked) {
    const CaseState& state = found.state();
    const auto open_with = [&](const projections::Referral& referral) {
        return referral.open() && found.dictionary->text(referral.department) == asked.department;
    };
    return (asked.status.empty() || projections::name_of(state.status) == asked.status) &&
           (asked.kind.empty() || events::name_of(state.kind) == asked.kind) &&
           (asked.department.empty() || std::ranges::any_of(state.referrals, open_with)) &&
           concerns(found, asked.concerning);
}

// Days to look at: [from, end of the keys).
struct Days {
    std::optional<int32_t> from;  // none: the first there is
    std::string end;
};

Result<Days> days_of(const CaseFilter& filter,
                     const projections::LocalTime& local_time,
                     const CasePlace& after) {
    Days days{std::nullopt, projections::keys::days_behind(AggregateKind::Case)};
    if (!filter.period.empty()) {
        const auto period = projections::parse_period(filter.period);
        if (!period) {
            return Unexpected(period.error());
        }
        days.from = period->begin_day;
        days.end = projections::keys::day_from(AggregateKind::Case, period->end_day);
    }
    if (after.opened_at_ms != CasePlace().opened_at_ms) {
        const int32_t day = projections::day_of_hour(local_time.hour_of(after.opened_at_ms));
        days.from = std::max(day, days.from.value_or(day));
    }
    return days;
}

// The first day on or after days.from in which a case stands; none: there is no other.
Result<std::optional<int32_t>> next_day(const consumers::ShardView& shards, const Days& days) {
    const std::string begin = days.from
                                  ? projections::keys::day_from(AggregateKind::Case, *days.from)
                                  : projections::keys::day_from(AggregateKind::Case, INT32_MIN);
    std::optional<int32_t> first;
    if (begin >= days.end) {
        return first;
    }
    for (const projections::RowReader* rows : shards.rows()) {
        const auto scanned = rows->scan(begin, days.end, [&](auto key, auto) {
            const auto day = projections::keys::parse_day_page(key);
            first = day ? std::min(*day, first.value_or(*day)) : first;
            return false;
        });
        if (!scanned) {
            return Unexpected(scanned.error());
        }
    }
    return first;
}

// The cases opened in a local day, in order.
using Opened = std::map<CasePlace, FoundCase>;

Result<void> add_opened(const consumers::ShardView& shards,
                        const projections::RowReader& rows,
                        const projections::LocalTime& local_time,
                        int32_t day,
                        Opened& out) {
    std::vector<std::string> ids;
    auto listed = projections::for_each_standing(
        rows, AggregateKind::Case, day, day + 1, [&](auto id) { ids.emplace_back(id); });
    if (!listed) {
        return listed;
    }
    for (const std::string& id : ids) {
        auto found = find_case(shards.shard_of(id), id, WithHistory::No);
        if (!found) {
            return Unexpected(found.error());
        }
        // Others are listed in the day because something else happened to them in it.
        const CaseState& state = found->state();
        if (state.status != projections::CaseStatus::None &&
            projections::day_of_hour(local_time.hour_of(state.opened_at_ms)) == day) {
            out.emplace(CasePlace{state.opened_at_ms, id}, std::move(*found));
        }
    }
    return {};
}

Result<Opened> opened_in(const consumers::ShardView& shards,
                         const projections::LocalTime& local_time,
                         int32_t day) {
    Opened opened;
    for (const projections::RowReader* rows : shards.rows()) {
        if (auto added = add_opened(shards, *rows, local_time, day, opened); !added) {
            return Unexpected(added.error());
        }
    }
    return opened;
}

// Adds the day's cases behind page.after that pass. True: the page is full and more may follow.
bool add_rows(const Opened& opened,
              const CaseFilter& filter,
              const CasePage& page,
              CaseList& list) {
    for (auto at = opened.upper_bound(page.after); at != opened.end(); ++at) {
        if (!passes(at->second, filter)) {
            continue;
        }
        if (list.table.rows.size() == page.limit) {
            return true;
        }
        const Table row = case_table(at->first.id, at->second);
        list.table.rows.push_back(row.rows.front());
        list.next = at->first;
    }
    return false;
}

}  // namespace

Result<CaseList> list_cases(const consumers::ShardView& shards,
                            const CaseFilter& filter,
                            const projections::LocalTime& local_time,
                            const CasePage& page) {
    auto days = days_of(filter, local_time, page.after);
    if (!days) {
        return Unexpected(days.error());
    }
    CaseList list;
    list.table = empty_case_table();
    size_t looked_at = 0;
    while (true) {
        const auto day = next_day(shards, *days);
        if (!day) {
            return Unexpected(day.error());
        }
        if (!*day) {
            list.next.reset();
            return list;
        }
        const auto opened = opened_in(shards, local_time, **day);
        if (!opened) {
            return Unexpected(opened.error());
        }
        if (add_rows(*opened, filter, page, list)) {
            return list;
        }
        const auto behind = std::distance(opened->upper_bound(page.after), opened->end());
        looked_at += static_cast<size_t>(behind);
        if (looked_at >= page.look_at && behind > 0) {  // else the page would not move on
            list.next = opened->rbegin()->first;
            return list;
        }
        days->from = **day + 1;
    }
}

}  // namespace sijill::api
