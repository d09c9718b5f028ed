#pragma once
// api/http_server.h - the HTTP server: connections, limits and deadlines. Boost.Beast stands in the
// .cc alone.

#include "api/http.h"
#include "events/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace sijill::api {

struct HttpConfig {
    std::string address = "127.0.0.1";
    uint16_t port = 8080;  // 0: any free one
    size_t header_bytes = 8192;
    size_t target_bytes = 4096;
    size_t body_bytes = size_t{8} << 20U;      // of a batch of events; routes may allow less
    size_t bodies_bytes = size_t{256} << 20U;  // of all bodies that are in memory at one time
    std::chrono::milliseconds header_deadline{10'000};  // from the first byte of a request
    std::chrono::milliseconds body_deadline{30'000};    // of a body; of each 64 KiB of an answer
    std::chrono::milliseconds idle_deadline{60'000};    // between requests
    size_t connections = 1'000;
    size_t connections_per_peer = 64;          // of each address_block()
    size_t stream_bytes = size_t{256} << 10U;  // unread by one stream's client: it is dropped
    std::string certificate_file;              // PEM; with key_file: TLS
    std::string key_file;
};

/// HTTP/1.1 over TCP, with keep-alive, without pipelining: one I/O thread, any number of
/// connections. What breaks a limit is answered by `refuse` (400, 408, 413, 414, 417, 431, 505, and
/// 503, which it gives a Retry-After) and the connection is closed; so is one too slow to read its
/// answer, and one whose head was answered in place of a body. A request whose Respond is let go
/// unused is answered by `refuse` with 500. `refuse` is called in the I/O thread.
class HttpServer {
  public:
    /// Listens and serves until stop(). Without `refuse_head` every body is read. Errors: Config
    /// (address, certificate), Conflict (the port is taken), Unavailable.
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(
        const HttpConfig& config, Handler handler, Refuse refuse, RefuseHead refuse_head = nullptr);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    /// As stop() with no grace.
    ~HttpServer();

    /// The port that is listened on.
    [[nodiscard]] uint16_t port() const;

    /// Reads certificate and key again; what they were stays when that fails. New connections use
    /// them. Errors: Config.
    [[nodiscard]] Result<void> reload_certificate();

    /// Whether the I/O thread gets round to new work within this time. Any thread but that one.
    [[nodiscard]] bool turns(std::chrono::milliseconds within) const;

    /// No new connections; requests being answered may end within `grace`, streams are closed. Then
    /// all are closed and the thread has ended.
    void stop(std::chrono::milliseconds grace);

    struct Counts {
        uint64_t accepted = 0;  // with the refused ones
        uint64_t refused = 0;   // over a limit of connections
        uint64_t open = 0;      // without the refused ones
        uint64_t streams = 0;   // open
    };
    [[nodiscard]] Counts counts() const;

  private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sijill::api
