// bench/fold_bench.cc - the fold alone: a load held in memory, through the shards of one worker,
// without a log to read.
//
//   fold_bench DIRECTORY [EVENTS [CASES [PARTITIONS [WINDOW]]]]
//       prints {"events":…,"decode_ns":…,"apply_ns":…,"take_ns":…,"commit_ns":…,"state_mib":…,
//       "heap_bytes":…}: CPU nanoseconds of this thread per event; states and rows by the fold's
//       own account behind the last commit, and what the heap has grown by before it

#include "events/decode.h"
#include "producers/scenario.h"
#include "projections/shard_fold.h"
#include "projections/store_rocksdb.h"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace ev = sijill::events;
namespace projections = sijill::projections;

int64_t thread_cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// What passed since it was made is added to a total.
class Timer {
  public:
    explicit Timer(int64_t& total) : total_(total), start_(thread_cpu_ns()) {}
    ~Timer() { total_ += thread_cpu_ns() - start_; }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

  private:
    int64_t& total_;
    int64_t start_;
};

struct Options {
    std::string directory;
    uint64_t events = 500'000;
    uint64_t cases = 0;
    int32_t partitions = 6;
    uint64_t window = 1'000'000;
};

struct Held {
    int32_t partition = 0;
    int64_t offset = 0;
    ev::NewRecord record;
    [[nodiscard]] ev::Record view() const {
        ev::Record record_view;
        record_view.partition = partition;
        record_view.offset = offset;
        record_view.append_time_ms = 1'600'000'000'000 + offset;
        record_view.key = record.key;
        record_view.value = record.value;
        return record_view;
    }
};

struct Shard {
    std::unique_ptr<projections::RocksRows> rows;
    std::unique_ptr<projections::ShardFold> fold;
};

struct Totals {
    int64_t decode = 0;
    int64_t apply = 0;
    int64_t take = 0;
    int64_t commit = 0;
    size_t state_bytes = 0;
    size_t heap_bytes = 0;
};

size_t heap_bytes() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

[[noreturn]] void stop(const sijill::Error& error) {
    std::fprintf(stderr, "fold_bench: %s\n", error.message.c_str());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): the only thread
}

std::deque<Held> load(const Options& options) {
    std::deque<Held> held;
    std::vector<int64_t> next(static_cast<size_t>(options.partitions));
    sijill::producers::LoadSpec spec;
    spec.events = options.events;
    spec.cases = options.cases;
    const auto done =
        sijill::producers::generate_load(spec, [&](ev::NewRecord&& record) -> sijill::Result<void> {
            const int32_t partition = ev::partition_of(record.key, options.partitions);
            held.push_back({partition, next[static_cast<size_t>(partition)]++, std::move(record)});
            return {};
        });
    if (!done) {
        stop(done.error());
    }
    return held;
}

std::vector<Shard> open_shards(const Options& options,
                               const projections::SharedStoreMemory& memory) {
    std::vector<Shard> shards;
    for (int32_t partition = 0; partition < options.partitions; ++partition) {
        Shard shard;
        const std::string directory = options.directory + "/" + std::to_string(partition);
        std::filesystem::create_directories(directory);
        auto rows = projections::RocksRows::open(
            directory, projections::RocksRows::Access::ReadWrite, memory);
        if (!rows) {
            stop(rows.error());
        }
        shard.rows = std::move(*rows);
        auto fold = projections::ShardFold::open(
            {}, {partition, options.partitions}, *shard.rows, [](const auto&, const auto&) {
                return sijill::fail(sijill::Errc::Unavailable, "a load has no corrections");
            });
        if (!fold) {
            stop(fold.error());
        }
        shard.fold = std::move(*fold);
        shards.push_back(std::move(shard));
    }
    return shards;
}

void commit(std::vector<Shard>& shards, Totals& totals) {
    static projections::RowBatch changes;  // as a worker keeps it
    for (Shard& shard : shards) {
        totals.state_bytes += shard.fold->bytes();
        {
            const Timer timer(totals.take);
            if (auto taken = shard.fold->take_changes(changes); !taken) {
                stop(taken.error());
            }
        }
        const Timer timer(totals.commit);
        if (auto done = shard.rows->commit(changes, projections::CommitMode::Window); !done) {
            stop(done.error());
        }
    }
}

Totals run(const Options& options) {
    const std::deque<Held> held = load(options);
    const projections::SharedStoreMemory memory;
    std::vector<Shard> shards = open_shards(options, memory);
    Totals totals;
    ev::Decoder decoder;
    {
        const Timer timer(totals.decode);
        for (const Held& each : held) {
            if (decoder.decode(each.view()) == nullptr) {
                stop({sijill::Errc::Invalid, "the load has a record that is no event"});
            }
        }
    }
    const size_t heap_before = heap_bytes();
    uint64_t in_window = 0;
    for (size_t begin = 0; begin < held.size(); begin += 5000) {
        const size_t end = std::min(held.size(), begin + 5000);
        {
            const Timer timer(totals.apply);
            for (size_t i = begin; i < end; ++i) {
                Shard& shard = shards[static_cast<size_t>(held[i].partition)];
                if (auto done = shard.fold->apply(held[i].view()); !done) {
                    stop(done.error());
                }
            }
        }
        in_window += end - begin;
        if (in_window >= options.window || end == held.size()) {
            totals.state_bytes = 0;
            totals.heap_bytes = heap_bytes() - heap_before;
            commit(shards, totals);
            in_window = 0;
        }
    }
    return totals;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 6) {
        std::fprintf(stderr,
                     "usage: fold_bench DIRECTORY [EVENTS [CASES [PARTITIONS [WINDOW]]]]\n");
        return 2;
    }
    Options options;
    options.directory = argv[1];
    const auto number = [&](int index, uint64_t fallback) {
        return argc > index ? std::strtoull(argv[index], nullptr, 10) : fallback;
    };
    options.events = number(2, options.events);
    options.cases = number(3, options.cases);
    options.partitions = static_cast<int32_t>(number(4, 6));
    options.window = number(5, options.window);
    const Totals totals = run(options);
    const auto each = [&](int64_t ns) {
        return static_cast<long long>(ns / static_cast<int64_t>(options.events));
    };
    std::printf(
        "{\"events\":%llu,\"decode_ns\":%lld,\"apply_ns\":%lld,\"take_ns\":%lld,"
        "\"commit_ns\":%lld,\"state_mib\":%zu,\"heap_bytes\":%zu}\n",
        static_cast<unsigned long long>(options.events),
        each(totals.decode),
        each(totals.apply),
        each(totals.take),
        each(totals.commit),
        totals.state_bytes >> 20U,
        totals.heap_bytes);
    return 0;
}
