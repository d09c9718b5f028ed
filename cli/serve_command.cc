// cli/serve_command.cc - sijill serve: gateway, worker and query API in one process.

#include "api/authenticator.h"
#include "api/http_server.h"
#include "api/problem.h"
#include "api/service.h"
#include "cli/commands.h"
#include "cli/logging.h"
#include "cli/serve_config.h"
#include "cli/service_manager.h"
#include "log/kafka_library.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <thread>

namespace sijill::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAgain{1'000};  // between two tries while the log does not answer
constexpr milliseconds kLook{50};      // how soon a signal is seen
constexpr milliseconds kTurn{1'000};   // an I/O thread that gets round to nothing in it, hangs

// Who a token is, by the mode of auth; nullptr: everybody may ask. Errors: Config (a file that
// cannot be read or is wrong).
Result<std::shared_ptr<api::Authenticator>> authenticator_of(const Config& config) {
    switch (config.auth.mode) {
        case AuthMode::None:
            return std::shared_ptr<api::Authenticator>();
        case AuthMode::Token:
            return api::token_authenticator(config.auth.tokens_file);
        case AuthMode::Jwt:
            return api::access_token_authenticator(config.auth.jwks_file,
                                                   {config.auth.issuer, config.auth.audience});
    }
    return fail(Errc::Config, "there is no such auth.mode");
}

// Folds until it is told to stop. An outage of the log is waited out: answers go on as of the last
// position. Errors: what no waiting mends.
Result<void> keep_folding(consumers::Worker& worker,
                          api::Service& service,
                          const std::atomic<bool>& stop) {
    while (true) {
        service.set_folding(true);
        auto outcome = worker.run(consumers::RunUntil::Stopped, stop);
        service.set_folding(false);
        if (outcome || !is_retriable(outcome.error().code)) {
            return outcome;
        }
        spdlog::warn("the log does not answer, trying again: {}", outcome.error().message);
        const auto again = std::chrono::steady_clock::now() + kAgain;
        while (!stop && std::chrono::steady_clock::now() < again) {
            std::this_thread::sleep_for(kLook);
        }
        if (stop) {
            return {};
        }
    }
}

consumers::WorkerConfig worker_config(const Config& config,
                                      api::Positions& positions,
                                      api::ChangeFeed& feed,
                                      api::ListedMetrics& listed,
                                      api::KeptCases& kept) {
    consumers::WorkerConfig worker;
    worker.data_directory = config.storage.path;
    worker.fold.time_zone = config.reporting.time_zone;
    worker.threads = config.worker.threads;
    worker.state_cache_bytes = config.worker.state_cache;
    worker.committed = [&positions, &feed, &listed, &kept](int32_t partition,
                                                           int64_t next_offset,
                                                           const projections::RowBatch& changes) {
        feed.note(partition, next_offset, changes);
        listed.note(changes);
        kept.note(partition, next_offset, changes);
        positions.commit(partition, next_offset);
    };
    return worker;
}

Result<api::ServiceConfig> service_config(const Config& config) {
    auto authenticator = authenticator_of(config);
    const auto local_time = projections::LocalTime::of(config.reporting.time_zone);
    if (!authenticator || !local_time) {
        return Unexpected(authenticator ? local_time.error() : authenticator.error());
    }
    api::ServiceConfig service;
    service.version = SIJILL_VERSION;
    service.local_time = *local_time;
    service.topic = config.kafka.topic;
    service.data_directory = config.storage.path;
    service.partitions_apart = !config.kafka.bootstrap_servers.empty();
    service.readers = static_cast<size_t>(config.http.readers);
    service.queue = static_cast<size_t>(config.http.queue);
    service.authenticator = std::move(*authenticator);
    service.rate.per_second = config.auth.rate_per_second;
    service.rate.burst = config.auth.rate_burst;
    service.address_rate.per_second = config.auth.address_rate_per_second;
    service.address_rate.burst = config.auth.address_rate_burst;
    service.due = due_policy(config);
    service.site = site_kpis(config);
    return service;
}

// Reads certificate, tokens and keys again. What cannot be read stays what it was.
void reload(const Config& config, api::Service& service, api::HttpServer& server) {
    if (!config.http.tls_cert_file.empty()) {
        if (const auto read = server.reload_certificate()) {
            spdlog::info("the certificate is read again");
        } else {
            spdlog::error("the certificate stays what it was: {}", read.error().message);
        }
    }
    if (config.auth.mode != AuthMode::None) {
        if (const auto ended = service.reload_authenticator()) {
            spdlog::info("the tokens are read again; streams ended with theirs: {}", *ended);
        } else {
            spdlog::error("the tokens stay what they were: {}", ended.error().message);
        }
    }
}

// From the first answer to the last; the log is open.
Result<void> serve_log(const Config& config,
                       const api::HttpConfig& http,
                       api::ServiceConfig settings,
                       log::EventLog& log) {
    api::Positions positions;
    api::ChangeFeed feed(settings.site.catalogue);
    const auto listed = std::make_shared<api::ListedMetrics>();
    settings.listed = listed;
    const auto kept = std::make_shared<api::KeptCases>(config.http.kept_cases);
    settings.kept = kept;
    consumers::Worker worker(log, worker_config(config, positions, feed, *listed, *kept));
    if (auto opened = worker.open(); !opened) {
        return opened;
    }
    api::Service service(std::move(settings), log, worker, positions, feed);
    auto server = api::HttpServer::start(
        http,
        [&service](api::Request request, api::Respond respond) {
            service.handle(std::move(request), std::move(respond));
        },
        api::refusal,
        [&service](const api::Request& head) { return service.refuse_head(head); });
    if (!server) {
        return Unexpected(server.error());
    }
    spdlog::info("listening on http{}://{}:{}",
                 http.certificate_file.empty() ? "" : "s",
                 http.address,
                 (*server)->port());
    TurnWatch folding(worker.progress());
    const auto look = [&server, &service, &folding] {
        return Health{
            service.is_ready(), folding.turned() && (*server)->turns(kTurn), service.condition()};
    };
    const ServiceReports reports(ServiceManager(process_environment()),
                                 look,
                                 stop_requested(),
                                 config.shutdown.drain_delay + config.shutdown.grace);
    const std::jthread reloading([&config, &server, &service](const std::stop_token& ended) {
        while (!ended.stop_requested()) {
            if (take_reload_request()) {
                reload(config, service, **server);
            }
            std::this_thread::sleep_for(kLook);
        }
    });
    auto folded = keep_folding(worker, service, stop_requested());
    spdlog::info("stopping");
    service.drain();
    if (folded) {
        std::this_thread::sleep_for(config.shutdown.drain_delay);
    }
    (*server)->stop(config.shutdown.grace);
    return folded;
}

// All that can fail once it is known how to tell it.
Result<void> serve_as(const Config& config, const api::HttpConfig& http, const Options& given) {
    auto settings = service_config(config);
    if (!settings) {
        return Unexpected(settings.error());
    }
    const Options options = options_of(config, given);
    if (auto sound = require_sound_topic(options); !sound) {
        return sound;
    }
    if (log::kafka_refuses_scram(kafka_config(options))) {
        spdlog::warn("Kafka 4 refuses SASL/SCRAM of librdkafka {}: 2.6.1 or later is needed",
                     log::kafka_library_version());
    }
    const auto log = open_or_make_log(options);
    return log ? serve_log(config, http, std::move(*settings), **log) : Unexpected(log.error());
}

int serve(const ServeOptions& asked, const Options& given) {
    catch_reload_requests();  // before all that may take long: a SIGHUP must not end us
    const auto config = effective_config(asked, given);
    const auto http =
        config ? http_config(*config) : Result<api::HttpConfig>(Unexpected(config.error()));
    if (!http) {
        return report_error(http.error());
    }
    set_logging(config->log.level, config->log.format);
    const auto served = serve_as(*config, *http, given);
    if (served || config->log.format == LogFormat::Text) {
        return served ? kOk : report_error(served.error());
    }
    spdlog::critical("{}", served.error().message);
    return exit_code_of(served.error().code);
}

}  // namespace

void add_serve(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "serve", "Take events and answer questions over HTTP, and fold what arrives");
    const auto asked = add_serve_options(*command, options);
    command->callback(
        [&action, &options, asked] { action = [&, asked] { return serve(*asked, options); }; });
}

}  // namespace sijill::cli
