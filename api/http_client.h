#pragma once
// api/http_client.h - asks a server over HTTP/1.1, one request a connection.

#include "api/http.h"
#include "events/result.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace sijill::api {

struct Url {
    bool tls = false;
    std::string host;  // a name or an address, IPv6 without its brackets
    std::string port;
    std::string prefix;  // of every target: "" or "/base"
    bool operator==(const Url&) const = default;
};

/// Reads `http://host`, `https://host:8443/base`. Errors: Invalid (also for what would put a
/// password into it).
[[nodiscard]] Result<Url> parse_url(std::string_view text);

struct ClientConfig {
    Url url;
    std::string token;    // sent as a bearer token; "": none
    std::string ca_file;  // PEM of the authorities to trust; "": the system's
    /// ca_file has the very certificate, or one that it is signed by; the name in it may be any.
    bool any_name = false;
    std::chrono::milliseconds connect_deadline{10'000};  // with the TLS handshake
    std::chrono::milliseconds answer_deadline{120'000};
    size_t body_bytes = size_t{256} << 20U;
};

/// The answer to GET, whatever its status. Certificates are verified, redirects not followed.
/// Errors: Unavailable (no connection, no trust, no answer in time), TooLarge, Config (ca_file).
/// Messages name the server and the remedy.
[[nodiscard]] Result<Response> http_get(const ClientConfig& config, const std::string& target);

/// What a POST brings. `prefer`: the header of that name; "": none.
struct Posted {
    std::string content_type;
    std::string body;
    std::string prefer = "";
};

/// The answer to POST, as http_get(). After Unavailable it is not known whether the server took it.
[[nodiscard]] Result<Response> http_post(const ClientConfig& config,
                                         const std::string& target,
                                         const Posted& posted);

}  // namespace sijill::api
