#pragma once
// tests/support/worker_runs.h - a worker over a log of random events, and the figures it leaves.

#include "consumers/audit_replay.h"
#include "consumers/shard_set.h"
#include "consumers/worker.h"
#include "events/encode.h"
#include "log/event_log.h"
#include "tests/support/model_fold.h"
#include "tests/support/random_history.h"
#include "tests/support/shard_cells.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace sijill::tests {

inline constexpr int kEvents = 1'500;

inline std::vector<nlohmann::json> history(uint64_t seed) {
    model::RandomHistory random(seed);
    std::vector<nlohmann::json> events;
    for (int i = 0; i < kEvents; ++i) {
        events.push_back(random.next());
    }
    return events;
}

inline model::Cells expected(const std::vector<nlohmann::json>& events) {
    model::Model model;
    for (const nlohmann::json& event : events) {
        model.add(event);
    }
    return model.cells();
}

inline void append(log::EventLog& log, const std::vector<nlohmann::json>& events) {
    std::vector<events::NewRecord> records;
    for (const nlohmann::json& event : events) {
        records.push_back(events::structured_record(event["subject"], event.dump()));
    }
    for (const auto& appended : log.append(records)) {
        ASSERT_TRUE(appended) << appended.error().message;
    }
}

inline consumers::WorkerConfig config_in(const std::string& directory) {
    consumers::WorkerConfig config;
    config.data_directory = directory;
    return config;
}

inline consumers::ReplayConfig replay_in(const std::string& directory) {
    consumers::ReplayConfig config;
    config.scratch_directory = directory + "/replay";
    config.window_records = 400;
    return config;
}

inline Result<std::vector<consumers::ReplayReport>> replayed(
    log::EventLog& log, const std::string& directory, const consumers::ReplayConfig& config) {
    const auto live = consumers::view_shards(directory);
    return live ? consumers::audit_replay(log, *live, config, [](int64_t, int64_t) {})
                : Unexpected(live.error());
}

// Folds up to the ends and gives the progress; fails the test on an error.
inline const consumers::WorkerProgress& catch_up(consumers::Worker& worker) {
    const std::atomic<bool> never{false};
    const auto folded = worker.run(consumers::RunUntil::AtEnds, never);
    EXPECT_TRUE(folded) << folded.error().message;
    return worker.progress();
}

inline model::Cells cells_in(const std::string& directory) {
    const auto shards = consumers::view_shards(directory);
    EXPECT_TRUE(shards) << shards.error().message;
    return shards ? projections::cells_of(shards->rows()) : model::Cells();
}

}  // namespace sijill::tests
