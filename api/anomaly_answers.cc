#include "api/anomaly_answers.h"

#include "events/time.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <optional>

namespace sijill::api {

std::vector<std::string_view> anomaly_reasons() {
    std::vector<std::string_view> reasons;
    const auto add = [&reasons](auto first, auto last, auto name_of) {
        for (auto at = static_cast<uint8_t>(first); at <= static_cast<uint8_t>(last); ++at) {
            reasons.push_back(name_of(at));
        }
    };
    using events::Refusal;
    add(Refusal::Empty, Refusal::Misrouted, [](uint8_t at) {
        return events::name_of(static_cast<Refusal>(at));
    });
    using projections::AnomalyReason;
    add(AnomalyReason::Duplicate, AnomalyReason::InvalidPatch, projections::name_of_reason);
    return reasons;
}

Result<Table> anomaly_table(const consumers::ShardView& shards, const std::string& reason) {
    Table table;
    table.header = {"partition",
                    "offset",
                    "reason",
                    "subject",
                    "type",
                    "source",
                    "detail",
                    "size",
                    "sha256",
                    "appended"};
    table.right_aligned = {true, true, false, false, false, false, false, true};
    for (size_t i = 0; i < shards.rows().size(); ++i) {
        std::optional<Error> damaged;
        const auto scanned = shards.rows()[i]->scan(
            projections::keys::first_of('x'),
            projections::keys::behind('x'),
            [&](std::string_view key, std::string_view value) {
                const auto parts = projections::keys::parse_anomaly(key);
                const auto anomaly = projections::decode_anomaly(value);
                if (!parts || !anomaly) {
                    damaged = Error{Errc::Corrupt,
                                    "an anomaly row is damaged: run `sijill audit replay`"};
                    return false;
                }
                const std::string text = projections::reason_text(parts->reason);
                if (reason.empty() || reason == text) {
                    table.rows.push_back({std::to_string(shards.partition_of_index(i)),
                                          std::to_string(parts->offset),
                                          text,
                                          anomaly->subject,
                                          anomaly->type,
                                          anomaly->source,
                                          anomaly->detail,
                                          std::to_string(anomaly->size),
                                          anomaly->sha256,
                                          events::format_rfc3339({anomaly->append_time_ms})});
                }
                return true;
            });
        if (!scanned) {
            return Unexpected(scanned.error());
        }
        if (damaged) {
            return Unexpected(*damaged);
        }
    }
    return table;
}

}  // namespace sijill::api
