// cli/health_command.cc - sijill health: asks a server whether it lives, or is ready.

#include "api/http_client.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/config_command.h"
#include "cli/config_parse.h"
#include "events/json.h"

#include <cstdio>
#include <memory>

namespace sijill::cli {

namespace {

constexpr std::chrono::milliseconds kDeadline{3'000};  // whoever asks for health asks again soon

struct AskedServer {
    std::string url;
    std::string ca_file;
    bool own = false;  // it has that very certificate, for whatever name
};

// Where `sijill serve` listens with the settings of this machine.
Result<AskedServer> own_server(const Options& options) {
    const auto loaded = load_config(config_file(options.config), process_environment());
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    const std::string& listen = loaded->config.http.listen;
    const auto endpoint = parse_endpoint(listen);
    if (!endpoint || endpoint->port == 0) {
        return fail(Errc::Config, "http.listen is '" + listen + "': say with --api whom to ask");
    }
    std::string host = endpoint->host;
    if (host == "0.0.0.0" || host == "::") {  // every address is no address to ask
        host = host == "::" ? "::1" : "127.0.0.1";
    }
    const bool version6 = host.find(':') != std::string::npos;
    const std::string& certificate = loaded->config.http.tls_cert_file;
    return AskedServer{(certificate.empty() ? "http://" : "https://") +
                           (version6 ? "[" + host + "]" : host) + ":" +
                           std::to_string(endpoint->port),
                       certificate,
                       true};
}

std::string told_by(const api::Response& response) {
    const auto body = nlohmann::json::parse(response.body, nullptr, false);
    const bool problem = body.is_object() && body.contains("detail") && body["detail"].is_string();
    return problem ? body["detail"].get<std::string>()
                   : "the answer is " + std::to_string(response.status);
}

int health(bool ready, const Options& options) {
    const auto asked = options.api.empty()
                           ? own_server(options)
                           : Result<AskedServer>(AskedServer{options.api, options.ca_file});
    const auto parsed =
        asked ? api::parse_url(asked->url) : Result<api::Url>(Unexpected(asked.error()));
    if (!parsed) {
        return report_error(parsed.error());
    }
    api::ClientConfig client;
    client.url = *parsed;
    client.ca_file = asked->ca_file;
    client.any_name = asked->own;
    client.connect_deadline = kDeadline;
    client.answer_deadline = kDeadline;
    const auto response = api::http_get(client, ready ? "/readyz" : "/livez");
    if (!response) {
        return report_error(response.error());
    }
    if (response->status != 200) {
        return report_error(
            {Errc::Unavailable, asked->url + " is not ready: " + told_by(*response)});
    }
    std::printf("%s is %s\n", asked->url.c_str(), ready ? "ready" : "alive");
    return kOk;
}

}  // namespace

void add_health(CLI::App& app, Options& options, Action& action) {
    CLI::App* command = app.add_subcommand(
        "health", "Ask a server whether it lives; exit 6 when it does not answer, or is not ready");
    const auto ready = std::make_shared<bool>(false);
    command->add_flag("--ready", *ready, "Ask whether its views have caught up, too");
    command->add_option("--api", options.api, "Its URL; without it, where http.listen says");
    command->add_option("--ca-file",
                        options.ca_file,
                        "With https://…: certificates to trust (PEM) instead of the system's");
    add_config_option(*command, options);
    command->callback(
        [&action, &options, ready] { action = [&, ready] { return health(*ready, options); }; });
}

}  // namespace sijill::cli
