// api/case_list.cc - lists of cases, a local day of openings at a time.

#include "api/case_answers.h"
#include "projections/day_index.h"
#include "projections/first_few.h"
#include "projections/keys.h"
#include "projections/period.h"

#include <algorithm>
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

// Days to look at: [from, end of the keys), and in them the hours of the period.
struct Days {
    std::optional<int32_t> from;  // none: the first there is
    std::string end;
    std::optional<projections::Period> period;
};

Result<Days> days_of(const CaseFilter& filter,
                     const projections::LocalTime& local_time,
                     const CasePlace& after) {
    Days days{std::nullopt, projections::keys::days_behind(AggregateKind::Case), std::nullopt};
    if (!filter.period.empty()) {
        auto period = projections::parse_period(filter.period);
        if (!period) {
            return Unexpected(period.error());
        }
        days.from = period->begin_day;
        days.end = projections::keys::day_from(AggregateKind::Case, period->end_day);
        days.period = std::move(*period);
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

// What a page takes of a local day, which may have a hundred thousand cases.
struct OfDay {
    projections::FirstFew<CasePlace, std::vector<std::string>> rows;  // that pass
    size_t looked_at = 0;  // cases opened in it behind the page
    CasePlace last = {};   // of these
};

// What is looked for in a day: at most `most` rows of what passes the filter behind a place.
struct Sought {
    const CaseFilter& filter;
    const CasePlace& after;
    const Days& days;
    size_t most;
};

void add_case(const std::string& id, const FoundCase& found, const Sought& sought, OfDay& out) {
    const CasePlace place{found.state().opened_at_ms, id};
    if (place <= sought.after) {
        return;
    }
    ++out.looked_at;
    out.last = std::max(out.last, place);
    if (passes(found, sought.filter)) {
        out.rows.add(place, [&] { return case_table(id, found).rows.front(); });
    }
}

Result<OfDay> cases_of(const consumers::ShardView& shards,
                       const projections::LocalTime& local_time,
                       int32_t day,
                       const Sought& sought) {
    OfDay out{.rows = projections::FirstFew<CasePlace, std::vector<std::string>>(sought.most)};
    for (const projections::RowReader* rows : shards.rows()) {
        std::vector<std::string> ids;
        auto listed = projections::for_each_standing(
            *rows, AggregateKind::Case, day, day + 1, [&](auto id) { ids.emplace_back(id); });
        if (!listed) {
            return Unexpected(listed.error());
        }
        for (const std::string& id : ids) {
            const auto found = find_case(shards.shard_of(id), id, WithHistory::No);
            if (!found) {
                return Unexpected(found.error());
            }
            // Others are listed in the day because something else happened to them in it.
            const CaseState& state = found->state();
            const int32_t hour = local_time.hour_of(state.opened_at_ms);
            if (state.status != projections::CaseStatus::None &&
                projections::day_of_hour(hour) == day &&
                (!sought.days.period || projections::has_hour(*sought.days.period, hour))) {
                add_case(id, *found, sought, out);
            }
        }
    }
    return out;
}

// Moves its rows over, in order. True: the page is full and some are left.
bool fill(CaseList& list, size_t limit, OfDay& found) {
    for (auto& [place, row] : found.rows.rows()) {
        if (list.table.rows.size() == limit) {
            return true;
        }
        list.table.rows.push_back(std::move(row));
        list.next = place;
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
        const size_t room = page.limit - list.table.rows.size();
        auto found = cases_of(shards, local_time, **day, {filter, page.after, *days, room + 1});
        if (!found) {
            return Unexpected(found.error());
        }
        if (fill(list, page.limit, *found)) {
            return list;
        }
        looked_at += found->looked_at;
        if (looked_at >= page.look_at && found->looked_at > 0) {  // else the page would not move on
            list.next = found->last;
            return list;
        }
        days->from = **day + 1;
    }
}

}  // namespace sijill::api
