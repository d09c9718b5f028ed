#pragma once
// api/metrics.h - what the server counts, in Prometheus' text format 0.0.4.

#include "projections/rows.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace sijill::api {

/// Counts and durations of requests. Any thread.
class RequestMetrics {
  public:
    /// `route`: of the table, whose texts last, "" when none fitted: paths of clients never become
    /// labels.
    void add(std::string_view method,
             std::string_view route,
             int status,
             std::chrono::steady_clock::duration took);
    /// The families http_requests_total and http_request_duration_seconds.
    [[nodiscard]] std::string text() const;

  private:
    static constexpr std::array kEdges = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
    struct Histogram {
        std::array<uint64_t, kEdges.size()> below{};  // each its own bucket; summed when printed
        uint64_t count = 0;
        double sum_seconds = 0;
    };
    mutable std::mutex mutex_;
    std::map<std::tuple<std::string_view, std::string_view, int>, uint64_t> requests_;
    std::map<std::string_view, Histogram> durations_;  // by route
};

/// Counts what the fold of this process parked and listed, by reason. Any thread.
class ListedMetrics {
  public:
    /// The rows of a commit, sorted by key.
    void note(const projections::RowBatch& changes);
    /// The families sijill_parked_records_total and sijill_anomalies_total, every reason among
    /// them: a rate is only seen when there was a zero before.
    [[nodiscard]] std::string text() const;

  private:
    std::array<std::atomic<uint64_t>, 256> counts_{};  // by reason number
};

/// Bytes of the volume that holds `directory`; "" when it cannot be asked.
[[nodiscard]] std::string storage_metrics(const std::string& directory);

/// One family with one value per label set: `labels` is "" or `a="b",c="d"`.
[[nodiscard]] std::string metric(std::string_view name,
                                 std::string_view type,
                                 std::string_view help,
                                 const std::map<std::string, double>& values);

}  // namespace sijill::api
