#include "cli/serve_config.h"

#include "cli/config_command.h"
#include "cli/config_parse.h"

namespace sijill::cli {

std::shared_ptr<ServeOptions> add_serve_options(CLI::App& command, Options& options) {
    auto asked = std::make_shared<ServeOptions>();
    command.add_option("--listen", asked->listen, "ADDRESS:PORT; port 0 takes a free one");
    command.add_option("--workers", asked->threads, "Threads that fold");
    add_site_options(command, options);
    return asked;
}

Result<Config> effective_config(const ServeOptions& asked, const Options& options) {
    auto loaded = load_config(config_file(options.config), process_environment());
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    Config config = with_flags(std::move(loaded->config), options);
    config.http.listen = asked.listen.value_or(config.http.listen);
    config.worker.threads = asked.threads.value_or(config.worker.threads);
    std::string wrong;
    for (const Contradiction& each : contradictions(config)) {
        wrong += (wrong.empty() ? "" : "\n") + std::string(each.key) + ": " + each.message;
    }
    return wrong.empty() ? Result<Config>(std::move(config)) : fail(Errc::Config, wrong);
}

Result<api::HttpConfig> http_config(const Config& config) {
    const auto endpoint = parse_endpoint(config.http.listen);
    if (!endpoint) {
        return fail(Errc::Config,
                    "http.listen must be ADDRESS:PORT, not '" + config.http.listen + "'");
    }
    api::HttpConfig http;
    http.address = endpoint->host == "localhost" ? "127.0.0.1" : endpoint->host;
    http.port = endpoint->port;
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

}  // namespace sijill::cli
