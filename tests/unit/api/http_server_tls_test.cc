// The same server behind TLS, and its certificate.

#include "api/http_server.h"
#include "tests/support/http_serving.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/test_tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fstream>
#include <future>
#include <memory>
#include <string>

namespace sijill::tests {
namespace {

using api::HttpServer;
using api::Request;
using api::Respond;
using api::Response;
using std::chrono::milliseconds;

class HttpServerTls : public testing::Test {
  protected:
    HttpServerTls() {
        config_ = test_config();
        config_.certificate_file = scratch_.path() / "certificate.pem";
        config_.key_file = scratch_.path() / "key.pem";
        write_certificate(config_.certificate_file, config_.key_file, "first");
    }

    std::string start_error() const {
        const auto server = HttpServer::start(config_, echo, plain_refusal);
        EXPECT_FALSE(server.has_value());
        EXPECT_EQ(server.error().code, Errc::Config);
        return server.error().message;
    }

    ScratchDirectory scratch_;
    api::HttpConfig config_;
};

TEST_F(HttpServerTls, ServesTls12And13WithKeepAlive) {
    const auto server = serve(config_);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        RawClient socket(server->port());
        TlsClient client(socket, version);
        ASSERT_TRUE(client.connected());
        EXPECT_EQ(client.server_name(), "first");
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(client.send(post("/a", "body")));
            EXPECT_TRUE(client.read_until("POST /a body").ends_with("POST /a body"));
        }
    }
    EXPECT_TRUE(eventually([&] { return server->counts().open == 0; }));
}

TEST_F(HttpServerTls, RefusesOlderVersionsAndPlainText) {
    const auto server = serve(config_);
    RawClient socket(server->port());
    const TlsClient old(socket, TLS1_1_VERSION);
    EXPECT_FALSE(old.connected());
    RawClient plain(server->port());
    plain.send(get("/"));
    EXPECT_TRUE(plain.closes());
    EXPECT_TRUE(eventually([&] { return server->counts().open == 0; }));
}

TEST_F(HttpServerTls, AHandshakeThatIsNotEndedIsClosed) {
    config_.header_deadline = milliseconds(200);
    const auto server = serve(config_);
    RawClient silent(server->port());
    EXPECT_TRUE(silent.closes());
}

TEST_F(HttpServerTls, LargeBodiesGoBothWays) {
    const std::string large(size_t{3} << 20U, 'q');
    const auto server = serve(config_);
    RawClient socket(server->port());
    TlsClient client(socket, 0);
    ASSERT_TRUE(client.connected());
    ASSERT_TRUE(client.send(post("/a", large + "!")));
    EXPECT_TRUE(client.read_until("!").ends_with("POST /a " + large + "!"));
}

TEST_F(HttpServerTls, ARefusalIsReadThroughTls) {
    config_.connections = 1;
    const auto server = serve(config_);
    RawClient first_socket(server->port());
    TlsClient first(first_socket, 0);
    ASSERT_TRUE(first.connected());
    RawClient second_socket(server->port());
    TlsClient second(second_socket, 0);
    EXPECT_NE(second.read_until("refused: too many connections").find(" 503 "), std::string::npos);
    ASSERT_TRUE(first.send("GET / HTTP/1.1\r\n\r\n"));
    EXPECT_TRUE(first.read_until("refused: ").starts_with("HTTP/1.1 400 "));
    EXPECT_EQ(first.read_until("nothing more").find("HTTP/1.1"), std::string::npos);
}

TEST_F(HttpServerTls, ASlowHeadIsRefusedThroughTls) {
    config_.header_deadline = milliseconds(500);
    const auto server = serve(config_);
    RawClient socket(server->port());
    TlsClient client(socket, 0);
    ASSERT_TRUE(client.connected());
    ASSERT_TRUE(client.send("GET / HT"));
    const std::string answer = client.read_until("nothing ends it but the close");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
    EXPECT_TRUE(answer.ends_with("refused: the head of the request took too long")) << answer;
}

TEST_F(HttpServerTls, AStreamClientsGoingIsNoticed) {
    std::promise<std::shared_ptr<api::EventStream>> opened;
    const auto server = serve(config_, [&opened](const Request&, const Respond& respond) {
        Response response;
        response.stream = [&opened](const std::shared_ptr<api::EventStream>& stream) {
            opened.set_value(stream);
        };
        respond(response);
    });
    RawClient socket(server->port());
    TlsClient client(socket, 0);
    ASSERT_TRUE(client.connected());
    ASSERT_TRUE(client.send(get("/")));
    const auto stream = opened.get_future().get();
    socket.close();
    EXPECT_TRUE(eventually([&] { return server->counts().open == 0; }));
    EXPECT_FALSE(stream->send("data: nobody\n\n"));
}

TEST_F(HttpServerTls, StreamsAreSentAndEnded) {
    const auto server = serve(config_, [](const Request&, const Respond& respond) {
        Response response;
        response.stream = [](const std::shared_ptr<api::EventStream>& stream) {
            stream->send("data: 1\n\n");
            stream->send("data: 2\n\n");
        };
        respond(response);
    });
    RawClient socket(server->port());
    TlsClient client(socket, 0);
    ASSERT_TRUE(client.connected());
    ASSERT_TRUE(client.send(get("/")));
    const std::string answer = client.read_until("0\r\n\r\n");
    EXPECT_NE(answer.find("data: 1\n\n"), std::string::npos);
    EXPECT_NE(answer.find("data: 2\n\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("0\r\n\r\n"));
}

TEST_F(HttpServerTls, AReloadedCertificateIsForNewConnections) {
    const auto server = serve(config_);
    RawClient old_socket(server->port());
    TlsClient old(old_socket, 0);
    ASSERT_TRUE(old.connected());
    write_certificate(config_.certificate_file, config_.key_file, "second");
    ASSERT_TRUE(server->reload_certificate().has_value());
    RawClient new_socket(server->port());
    TlsClient fresh(new_socket, 0);
    EXPECT_EQ(fresh.server_name(), "second");
    ASSERT_TRUE(old.send(get("/old")));
    EXPECT_TRUE(old.read_until("GET /old ").ends_with("GET /old "));
}

TEST_F(HttpServerTls, AFailedReloadKeepsWhatThereWas) {
    const auto server = serve(config_);
    std::ofstream(config_.key_file) << "no key";
    const auto reloaded = server->reload_certificate();
    ASSERT_FALSE(reloaded.has_value());
    EXPECT_EQ(reloaded.error().code, Errc::Config);
    EXPECT_NE(reloaded.error().message.find(config_.key_file), std::string::npos);
    RawClient socket(server->port());
    TlsClient client(socket, 0);
    EXPECT_EQ(client.server_name(), "first");
}

TEST_F(HttpServerTls, ABadCertificateOrKeyIsNamed) {
    const std::string certificate = config_.certificate_file;
    config_.certificate_file = scratch_.path() / "absent.pem";
    EXPECT_TRUE(start_error().starts_with("certificate_file " + config_.certificate_file + ": "));
    config_.certificate_file = certificate;
    const std::string other = scratch_.path() / "other.pem";
    const std::string other_key = scratch_.path() / "other-key.pem";
    write_certificate(other, other_key, "other");
    config_.key_file = other_key;
    EXPECT_TRUE(start_error().starts_with("key_file " + other_key + ": "));
    config_.key_file.clear();
    EXPECT_EQ(start_error(), "certificate_file and key_file are set together or not at all");
}

}  // namespace
}  // namespace sijill::tests
