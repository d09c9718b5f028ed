// Streams of server-sent events: delivery, their end, and clients that go or do not read.

#include "api/http_server.h"
#include "tests/support/http_serving.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sijill::tests {
namespace {

using api::EventStream;
using api::Request;
using api::Respond;
using api::Response;
using std::chrono::milliseconds;

using Stream = std::shared_ptr<EventStream>;

/// A server whose only answer is a stream, which the test is given.
class StreamServer {
  public:
    explicit StreamServer(const api::HttpConfig& config, std::string body = "")
        : server_(serve(
              config,
              [this, body = std::move(body)](const Request& request, const Respond& respond) {
                  if (request.path == "/plain") {
                      echo(request, respond);
                      return;
                  }
                  Response response = text_response(200, body);
                  response.stream = [this](Stream stream) { opened_.set_value(std::move(stream)); };
                  respond(std::move(response));
              })) {}

    [[nodiscard]] Stream opened() { return opened_.get_future().get(); }
    [[nodiscard]] api::HttpServer& server() { return *server_; }

  private:
    std::promise<Stream> opened_;
    std::unique_ptr<api::HttpServer> server_;
};

TEST(HttpStream, BytesArriveInOrderAndTheEndIsSaid) {
    StreamServer served(test_config(), "retry: 1000\n\n");
    RawClient client(served.server().port());
    client.send(get("/"));
    const Stream stream = served.opened();
    EXPECT_TRUE(client.read_until("retry: 1000\n\n").find("Transfer-Encoding: chunked\r\n") !=
                std::string::npos);
    EXPECT_EQ(served.server().counts().streams, 1U);
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(stream->send("data: " + std::to_string(i) + "\n\n"));
        EXPECT_TRUE(client.read_until("\n\n").ends_with("data: " + std::to_string(i) + "\n\n"));
    }
    EXPECT_TRUE(stream->send(""));
    stream->send("data: last\n\n");
    stream->close();
    stream->close();
    EXPECT_FALSE(stream->send("data: too late\n\n"));
    EXPECT_TRUE(client.read_until("\r\n0\r\n\r\n").ends_with("data: last\n\n\r\n0\r\n\r\n"));
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(served.server().counts().streams, 0U);
    client.close();
    EXPECT_TRUE(eventually([&] { return served.server().counts().open == 0; }));
}

TEST(HttpStream, AWholeStreamDecodesAsAChunkedBody) {
    StreamServer served(test_config(), "first\n");
    RawClient client(served.server().port());
    client.send(get("/"));
    Stream stream = served.opened();
    std::string expected = "first\n";
    for (int i = 0; i < 1'000; ++i) {
        expected += std::to_string(i) + "\n";
        EXPECT_TRUE(stream->send(std::to_string(i) + "\n"));
    }
    stream.reset();  // letting go is the end, too
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, expected);
}

TEST(HttpStream, AnHttp10ClientReadsUntilTheClose) {
    StreamServer served(test_config(), "first\n");
    RawClient client(served.server().port());
    client.send("GET / HTTP/1.0\r\n\r\n");
    const Stream stream = served.opened();
    stream->send("second\n");
    stream->close();
    const std::string all = client.read_until("nothing ends it but the close");
    EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
    EXPECT_TRUE(all.ends_with("\r\n\r\nfirst\nsecond\n"));
}

TEST(HttpStream, HeadOpensNone) {
    StreamServer served(test_config());
    RawClient client(served.server().port());
    client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(client.answer(true).status, 200);
    EXPECT_EQ(client.ask(get("/plain")).body, "GET /plain ");
    EXPECT_EQ(served.server().counts().streams, 0U);
}

TEST(HttpStream, AClientsGoingIsNoticedWhileNothingIsSent) {
    StreamServer served(test_config());
    RawClient client(served.server().port());
    client.send(get("/"));
    const Stream stream = served.opened();
    client.read_until("\r\n\r\n");
    client.close();
    EXPECT_TRUE(eventually([&] { return served.server().counts().streams == 0; }));
    EXPECT_TRUE(eventually([&] { return served.server().counts().open == 0; }));
    EXPECT_FALSE(stream->send("data: nobody\n\n"));
    stream->close();
}

TEST(HttpStream, ASlowReaderIsDropped) {
    auto config = test_config();
    config.stream_bytes = size_t{128} << 10U;
    StreamServer served(config);
    RawClient client(served.server().port(), {"127.0.0.1", 4096});
    client.send(get("/"));
    const Stream stream = served.opened();
    const std::string piece(size_t{16} << 10U, 'd');
    size_t sent = 0;
    while (stream->send(piece) && sent < size_t{64} << 20U) {
        sent += piece.size();
        rest();  // so that it is the client who is slow, not the server's thread
    }
    EXPECT_LT(sent, size_t{2} << 20U) << "what is unread does not heap up in the kernel either";
    EXPECT_FALSE(stream->send("more"));
    EXPECT_TRUE(eventually([&] { return served.server().counts().open == 0; }));
    EXPECT_TRUE(client.closes());
}

TEST(HttpStream, OneEventOverTheLimitDropsTheClient) {
    auto config = test_config();
    config.stream_bytes = 1'000;
    StreamServer served(config);
    RawClient client(served.server().port());
    client.send(get("/"));
    const Stream stream = served.opened();
    EXPECT_FALSE(stream->send(std::string(1'001, 'd')));
    EXPECT_TRUE(client.closes());
}

TEST(HttpStream, AWriteThatDoesNotEndIsGivenUp) {
    auto config = test_config();
    config.body_deadline = milliseconds(200);
    config.stream_bytes = size_t{64} << 20U;
    StreamServer served(config);
    RawClient client(served.server().port(), {"127.0.0.1", 4096});
    client.send(get("/"));
    const Stream stream = served.opened();
    EXPECT_TRUE(stream->send(std::string(size_t{32} << 20U, 'd')));
    EXPECT_TRUE(eventually([&] { return served.server().counts().open == 0; }));
    EXPECT_FALSE(stream->send("more"));
}

TEST(HttpStream, NoIdleDeadlineEndsIt) {
    auto config = test_config();
    config.idle_deadline = milliseconds(200);
    config.header_deadline = milliseconds(200);
    config.body_deadline = milliseconds(200);
    StreamServer served(config);
    RawClient client(served.server().port());
    client.send(get("/"));
    const Stream stream = served.opened();
    EXPECT_FALSE(client.closes(milliseconds(500)));
    EXPECT_TRUE(stream->send("data: still\n\n"));
    EXPECT_TRUE(client.read_until("\n\n").ends_with("data: still\n\n"));
}

TEST(HttpStream, SeveralThreadsMaySend) {
    auto config = test_config();
    config.stream_bytes = size_t{1} << 20U;
    StreamServer served(config);
    RawClient client(served.server().port());
    client.send(get("/"));
    Stream stream = served.opened();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&stream, t] {
            for (int i = 0; i < 100; ++i) {
                stream->send(std::string(1, static_cast<char>('a' + t)));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    stream->close();
    EXPECT_EQ(client.answer().body.size(), 400U);
}

TEST(HttpStream, AFunctionThatThrowsEndsTheStream) {
    const auto server = serve(test_config(), [](const Request&, const Respond& respond) {
        Response response;
        response.stream = [](const Stream&) { throw std::runtime_error("a handler's bug"); };
        respond(response);
    });
    RawClient client(server->port());
    client.send(get("/"));
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(server->counts().streams, 0U);
}

TEST(HttpStream, StopEndsStreamsAfterWhatIsQueued) {
    StreamServer served(test_config());
    RawClient client(served.server().port());
    client.send(get("/"));
    const Stream stream = served.opened();
    stream->send("data: before\n\n");
    std::thread stopping([&served] { served.server().stop(kPatience); });
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.body, "data: before\n\n");
    client.close();
    stopping.join();
    EXPECT_FALSE(stream->send("data: after\n\n"));
    EXPECT_EQ(served.server().counts().streams, 0U);
}

TEST(HttpStream, AHandleMayOutliveTheServer) {
    Stream stream;
    {
        StreamServer served(test_config());
        RawClient client(served.server().port());
        client.send(get("/"));
        stream = served.opened();
    }
    EXPECT_FALSE(stream->send("data: nobody\n\n"));
    stream->close();
}

}  // namespace
}  // namespace sijill::tests
