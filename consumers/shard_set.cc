#include "consumers/shard_set.h"

#include "events/check.h"
#include "events/record.h"
#include "projections/keys.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace sijill::consumers {

namespace {

namespace fs = std::filesystem;

// Partition numbers of the shard directories that exist, in order.
std::vector<int32_t> partitions_in(const std::string& data_directory) {
    std::vector<int32_t> partitions;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(data_directory + "/shards", failed)) {
        const std::string name = entry.path().filename().string();
        if (!name.empty() && name.find_first_not_of("0123456789") == std::string::npos) {
            partitions.push_back(std::stoi(name));
        }
    }
    std::ranges::sort(partitions);
    return partitions;
}

Result<projections::Position> position_of(const projections::Rows& rows) {
    const auto row = rows.get(projections::keys::position());
    if (!row) {
        return Unexpected(row.error());
    }
    return *row ? projections::decode_position(**row) : projections::Position{};
}

}  // namespace

std::string shard_directory(const std::string& data_directory, int32_t partition) {
    char name[16];
    std::snprintf(name, sizeof name, "%04d", partition);
    return data_directory + "/shards/" + name;
}

Result<ShardSet> ShardSet::open(const std::string& data_directory) {
    ShardSet set;
    set.memory_ = std::make_unique<projections::SharedStoreMemory>();
    set.partitions_ = partitions_in(data_directory);
    if (set.partitions_.empty()) {
        return fail(Errc::NotFound,
                    "nothing was folded into " + data_directory +
                        " yet: run `sijill catch-up --data " + data_directory + "` first");
    }
    for (const int32_t partition : set.partitions_) {
        auto store = projections::RocksRows::open(shard_directory(data_directory, partition),
                                                  projections::RocksRows::Access::ReadOnly,
                                                  *set.memory_);
        if (!store) {
            return Unexpected(store.error());
        }
        auto position = position_of(**store);
        if (!position) {
            return Unexpected(position.error());
        }
        const bool other =
            !set.positions_.empty() && position->identity != set.positions_.front().identity;
        if (other) {
            return fail(Errc::Config,
                        "the shards of " + data_directory +
                            " were folded with different rules; rebuild: move the shards directory "
                            "away and run `sijill catch-up`");
        }
        set.positions_.push_back(*position);
        set.shards_.push_back(store->get());
        set.stores_.push_back(std::move(*store));
    }
    return set;
}

std::string ShardSet::position() const {
    std::string text;
    for (size_t i = 0; i < partitions_.size(); ++i) {
        text += (text.empty() ? "" : ",") + std::to_string(partitions_[i]) + ":" +
                std::to_string(positions_[i].next_offset);
    }
    return text;
}

const projections::Rows& ShardSet::shard_of(std::string_view subject) const {
    const int32_t partition =
        events::partition_of(subject, static_cast<int32_t>(partitions_.size()));
    return *shards_[static_cast<size_t>(partition)];
}

}  // namespace sijill::consumers
