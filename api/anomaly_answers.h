#pragma once
// api/anomaly_answers.h - what the fold could not apply, and what departments must follow up.

#include "api/table.h"
#include "consumers/shard_set.h"

#include <string>

namespace sijill::api {

/// Anomalies and parked records by partition and offset; only those of a reason unless it is "".
/// Errors: Corrupt, Storage.
[[nodiscard]] Result<Table> anomaly_table(const consumers::ShardView& shards,
                                          const std::string& reason);

/// The open follow-ups of a department, the earliest due first: due ("" without a due date), kind,
/// subject, referral. Errors: Corrupt, Storage.
[[nodiscard]] Result<Table> follow_up_table(const consumers::ShardView& shards,
                                            const std::string& department);

}  // namespace sijill::api
