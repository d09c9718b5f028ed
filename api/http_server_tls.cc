// api/http_server_tls.cc - the two transports, and the certificate.

#include "api/http_server_core.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <exception>
#include <type_traits>

namespace sijill::api {

namespace {

using asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;

template <class Stream>
class TransportOver : public Transport {
  public:
    template <class... Arguments>
    explicit TransportOver(Arguments&&... arguments)
        : stream_(std::forward<Arguments>(arguments)...) {}

    void handshake(Done done) override {
        if constexpr (kTls) {
            stream_.async_handshake(asio::ssl::stream_base::server,
                                    [done = std::move(done)](error_code error) { done(error, 0); });
        } else {
            asio::post(stream_.get_executor(), [done = std::move(done)] { done({}, 0); });
        }
    }

    void read_some(asio::mutable_buffer buffer, Done done) override {
        stream_.async_read_some(buffer, std::move(done));
    }

    void write(std::array<asio::const_buffer, 2> buffers, Done done) override {
        asio::async_write(stream_, buffers, std::move(done));
    }

    void end_tls(Done done) override {
        if constexpr (kTls) {
            stream_.async_shutdown([done = std::move(done)](error_code error) { done(error, 0); });
        } else {
            asio::post(stream_.get_executor(), [done = std::move(done)] { done({}, 0); });
        }
    }

    tcp::socket& socket() override {
        if constexpr (kTls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }

    [[nodiscard]] bool is_tls() const override { return kTls; }

  private:
    static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

    Stream stream_;
};

/// Without this OpenSSL asks at the terminal for a locked key's password.
std::string no_password(size_t /*length*/, asio::ssl::context::password_purpose /*purpose*/) {
    return {};
}

Unexpected bad_file(const char* setting, const std::string& file, const error_code& error) {
    return fail(Errc::Config, std::string(setting) + " " + file + ": " + error.message());
}

}  // namespace

Result<TlsContext> load_tls(const HttpConfig& config) {
    if (config.certificate_file.empty() && config.key_file.empty()) {
        return TlsContext();
    }
    if (config.certificate_file.empty() || config.key_file.empty()) {
        return fail(Errc::Config, "certificate_file and key_file are set together or not at all");
    }
    TlsContext context;
    try {
        context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    } catch (const std::exception& thrown) {
        return fail(Errc::Config, "no TLS context: " + std::string(thrown.what()));
    }
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // a thousand idle ones hold no buffers
    error_code error;
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1) {
        return fail(Errc::Config, "this OpenSSL does not speak TLS 1.2");
    }
    context->set_password_callback(no_password, error);
    context->use_certificate_chain_file(config.certificate_file, error);
    if (error) {
        return bad_file("certificate_file", config.certificate_file, error);
    }
    // Fails as well when the key is not the certificate's.
    context->use_private_key_file(config.key_file, asio::ssl::context::pem, error);
    if (error) {
        return bad_file("key_file", config.key_file, error);
    }
    return context;
}

std::unique_ptr<Transport> make_transport(tcp::socket socket, const TlsContext& tls) {
    if (tls) {
        return std::make_unique<TransportOver<TlsStream>>(std::move(socket), *tls);
    }
    return std::make_unique<TransportOver<tcp::socket>>(std::move(socket));
}

}  // namespace sijill::api
