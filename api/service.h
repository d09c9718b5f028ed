#pragma once
// api/service.h - answers requests: finds the route, checks who asks and what, reads or appends.

#include "api/appender.h"
#include "api/auth.h"
#include "api/change_feed.h"
#include "api/http.h"
#include "api/metrics.h"
#include "api/moment.h"
#include "api/pool.h"
#include "api/positions.h"
#include "api/rate_limiter.h"
#include "api/route.h"
#include "consumers/worker.h"
#include "log/event_log.h"
#include "producers/due_dates.h"

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sijill::api {

/// Whose a bearer token is. Errors: Rejected. Called in the server's I/O thread.
using Authenticate = std::function<Result<Principal>(std::string_view token)>;

struct ServiceConfig {
    std::string version;
    projections::LocalTime local_time;
    std::string topic;
    size_t readers = 2;           // threads
    size_t queue = 64;            // requests that may wait for a reader
    size_t append_room = 10'000;  // events that may wait for the log
    int64_t ready_lag = 10'000;   // records: ready once the views were this near the log's end
    std::chrono::milliseconds longest_wait{5'000};  // for minPosition
    Authenticate authenticate;                      // empty: everybody may do everything
    RateLimiter::Limits rate;                       // of each principal
    producers::DuePolicy due;
};

/// One worker, one log, and the routes over them. handle() may be called from one thread at a
/// time; everything else runs in threads of its own.
class Service {
  public:
    /// All four must outlive the service; the worker must be open, and tell `positions` and `feed`
    /// of its commits.
    Service(ServiceConfig config,
            log::EventLog& log,
            const consumers::Worker& worker,
            Positions& positions,
            ChangeFeed& feed);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service();

    void handle(Request request, Respond respond);

    /// /readyz says 503 from now on.
    void drain() { draining_ = true; }
    /// Whether the worker runs; /readyz?verbose and the metrics say so.
    void set_folding(bool folding) { folding_ = folding; }

    /// What /readyz says: whether it is 200, and why. Any thread.
    [[nodiscard]] bool is_ready() const { return caught_up_ && !draining_; }
    [[nodiscard]] std::string condition() const;

  private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;

    /// Whether the asker may go on; else it has been answered.
    [[nodiscard]] bool admit(const CallPtr& call);
    void own(const CallPtr& call, Own own);
    void stream(const CallPtr& call);
    void judge(const CallPtr& call, bool only_validate);
    void append(const CallPtr& call, std::vector<events::NewRecord> records, Appender::Done told);
    void tell_single(const CallPtr& call, const Result<log::Appended>& result);
    void tell_verdict(const CallPtr& call, const log::Appended& appended);
    void read(const CallPtr& call);
    void answer(const CallPtr& call);
    [[nodiscard]] Response read_answer(const Call& call);
    [[nodiscard]] Standing standing_of(const Moment& moment) const;
    /// False: all readers are busy, and the work was not taken.
    [[nodiscard]] bool submit(const CallPtr& call, std::function<void()> work);
    /// As submit(), and a refusal is answered.
    void in_reader(const CallPtr& call, std::function<void()> work);
    void respond(const CallPtr& call, Response response);

    [[nodiscard]] Response positions_answer() const;
    [[nodiscard]] Response ready(bool verbose) const;
    [[nodiscard]] Response metrics() const;
    [[nodiscard]] Response document(const Call& call, Own own) const;
    struct Lag {
        int64_t records = 0;
        double seconds = 0;
    };
    [[nodiscard]] Lag lag_of(const std::vector<projections::Position>& positions) const;
    [[nodiscard]] nlohmann::ordered_json lag_json(
        const std::vector<projections::Position>& positions) const;
    void look(const Moment& moment, bool ends_known);
    void watch();

    const ServiceConfig config_;
    log::EventLog& log_;
    const consumers::WorkerProgress& progress_;
    Positions& positions_;
    mutable Moments moments_;
    ChangeFeed& feed_;
    std::atomic<bool> draining_{false};
    std::atomic<bool> folding_{true};
    std::atomic<bool> caught_up_{false};
    RequestMetrics metrics_;
    RateLimiter limiter_;  // of the I/O thread
    std::atomic<uint64_t> appended_{0};
    mutable std::mutex mutex_;  // of ends_
    std::vector<log::OffsetRange> ends_;
    std::condition_variable changed_;
    bool ending_ = false;
    Appender appender_;
    Pool readers_;
    std::jthread watcher_;
};

}  // namespace sijill::api
