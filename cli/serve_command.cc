// cli/serve_command.cc - sijill serve: gateway, worker and query API in one process.

#include "api/access_token.h"
#include "api/http_server.h"
#include "api/problem.h"
#include "api/service.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/config_command.h"
#include "cli/logging.h"
#include "cli/service_manager.h"

#include <spdlog/spdlog.h>

#include <charconv>
#include <memory>
#include <optional>
#include <thread>

namespace sijill::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAgain{1'000};  // between two tries while the log does not answer
constexpr milliseconds kLook{50};      // how soon a signal is seen
constexpr milliseconds kTurn{1'000};   // an I/O thread that gets round to nothing in it, hangs

// Which flags were given: they go over file and environment.
struct ServeOptions {
    std::string file;
    std::optional<std::string> listen;
    std::optional<int> threads;
    bool data = false;
    bool kafka = false;
    bool topic = false;
    bool time_zone = false;
};

Result<Config> effective_config(const ServeOptions& asked, const Options& options) {
    auto loaded = load_config(config_file(asked.file), process_environment());
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    Config config = std::move(loaded->config);
    config.http.listen = asked.listen.value_or(config.http.listen);
    config.worker.threads = asked.threads.value_or(config.worker.threads);
    config.storage.path = asked.data ? options.data : config.storage.path;
    config.kafka.bootstrap_servers = asked.kafka ? options.kafka : config.kafka.bootstrap_servers;
    config.kafka.topic = asked.topic ? options.topic : config.kafka.topic;
    config.reporting.time_zone = asked.time_zone ? options.time_zone : config.reporting.time_zone;
    for (const auto& [key, value] : options.librdkafka) {
        config.kafka.librdkafka[key] = value;
    }
    std::string wrong;
    for (const Contradiction& each : contradictions(config)) {
        wrong += (wrong.empty() ? "" : "\n") + std::string(each.key) + ": " + each.message;
    }
    return wrong.empty() ? Result<Config>(std::move(config)) : fail(Errc::Config, wrong);
}

// What the other commands take as flags.
Options options_of(const Config& config, const Options& given) {
    Options options = given;
    options.data = config.storage.path;
    options.kafka = config.kafka.bootstrap_servers;
    options.topic = config.kafka.topic;
    options.time_zone = config.reporting.time_zone;
    options.librdkafka = config.kafka.librdkafka;
    return options;
}

Result<api::HttpConfig> http_config(const Config& config) {
    const std::string& listen = config.http.listen;
    const size_t colon = listen.rfind(':');
    int port = -1;
    if (colon != std::string::npos) {
        const char* const end = listen.data() + listen.size();
        const auto read = std::from_chars(listen.data() + colon + 1, end, port);
        port = read.ec == std::errc() && read.ptr == end ? port : -1;
    }
    if (port < 0 || port > UINT16_MAX) {
        return fail(Errc::Config, "http.listen must be ADDRESS:PORT, not '" + listen + "'");
    }
    api::HttpConfig http;
    http.address = listen.substr(0, colon);
    http.port = static_cast<uint16_t>(port);
    http.body_bytes = config.http.max_body;
    http.bodies_bytes = config.http.max_bodies;
    http.header_deadline = config.http.header_timeout;
    http.body_deadline = config.http.body_timeout;
    http.idle_deadline = config.http.idle_timeout;
    http.connections = static_cast<size_t>(config.http.max_connections);
    http.connections_per_peer = static_cast<size_t>(config.http.max_connections_per_peer);
    http.certificate_file = config.http.tls_cert_file;
    http.key_file = config.http.tls_key_file;
    return http;
}

int64_t now_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// Who a token is, by the mode of auth. Errors: Config (a file that cannot be read or is wrong).
Result<api::Authenticate> authenticate_by(const Config& config) {
    if (config.auth.mode == AuthMode::Token) {
        auto tokens = api::TokenFile::read(config.auth.tokens_file);
        if (!tokens) {
            return Unexpected(tokens.error());
        }
        const auto shared = std::make_shared<api::TokenFile>(std::move(*tokens));
        return api::Authenticate([shared](std::string_view token) -> Result<api::Principal> {
            const api::Principal* principal = shared->find(token);
            return principal != nullptr
                       ? Result<api::Principal>(*principal)
                       : Result<api::Principal>(fail(Errc::Rejected, "an unknown token"));
        });
    }
    if (config.auth.mode == AuthMode::Jwt) {
        auto keys = api::KeySet::read(config.auth.jwks_file);
        if (!keys) {
            return Unexpected(keys.error());
        }
        const auto verifier = std::make_shared<api::AccessTokenVerifier>(
            std::move(*keys), api::AccessTokenRules{config.auth.issuer, config.auth.audience});
        return api::Authenticate(
            [verifier](std::string_view token) { return verifier->verify(token, now_seconds()); });
    }
    return api::Authenticate{};
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
                                      api::ChangeFeed& feed) {
    consumers::WorkerConfig worker;
    worker.data_directory = config.storage.path;
    worker.fold.time_zone = config.reporting.time_zone;
    worker.threads = config.worker.threads;
    worker.state_cache_bytes = config.worker.state_cache;
    worker.committed = [&positions, &feed](int32_t partition,
                                           int64_t next_offset,
                                           const projections::RowBatch& changes) {
        feed.note(partition, next_offset, changes);
        positions.commit(partition, next_offset);
    };
    return worker;
}

Result<api::ServiceConfig> service_config(const Config& config) {
    auto authenticate = authenticate_by(config);
    const auto local_time = projections::LocalTime::of(config.reporting.time_zone);
    if (!authenticate || !local_time) {
        return Unexpected(authenticate ? local_time.error() : authenticate.error());
    }
    api::ServiceConfig service;
    service.version = SIJILL_VERSION;
    service.local_time = *local_time;
    service.topic = config.kafka.topic;
    service.readers = static_cast<size_t>(config.http.readers);
    service.queue = static_cast<size_t>(config.http.queue);
    service.authenticate = std::move(*authenticate);
    service.rate.per_second = config.auth.rate_per_second;
    service.rate.burst = config.auth.rate_burst;
    service.due = due_policy(config);
    return service;
}

// Reads the certificate again when asked to, until the end.
void reload_on_request(const std::stop_token& ended,
                       api::HttpServer& server,
                       const api::HttpConfig& http) {
    while (!ended.stop_requested()) {
        if (take_reload_request() && !http.certificate_file.empty()) {
            const auto reloaded = server.reload_certificate();
            spdlog::info("certificate: {}", reloaded ? "read again" : reloaded.error().message);
        }
        std::this_thread::sleep_for(kLook);
    }
}

// From the first answer to the last; the log is open.
Result<void> serve_log(const Config& config,
                       const api::HttpConfig& http,
                       api::ServiceConfig settings,
                       log::EventLog& log) {
    api::Positions positions;
    api::ChangeFeed feed;
    consumers::Worker worker(log, worker_config(config, positions, feed));
    if (auto opened = worker.open(); !opened) {
        return opened;
    }
    api::Service service(std::move(settings), log, worker, positions, feed);
    auto server = api::HttpServer::start(
        http,
        [&service](api::Request request, api::Respond respond) {
            service.handle(std::move(request), std::move(respond));
        },
        api::refusal);
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
    const std::jthread reloading([&server, &http](const std::stop_token& ended) {
        reload_on_request(ended, **server, http);
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

int serve(const ServeOptions& asked, const Options& given) {
    const auto config = effective_config(asked, given);
    const auto http =
        config ? http_config(*config) : Result<api::HttpConfig>(Unexpected(config.error()));
    if (!http) {
        return report_error(http.error());
    }
    set_logging(config->log.level, config->log.format);
    auto settings = service_config(*config);
    if (!settings) {
        return report_error(settings.error());
    }
    const Options options = options_of(*config, given);
    if (auto sound = require_sound_topic(options); !sound) {
        return report_error(sound.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return report_error(log.error());
    }
    catch_reload_requests();
    const auto served = serve_log(*config, *http, std::move(*settings), **log);
    return served ? kOk : report_error(served.error());
}

}  // namespace

void add_serve(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "serve", "Take events and answer questions over HTTP, and fold what arrives");
    const auto asked = std::make_shared<ServeOptions>();
    command
        ->add_option("--config", asked->file, "TOML file (/etc/sijill/sijill.toml where it exists)")
        ->envname("SIJILL_CONFIG");
    command->add_option("--listen", asked->listen, "ADDRESS:PORT; port 0 takes a free one");
    command->add_option("--workers", asked->threads, "Threads that fold");
    add_common_options(*command, options);
    command->callback([&action, &options, asked, command] {
        const auto given = [command](const char* name) {
            return command->get_option(name)->count() > 0;
        };
        asked->data = given("--data");
        asked->kafka = given("--kafka");
        asked->topic = given("--topic");
        asked->time_zone = given("--time-zone");
        action = [&, asked] { return serve(*asked, options); };
    });
}

}  // namespace sijill::cli
