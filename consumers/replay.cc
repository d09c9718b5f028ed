#include "consumers/replay.h"

#include "consumers/worker.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace sijill::consumers {

namespace {

using projections::RocksRows;

class Replay {
  public:
    Replay(log::EventLog& log, const ReplaySpan& span, const std::function<void(int64_t)>& folded)
        : log_(log), span_(span), folded_(folded) {}

    Result<int64_t> run(RocksRows& rows) {
        const int64_t next_offset = span_.end;
        auto fold = projections::ShardFold::open(
            span_.fold, span_.place, rows, read_again_from(log_, span_.place.partition));
        if (!fold) {
            return Unexpected(fold.error());
        }
        const log::Place from{span_.place.partition, span_.begin};
        auto reader = log_.open_reader({&from, 1});
        if (!reader) {
            return Unexpected(reader.error());
        }
        int64_t since_commit = 0;
        while ((*fold)->position().next_offset < next_offset) {
            if (span_.stop != nullptr && span_.stop->load(std::memory_order_relaxed)) {
                return fail(Errc::Unavailable, "stopped before the end of the log");
            }
            auto step = fold_batch(**reader, **fold, next_offset);
            if (!step) {
                return Unexpected(step.error());
            }
            since_commit += *step;
            if (since_commit >= span_.window_records ||
                (*fold)->bytes() > span_.state_cache_bytes) {
                if (auto written = commit(**fold, rows); !written) {
                    return Unexpected(written.error());
                }
                (*fold)->shrink(span_.state_cache_bytes);
                since_commit = 0;
            }
        }
        if (auto written = commit(**fold, rows); !written) {
            return Unexpected(written.error());
        }
        return (*fold)->position().records;
    }

  private:
    Result<void> commit(projections::ShardFold& fold, RocksRows& rows) {
        if (auto taken = fold.take_changes(changes_); !taken) {
            return taken;
        }
        return rows.commit(changes_, projections::CommitMode::Window);
    }

    Result<int64_t> fold_batch(log::LogReader& reader,
                               projections::ShardFold& fold,
                               int64_t next_offset) {
        auto batch = reader.read(span_.batch_records, std::chrono::milliseconds(100));
        if (!batch) {
            return Unexpected(batch.error());
        }
        for (const events::Record& record : batch->records) {
            if (record.offset >= next_offset) {
                fold.reach(next_offset);  // the live shard stands in a hole before this record
                break;
            }
            if (auto applied = fold.apply(record); !applied) {
                return Unexpected(applied.error());
            }
        }
        for (const log::Place& end : batch->ends) {
            fold.reach(std::min(end.next_offset, next_offset));
        }
        folded_(static_cast<int64_t>(batch->records.size()));
        return static_cast<int64_t>(batch->records.size());
    }

    log::EventLog& log_;
    const ReplaySpan& span_;
    const std::function<void(int64_t)>& folded_;
    projections::RowBatch changes_;
};

// The directory's lock, which ends with the process; -1 when it cannot be had.
int hold(const std::string& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        return fd;
    }
    const int why = errno;
    if (fd >= 0) {
        ::close(fd);
    }
    errno = why;
    return -1;
}

Result<int64_t> offset_of(const std::map<int32_t, int64_t>& position,
                          int32_t partition,
                          const log::OffsetRange& range) {
    const auto found = position.find(partition);
    const std::string name = "partition " + std::to_string(partition);
    if (found == position.end()) {
        return fail(Errc::Invalid, "the position says nothing of " + name);
    }
    if (found->second > range.end) {
        return fail(Errc::Invalid,
                    name + " ends at " + std::to_string(range.end) + ", before " +
                        std::to_string(found->second));
    }
    return found->second;
}

// Into a shard of its own, whose files are written when it returns: whoever opens it next sees no
// more than they hold.
Result<void> fold_shard(log::EventLog& log,
                        const ReplaySpan& span,
                        const std::string& data_directory,
                        const projections::SharedStoreMemory& memory,
                        const std::function<void(int64_t)>& folded) {
    const std::string shard = shard_directory(data_directory, span.place.partition);
    std::error_code failed;
    std::filesystem::create_directories(shard, failed);
    if (failed) {
        return fail(Errc::Storage, shard + " cannot be made: " + failed.message());
    }
    auto rows = RocksRows::open(shard, RocksRows::Access::ReadWrite, memory);
    if (!rows) {
        return Unexpected(rows.error());
    }
    if (auto done = replay_partition(log, span, **rows, folded); !done) {
        return Unexpected(done.error());
    }
    return (*rows)->flush();
}

}  // namespace

Result<int64_t> replay_partition(log::EventLog& log,
                                 const ReplaySpan& span,
                                 RocksRows& rows,
                                 const std::function<void(int64_t)>& folded) {
    return Replay(log, span, folded).run(rows);
}

Result<std::unique_ptr<ScratchDirectory>> ScratchDirectory::make(const std::string& path) {
    const std::filesystem::path directory(path);
    std::error_code failed;
    if (directory.has_parent_path()) {
        std::filesystem::create_directories(directory.parent_path(), failed);
    }
    const bool made = !failed && std::filesystem::create_directory(directory, failed);
    if (failed) {
        return fail(Errc::Storage, path + " cannot be made: " + failed.message());
    }
    if (!made) {
        return fail(Errc::Invalid,
                    path +
                        " is there already; name a directory that is not: it is made, and "
                        "removed at the end with all that is in it");
    }
    const int lock = hold(path);
    if (lock < 0) {
        return fail(Errc::Storage,
                    path + " cannot be held: " + std::generic_category().message(errno));
    }
    return std::unique_ptr<ScratchDirectory>(new ScratchDirectory(path, lock));
}

void ScratchDirectory::remove_left(const std::string& path) {
    if (const int lock = hold(path); lock >= 0) {
        const ScratchDirectory left(path, lock);  // and goes
    }
}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    ::close(lock_);
}

Result<std::unique_ptr<PastView>> PastView::fold(log::EventLog& log,
                                                 const Config& config,
                                                 const std::map<int32_t, int64_t>& position,
                                                 const std::function<void(int64_t)>& folded) {
    const auto ranges = log.ranges();
    if (!ranges) {
        return Unexpected(ranges.error());
    }
    std::vector<int64_t> ends;  // all of them, before anything is folded
    for (size_t i = 0; i < ranges->size(); ++i) {
        const auto end = offset_of(position, static_cast<int32_t>(i), (*ranges)[i]);
        if (!end) {
            return Unexpected(end.error());
        }
        ends.push_back(*end);
    }
    auto directory = ScratchDirectory::make(config.scratch_directory);
    if (!directory) {
        return Unexpected(directory.error());
    }
    std::unique_ptr<PastView> past(new PastView(std::move(*directory)));
    const projections::SharedStoreMemory memory;
    for (size_t i = 0; i < ranges->size(); ++i) {
        const auto partition = static_cast<int32_t>(i);
        const ReplaySpan span{.fold = config.fold,
                              .place = {partition, static_cast<int32_t>(ranges->size())},
                              .begin = (*ranges)[i].begin,
                              .end = ends[i],
                              .stop = config.stop};
        if (auto done = fold_shard(log, span, config.scratch_directory, memory, folded); !done) {
            return fail("partition " + std::to_string(partition), done.error());
        }
    }
    auto view = view_shards(config.scratch_directory);
    if (!view) {
        return Unexpected(view.error());
    }
    past->view_ = std::move(*view);
    return past;
}

}  // namespace sijill::consumers
