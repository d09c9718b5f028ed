#pragma once
// api/anomaly_answers.h - what the fold could not apply.

#include "api/table.h"
#include "consumers/shard_set.h"

#include <string>

namespace sijill::api {

/// Anomalies and parked records by partition and offset; only those of a reason unless it is "".
/// Errors: Invalid (there is no such reason), Corrupt, Storage.
[[nodiscard]] Result<Table> anomaly_table(const consumers::ShardView& shards,
                                          const std::string& reason);

}  // namespace sijill::api
