#include "api/case_answers.h"

#include "api/json_writer.h"
#include "events/decode.h"
#include "log/read_again.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <map>

namespace sijill::api {

namespace {

using projections::AggregateKind;
using projections::CaseState;

Result<FoundCase> decode_case(const projections::RowReader& rows,
                              std::string_view id,
                              std::string_view row,
                              WithHistory with_history) {
    FoundCase found;
    auto decoded = projections::decode_aggregate(AggregateKind::Case, row, *found.dictionary);
    if (!decoded) {
        return Unexpected(decoded.error());
    }
    std::vector<projections::HistoryEntry> history;
    const size_t chunks = with_history == WithHistory::Yes ? decoded->full_chunks : 0;
    for (size_t chunk = 0; chunk < chunks; ++chunk) {
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

std::optional<std::string> instant(const std::optional<int64_t>& ms) {
    return ms ? std::optional(instant(*ms)) : std::nullopt;
}

// What was found inadmissible is owed no answer.
std::optional<int64_t> due_at(const projections::Complaint& complaint) {
    return complaint.inadmissible_at_ms ? std::nullopt : complaint.due_at_ms;
}

void write_referrals(JsonWriter& json, const FoundCase& found) {
    json.begin_array("referrals");
    for (const projections::Referral& referral : found.state().referrals) {
        json.begin_object();
        json.member("id", referral.id);
        json.member("department", found.text(referral.department));
        json.member("status", projections::name_of(referral.status));
        json.member("requestedAt", instant(referral.requested_at_ms));
        json.member("dueAt", instant(referral.due_at_ms));
        json.member("reminders", int64_t{referral.reminders});
        json.end_object();
    }
    json.end_array();
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

}  // namespace

std::string verdict_text(uint8_t flags) {
    if ((flags & projections::kHistoryConflict) != 0) {
        return "version-conflict";
    }
    if ((flags & projections::kHistoryBeyond) != 0) {
        return "too-many-corrections";
    }
    if ((flags & projections::kHistoryIneffective) != 0) {
        return "invalid-patch";
    }
    if ((flags & projections::kHistoryVoided) != 0) {
        return "voided";
    }
    return (flags & projections::kHistoryIllegal) != 0 ? "illegal-transition" : "applied";
}

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

Result<FoundCase> find_case(const projections::RowReader& rows,
                            const std::string& id,
                            WithHistory history) {
    const auto row = rows.get(projections::keys::aggregate(AggregateKind::Case, id));
    if (!row) {
        return Unexpected(row.error());
    }
    if (!*row) {
        return no_case(id);
    }
    return decode_case(rows, id, **row, history);
}

std::string case_json(const std::string& id, const FoundCase& found) {
    const CaseState& state = found.state();
    JsonWriter json;
    json.begin_object();
    json.member("case", id);
    json.member("status", projections::name_of(state.status));
    json.member("version", found.aggregate.version);
    json.member("kind", events::name_of(state.kind));
    json.begin_array("purposes");
    for (const projections::Term purpose : state.purposes) {
        json.value(found.text(purpose));
    }
    json.end_array();
    json.member("priority", found.text(state.priority));
    json.member("openedVia", found.text(state.opened_via));
    json.member("openedAt", instant(state.opened_at_ms));
    json.member("episode", int64_t{state.episode});
    json.member("queue", found.text(state.queue));
    json.member("agent", state.agent);
    json.member("citizen", state.citizen);
    json.member("firstResolvedAt", instant(state.first_resolved_at_ms));
    json.member("lastResolvedAt", instant(state.last_resolved_at_ms));
    json.member("closedAt", instant(state.closed_at_ms));
    json.member("mergedInto", state.merged_into);
    json.begin_array("contacts");
    for (const std::string& contact : state.contacts.texts()) {
        json.value(contact);
    }
    json.end_array();
    write_referrals(json, found);
    if (state.complaint) {
        json.begin_object("complaint");
        json.member("suggestion", state.complaint->suggestion);
        json.member("category", found.text(state.complaint->category));
        json.member("acknowledged", state.complaint->acknowledged);
        json.member("dueAt", instant(due_at(*state.complaint)));
        json.member("answered", state.complaint->decision.has_value());
        json.end_object();
    }
    json.end_object();
    return json.take();
}

Table empty_case_table() {
    return {{"case", "status", "kind", "opened", "episode", "referrals", "queue"},
            {},
            {false, false, false, false, true, true}};
}

Table case_table(const std::string& id, const FoundCase& found) {
    Table table = empty_case_table();
    table.rows.push_back(case_row(id, found));
    return table;
}

Result<HistoryList> list_history(const FoundCase& found,
                                 const std::string& id,
                                 const consumers::ShardView& shards,
                                 log::EventLog& log,
                                 const HistoryPage& page) {
    HistoryList list;
    std::vector<int64_t> offsets;
    std::map<int64_t, std::string> verdicts;
    for (const projections::HistoryEntry& entry : found.aggregate.history) {
        if (entry.offset <= page.after) {
            continue;
        }
        if (offsets.size() == page.limit) {
            list.next = offsets.back();
            break;
        }
        offsets.push_back(entry.offset);
        verdicts[entry.offset] = verdict_text(entry.flags);
    }
    Table& table = list.table;
    table.header = {"partition", "offset", "appended", "time", "type", "actor", "id", "verdict"};
    table.right_aligned = {true, true};
    events::Decoder decoder;
    const auto partitions = static_cast<int32_t>(shards.rows().size());
    const int32_t partition = events::partition_of(id, partitions);
    const auto read = log::read_again(log, partition, offsets, [&](const events::Record& record) {
        const events::Decoded* event = decoder.decode(record);
        if (event != nullptr && event->envelope.subject == id) {
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
    if (table.rows.size() != offsets.size()) {
        return fail(Errc::Corrupt,
                    "partition " + std::to_string(partition) + ": the log has not the events of '" +
                        id +
                        "' where they were folded: the views are of another log, or it has lost "
                        "events since");
    }
    return list;
}

}  // namespace sijill::api
