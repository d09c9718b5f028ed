#pragma once
// tests/support/http_serving.h - a server under test with an echoing handler and plain refusals.

#include "api/http_server.h"
#include "events/check.h"
#include "tests/support/raw_http.h"

#include <memory>
#include <string>
#include <utility>

namespace sijill::tests {

inline api::Response text_response(int status, std::string body) {
    api::Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "text/plain");
    response.body = std::move(body);
    return response;
}

inline api::Response plain_refusal(int status, std::string_view detail) {
    api::Response response = text_response(status, "refused: " + std::string(detail));
    if (status == 503) {
        response.headers.emplace_back("Retry-After", "1");
    }
    return response;
}

/// Answers with "METHOD path body", and 400 to a malformed target as every handler does.
inline void echo(const api::Request& request, const api::Respond& respond) {
    if (request.path.empty()) {
        respond(text_response(400, "malformed target"));
        return;
    }
    respond(text_response(200, request.method + " " + request.path + " " + request.body));
}

inline api::HttpConfig test_config() {
    api::HttpConfig config;
    config.port = 0;
    return config;
}

inline std::unique_ptr<api::HttpServer> serve(const api::HttpConfig& config,
                                              api::Handler handler = echo,
                                              api::RefuseHead refuse_head = nullptr) {
    auto server =
        api::HttpServer::start(config, std::move(handler), plain_refusal, std::move(refuse_head));
    CHECK(server.has_value(), server.has_value() ? "" : server.error().message.c_str());
    return std::move(*server);
}

inline std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n";
}

inline std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

}  // namespace sijill::tests
