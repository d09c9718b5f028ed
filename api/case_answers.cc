#include "api/case_answers.h"

#include "consumers/worker.h"
#include "events/decode.h"
#include "projections/keys.h"
#include "projections/period.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <map>

namespace sijill::api {

namespace {

using nlohmann::ordered_json;
using projections::AggregateKind;
using projections::CaseState;

Result<FoundCase> decode_case(const projections::RowReader& rows,
                              std::string_view id,
                              std::string_view row,
                              bool with_history) {
    FoundCase found;
    auto decoded = projections::decode_aggregate(AggregateKind::Case, row, *found.dictionary);
    if (!decoded) {
        return Unexpected(decoded.error());
    }
    std::vector<projections::HistoryEntry> history;
    for (size_t chunk = 0; with_history && chunk < decoded->full_chunks; ++chunk) {
        const auto bytes = rows.get(
            projections::keys::history(AggregateKind::Case, id, static_cast<uint32_t>(chunk)));
        if (!bytes || !*bytes) {
            return fail(Errc::Corrupt, "case " + std::string(id) + ": a history chunk is missing");
        }
        if (auto read = projections::decode_chunk(**bytes, history); !read) {
            return Unexpected(read.error());
        }
    }
    found.aggregate = std::move(decoded->aggregate);
    found.aggregate.history.insert(found.aggregate.history.begin(), history.begin(), history.end());
    return found;
}

std::string instant(int64_t ms) {
    return events::format_rfc3339({ms});
}

ordered_json instant_or_null(const std::optional<int64_t>& ms) {
    return ms ? ordered_json(instant(*ms)) : ordered_json(nullptr);
}

ordered_json referrals_json(const FoundCase& found) {
    auto referrals = ordered_json::array();
    for (const projections::Referral& referral : found.state().referrals) {
        referrals.push_back({{"id", referral.id},
                             {"department", found.text(referral.department)},
                             {"status", projections::name_of(referral.status)},
                             {"requestedAt", instant(referral.requested_at_ms)},
                             {"dueAt", instant_or_null(referral.due_at_ms)},
                             {"reminders", referral.reminders}});
    }
    return referrals;
}

std::string verdict_text(uint8_t flags) {
    if ((flags & projections::kHistoryConflict) != 0) {
        return "version-conflict";
    }
    if ((flags & projections::kHistoryIneffective) != 0) {
        return "invalid-patch";
    }
    return (flags & projections::kHistoryIllegal) != 0 ? "illegal-transition" : "applied";
}

bool wanted(const FoundCase& found, const CaseFilter& asked) {
    const CaseState& state = found.state();
    const auto open_with = [&](const projections::Referral& referral) {
        return referral.open() && found.dictionary->text(referral.department) == asked.department;
    };
    return (asked.status.empty() || projections::name_of(state.status) == asked.status) &&
           (asked.kind.empty() || events::name_of(state.kind) == asked.kind) &&
           (asked.department.empty() || std::ranges::any_of(state.referrals, open_with)) &&
           concerns(found, asked.concerning);
}

Table empty_case_table() {
    return {{"case", "status", "kind", "opened", "episode", "referrals", "queue"},
            {},
            {false, false, false, false, true, true}};
}

std::vector<std::string> case_row(const std::string& id, const FoundCase& found) {
    const CaseState& state = found.state();
    return {id,
            std::string(projections::name_of(state.status)),
            std::string(events::name_of(state.kind)),
            instant(state.opened_at_ms),
            std::to_string(state.episode),
            std::to_string(state.referrals.size()),
            found.text(state.queue)};
}

Result<void> list_shard(const projections::RowReader& rows,
                        const CaseFilter& asked,
                        const projections::LocalTime& local_time,
                        const std::optional<projections::Period>& period,
                        std::vector<std::pair<CasePlace, std::vector<std::string>>>& out) {
    std::optional<Error> damaged;
    const std::string begin = projections::keys::aggregate(AggregateKind::Case, "");
    const std::string end = projections::keys::aggregate(AggregateKind::KpiReferral, "");
    auto scanned = rows.scan(begin, end, [&](std::string_view key, std::string_view value) {
        const std::string id(key.substr(2));
        const auto found = decode_case(rows, id, value, false);
        if (!found) {
            damaged = found.error();
            return false;
        }
        const CaseState& state = found->state();
        const int32_t day = projections::day_of_hour(local_time.hour_of(state.opened_at_ms));
        const bool inside = !period || (day >= period->begin_day && day < period->end_day);
        if (state.status != projections::CaseStatus::None && inside && wanted(*found, asked)) {
            out.push_back({{state.opened_at_ms, id}, case_row(id, *found)});
        }
        return true;
    });
    if (damaged) {
        return Unexpected(*damaged);
    }
    return scanned;
}

}  // namespace

bool concerns(const FoundCase& found, const std::vector<std::string>& departments) {
    return departments.empty() ||
           std::ranges::any_of(found.state().referrals, [&](const projections::Referral& referral) {
               return std::ranges::find(departments, found.dictionary->text(referral.department)) !=
                      departments.end();
           });
}

Unexpected no_case(const std::string& id) {
    return fail(Errc::NotFound, "there is no case '" + id + "'");
}

Result<FoundCase> find_case(const consumers::ShardView& shards, const std::string& id) {
    const projections::RowReader& rows = shards.shard_of(id);
    const auto row = rows.get(projections::keys::aggregate(AggregateKind::Case, id));
    if (!row) {
        return Unexpected(row.error());
    }
    if (!*row) {
        return no_case(id);
    }
    return decode_case(rows, id, **row, true);
}

ordered_json case_json(const std::string& id, const FoundCase& found) {
    const CaseState& state = found.state();
    auto purposes = ordered_json::array();
    for (const projections::Term purpose : state.purposes) {
        purposes.push_back(found.text(purpose));
    }
    ordered_json out{{"case", id},
                     {"status", projections::name_of(state.status)},
                     {"version", found.aggregate.version},
                     {"kind", events::name_of(state.kind)},
                     {"purposes", purposes},
                     {"priority", found.text(state.priority)},
                     {"openedVia", found.text(state.opened_via)},
                     {"openedAt", instant(state.opened_at_ms)},
                     {"episode", state.episode},
                     {"queue", found.text(state.queue)},
                     {"agent", state.agent},
                     {"citizen", state.citizen},
                     {"firstResolvedAt", instant_or_null(state.first_resolved_at_ms)},
                     {"lastResolvedAt", instant_or_null(state.last_resolved_at_ms)},
                     {"closedAt", instant_or_null(state.closed_at_ms)},
                     {"mergedInto", state.merged_into},
                     {"contacts", state.contacts},
                     {"referrals", referrals_json(found)}};
    if (state.complaint) {
        out["complaint"] = {{"suggestion", state.complaint->suggestion},
                            {"category", found.text(state.complaint->category)},
                            {"acknowledged", state.complaint->acknowledged},
                            {"dueAt", instant_or_null(state.complaint->due_at_ms)},
                            {"answered", state.complaint->decision.has_value()}};
    }
    return out;
}

Table case_table(const std::string& id, const FoundCase& found) {
    Table table = empty_case_table();
    table.rows.push_back(case_row(id, found));
    return table;
}

Result<Table> history_table(const FoundCase& found,
                            const std::string& id,
                            const consumers::ShardView& shards,
                            log::EventLog& log) {
    std::vector<int64_t> offsets;
    std::map<int64_t, std::string> verdicts;
    for (const projections::HistoryEntry& entry : found.aggregate.history) {
        offsets.push_back(entry.offset);
        verdicts[entry.offset] = verdict_text(entry.flags);
    }
    Table table;
    table.header = {"partition", "offset", "appended", "time", "type", "actor", "id", "verdict"};
    table.right_aligned = {true, true};
    events::Decoder decoder;
    const auto partitions = static_cast<int32_t>(shards.rows().size());
    const int32_t partition = events::partition_of(id, partitions);
    const auto read =
        consumers::read_again_from(log, partition)(offsets, [&](const events::Record& record) {
            const events::Decoded* event = decoder.decode(record);
            if (event != nullptr) {
                table.rows.push_back(
                    {std::to_string(partition),
                     std::to_string(record.offset),
                     instant(record.append_time_ms),
                     instant(event->envelope.time.ms),
                     std::visit([](const auto& e) { return std::string(e.kType); }, event->event),
                     std::string(event->envelope.actor),
                     std::string(event->envelope.id),
                     verdicts[record.offset]});
            }
        });
    if (!read) {
        return Unexpected(read.error());
    }
    return table;
}

Result<CaseList> list_cases(const consumers::ShardView& shards,
                            const CaseFilter& filter,
                            const projections::LocalTime& local_time,
                            const CasePlace& after,
                            size_t limit) {
    std::optional<projections::Period> period;
    if (!filter.period.empty()) {
        const auto parsed = projections::parse_period(filter.period);
        if (!parsed) {
            return Unexpected(parsed.error());
        }
        period = *parsed;
    }
    std::vector<std::pair<CasePlace, std::vector<std::string>>> found;
    for (const projections::RowReader* rows : shards.rows()) {
        if (auto listed = list_shard(*rows, filter, local_time, period, found); !listed) {
            return Unexpected(listed.error());
        }
    }
    std::ranges::sort(found);
    CaseList list;
    list.total = found.size();
    list.table = empty_case_table();
    for (const auto& [place, row] : found) {
        if (place <= after) {
            continue;
        }
        if (list.table.rows.size() == limit) {
            break;
        }
        list.table.rows.push_back(row);
        list.next = place;
    }
    if (found.empty() || !list.next || *list.next == found.back().first) {
        list.next.reset();
    }
    return list;
}

}  // namespace sijill::api
