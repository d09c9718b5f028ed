#pragma once
// api/anomaly_answers.h - what the fold could not apply.

#include "api/table.h"
#include "consumers/shard_set.h"
#include "projections/keys.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// All reasons there are, as they are spelled.
[[nodiscard]] std::vector<std::string_view> anomaly_reasons();

/// Where a page of the list ended: the next one begins behind it.
struct AnomalyPlace {
    int32_t partition = -1;
    projections::keys::AnomalyParts row{};
};
/// As a cursor: partition:offset:number of the reason.
[[nodiscard]] std::string cursor_of(const AnomalyPlace& place);
/// Errors: Invalid.
[[nodiscard]] Result<AnomalyPlace> anomaly_place_of(std::string_view cursor);

struct AnomalyPage {
    Table table;
    std::optional<AnomalyPlace> next;  // none: nothing is behind this page
};

/// At most `limit` anomalies and parked records behind `after`, by partition and offset; only those
/// of a reason unless it is "". Errors: Corrupt, Storage.
[[nodiscard]] Result<AnomalyPage> anomaly_page(const consumers::ShardView& shards,
                                               const std::string& reason,
                                               const AnomalyPlace& after,
                                               size_t limit);

}  // namespace sijill::api
