#pragma once
// api/service.h - answers requests: finds the route, checks who asks and what, reads or appends.

#include "api/appender.h"
#include "api/authenticator.h"
#include "api/change_feed.h"
#include "api/http.h"
#include "api/kept_cases.h"
#include "api/log_ends.h"
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

struct ServiceConfig {
    std::string version;
    projections::LocalTime local_time;
    std::string topic;
    std::string data_directory;                   // for the metrics of its volume
    std::shared_ptr<const ListedMetrics> listed;  // told of the commits; nullptr: not counted
    std::shared_ptr<KeptCases> kept;              // told of the commits; nullptr: nothing is kept
    size_t readers = 2;                           // threads
    size_t queue = 64;                            // requests that may wait for a reader
    size_t append_room = 10'000;                  // events that may wait for the log
    bool partitions_apart = false;                // one of the log may stand while others go on
    int64_t ready_lag = 10'000;  // records: ready once the views were this near the log's end
    std::chrono::milliseconds longest_wait{5'000};  // for minPosition
    std::shared_ptr<Authenticator> authenticator;   // nullptr: everybody may do everything
    RateLimiter::Limits rate;                       // of each principal
    RateLimiter::Limits address_rate;               // of each address, without a valid token
    producers::DuePolicy due;
    projections::SiteKpis site;
};

/// One worker, one log, and the routes over them. handle() and refuse_head() may be called from one
/// thread at a time; everything else runs in threads of its own.
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

    /// What a request with a body is answered without it: handle() would answer the same, or the
    /// path takes no body. In the thread of handle(), also where a signature must be checked.
    [[nodiscard]] std::optional<Response> refuse_head(const Request& head);

    /// Reads the tokens or keys again. What they were stays when that fails; else the open streams
    /// of tokens that are no more end: how many. Any thread. Errors: Config.
    [[nodiscard]] Result<size_t> reload_authenticator();

    /// /readyz says 503 from now on.
    void drain() { draining_ = true; }
    /// Whether the worker runs; /readyz?verbose and the metrics say so.
    void set_folding(bool folding) { folding_ = folding; }

    /// What /readyz says: whether it is 200, and why. Any thread.
    [[nodiscard]] bool is_ready() const { return caught_up_ && !draining_ && !log_.stopped(); }
    [[nodiscard]] std::string condition() const;

  private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;

    /// False: there is no such route, and that is answered.
    [[nodiscard]] bool find_route(const CallPtr& call);
    /// Finds out who asks: in this thread, or by a signature in a reader.
    void identify(const CallPtr& call);
    void admit(const CallPtr& call, const Result<Principal>& asker);
    using Wait = std::optional<RateLimiter::Clock::duration>;
    /// Takes a request out of the name's bucket, or says how long that must wait.
    [[nodiscard]] Wait take(RateLimiter& limiter, const std::string& name);
    /// How long whoever is at the address must wait to be asked who it is.
    [[nodiscard]] Wait wait_at(const std::string& address);
    void refuse_stranger(const CallPtr& call, Wait wait);
    /// The asker may do what the route does.
    void admitted(const CallPtr& call);
    void own(const CallPtr& call, Own own);
    /// Whether whoever asked may still ask.
    [[nodiscard]] StillAllowed still_allowed(const Call& call) const;
    void stream(const CallPtr& call);
    void judge(const CallPtr& call, bool only_validate);
    /// What a department does about a follow-up, as an event.
    void take_step(const CallPtr& call);
    void append(const CallPtr& call, std::vector<events::NewRecord> records, Appender::Done told);
    void note_appended(const Appender::Results& results);
    void tell_single(const CallPtr& call, const Result<log::Appended>& result);
    void tell_verdict(const CallPtr& call, const log::Appended& appended);
    /// What came of an event whose verdict was waited for.
    void tell_waited(const CallPtr& call, Response response);
    void read(const CallPtr& call);
    void answer(const CallPtr& call);
    /// Answers from memory, in this thread; false: a reader must.
    [[nodiscard]] bool answered_from_memory(const CallPtr& call);
    [[nodiscard]] Response read_answer(const Call& call);
    /// Errors: those of the route's handler.
    [[nodiscard]] Result<Response> answer_at(const Call& call,
                                             const Moment& moment,
                                             bool only_cached);
    /// False: all readers are busy, and the work was not taken.
    [[nodiscard]] bool submit(const CallPtr& call, std::function<void()> todo);
    void work(const CallPtr& call, const std::function<void()>& todo);
    /// As submit(), and a refusal is answered. From a reader it is done at once.
    void in_reader(const CallPtr& call, std::function<void()> todo);
    void respond(const CallPtr& call, Response response);

    [[nodiscard]] Response positions_answer() const;
    [[nodiscard]] Response ready(bool verbose) const;
    [[nodiscard]] Response metrics() const;
    [[nodiscard]] Response document(const Call& call, Own own) const;
    [[nodiscard]] Lag lag_of(const std::vector<projections::Position>& positions) const;
    [[nodiscard]] nlohmann::ordered_json lag_json(
        const std::vector<projections::Position>& positions) const;
    void look(const Moment& moment, bool ends_known);
    void watch();

    const ServiceConfig config_;
    const std::string rules_;     // of program, zone and site: what answers depend on besides data
    const std::string asyncapi_;  // the document: strangers ask for it, and making it takes long
    log::EventLog& log_;
    const consumers::WorkerProgress& progress_;
    const size_t partitions_;  // of the log
    Positions& positions_;
    mutable Moments moments_;
    ChangeFeed& feed_;
    std::atomic<bool> draining_{false};
    std::atomic<bool> folding_{true};
    std::atomic<bool> caught_up_{false};
    std::atomic<bool> log_answers_{true};
    RequestMetrics metrics_;
    std::mutex limits_mutex_;  // of the limiters
    RateLimiter limiter_;      // by names of principals
    RateLimiter strangers_;    // by address_block()
    RateLimiter told_causes_;  // in our log, by routes
    std::atomic<uint64_t> appended_{0};
    std::atomic<bool> appends_fail_{false};  // the last ones
    mutable std::mutex mutex_;               // of ends_
    LogEnds ends_;
    std::condition_variable changed_;
    bool ending_ = false;
    // Each gives the other work until its last: callbacks of the appender go on in the readers, and
    // the readers append. So the destructor ends the appender while the readers take work, and it
    // goes behind them, so that it can still refuse theirs.
    Appender appender_;
    Pool readers_;
    std::jthread watcher_;
};

}  // namespace sijill::api
