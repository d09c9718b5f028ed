// cli/case_commands.cc - sijill case get|history|list.

#include "cli/commands.h"
#include "cli/output.h"
#include "consumers/worker.h"
#include "events/decode.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>

namespace sijill::cli {

namespace {

using nlohmann::ordered_json;
using projections::AggregateKind;
using projections::CaseState;
using projections::Dictionary;

struct CaseOptions {
    std::string id;
    std::string status;
    std::string kind;
    std::string department;
    std::string period;
    size_t limit = 50;
};

struct FoundCase {
    std::unique_ptr<Dictionary> dictionary = std::make_unique<Dictionary>();
    projections::Aggregate aggregate;
    [[nodiscard]] const CaseState& state() const { return std::get<CaseState>(aggregate.state); }
    [[nodiscard]] std::string text(projections::Term term) const {
        return std::string(dictionary->text(term));
    }
};

Result<FoundCase> decode_case(const projections::Rows& rows,
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

Result<FoundCase> find_case(const consumers::ShardSet& shards, const std::string& id) {
    const projections::Rows& rows = shards.shard_of(id);
    const auto row = rows.get(projections::keys::aggregate(AggregateKind::Case, id));
    if (!row) {
        return Unexpected(row.error());
    }
    if (!*row) {
        return fail(Errc::NotFound, "there is no case '" + id + "'");
    }
    return decode_case(rows, id, **row, true);
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

// Nested values as JSON text: one table serves text and CSV.
Table fields_table(const ordered_json& object) {
    Table table{{"field", "value"}, {}, {}};
    for (const auto& [key, value] : object.items()) {
        table.rows.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    return table;
}

int get(const std::string& id, const Options& options) {
    const auto shards = open_shards(options);
    if (!shards) {
        return report_error(shards.error());
    }
    const auto found = find_case(*shards, id);
    if (!found) {
        return report_error(found.error());
    }
    ordered_json out = case_json(id, *found);
    out["position"] = shards->position();
    if (options.format == Format::Json) {
        std::puts(out.dump(2).c_str());
    } else {
        print_table(fields_table(out), options.format);
    }
    return kOk;
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

int history(const std::string& id, const Options& options) {
    const auto shards = open_shards(options);
    if (!shards) {
        return report_error(shards.error());
    }
    const auto found = find_case(*shards, id);
    if (!found) {
        return report_error(found.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return report_error(log.error());
    }
    std::vector<int64_t> offsets;
    std::map<int64_t, std::string> verdicts;
    for (const projections::HistoryEntry& entry : found->aggregate.history) {
        offsets.push_back(entry.offset);
        verdicts[entry.offset] = verdict_text(entry.flags);
    }
    Table table;
    table.header = {"partition", "offset", "appended", "time", "type", "actor", "id", "verdict"};
    events::Decoder decoder;
    const auto partitions = static_cast<int32_t>(shards->rows().size());
    const int32_t partition = events::partition_of(id, partitions);
    const auto read =
        consumers::read_again_from(**log, partition)(offsets, [&](const events::Record& record) {
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
        return report_error(read.error());
    }
    print_table(table, options.format);
    return kOk;
}

bool wanted(const FoundCase& found, const CaseOptions& asked) {
    const CaseState& state = found.state();
    const auto open_with = [&](const projections::Referral& referral) {
        return referral.open() && found.dictionary->text(referral.department) == asked.department;
    };
    return (asked.status.empty() || projections::name_of(state.status) == asked.status) &&
           (asked.kind.empty() || events::name_of(state.kind) == asked.kind) &&
           (asked.department.empty() || std::ranges::any_of(state.referrals, open_with));
}

Result<void> list_shard(const projections::Rows& rows,
                        const CaseOptions& asked,
                        const projections::LocalTime& local_time,
                        const std::optional<projections::Period>& period,
                        std::vector<std::pair<int64_t, std::vector<std::string>>>& out) {
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
            out.push_back({state.opened_at_ms,
                           {id,
                            std::string(projections::name_of(state.status)),
                            std::string(events::name_of(state.kind)),
                            instant(state.opened_at_ms),
                            std::to_string(state.episode),
                            std::to_string(state.referrals.size()),
                            found->text(state.queue)}});
        }
        return true;
    });
    if (damaged) {
        return Unexpected(*damaged);
    }
    return scanned;
}

int list(const CaseOptions& asked, const Options& options) {
    std::optional<projections::Period> period;
    if (!asked.period.empty()) {
        const auto parsed = projections::parse_period(asked.period);
        if (!parsed) {
            return report_error(parsed.error());
        }
        period = *parsed;
    }
    const auto shards = open_shards(options);
    const auto local_time = projections::LocalTime::of(options.time_zone);
    if (!shards || !local_time) {
        return report_error(shards ? local_time.error() : shards.error());
    }
    std::vector<std::pair<int64_t, std::vector<std::string>>> found;
    for (const projections::Rows* rows : shards->rows()) {
        if (auto listed = list_shard(*rows, asked, *local_time, period, found); !listed) {
            return report_error(listed.error());
        }
    }
    std::ranges::sort(found);
    Table table;
    table.header = {"case", "status", "kind", "opened", "episode", "referrals", "queue"};
    for (const auto& [opened, row] : found) {
        if (table.rows.size() < asked.limit) {
            table.rows.push_back(row);
        }
    }
    print_table(table, options.format);
    std::fprintf(stderr, "%zu of %zu cases, oldest first\n", table.rows.size(), found.size());
    return kOk;
}

}  // namespace

void add_case(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand("case", "One case, its history, or a list of cases");
    command->require_subcommand(1);
    const auto asked = std::make_shared<CaseOptions>();
    CLI::App* get_command = command->add_subcommand("get", "Where a case stands");
    get_command->add_option("id", asked->id, "Case id")->required();
    add_common_options(*get_command, options);
    get_command->callback(
        [&action, &options, asked] { action = [&, asked] { return get(asked->id, options); }; });

    CLI::App* history_command = command->add_subcommand(
        "history", "The events of a case, from the log, with their verdicts");
    history_command->add_option("id", asked->id, "Case id")->required();
    add_common_options(*history_command, options);
    history_command->callback([&action, &options, asked] {
        action = [&, asked] { return history(asked->id, options); };
    });

    CLI::App* list_command = command->add_subcommand("list", "Cases, oldest first");
    list_command
        ->add_option("--status",
                     asked->status,
                     "NEW, OPEN, PENDING, REFERRED, RESOLVED, CLOSED, MERGED, CANCELLED")
        ->transform(CLI::IsMember(
            {"NEW", "OPEN", "PENDING", "REFERRED", "RESOLVED", "CLOSED", "MERGED", "CANCELLED"},
            CLI::ignore_case));
    list_command->add_option("--kind", asked->kind, "enquiry, request, complaint, suggestion")
        ->transform(
            CLI::IsMember({"enquiry", "request", "complaint", "suggestion"}, CLI::ignore_case));
    list_command->add_option(
        "--department", asked->department, "With an open referral to this department");
    list_command->add_option("--period", asked->period, "Opened in this period");
    list_command->add_option("--limit", asked->limit, "Most rows")->capture_default_str();
    add_common_options(*list_command, options);
    list_command->callback(
        [&action, &options, asked] { action = [&, asked] { return list(*asked, options); }; });
}

}  // namespace sijill::cli
