// What breaks a rule or a limit is refused, the server lives on, and nobody else notices.

#include "api/http_server.h"
#include "tests/support/http_serving.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace sijill::tests {
namespace {

using api::Request;
using api::Respond;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Malformed {
    int status;
    std::string bytes;
};

std::string with_headers(const std::string& headers) {
    return "POST / HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n";
}

std::string chunked(const std::string& body) {
    return with_headers("Transfer-Encoding: chunked\r\n") + body;
}

std::vector<Malformed> malformed_lines() {
    return {
        {400, "\r\n\r\n"},
        {400, "\n"},
        {400, "\rGET / HTTP/1.1\r\n"},
        {400, " GET / HTTP/1.1\r\n"},
        {400, "GET\r\n"},
        {400, "GET /\r\n"},
        {400, "GET  / HTTP/1.1\r\n"},
        {400, "GET /  HTTP/1.1\r\n"},
        {400, "GET / HTTP/1.1 \r\n"},
        {400, "GET / x HTTP/1.1\r\n"},
        {400, "GET\t/ HTTP/1.1\r\n"},
        {400, "GET /\tHTTP/1.1\r\n"},
        {400, "GET /a\tb HTTP/1.1\r\n"},
        {400, "G(T / HTTP/1.1\r\n"},
        {400, "G\xC3\x89T / HTTP/1.1\r\n"},
        {400, "GET / HTTP/1.1\n"},
        {400, "GET / HTTP/1.1\rHost: t\r\n"},
        {400, std::string("GET /\0 HTTP/1.1\r\n", 17)},
        {400, "GET /\x01 HTTP/1.1\r\n"},
        {400, "GET /\x7F HTTP/1.1\r\n"},
        {400, "GET / HTTP/0.9\r\n"},
        {400, "GET / HTTP/1.2\r\n"},
        {400, "GET / HTTP/1\r\n"},
        {400, "GET / HTTP/11\r\n"},
        {400, "GET / HTTP/1.10\r\n"},
        {400, "GET / http/1.1\r\n"},
        {400, "GET / HTTP/ 1.1\r\n"},
        {400, "GET / FTP/1.1\r\n"},
        {505, "GET / HTTP/2.0\r\n"},
        {505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {505, "GET / HTTP/3.0\r\n"},
        {400, std::string("\x16\x03\x01\x02\x00\x01\x00", 7)},  // a TLS client on the wrong port
        {400, "{\"jsonrpc\": \"2.0\"}\r\n"},
        {400, "SSH-2.0-client\r\n"},
    };
}

std::vector<Malformed> malformed_headers() {
    return {
        {400, "GET / HTTP/1.1\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"},
        {400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
        {400, with_headers("A: b\r\n c\r\n")},
        {400, with_headers("A: b\r\n\tc\r\n")},
        {400, with_headers("A : b\r\n")},
        {400, with_headers(": b\r\n")},
        {400, with_headers("no colon\r\n")},
        {400, with_headers("A b: c\r\n")},
        {400, with_headers("A\xC3: c\r\n")},
        {400, with_headers("A: b\nB: c\r\n")},
        {400, with_headers("A: b\rB: c\r\n")},
        {400, with_headers(std::string("A: b\0c\r\n", 8))},
        {400, with_headers("A: b\x0B\r\n")},
        {400, with_headers("A: b\x7F\r\n")},
        {400, with_headers("Content-Length: \r\n")},
        {400, with_headers("Content-Length: -1\r\n")},
        {400, with_headers("Content-Length: +1\r\n")},
        {400, with_headers("Content-Length: 1x\r\n")},
        {400, with_headers("Content-Length: 0x1\r\n")},
        {400, with_headers("Content-Length: 1 1\r\n")},
        {400, with_headers("Content-Length: 1.0\r\n")},
        {400, with_headers("Content-Length: 1, 2\r\n")},
        {400, with_headers("Content-Length: 1\r\nContent-Length: 2\r\n")},
        {400, with_headers("Content-Length: 1\r\nContent-Length: 1\r\n")},
        {413, with_headers("Content-Length: 99999999\r\n")},
        {413, with_headers("Content-Length: 99999999999999999999999999\r\n")},
        {413, with_headers("Content-Length: 18446744073709551615\r\n")},
        {400, with_headers("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")},
        {400, with_headers("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")},
        {400, with_headers("Transfer-Encoding: identity\r\n")},
        {400, with_headers("Transfer-Encoding: gzip, chunked\r\n")},
        {400, with_headers("Transfer-Encoding: chunked, chunked\r\n")},
        {400, with_headers("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        {400, with_headers("Transfer-Encoding: xchunked\r\n")},
        {400,
         with_headers("Transfer-Encoding: \x0B"
                      "chunked\r\n")},
        {400, with_headers("Transfer-Encoding:\r\n")},
        {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {417, with_headers("Expect: 200-ok\r\n")},
        {417, with_headers("Expect: 100-continue, x\r\n")},
        {414, "GET /" + std::string(5'000, 'a') + " HTTP/1.1\r\n"},
        {414, "GET /" + std::string(9'000, 'a')},
        {431, with_headers("A: " + std::string(9'000, 'a') + "\r\n")},
        {400, chunked("x\r\n")},
        {400, chunked("-1\r\n")},
        {400, chunked("\r\n")},
        {400, chunked("1\rx")},
        {400, chunked("3 bad\r\nabc\r\n")},
        {400, chunked("3\r\nabcd\r\n0\r\n\r\n")},
        {400, chunked("3;=x\r\nabc\r\n")},
        {400, chunked("10000000000000000\r\n")},
        {413, chunked("ffffffffffffffff\r\n")},
        {413, chunked("100001\r\n")},
        {400, chunked("0\r\nbad trailer\r\n\r\n")},
        {400, chunked("0\r\nContent-Length: 5\r\n\r\n")},
        {400, chunked("1;" + std::string(90'000, 'x'))},
    };
}

// Each byte that may not stand in a method, a target, a header's name or its value.
std::vector<Malformed> malformed_bytes() {
    std::vector<Malformed> cases;
    for (int code = 0; code <= 0x7F; code = code == 0x1F ? 0x7F : code + 1) {
        const std::string control(1, static_cast<char>(code));
        if (control != "\t" && control != "\n" && control != "\r") {
            cases.push_back({400, "G" + control + "T / HTTP/1.1\r\n"});
            cases.push_back({400, "GET /a" + control + "b HTTP/1.1\r\n"});
            cases.push_back({400, with_headers("A" + control + "B: c\r\n")});
            cases.push_back({400, with_headers("A: b" + control + "c\r\n")});
        }
    }
    for (const char delimiter : std::string("\"(),/;<=>?@[\\]{}")) {
        cases.push_back({400, std::string("G") + delimiter + "T / HTTP/1.1\r\n"});
        cases.push_back({400, with_headers(std::string("A") + delimiter + "B: c\r\n")});
    }
    return cases;
}

TEST(HttpServerRefusals, EveryMalformedRequestIsAnsweredAndTheServerLives) {
    auto config = test_config();
    config.body_bytes = size_t{1} << 20U;
    const auto server = serve(config);
    RawClient witness(server->port());
    auto cases = malformed_lines();
    for (const auto& more : {malformed_headers(), malformed_bytes()}) {
        cases.insert(cases.end(), more.begin(), more.end());
    }
    ASSERT_GE(cases.size(), 200U);
    for (const Malformed& one : cases) {
        RawClient client(server->port());
        client.send(one.bytes);
        const RawAnswer answer = client.answer();
        EXPECT_EQ(answer.status, one.status) << one.bytes.substr(0, 200);
        EXPECT_EQ(answer.header("connection"), "close") << one.bytes.substr(0, 200);
        EXPECT_TRUE(answer.body.starts_with("refused: ")) << answer.body;
        ASSERT_EQ(witness.ask(get("/alive")).status, 200);
    }
    EXPECT_TRUE(eventually([&] { return server->counts().open == 1; }));
}

TEST(HttpServerRefusals, NothingOfWhatFollowsARefusedRequestIsServed) {
    const auto server = serve(test_config());
    RawClient client(server->port());
    client.send(with_headers("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" +
                get("/smuggled"));
    EXPECT_EQ(client.answer().status, 400);
    EXPECT_EQ(client.answer().status, 0);
    EXPECT_TRUE(client.closes());
}

TEST(HttpServerRefusals, AChunkedBodyOverTheLimitIsRefusedBeforeItIsReadWhole) {
    auto config = test_config();
    config.body_bytes = size_t{1} << 20U;
    const auto server = serve(config);
    RawClient client(server->port());
    ASSERT_TRUE(client.send(chunked("")));
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    constexpr size_t kWhole = size_t{64} << 20U;
    size_t sent = 0;
    std::string_view rest = chunk;
    while (sent < kWhole) {
        const long some = client.send_some(rest, milliseconds(500));
        if (some <= 0) {
            break;
        }
        sent += static_cast<size_t>(some);
        rest.remove_prefix(static_cast<size_t>(some));
        rest = rest.empty() ? std::string_view(chunk) : rest;
    }
    EXPECT_LT(sent, size_t{16} << 20U);
    EXPECT_GT(sent, config.body_bytes);
}

TEST(HttpServerRefusals, AClientThatOverdoesItALittleReadsWhy) {
    auto config = test_config();
    config.body_bytes = 1'000;
    const auto server = serve(config);
    RawClient client(server->port());
    ASSERT_TRUE(client.send(post("/", std::string(500'000, 'x'))));
    EXPECT_EQ(client.answer().status, 413);
    EXPECT_TRUE(client.closes());
}

TEST(HttpServerDeadlines, ASlowHeadIsRefusedWhileOthersAreServed) {
    auto config = test_config();
    config.header_deadline = milliseconds(300);
    const auto server = serve(config);
    RawClient slow(server->port());
    RawClient good(server->port());
    const auto begun = steady_clock::now();
    slow.send("GET / HTTP/1.1\r\nX: ");
    int served = 0;
    // Each byte in time, the head never: slowloris.
    while (steady_clock::now() - begun < milliseconds(600)) {
        slow.send("x");
        served += good.ask(get("/")).status == 200 ? 1 : 0;
        rest();
    }
    EXPECT_EQ(slow.answer().status, 408);
    EXPECT_GT(served, 10);
    EXPECT_EQ(good.ask(get("/")).status, 200);
    EXPECT_TRUE(slow.closes());
}

TEST(HttpServerDeadlines, ASlowBodyIsRefused) {
    auto config = test_config();
    config.body_deadline = milliseconds(200);
    const auto server = serve(config);
    RawClient slow(server->port());
    slow.send(with_headers("Content-Length: 10\r\n") + "abc");
    EXPECT_EQ(slow.answer().status, 408);
    RawClient invited(server->port());
    EXPECT_EQ(invited.ask(with_headers("Content-Length: 10\r\nExpect: 100-continue\r\n")).status,
              100);
    EXPECT_EQ(invited.answer().status, 408);
}

TEST(HttpServerDeadlines, AnIdleConnectionIsClosedWithoutAWord) {
    auto config = test_config();
    config.idle_deadline = milliseconds(400);
    const auto server = serve(config);
    RawClient silent(server->port());
    RawClient served(server->port());
    EXPECT_EQ(served.ask(get("/")).status, 200);
    EXPECT_EQ(silent.answer().head, "");
    EXPECT_EQ(served.answer().head, "");
    EXPECT_TRUE(eventually([&] { return server->counts().open == 0; }));
}

TEST(HttpServerDeadlines, AClientThatDoesNotReadItsAnswerIsClosed) {
    auto config = test_config();
    config.body_deadline = milliseconds(300);
    const std::string body(size_t{64} << 20U, 'z');
    const auto server = serve(config, [&body](const Request&, const Respond& respond) {
        respond(text_response(200, body));
    });
    RawClient client(server->port(), {"127.0.0.1", 4096});
    client.send(get("/"));
    EXPECT_TRUE(eventually([&] { return server->counts().open == 0; }));
}

TEST(HttpServerDeadlines, AClientThatReadsSlowlyButOnGetsItsWholeAnswer) {
    auto config = test_config();
    config.body_deadline = milliseconds(300);
    const std::string body(size_t{32} << 20U, 'z');
    const auto server = serve(config, [&body](const Request&, const Respond& respond) {
        respond(text_response(200, body));
    });
    RawClient client(server->port(), {"127.0.0.1", 65'536});
    client.send(get("/"));
    const auto begun = steady_clock::now();
    std::string piece(size_t{64} << 10U, ' ');
    size_t read = 0;
    for (long some = 1; some > 0 && read < body.size();) {
        some = ::recv(client.fd(), piece.data(), piece.size(), 0);
        read += static_cast<size_t>(std::max(some, 0L));
        rest();
    }
    EXPECT_GE(read, body.size());
    EXPECT_GT(steady_clock::now() - begun, 2 * config.body_deadline);
}

TEST(HttpServerDeadlines, TheHandlersTimeIsItsOwn) {
    auto config = test_config();
    config.header_deadline = milliseconds(200);
    config.body_deadline = milliseconds(200);
    config.idle_deadline = milliseconds(200);
    std::promise<Respond> begun;
    const auto server = serve(
        config, [&begun](const Request&, const Respond& respond) { begun.set_value(respond); });
    RawClient client(server->port());
    client.send(post("/", "x"));
    const Respond respond = begun.get_future().get();
    EXPECT_FALSE(client.closes(milliseconds(500)));
    respond(text_response(200, "at last"));
    EXPECT_EQ(client.answer().body, "at last");
}

TEST(HttpServerCaps, APeerMayHaveSoManyConnectionsAndOthersAreServed) {
    auto config = test_config();
    config.connections_per_peer = 3;
    const auto server = serve(config);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(server->port()));
        EXPECT_EQ(clients.back()->ask(get("/")).status, 200);
    }
    RawClient refused(server->port());
    const RawAnswer answer = refused.answer();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("retry-after"), "1");
    EXPECT_EQ(answer.body, "refused: too many connections");
    EXPECT_TRUE(refused.closes());
    RawClient other(server->port(), {"127.0.0.2", 0});
    EXPECT_EQ(other.ask(get("/")).status, 200);
    EXPECT_EQ(server->counts().refused, 1U);
    EXPECT_EQ(server->counts().open, 4U);
    clients.pop_back();
    EXPECT_TRUE(eventually([&] { return server->counts().open == 3; }));
    RawClient late(server->port());
    EXPECT_EQ(late.ask(get("/")).status, 200);
}

TEST(HttpServerCaps, BodiesThatTogetherTakeTooMuchMemoryAreToldToComeBack) {
    auto config = test_config();
    config.bodies_bytes = 100'000;
    std::promise<Respond> begun;
    const auto server = serve(config, [&begun](const Request& request, const Respond& respond) {
        if (request.path == "/slow") {
            begun.set_value(respond);
        } else {
            echo(request, respond);
        }
    });
    RawClient slow(server->port());
    slow.send(post("/slow", std::string(150'000, 'x')));  // the only one always fits
    Respond respond = begun.get_future().get();
    RawClient refused(server->port());
    const RawAnswer answer = refused.ask(post("/", "x"));
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("retry-after"), "1");
    RawClient bodiless(server->port());
    EXPECT_EQ(bodiless.ask(get("/")).status, 200);
    respond(text_response(200, "at last"));
    respond = nullptr;
    EXPECT_EQ(slow.answer().status, 200);
    RawClient late(server->port());
    EXPECT_EQ(late.ask(post("/", "x")).status, 200);
}

TEST(HttpServerRefusals, WhatTheHeadDecidesIsAnsweredBeforeABodyIsTakenIn) {
    auto config = test_config();
    config.bodies_bytes = 1'000;
    const auto refuse_head = [](const api::Request& head) {
        return head.header("authorization") == nullptr
                   ? std::optional(text_response(401, "who are you?"))
                   : std::nullopt;
    };
    const auto server = serve(config, echo, refuse_head);
    const std::string big = "Content-Length: 1000000\r\n";
    for (const std::string& head :
         {big, big + "Expect: 100-continue\r\n", std::string("Transfer-Encoding: chunked\r\n")}) {
        RawClient stranger(server->port());
        const RawAnswer answer = stranger.ask(with_headers(head));
        EXPECT_EQ(answer.status, 401) << head;
        EXPECT_EQ(answer.header("connection"), "close");
        EXPECT_TRUE(stranger.closes());
    }
    RawClient sends(server->port());
    ASSERT_TRUE(sends.send(post("/", std::string(500'000, 'x'))));
    EXPECT_EQ(sends.answer().status, 401) << "it reads the answer though it had not stopped";
    RawClient known(server->port());
    EXPECT_EQ(known.ask(with_headers("Authorization: x\r\nContent-Length: 3\r\n") + "abc").body,
              "POST / abc");
    RawClient bodiless(server->port());
    EXPECT_EQ(bodiless.ask(get("/")).status, 200) << "there is nothing to be read";
}

TEST(HttpServerCaps, ClientsThatVanishAtAnyMomentLeaveNothingBehind) {
    const auto server = serve(test_config(), [](const Request& request, const Respond& respond) {
        if (request.path == "/stream") {
            api::Response response = text_response(200, "");
            response.stream = [](const std::shared_ptr<api::EventStream>& stream) {
                stream->send("data: 1\n\n");
            };
            respond(std::move(response));
            return;
        }
        echo(request, respond);
    });
    const std::vector<std::string> requests = {get("/a") + get("/b"),
                                               post("/a", std::string(300, 'x')),
                                               chunked("5\r\nabcde\r\n0\r\n\r\n"),
                                               get("/stream"),
                                               with_headers("Expect: x\r\n")};
    int vanished = 0;
    for (const std::string& request : requests) {
        for (size_t size = 0; size <= request.size(); size += 1 + request.size() / 40) {
            RawClient client(server->port());
            client.send(std::string_view(request).substr(0, size));
            ++vanished;
            if (vanished % 3 == 0) {
                client.reset();
            } else if (vanished % 3 == 1) {
                client.end_sending();
            }
        }
    }
    EXPECT_TRUE(
        eventually([&] { return server->counts().accepted == static_cast<uint64_t>(vanished); }));
    EXPECT_TRUE(eventually([&] { return server->counts().open == 0; }));
    EXPECT_EQ(server->counts().streams, 0U);
}

TEST(HttpServerCaps, AFloodOfConnectionsLeavesNothingBehind) {
    auto config = test_config();
    config.connections = 2;
    const auto server = serve(config);
    RawClient first(server->port());
    RawClient second(server->port(), {"127.0.0.2", 0});
    EXPECT_EQ(first.ask(get("/")).status, 200);
    EXPECT_EQ(second.ask(get("/")).status, 200);
    std::vector<std::unique_ptr<RawClient>> flood;
    for (int i = 0; i < 200; ++i) {
        flood.push_back(std::make_unique<RawClient>(server->port()));
    }
    EXPECT_TRUE(eventually([&] { return server->counts().accepted == 202; }));
    EXPECT_EQ(server->counts().refused, 200U);
    EXPECT_EQ(server->counts().open, 2U);
    EXPECT_EQ(flood.front()->answer().status, 503);
    EXPECT_TRUE(flood.back()->closes());
    EXPECT_EQ(first.ask(get("/")).status, 200);
    flood.clear();
    second.close();
    EXPECT_TRUE(eventually([&] { return server->counts().open == 1; }));
    RawClient late(server->port());
    EXPECT_EQ(late.ask(get("/")).status, 200);
}

}  // namespace
}  // namespace sijill::tests
