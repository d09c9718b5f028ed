#pragma once
// consumers/shard_set.h - the shards of a data directory: where they are, how they are opened for
// reading.

#include "events/result.h"
#include "projections/kpi.h"
#include "projections/row_codec.h"
#include "projections/store_rocksdb.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sijill::consumers {

/// DIR/shards/<partition, four digits>
[[nodiscard]] std::string shard_directory(const std::string& data_directory, int32_t partition);

/// All shards of a data directory, opened to answer questions. Each answers at its own committed
/// position. A worker may go on in another process: what it commits after the open is not seen.
class ShardSet {
  public:
    /// Errors: NotFound (nothing was folded there), Corrupt, Storage; Config when shards have
    /// different fold identities.
    [[nodiscard]] static Result<ShardSet> open(const std::string& data_directory);

    [[nodiscard]] const projections::Shards& rows() const { return shards_; }
    [[nodiscard]] const std::vector<projections::Position>& positions() const { return positions_; }
    /// `0:1234,1:987`: the next offset of each partition, the prefix that every answer is the exact
    /// fold of.
    [[nodiscard]] std::string position() const;
    /// The shard a subject lives in.
    [[nodiscard]] const projections::Rows& shard_of(std::string_view subject) const;
    [[nodiscard]] int32_t partition_of_index(size_t index) const { return partitions_[index]; }

  private:
    ShardSet() = default;
    std::unique_ptr<projections::SharedStoreMemory> memory_;
    std::vector<std::unique_ptr<projections::RocksRows>> stores_;
    std::vector<int32_t> partitions_;
    projections::Shards shards_;
    std::vector<projections::Position> positions_;
};

}  // namespace sijill::consumers
