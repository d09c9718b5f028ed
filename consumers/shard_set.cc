#include "consumers/shard_set.h"

#include "events/check.h"
#include "events/record.h"
#include "log/places.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

namespace sijill::consumers {

namespace {

namespace fs = std::filesystem;

// Partition numbers of the shard directories that exist, in order. Errors: Storage.
Result<std::vector<int32_t>> partitions_in(const std::string& data_directory) {
    std::vector<int32_t> partitions;
    const std::string directory = data_directory + "/shards";
    std::error_code failed;
    const fs::directory_iterator shards(directory, failed);
    if (failed && failed != std::errc::no_such_file_or_directory) {
        return fail(Errc::Storage, "cannot read " + directory + ": " + failed.message());
    }
    for (const auto& entry : shards) {
        const std::string name = entry.path().filename().string();
        if (!name.empty() && name.size() < 10 &&
            name.find_first_not_of("0123456789") == std::string::npos) {
            partitions.push_back(std::stoi(name));
        }
    }
    std::ranges::sort(partitions);
    return partitions;
}

Result<projections::Position> position_of(const projections::RowReader& rows) {
    const auto row = rows.get(projections::keys::position());
    if (!row) {
        return Unexpected(row.error());
    }
    return *row ? projections::decode_position(**row) : projections::Position{};
}

// Whether shards that are there may be folded on from a topic of so many partitions. Nothing is
// made before that is known.
Result<void> check_fit(const std::string& data_directory, size_t partitions) {
    const projections::SharedStoreMemory memory;
    const auto there = partitions_in(data_directory);
    if (!there) {
        return Unexpected(there.error());
    }
    for (const int32_t partition : *there) {
        const std::string directory = shard_directory(data_directory, partition);
        const auto rows = projections::RocksRows::open(
            directory, projections::RocksRows::Access::ReadOnly, memory);
        if (!rows && rows.error().code == Errc::NotFound) {
            continue;
        }
        const auto position =
            rows ? position_of(**rows) : Result<projections::Position>(Unexpected(rows.error()));
        if (!position) {
            return Unexpected(position.error());
        }
        if (position->identity.empty()) {
            continue;  // nothing was committed to it yet
        }
        if (position->partitions != static_cast<int64_t>(partitions)) {
            return fail(Errc::Config,
                        directory + " " +
                            projections::partitions_mismatch(position->partitions,
                                                             static_cast<int64_t>(partitions)));
        }
        return {};  // one shard speaks for all
    }
    return {};
}

}  // namespace

std::string shard_directory(const std::string& data_directory, int32_t partition) {
    char name[16];
    std::snprintf(name, sizeof name, "%04d", partition);
    return data_directory + "/shards/" + name;
}

Result<ShardSet> ShardSet::open(const std::string& data_directory,
                                std::vector<int32_t> partitions,
                                projections::RocksRows::Access access) {
    ShardSet set;
    set.memory_ = std::make_unique<projections::SharedStoreMemory>();
    set.partitions_ = std::move(partitions);
    for (const int32_t partition : set.partitions_) {
        auto store = projections::RocksRows::open(
            shard_directory(data_directory, partition), access, *set.memory_);
        if (!store) {
            return Unexpected(store.error());
        }
        set.stores_.push_back(std::move(*store));
    }
    return set;
}

Result<ShardSet> ShardSet::open_for_folding(const std::string& data_directory,
                                            const std::vector<int32_t>& partitions) {
    if (auto fit = check_fit(data_directory, partitions.size()); !fit) {
        return Unexpected(fit.error());
    }
    for (const int32_t partition : partitions) {
        const std::string directory = shard_directory(data_directory, partition);
        std::error_code failed;
        fs::create_directories(directory, failed);
        if (failed) {
            return fail(Errc::Storage, directory + ": " + failed.message());
        }
    }
    return open(data_directory, partitions, projections::RocksRows::Access::ReadWrite);
}

Result<ShardView> ShardSet::view() const {
    ShardView view;
    view.partitions_ = partitions_;
    for (const auto& store : stores_) {
        view.snapshots_.push_back(store->snapshot());
        view.shards_.push_back(view.snapshots_.back().rows.get());
        auto position = position_of(*view.shards_.back());
        if (!position) {
            return Unexpected(position.error());
        }
        view.positions_.push_back(std::move(*position));
    }
    return view;
}

projections::RocksRows& ShardSet::rows_of(int32_t partition) {
    const auto at = std::ranges::lower_bound(partitions_, partition);
    CHECK(at != partitions_.end() && *at == partition, "a partition that was not opened");
    return *stores_[static_cast<size_t>(at - partitions_.begin())];
}

std::string ShardView::position() const {
    std::string text;
    for (size_t i = 0; i < partitions_.size(); ++i) {
        log::append_to_position(text, partitions_[i], positions_[i].next_offset);
    }
    return text;
}

size_t ShardView::index_of(std::string_view subject) const {
    return static_cast<size_t>(
        events::partition_of(subject, static_cast<int32_t>(partitions_.size())));
}

const projections::RowReader& ShardView::shard_of(std::string_view subject) const {
    return *shards_[index_of(subject)];
}

const projections::RowReader& ShardView::cached_shard_of(std::string_view subject) const {
    return *snapshots_[index_of(subject)].cached;
}

log::Place ShardView::place_of(std::string_view subject) const {
    const size_t index = index_of(subject);
    return {partitions_[index], positions_[index].next_offset};
}

Result<ShardView> view_shards(const std::string& data_directory) {
    auto partitions = partitions_in(data_directory);
    if (!partitions) {
        return Unexpected(partitions.error());
    }
    if (partitions->empty()) {
        return fail(Errc::NotFound,
                    "nothing was folded into " + data_directory +
                        " yet: run `sijill catch-up --data " + data_directory + "` first");
    }
    const auto set = ShardSet::open(
        data_directory, std::move(*partitions), projections::RocksRows::Access::ReadOnly);
    auto view = set ? set->view() : Result<ShardView>(Unexpected(set.error()));
    if (!view) {
        return view;
    }
    // A shard that nothing was committed to yet has no identity; a worker may just have begun.
    std::set<std::string> identities;
    int64_t stated = 0;  // of the topic they were folded from
    for (const projections::Position& position : view->positions()) {
        identities.insert(position.identity);
        stated = std::max(stated, position.partitions);
    }
    // Where a subject lives follows from how many there are: none may be missing.
    const auto count = static_cast<int64_t>(view->positions().size());
    const int32_t last = view->partition_of_index(static_cast<size_t>(count) - 1);
    if (stated != 0 && (stated != count || last != count - 1)) {
        return fail(Errc::Config,
                    data_directory + " has " + std::to_string(count) + " shards of a topic of " +
                        std::to_string(stated) + " partitions: run `sijill catch-up --data " +
                        data_directory +
                        "`, which folds those that are missing; where there are too many, move the "
                        "shards directory away before it");
    }
    identities.erase("");
    if (identities.size() > 1) {
        return fail(Errc::Config,
                    "the shards of " + data_directory +
                        " were folded with different rules; rebuild: move the shards directory "
                        "away and run `sijill catch-up`");
    }
    return view;
}

}  // namespace sijill::consumers
