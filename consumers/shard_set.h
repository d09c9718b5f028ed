#pragma once
// consumers/shard_set.h - the shards of a data directory: where they are, how they are opened, and
// what a reader sees of them.

#include "events/result.h"
#include "log/event_log.h"
#include "projections/kpi.h"
#include "projections/row_codec.h"
#include "projections/store_rocksdb.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sijill::consumers {

/// The states that a fold keeps in memory, where nothing else is said.
inline constexpr size_t kStateCacheBytes = size_t{256} << 20U;

/// DIR/shards/<partition, four digits>
[[nodiscard]] std::string shard_directory(const std::string& data_directory, int32_t partition);

/// All shards, each at one committed position: what is committed later is not seen. Any number of
/// threads; it may outlive the ShardSet, whose files stay open until then.
class ShardView {
  public:
    [[nodiscard]] const projections::Shards& rows() const { return shards_; }
    [[nodiscard]] const std::vector<projections::Position>& positions() const { return positions_; }
    /// `0:1234,1:987`: the next offset of each partition, the prefix that every answer is the exact
    /// fold of.
    [[nodiscard]] std::string position() const;
    /// The shard a subject lives in.
    [[nodiscard]] const projections::RowReader& shard_of(std::string_view subject) const;
    /// The same rows, but only those in memory: others fail with Unavailable.
    [[nodiscard]] const projections::RowReader& cached_shard_of(std::string_view subject) const;
    /// That shard, and the position its rows are at.
    [[nodiscard]] log::Place place_of(std::string_view subject) const;
    [[nodiscard]] int32_t partition_of_index(size_t index) const { return partitions_[index]; }

  private:
    friend class ShardSet;
    [[nodiscard]] size_t index_of(std::string_view subject) const;
    std::vector<projections::RocksRows::Snapshot> snapshots_;
    std::vector<int32_t> partitions_;
    projections::Shards shards_;
    std::vector<projections::Position> positions_;
};

/// The open shards of a data directory.
class ShardSet {
  public:
    /// To be folded into, by this process alone; missing shards are made, unless those that are
    /// there were folded from another number of partitions. Errors: Config (that), Conflict
    /// (another process has the directory), Corrupt, Storage.
    [[nodiscard]] static Result<ShardSet> open_for_folding(const std::string& data_directory,
                                                           const std::vector<int32_t>& partitions);

    /// What is committed now. Any thread. Errors: Corrupt, Storage.
    [[nodiscard]] Result<ShardView> view() const;
    /// The rows of a partition that was opened.
    [[nodiscard]] projections::RocksRows& rows_of(int32_t partition);
    [[nodiscard]] size_t size() const { return stores_.size(); }

  private:
    friend Result<ShardView> view_shards(const std::string& data_directory);
    ShardSet() = default;
    [[nodiscard]] static Result<ShardSet> open(const std::string& data_directory,
                                               std::vector<int32_t> partitions,
                                               projections::RocksRows::Access access);
    std::unique_ptr<projections::SharedStoreMemory> memory_;
    std::vector<std::unique_ptr<projections::RocksRows>> stores_;
    std::vector<int32_t> partitions_;  // ascending
};

/// The view of a directory to be read. A worker may go on in another process: what it commits after
/// the open is not seen. Errors: NotFound (nothing was folded there), Corrupt, Storage (also of
/// what this user may not read); Config when shards have different fold identities, or are not all
/// those of their topic.
[[nodiscard]] Result<ShardView> view_shards(const std::string& data_directory);

}  // namespace sijill::consumers
