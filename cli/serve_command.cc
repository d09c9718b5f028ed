// cli/serve_command.cc - sijill serve: gateway, worker and query API in one process.

#include "api/http_server.h"
#include "api/problem.h"
#include "api/service.h"
#include "cli/commands.h"

#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <thread>

namespace sijill::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAgain{1'000};  // between two tries while the log does not answer
constexpr milliseconds kLook{50};      // how soon a signal is seen

struct ServeOptions {
    std::string listen = "127.0.0.1:8080";
    int threads = 2;
    int64_t cache_mib = 256;
    int readers = 2;
    int grace_s = 20;
    std::string certificate;
    std::string key;
};

Result<api::HttpConfig> http_config(const ServeOptions& asked) {
    const size_t colon = asked.listen.rfind(':');
    api::HttpConfig config;
    try {
        const int port =
            colon == std::string::npos ? -1 : std::stoi(asked.listen.substr(colon + 1));
        if (port < 0 || port > UINT16_MAX) {
            throw std::out_of_range("port");
        }
        config.port = static_cast<uint16_t>(port);
    } catch (const std::exception&) {
        return fail(Errc::Config, "--listen takes ADDRESS:PORT, got '" + asked.listen + "'");
    }
    config.address = asked.listen.substr(0, colon);
    config.certificate_file = asked.certificate;
    config.key_file = asked.key;
    return config;
}

bool is_loopback(const std::string& address) {
    return address == "localhost" || address == "::1" || address == "[::1]" ||
           address.starts_with("127.");
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

consumers::WorkerConfig worker_config(const ServeOptions& asked,
                                      const Options& options,
                                      api::Positions& positions) {
    consumers::WorkerConfig config;
    config.data_directory = options.data;
    config.fold.time_zone = options.time_zone;
    config.threads = asked.threads;
    config.state_cache_bytes = static_cast<size_t>(asked.cache_mib) << 20U;
    config.committed = [&positions](int32_t partition, int64_t next_offset) {
        positions.commit(partition, next_offset);
    };
    return config;
}

api::ServiceConfig service_config(const ServeOptions& asked, const Options& options) {
    api::ServiceConfig config;
    config.version = SIJILL_VERSION;
    config.time_zone = options.time_zone;
    config.topic = options.topic;
    config.readers = static_cast<size_t>(asked.readers);
    return config;
}

int serve(const ServeOptions& asked, const Options& options) {
    const auto http = http_config(asked);
    if (!http) {
        return report_error(http.error());
    }
    if (!is_loopback(http->address)) {
        return report_error(
            {Errc::Config,
             "without tokens only a loopback address may be listened on, not " + http->address});
    }
    if (auto sound = require_sound_topic(options); !sound) {
        return report_error(sound.error());
    }
    const auto log = open_log(options);
    if (!log) {
        return report_error(log.error());
    }
    api::Positions positions;
    consumers::Worker worker(**log, worker_config(asked, options, positions));
    if (auto opened = worker.open(); !opened) {
        return report_error(opened.error());
    }
    api::Service service(service_config(asked, options), **log, worker, positions);
    auto server = api::HttpServer::start(
        *http,
        [&service](api::Request request, api::Respond respond) {
            service.handle(std::move(request), std::move(respond));
        },
        api::refusal);
    if (!server) {
        return report_error(server.error());
    }
    std::fprintf(stderr,
                 "listening on http%s://%s:%d\n",
                 http->certificate_file.empty() ? "" : "s",
                 http->address.c_str(),
                 (*server)->port());
    const auto folded = keep_folding(worker, service, stop_requested());
    service.drain();
    (*server)->stop(std::chrono::seconds(asked.grace_s));
    return folded ? kOk : report_error(folded.error());
}

}  // namespace

void add_serve(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "serve", "Take events and answer questions over HTTP, and fold what arrives");
    const auto asked = std::make_shared<ServeOptions>();
    command->add_option("--listen", asked->listen, "ADDRESS:PORT; port 0 takes a free one")
        ->capture_default_str();
    command->add_option("--workers", asked->threads, "Threads that fold")->capture_default_str();
    command->add_option("--cache-mib", asked->cache_mib, "State cache of all shards, MiB")
        ->capture_default_str();
    command->add_option("--readers", asked->readers, "Threads that answer")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    command->add_option("--grace", asked->grace_s, "Seconds for open requests at the end")
        ->capture_default_str();
    command->add_option("--tls-cert", asked->certificate, "Certificate file (PEM)");
    command->add_option("--tls-key", asked->key, "Key file (PEM)");
    add_common_options(*command, options);
    command->callback(
        [&action, &options, asked] { action = [&, asked] { return serve(*asked, options); }; });
}

}  // namespace sijill::cli
