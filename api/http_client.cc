#include "api/http_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

namespace sijill::api {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr uint32_t kHeaderBytes = 64 * 1024;

// "host:8443" or "[::1]:8443" into the URL's host and port.
bool read_authority(std::string_view text, Url& url) {
    const bool bracketed = text.starts_with('[');
    const size_t end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos || text.find_first_of("@?# ") != std::string_view::npos) {
        return false;
    }
    url.host = text.substr(bracketed ? 1 : 0, end - (bracketed ? 1 : 0));
    const std::string_view rest = text.substr(end + (bracketed ? 1 : 0));
    url.port = rest.empty() ? (url.tls ? "443" : "80") : rest.substr(1);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !url.host.empty() && (rest.empty() || rest.starts_with(':')) &&
           std::ranges::all_of(url.port, digit) && !url.port.empty() && url.port.size() <= 5 &&
           std::stoi(url.port) > 0 && std::stoi(url.port) <= UINT16_MAX;
}

std::string server_of(const Url& url) {
    const bool address6 = url.host.find(':') != std::string::npos;
    return std::string(url.tls ? "https://" : "http://") + (address6 ? "[" : "") + url.host +
           (address6 ? "]" : "") + ":" + url.port;
}

// What the Host header says: no port when it is the scheme's own (RFC 9110 §7.2).
std::string authority_of(const Url& url) {
    std::string text = server_of(url);
    text.erase(0, text.find("//") + 2);
    const std::string_view own = url.tls ? ":443" : ":80";
    return text.ends_with(own) ? text.substr(0, text.size() - own.size()) : text;
}

// One request and its answer. Every step has a deadline, which only asynchronous steps can have:
// each is started and then waited for.
class Exchange {
  public:
    /// `posted`: nullptr for GET.
    Exchange(const ClientConfig& config, const std::string& target, const Posted* posted);

    [[nodiscard]] Result<Response> run();

  private:
    using Plain = beast::tcp_stream;
    using Tls = beast::ssl_stream<beast::tcp_stream>;

    [[nodiscard]] Result<void> connect(Plain& stream);
    [[nodiscard]] Result<void> shake_hands(Tls& stream);
    template <class Stream>
    [[nodiscard]] Result<Response> ask(Stream& stream);
    [[nodiscard]] Unexpected failed(std::string_view what,
                                    const error_code& error,
                                    std::string_view remedy) const;

    // Starts a step with a handler and gives what it was called with.
    template <class Start>
    [[nodiscard]] error_code finish(const Start& start) {
        error_code result;
        start([&result](const error_code& error, auto&&... /*more*/) { result = error; });
        io_.restart();
        io_.run();
        return result;
    }

    const ClientConfig& config_;
    asio::io_context io_;
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    beast::http::request<beast::http::string_body> request_;
};

Exchange::Exchange(const ClientConfig& config, const std::string& target, const Posted* posted)
    : config_(config) {
    request_.version(11);
    request_.method(posted == nullptr ? beast::http::verb::get : beast::http::verb::post);
    request_.target(config.url.prefix + target);
    request_.set(beast::http::field::host, authority_of(config.url));
    request_.set(beast::http::field::user_agent, "sijill");
    request_.set(beast::http::field::connection, "close");
    if (!config.token.empty()) {
        request_.set(beast::http::field::authorization, "Bearer " + config.token);
    }
    if (posted != nullptr) {
        request_.set(beast::http::field::content_type, posted->content_type);
        if (!posted->prefer.empty()) {
            request_.set("Prefer", posted->prefer);
        }
        request_.body() = posted->body;
        request_.prepare_payload();
    }
}

Unexpected Exchange::failed(std::string_view what,
                            const error_code& error,
                            std::string_view remedy) const {
    const std::string reason =
        error == beast::error::timeout ? std::string("no answer in time") : error.message();
    return fail(Errc::Unavailable,
                server_of(config_.url) + ": " + std::string(what) + ": " + reason + "; " +
                    std::string(remedy));
}

Result<void> Exchange::connect(Plain& stream) {
    error_code error;
    asio::ip::tcp::resolver resolver(io_);
    const auto places = resolver.resolve(config_.url.host, config_.url.port, error);
    if (error) {
        return failed("the host is not known", error, "check the URL");
    }
    stream.expires_after(config_.connect_deadline);
    error = finish([&](auto done) { stream.async_connect(places, std::move(done)); });
    return error ? Result<void>(failed("cannot connect", error, "check that the server runs there"))
                 : Result<void>();
}

Result<void> Exchange::shake_hands(Tls& stream) {
    error_code no_address;
    asio::ip::make_address(config_.url.host, no_address);
    std::string name = config_.url.host;  // RFC 6066 §3: not an address
    if (no_address && SSL_ctrl(stream.native_handle(),
                               SSL_CTRL_SET_TLSEXT_HOSTNAME,
                               TLSEXT_NAMETYPE_host_name,
                               name.data()) != 1) {
        return fail(Errc::Unavailable, server_of(config_.url) + ": the host's name is too long");
    }
    if (!config_.any_name) {
        stream.set_verify_callback(asio::ssl::host_name_verification(config_.url.host));
    }
    beast::get_lowest_layer(stream).expires_after(config_.connect_deadline);
    const error_code error = finish([&](auto done) {
        stream.async_handshake(asio::ssl::stream_base::client, std::move(done));
    });
    if (!error) {
        return {};
    }
    const long verified = SSL_get_verify_result(stream.native_handle());
    if (verified == X509_V_OK) {
        return failed("no TLS there", error, "check the URL: is it http://?");
    }
    return fail(Errc::Unavailable,
                server_of(config_.url) +
                    ": its certificate is not trusted: " + X509_verify_cert_error_string(verified) +
                    "; name its authority's certificate with --ca-file");
}

template <class Stream>
Result<Response> Exchange::ask(Stream& stream) {
    beast::get_lowest_layer(stream).expires_after(config_.answer_deadline);
    error_code error =
        finish([&](auto done) { beast::http::async_write(stream, request_, std::move(done)); });
    if (error) {
        return failed("the connection broke", error, "try again");
    }
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.header_limit(kHeaderBytes);
    parser.body_limit(config_.body_bytes);
    error = finish(
        [&](auto done) { beast::http::async_read(stream, buffer, parser, std::move(done)); });
    if (error == beast::http::error::body_limit) {
        return fail(Errc::TooLarge,
                    server_of(config_.url) + ": the answer has more than " +
                        std::to_string(config_.body_bytes) + " bytes; ask for less at once");
    }
    if (error) {
        return failed("no answer", error, "check that it is sijill's port, or try again");
    }
    Response response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        response.headers.emplace_back(field.name_string(), field.value());
    }
    response.body = std::move(parser.get().body());
    return response;
}

Result<Response> Exchange::run() {
    if (!config_.url.tls) {
        Plain stream(io_);
        if (auto connected = connect(stream); !connected) {
            return Unexpected(connected.error());
        }
        return ask(stream);
    }
    error_code error;
    if (config_.ca_file.empty()) {
        tls_.set_default_verify_paths(error);
    } else {
        tls_.load_verify_file(config_.ca_file, error);
    }
    if (error) {
        return fail(Errc::Config,
                    "cannot read certificates from '" + config_.ca_file + "': " + error.message());
    }
    tls_.set_verify_mode(asio::ssl::verify_peer);
    if (config_.any_name) {  // a certificate need not be an authority's
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(tls_.native_handle()),
                                    X509_V_FLAG_PARTIAL_CHAIN);
    }
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    Tls stream(io_, tls_);
    if (auto connected = connect(beast::get_lowest_layer(stream)); !connected) {
        return Unexpected(connected.error());
    }
    if (auto shaken = shake_hands(stream); !shaken) {
        return Unexpected(shaken.error());
    }
    return ask(stream);
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
    Url url;
    url.tls = text.starts_with("https://");
    const size_t scheme = url.tls ? 8 : 7;
    const size_t end = std::min(text.find('/', std::min(scheme, text.size())), text.size());
    const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
    const bool known = printable && (url.tls || text.starts_with("http://"));
    if (!known || !read_authority(text.substr(scheme, end - scheme), url)) {
        return fail(Errc::Invalid,
                    "'" + std::string(text) + "' is no http://HOST[:PORT] or https://HOST[:PORT]");
    }
    url.prefix = text.substr(end);
    while (url.prefix.ends_with('/')) {
        url.prefix.pop_back();
    }
    if (url.prefix.find_first_of("?# ") != std::string::npos) {
        return fail(Errc::Invalid, "'" + std::string(text) + "' must end behind its path");
    }
    return url;
}

namespace {

Result<Response> exchanged(const ClientConfig& config,
                           const std::string& target,
                           const Posted* posted) {
    try {
        return Exchange(config, target, posted).run();
    } catch (const boost::system::system_error& error) {  // a context that cannot be made
        return fail(Errc::Unavailable, server_of(config.url) + ": " + error.what());
    }
}

}  // namespace

Result<Response> http_get(const ClientConfig& config, const std::string& target) {
    return exchanged(config, target, nullptr);
}

Result<Response> http_post(const ClientConfig& config,
                           const std::string& target,
                           const Posted& posted) {
    return exchanged(config, target, &posted);
}

}  // namespace sijill::api
