#pragma once
// api/anomaly_answers.h - what the fold could not apply.

#include "api/table.h"
#include "consumers/shard_set.h"

#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// All reasons there are, as they are spelled.
[[nodiscard]] std::vector<std::string_view> anomaly_reasons();

/// Anomalies and parked records by partition and offset; only those of a reason unless it is "".
/// Errors: Corrupt, Storage.
[[nodiscard]] Result<Table> anomaly_table(const consumers::ShardView& shards,
                                          const std::string& reason);

}  // namespace sijill::api
