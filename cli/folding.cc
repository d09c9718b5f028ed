#include "cli/folding.h"

#include "api/follow_up_step.h"
#include "api/positions.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/service_manager.h"
#include "events/time.h"
#include "events/uuid.h"
#include "log/places.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace sijill::cli {

namespace {

constexpr size_t kBatch = 2'000;
// What a second fold's directory is named by, before its id.
constexpr std::array<std::string_view, 2> kScratchNames = {"as-of-", "replay-"};

bool is_scratch_name(std::string_view name) {
    return std::ranges::any_of(kScratchNames, [name](std::string_view what) {
        return name.starts_with(what) && events::parse_uuid(name.substr(what.size()));
    });
}

void remove_left_folds(const std::string& data) {
    std::error_code ignored;
    std::vector<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(data, ignored)) {
        if (is_scratch_name(entry.path().filename().string())) {
            left.push_back(entry.path().string());
        }
    }
    std::ranges::for_each(left, consumers::ScratchDirectory::remove_left);
}

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
        if (stop_requested()) {
            return fail(Errc::Unavailable,
                        "stopped: " + grouped(count - static_cast<int64_t>(batch.size())) +
                            " events were appended");
        }
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
    const auto identity = log.identity();
    if (!identity) {
        return Unexpected(identity.error());
    }
    // Each shard tells its start; what must be folded is known when all have.
    std::atomic<int32_t> told{0};
    consumers::WorkerConfig telling = config;
    telling.committed = [&told](int32_t, int64_t, const projections::RowBatch&) { ++told; };
    consumers::Worker worker(log, telling);
    const auto& progress = worker.progress();
    const Progress bar(
        "folding", [&] { return progress.records.load(); }, [&] { return progress.target.load(); });
    if (until == consumers::RunUntil::AtEnds) {
        return worker.run(until, stop);
    }
    TurnWatch threads(progress);
    bool ready = false;
    const ServiceReports reports(
        ServiceManager(process_environment()),
        [&] {
            const int64_t done = progress.records.load();
            ready = ready || (told >= identity->partitions && done >= progress.target);
            return Health{ready, threads.turned(), grouped(done) + " records folded"};
        },
        stop,
        std::chrono::seconds(0));
    return worker.run(until, stop);
}

// `as_of`: a position, or an instant, which stands for all that had been appended before it.
Result<api::Vector> position_of(log::EventLog& log, const std::string& as_of) {
    if (const auto instant = events::parse_rfc3339(as_of)) {
        const auto places = log.offsets_at(instant->ms);
        if (!places) {
            return Unexpected(places.error());
        }
        api::Vector position;
        for (const log::Place& place : *places) {
            position.emplace(place.partition, place.next_offset);
        }
        return position;
    }
    auto position = api::parse_position(as_of);
    return position ? std::move(position)
                    : fail(Errc::Invalid,
                           "--as-of takes a position (partition:offset,...) or an instant such as "
                           "2017-04-01T00:00:00Z, not '" +
                               as_of + "'");
}

std::string scratch_directory(const Options& options, const char* what) {
    remove_left_folds(options.data);
    return options.data + "/" + what + api::new_event_id(log::system_clock_ms());
}

Result<std::unique_ptr<consumers::PastView>> fold_as_of(log::EventLog& log,
                                                        const std::string& as_of,
                                                        const Options& options) {
    const auto offsets = position_of(log, as_of);
    const auto ranges = log.ranges();
    if (!offsets || !ranges) {
        return Unexpected(offsets ? ranges.error() : offsets.error());
    }
    int64_t total = 0;
    for (const auto& [partition, next] : *offsets) {
        const auto index = static_cast<size_t>(partition);
        total += index < ranges->size() ? std::max<int64_t>(0, next - (*ranges)[index].begin) : 0;
    }
    std::atomic<int64_t> done{0};
    const Progress bar(
        "folding again", [&] { return done.load(); }, [&] { return total; });
    return consumers::PastView::fold(
        log,
        {scratch_directory(options, "as-of-"), {options.time_zone}, &stop_requested()},
        *offsets,
        [&done](int64_t records) { done += records; });
}

}  // namespace sijill::cli
