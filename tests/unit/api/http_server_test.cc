// What the server does with requests that keep the rules, and its start and stop.

#include "api/http_server.h"

#include "tests/support/http_serving.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

namespace sijill::tests {
namespace {

using api::HttpServer;
using api::Request;
using api::Respond;
using std::chrono::milliseconds;

TEST(HttpServer, ARequestReachesTheHandlerWhole) {
    std::promise<Request> seen;
    const auto server =
        serve(test_config(), [&seen](const Request& request, const Respond& respond) {
            seen.set_value(request);
            respond(text_response(201, "made"));
        });
    RawClient client(server->port());
    const RawAnswer answer = client.ask(
        "PATCH /a%20b/c?x=1+2 HTTP/1.1\r\nHOST: test\r\nX-Tag: one\r\nx-tag:\t two \r\n"
        "Content-Length: 5\r\n\r\nhello");
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "made");
    const Request request = seen.get_future().get();
    EXPECT_EQ(request.method, "PATCH");
    EXPECT_EQ(request.target, "/a%20b/c?x=1+2");
    EXPECT_EQ(request.path, "/a b/c");
    ASSERT_EQ(request.query.size(), 1U);
    EXPECT_EQ(request.query[0].second, "1 2");
    ASSERT_NE(request.header("x-tag"), nullptr);
    EXPECT_EQ(*request.header("x-tag"), "one, two");
    EXPECT_EQ(request.body, "hello");
    EXPECT_EQ(request.peer, "127.0.0.1");
}

TEST(HttpServer, AnAnswerHasItsHeaders) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    const RawAnswer answer = client.ask(get("/a"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.head.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(answer.header("server"), "sijill");
    EXPECT_EQ(answer.header("content-length"), "7");
    EXPECT_EQ(answer.header("content-type"), "text/plain");
    EXPECT_EQ(answer.headers.count("connection"), 0U);
    EXPECT_EQ(answer.header("date").size(), std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
}

TEST(HttpServer, AConnectionServesManyRequests) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    for (int i = 0; i < 100; ++i) {
        const std::string body(static_cast<size_t>(i) * 100, 'b');
        EXPECT_EQ(client.ask(post("/n" + std::to_string(i), body)).body,
                  "POST /n" + std::to_string(i) + " " + body);
    }
    EXPECT_EQ(server->counts().accepted, 1U);
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInTurn) {
    std::mutex mutex;
    std::vector<Respond> waiting;
    const auto server = serve(test_config(), [&](const Request& request, const Respond& respond) {
        if (request.path == "/later") {
            const std::lock_guard lock(mutex);
            waiting.push_back(respond);
            return;
        }
        echo(request, respond);
    });
    RawClient client(server->port());
    ASSERT_TRUE(client.send(get("/later") + post("/b", "body") + "\r\n" + get("/c") + get("/")));
    EXPECT_TRUE(eventually([&] {
        const std::lock_guard lock(mutex);
        return waiting.size() == 1;
    }));
    waiting[0](text_response(200, "first"));
    EXPECT_EQ(client.answer().body, "first");
    EXPECT_EQ(client.answer().body, "POST /b body");
    EXPECT_EQ(client.answer().body, "GET /c ");
    EXPECT_EQ(client.answer().body, "GET / ");
}

TEST(HttpServer, ARequestMayComeByteByByte) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    for (const char c : post("/slow", "abc") + get("/next")) {
        ASSERT_TRUE(client.send({&c, 1}));
    }
    EXPECT_EQ(client.answer().body, "POST /slow abc");
    EXPECT_EQ(client.answer().body, "GET /next ");
}

TEST(HttpServer, AChunkedBodyIsReadWithExtensionsAndTrailers) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    const RawAnswer answer = client.ask(
        "POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "3\r\nabc\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\nX-Trailer: z\r\n\r\n");
    EXPECT_EQ(answer.body, "POST /a abc0123456789");
    EXPECT_EQ(client.ask(get("/next")).body, "GET /next ");
}

TEST(HttpServer, ATrailerIsNoHeader) {
    const auto server = serve(test_config(), [](const Request& request, const Respond& respond) {
        const std::string* const who = request.header("authorization");
        respond(text_response(200, who == nullptr ? "nobody" : *who));
    });
    RawClient client(server->port());
    const RawAnswer answer = client.ask(
        "POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\na\r\n0\r\nAuthorization: Bearer forged\r\n\r\n");
    EXPECT_EQ(answer.body, "nobody");
}

TEST(HttpServer, HeadHasTheHeadersOfGetAndNoBody) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    ASSERT_TRUE(client.send("HEAD /abc HTTP/1.1\r\nHost: t\r\n\r\n"));
    const RawAnswer answer = client.answer(true);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-length"), "10");
    EXPECT_EQ(client.ask(get("/next")).body, "GET /next ");
}

TEST(HttpServer, StatusesWithoutBodyHaveNone) {
    const auto server = serve(test_config(), [](const Request& request, const Respond& respond) {
        if (request.path == "/next") {
            return echo(request, respond);
        }
        respond(text_response(request.path == "/304" ? 304 : 204, "not to be sent"));
    });
    RawClient client(server->port());
    for (const int status : {304, 204}) {
        const RawAnswer answer = client.ask(get("/" + std::to_string(status)));
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.headers.count("content-length"), 0U);
        EXPECT_EQ(client.ask(get("/next")).body, "GET /next ");
    }
}

TEST(HttpServer, ConnectionCloseIsObeyed) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    const RawAnswer answer =
        client.ask("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n" + get("/never"));
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_EQ(answer.body, "GET / ");
    EXPECT_EQ(client.answer().status, 0);
    EXPECT_TRUE(client.closes());
}

TEST(HttpServer, Http10ClosesUnlessAskedToStay) {
    const auto server = serve(test_config());
    RawClient leaving(server->port());
    EXPECT_EQ(leaving.ask("GET /a HTTP/1.0\r\n\r\n").header("connection"), "close");
    EXPECT_TRUE(leaving.closes());
    RawClient staying(server->port());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(
            staying.ask("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").header("connection"),
            "keep-alive");
    }
}

TEST(HttpServer, AMalformedTargetIsTheHandlersToAnswer) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    for (const char* target : {"/..", "/%2e%2e/x", "*", "http:///a", "/%zz", "/a%00"}) {
        const RawAnswer answer = client.ask(get(target));
        EXPECT_EQ(answer.status, 400) << target;
        EXPECT_EQ(answer.body, "malformed target");
    }
}

TEST(HttpServer, TheBodyIsInvitedOnlyAfterItsLengthIsKnownToFit) {
    auto config = test_config();
    config.body_bytes = 100;
    const auto server = serve(config);
    RawClient client(server->port());
    const auto ask = [&client](int length, const std::string& expectation) {
        return client.ask("POST /e HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                          std::to_string(length) + "\r\nExpect: " + expectation + "\r\n\r\n");
    };
    EXPECT_EQ(ask(3, "100-Continue").status, 100);
    EXPECT_EQ(client.ask("abc").body, "POST /e abc");
    EXPECT_EQ(ask(0, "100-continue").status, 200) << "there is nothing to invite";
    EXPECT_EQ(ask(101, "100-continue").status, 413);
    EXPECT_TRUE(client.closes());
    RawClient other(server->port());
    EXPECT_EQ(other
                  .ask("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n"
                       "Expect: a-miracle\r\n\r\n")
                  .status,
              417);
}

TEST(HttpServer, AnswersComeFromAnyThreadAndOutOfOrder) {
    std::mutex mutex;
    std::vector<std::thread> threads;
    const auto server = serve(test_config(), [&](const Request& request, const Respond& respond) {
        const std::lock_guard lock(mutex);
        threads.emplace_back([request, respond] {
            echo(request, respond);
            echo(request, respond);  // a second answer is nobody's
        });
    });
    std::vector<std::thread> clients;
    std::atomic<int> right{0};
    for (int c = 0; c < 4; ++c) {
        clients.emplace_back([&server, &right, c] {
            RawClient client(server->port());
            for (int i = 0; i < 25; ++i) {
                const std::string path = "/" + std::to_string(c) + "-" + std::to_string(i);
                right += client.ask(get(path)).body == "GET " + path + " " ? 1 : 0;
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    EXPECT_EQ(right, 100);
    for (auto& thread : threads) {
        thread.join();
    }
}

TEST(HttpServer, ARequestThatIsLetGoUnansweredGetsA500) {
    const auto server = serve(test_config(), [](const Request& request, const Respond& respond) {
        if (request.path == "/throws") {
            throw std::runtime_error("a handler's bug");
        }
        if (request.path == "/status") {
            respond(text_response(99, "no status"));
        }
    });
    RawClient client(server->port());
    for (const char* path : {"/dropped", "/throws", "/status"}) {
        EXPECT_EQ(client.ask(get(path)).status, 500) << path;
    }
}

TEST(HttpServer, AnAnswerToADeadConnectionOrServerIsDropped) {
    std::mutex mutex;
    std::vector<Respond> waiting;
    auto server = serve(test_config(), [&](const Request& /*request*/, const Respond& respond) {
        const std::lock_guard lock(mutex);
        waiting.push_back(respond);
    });
    const auto answered_later = [&](size_t count) {
        return eventually([&] {
            const std::lock_guard lock(mutex);
            return waiting.size() == count;
        });
    };
    RawClient client(server->port());
    client.send(get("/"));
    ASSERT_TRUE(answered_later(1));
    client.reset();
    waiting[0](text_response(200, std::string(size_t{1} << 20U, 'x')));
    EXPECT_TRUE(eventually([&] { return server->counts().open == 0; }));
    RawClient other(server->port());
    other.send(get("/"));
    ASSERT_TRUE(answered_later(2));
    server.reset();
    waiting[1](text_response(200, "too late"));
    waiting.clear();
}

TEST(HttpServer, LargeAnswersArriveWhole) {
    const std::string body(size_t{8} << 20U, 'y');
    const auto server = serve(test_config(), [&body](const Request&, const Respond& respond) {
        respond(text_response(200, body));
    });
    RawClient client(server->port());
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(client.ask(get("/")).body == body);
    }
}

TEST(HttpServer, ItsThreadTurnsUnlessAHandlerHoldsItUp) {
    std::promise<void> entered;
    std::promise<void> release;
    const auto server = serve(test_config(), [&](const Request& request, const Respond& respond) {
        if (request.path == "/hang") {
            entered.set_value();
            release.get_future().wait();
        }
        echo(request, respond);
    });
    EXPECT_TRUE(server->turns(milliseconds(10'000)));
    RawClient client(server->port());
    ASSERT_TRUE(client.send(get("/hang")));
    entered.get_future().wait();
    EXPECT_FALSE(server->turns(milliseconds(10)));
    release.set_value();
    EXPECT_EQ(client.answer().body, "GET /hang ");
    EXPECT_TRUE(server->turns(milliseconds(10'000)));
    server->stop(milliseconds(0));
    EXPECT_FALSE(server->turns(milliseconds(10'000)));
}

TEST(HttpServerStart, ATakenPortIsAConflictThatSaysWhatToDo) {
    const auto server = serve(test_config());
    auto config = test_config();
    config.port = server->port();
    const auto second = HttpServer::start(config, echo, plain_refusal);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, Errc::Conflict);
    EXPECT_EQ(second.error().message,
              "127.0.0.1:" + std::to_string(config.port) +
                  " is in use: stop the program that listens there or choose another port");
}

TEST(HttpServerStart, AnAddressThatIsNotOursIsAConfigError) {
    for (const char* address : {"", "localhost", "300.1.1.1", "192.0.2.1"}) {
        auto config = test_config();
        config.address = address;
        const auto server = HttpServer::start(config, echo, plain_refusal);
        ASSERT_FALSE(server.has_value()) << address;
        EXPECT_EQ(server.error().code, Errc::Config) << server.error().message;
    }
}

TEST(HttpServerStop, RequestsBeingAnsweredMayEndWithinTheGrace) {
    std::promise<Respond> begun;
    const auto server = serve(test_config(), [&begun](const Request&, const Respond& respond) {
        begun.set_value(respond);
    });
    RawClient idle(server->port());
    RawClient half(server->port());
    half.send("GET / HT");
    RawClient busy(server->port());
    busy.send(get("/"));
    const Respond respond = begun.get_future().get();
    std::thread stopping([&server] { server->stop(kPatience); });
    EXPECT_TRUE(idle.closes());
    EXPECT_TRUE(half.closes());
    respond(text_response(200, "still"));
    const RawAnswer answer = busy.answer();
    EXPECT_EQ(answer.body, "still");
    EXPECT_EQ(answer.header("connection"), "close");
    busy.close();
    stopping.join();
    EXPECT_EQ(server->counts().open, 0U);
    server->stop(milliseconds(0));
}

TEST(HttpServerStop, AfterTheGraceAllIsClosed) {
    std::promise<Respond> begun;
    const auto server = serve(test_config(), [&begun](const Request&, const Respond& respond) {
        begun.set_value(respond);
    });
    RawClient busy(server->port());
    busy.send(get("/"));
    const Respond respond = begun.get_future().get();
    server->stop(milliseconds(50));
    EXPECT_TRUE(busy.closes());
    respond(text_response(200, "too late"));
    EXPECT_EQ(server->counts().open, 0U);
}

TEST(HttpServerStop, MayBeCalledBySeveralThreads) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    EXPECT_EQ(client.ask(get("/")).status, 200);
    std::thread other([&server] { server->stop(milliseconds(100)); });
    server->stop(milliseconds(100));
    other.join();
    EXPECT_TRUE(client.closes());
}

}  // namespace
}  // namespace sijill::tests
