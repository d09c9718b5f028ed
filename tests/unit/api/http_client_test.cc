// tests/unit/api/http_client_test.cc - the client against the project's own server, and against
// sockets that behave badly.

#include "api/http_client.h"

#include "tests/support/http_serving.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/test_tls.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

namespace sijill::api {
namespace {

using std::chrono::milliseconds;

// Takes connections, and never says a word.
class SilentSocket {
  public:
    SilentSocket() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(bind(socket_, generic, size), 0);
        EXPECT_EQ(listen(socket_, 8), 0);
        EXPECT_EQ(getsockname(socket_, generic, &size), 0);
        port_ = ntohs(address.sin_port);
    }
    SilentSocket(const SilentSocket&) = delete;
    SilentSocket& operator=(const SilentSocket&) = delete;
    ~SilentSocket() { close(socket_); }
    [[nodiscard]] uint16_t port() const { return port_; }

  private:
    int socket_;
    uint16_t port_ = 0;
};

ClientConfig client_of(const std::string& scheme, uint16_t port) {
    ClientConfig config;
    config.url = parse_url(scheme + "://127.0.0.1:" + std::to_string(port)).value();
    return config;
}

void expect_unavailable(const ClientConfig& config, const std::string& what) {
    const auto answer = http_get(config, "/");
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, Errc::Unavailable);
    const std::string& message = answer.error().message;
    EXPECT_NE(message.find("127.0.0.1:" + config.url.port), std::string::npos) << message;
    EXPECT_NE(message.find(what), std::string::npos) << message;
}

TEST(Url, NamesSchemeHostPortAndPrefix) {
    EXPECT_EQ(parse_url("http://a").value(), (Url{false, "a", "80", ""}));
    EXPECT_EQ(parse_url("https://a.b:8443/base/").value(), (Url{true, "a.b", "8443", "/base"}));
    EXPECT_EQ(parse_url("http://[::1]:8080/").value(), (Url{false, "::1", "8080", ""}));
}

TEST(Url, WhatNamesNoServerIsRefused) {
    for (const std::string_view text : {"",
                                        "a",
                                        "http://",
                                        "https://:80",
                                        "ftp://a",
                                        "http://user:word@a",
                                        "http://a:0",
                                        "http://a:65536",
                                        "http://a:x",
                                        "http://a:",
                                        "http://[::1",
                                        "http://a b",
                                        "http://a?x=1",
                                        "http://a/b?x=1",
                                        "http://a\r\nX: y"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url.has_value()) << text;
        EXPECT_EQ(url.error().code, Errc::Invalid);
    }
}

TEST(Url, WhatIsEncodedDecodesToItself) {
    std::string text = "ب€😀";
    for (char c = 1; c < 127; ++c) {
        text += c;
    }
    EXPECT_EQ(percent_decode(percent_encode(text), true), text);
    EXPECT_EQ(percent_encode("a/ب"), "a%2F%D8%A8");
}

TEST(HttpClient, AsksWithHostAndTokenAndGivesTheAnswerAsItIs) {
    std::string host;
    std::string token;
    const auto server =
        tests::serve(tests::test_config(), [&](const Request& request, const Respond& respond) {
            host = *request.header("host");
            token = request.header("authorization") == nullptr ? "none"
                                                               : *request.header("authorization");
            respond(tests::text_response(418, request.target));
        });
    ClientConfig config = client_of("http", server->port());
    const auto answer = http_get(config, "/v1/cases?limit=5");
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->status, 418);
    EXPECT_EQ(answer->body, "/v1/cases?limit=5");
    EXPECT_EQ(host, "127.0.0.1:" + config.url.port);
    EXPECT_EQ(token, "none");
    config.token = "secret";
    config.url.prefix = "/base";
    EXPECT_EQ(http_get(config, "/x").value().body, "/base/x");
    EXPECT_EQ(token, "Bearer secret");
}

TEST(HttpClient, ACertificateIsTrustedOnlyWhenItsAuthorityAndNameFit) {
    const tests::ScratchDirectory scratch;
    const auto write = [&](const std::string& name) {
        tests::write_certificate(
            scratch.path() / (name + ".pem"), scratch.path() / "key.pem", name);
        HttpConfig config = tests::test_config();
        config.certificate_file = scratch.path() / (name + ".pem");
        config.key_file = scratch.path() / "key.pem";
        return tests::serve(config);
    };
    const auto server = write("localhost");
    ClientConfig config = client_of("https", server->port());
    expect_unavailable(config, "--ca-file");
    config.ca_file = scratch.path() / "localhost.pem";
    expect_unavailable(config, "not trusted");  // it is for localhost, not for 127.0.0.1
    config.url.host = "localhost";
    const auto answer = http_get(config, "/x");
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->body, "GET /x ");
    config.ca_file = scratch.path() / "none.pem";
    EXPECT_EQ(http_get(config, "/x").error().code, Errc::Config);
}

TEST(HttpClient, WhoIsNotThereOrDoesNotAnswerIsTold) {
    ClientConfig nobody = client_of("http", 1);
    expect_unavailable(nobody, "cannot connect: Connection refused");
    const SilentSocket silent;
    for (const std::string scheme : {"http", "https"}) {
        ClientConfig config = client_of(scheme, silent.port());
        config.connect_deadline = config.answer_deadline = milliseconds(200);
        expect_unavailable(config, "no answer in time");
    }
    const auto plain = tests::serve(tests::test_config());
    expect_unavailable(client_of("https", plain->port()), "no TLS there");
    ClientConfig unknown = client_of("http", 80);
    unknown.url.host = "no-such-host.invalid";
    EXPECT_NE(http_get(unknown, "/").error().message.find("is not known"), std::string::npos);
}

TEST(HttpClient, AnAnswerThatIsTooLargeIsNotTaken) {
    const auto server =
        tests::serve(tests::test_config(), [](const Request& /*request*/, const Respond& respond) {
            respond(tests::text_response(200, std::string(10'000, 'x')));
        });
    ClientConfig config = client_of("http", server->port());
    config.body_bytes = 10'000;
    EXPECT_TRUE(http_get(config, "/").has_value());
    config.body_bytes = 9'999;
    const auto refused = http_get(config, "/");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::TooLarge);
}

}  // namespace
}  // namespace sijill::api
