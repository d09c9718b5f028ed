#include "cli/folding.h"

#include "cli/progress.h"

#include <vector>

namespace sijill::cli {

namespace {

constexpr size_t kBatch = 2'000;

Result<void> append_all(log::EventLog& log, std::vector<events::NewRecord>& batch) {
    for (const auto& appended : log.append(batch)) {
        if (!appended) {
            return Unexpected(appended.error());
        }
    }
    batch.clear();
    return {};
}

}  // namespace

Result<int64_t> append_scenario(
    log::EventLog& log, const std::function<Result<void>(const producers::EventSink&)>& generate) {
    std::vector<events::NewRecord> batch;
    int64_t count = 0;
    auto done = generate([&](events::NewRecord&& record) -> Result<void> {
        batch.push_back(std::move(record));
        ++count;
        return batch.size() < kBatch ? Result<void>{} : append_all(log, batch);
    });
    if (done) {
        done = append_all(log, batch);
    }
    if (!done) {
        return Unexpected(done.error());
    }
    return count;
}

Result<void> fold(log::EventLog& log,
                  const consumers::WorkerConfig& config,
                  consumers::RunUntil until,
                  const std::atomic<bool>& stop) {
    consumers::Worker worker(log, config);
    const auto& progress = worker.progress();
    const Progress bar(
        "folding", [&] { return progress.records.load(); }, [&] { return progress.target.load(); });
    return worker.run(until, stop);
}

}  // namespace sijill::cli
