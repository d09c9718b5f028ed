// api/http_server.cc - the server: listening, admitting, stopping.

#include "api/http_server.h"

#include "api/http_server_core.h"
#include "api/rate_limiter.h"
#include "events/check.h"

#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/address.hpp>
#include <pthread.h>

#include <exception>
#include <future>
#include <thread>
#include <vector>

namespace sijill::api {

namespace {

using asio::ip::tcp;

// So many refused connections may be in their 503 at once; what comes on top is turned away.
constexpr size_t kRefusedAtOnce = 64;

// No file descriptor is left, say: trying at once again would spin.
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string place_of(const HttpConfig& config) {
    const bool v6 = config.address.find(':') != std::string::npos;
    return (v6 ? "[" + config.address + "]" : config.address) + ":" + std::to_string(config.port);
}

/// "127.0.0.1" for an IPv4 client of an IPv6 socket too: limits and logs know one name of it.
std::string peer_of(const tcp::socket& socket) {
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) {
        return {};
    }
    const auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

/// Short enough for any send buffer, so without the owner's form of a refusal.
std::string busy_answer(std::string_view date) {
    Response response;
    response.status = 503;
    response.headers.emplace_back("Retry-After", "1");
    return answer_head(response,
                       "Service Unavailable",
                       date,
                       {AnswerForm::Body::Length, AnswerForm::Connection::Close});
}

}  // namespace

Core::Core(const HttpConfig& settings, Handler on_request, Refuse on_refusal, RefuseHead on_head)
    : config(settings),
      handler(std::move(on_request)),
      make_refusal(std::move(on_refusal)),
      refuse_head(std::move(on_head)) {}

Result<void> Core::listen() {
    error_code error;
    const auto address = asio::ip::make_address(config.address, error);
    if (error) {
        return fail(Errc::Config,
                    "'" + config.address + "' is no IP address to listen on, as 127.0.0.1 is one");
    }
    const tcp::endpoint endpoint(address, config.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (error) {
        return fail(Errc::Unavailable, "a socket for " + place_of(config) + ": " + error.message());
    }
    acceptor.bind(endpoint, error);
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error == asio::error::address_in_use) {
        return fail(Errc::Conflict,
                    place_of(config) +
                        " is in use: stop the program that listens there or choose another port");
    }
    if (error) {
        return fail(Errc::Config, "listening on " + place_of(config) + ": " + error.message());
    }
    return {};
}

void Core::accept() {
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
        if (!acceptor.is_open()) {
            return;
        }
        if (!error) {
            try {
                admit(std::move(socket));
            } catch (const std::exception&) {
                accept_later();  // no memory for one more client: those that are here go on
                return;
            }
            accept();
            return;
        }
        accept_later();
    });
}

void Core::accept_later() {
    accept_again.expires_after(kAcceptPause);
    accept_again.async_wait([this](error_code cancelled) {
        if (!cancelled && acceptor.is_open()) {
            accept();
        }
    });
}

void Core::admit(tcp::socket socket) {
    accepted.fetch_add(1);
    const std::string peer = peer_of(socket);
    const std::string block = address_block(peer);
    const auto same_peer = per_peer.find(block);
    const size_t of_peer = same_peer == per_peer.end() ? 0 : same_peer->second;
    const bool over = served >= config.connections || of_peer >= config.connections_per_peer;
    if (over) {
        refused.fetch_add(1);
        if (connections.size() - served >= kRefusedAtOnce) {
            turn_away(socket);
            return;
        }
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    TlsContext context;
    {
        const std::lock_guard lock(tls_mutex);
        context = tls;
    }
    auto connection =
        std::make_shared<Connection>(*this, make_transport(std::move(socket), context), peer, over);
    connections.emplace(connection.get(), connection);
    if (!over) {
        ++served;
        ++per_peer[block];
        open.fetch_add(1);
    }
    connection->start();
}

/// The 503 without a Connection: as much as the empty send buffer takes, then the socket closes. In
/// TLS that would be noise before a handshake, so the client is told nothing.
void Core::turn_away(tcp::socket& socket) {
    if (!config.certificate_file.empty()) {
        return;
    }
    const std::string answer = busy_answer(date());
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(answer), ignored);
    socket.shutdown(tcp::socket::shutdown_both, ignored);
}

void Core::remove(const std::shared_ptr<Connection>& connection) {
    if (connections.erase(connection.get()) == 0) {
        return;
    }
    if (!connection->refused()) {
        --served;
        open.fetch_sub(1);
        const auto peer = per_peer.find(address_block(connection->peer()));
        CHECK(peer != per_peer.end(), "a served connection counts for its peer");
        if (--peer->second == 0) {
            per_peer.erase(peer);
        }
    }
    if (stopping && connections.empty()) {
        const std::lock_guard lock(empty_mutex);
        empty = true;
        empty_changed.notify_all();
    }
}

const std::string& Core::date() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now != date_second) {
        date_second = now;
        date_text = http_date(now);
    }
    return date_text;
}

HeadLimits Core::head_limits() const {
    return {config.header_bytes, config.target_bytes, config.body_bytes};
}

struct HttpServer::Impl {
    Impl(const HttpConfig& config, Handler handler, Refuse refuse, RefuseHead refuse_head)
        : core(config, std::move(handler), std::move(refuse), std::move(refuse_head)),
          work(core.io.get_executor()) {}

    /// Reads the certificate and listens; without the thread. Errors: as start().
    [[nodiscard]] Result<void> open();

    /// In the I/O thread: whatever still goes on ends, and run() comes back.
    void end_all() {
        core.gate->shut();
        std::vector<std::shared_ptr<Connection>> rest;
        for (const auto& [key, connection] : core.connections) {
            rest.push_back(connection);
        }
        for (const auto& connection : rest) {
            connection->close();
        }
        work.reset();
    }

    /// In the I/O thread.
    void begin_stop() {
        core.stopping = true;
        error_code ignored;
        core.acceptor.close(ignored);
        core.accept_again.cancel();
        std::vector<std::shared_ptr<Connection>> all;
        for (const auto& [key, connection] : core.connections) {
            all.push_back(connection);
        }
        for (const auto& connection : all) {
            connection->stop();
        }
        if (core.connections.empty()) {
            const std::lock_guard lock(core.empty_mutex);
            core.empty = true;
            core.empty_changed.notify_all();
        }
    }

    Core core;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    uint16_t port = 0;
    std::mutex stop_mutex;
    std::thread thread;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
    try {
        stop(std::chrono::milliseconds(0));
    } catch (const std::exception&) {
        CHECK(false, "the I/O thread can be ended");
    }
}

Result<void> HttpServer::Impl::open() {
    auto tls = load_tls(core.config);
    if (!tls) {
        return tl::make_unexpected(tls.error());
    }
    core.tls = std::move(*tls);
    if (auto listening = core.listen(); !listening) {
        return listening;
    }
    error_code error;
    port = core.acceptor.local_endpoint(error).port();
    if (error) {
        return fail(Errc::Unavailable, "the port that is listened on: " + error.message());
    }
    return {};
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpConfig& config,
                                                      Handler handler,
                                                      Refuse refuse,
                                                      RefuseHead refuse_head) {
    // Asio throws when the system has no descriptor, thread or memory left.
    try {
        auto impl = std::make_unique<Impl>(
            config, std::move(handler), std::move(refuse), std::move(refuse_head));
        if (auto opened = impl->open(); !opened) {
            return tl::make_unexpected(opened.error());
        }
        Core& core = impl->core;
        core.accept();
        impl->thread = std::thread([&core]() noexcept {
            pthread_setname_np(pthread_self(), "sijill-http");  // for top and debuggers
            core.io.run();
        });
        return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
    } catch (const std::exception& error) {
        return fail(Errc::Unavailable, "the server cannot start: " + std::string(error.what()));
    }
}

uint16_t HttpServer::port() const {
    return impl_->port;
}

Result<void> HttpServer::reload_certificate() {
    auto tls = load_tls(impl_->core.config);
    if (!tls) {
        return tl::make_unexpected(tls.error());
    }
    const std::lock_guard lock(impl_->core.tls_mutex);
    impl_->core.tls = std::move(*tls);
    return {};
}

bool HttpServer::turns(std::chrono::milliseconds within) const {
    const auto turned = std::make_shared<std::promise<void>>();  // the thread may come too late
    auto done = turned->get_future();
    return impl_->core.gate->post([turned] { turned->set_value(); }) &&
           done.wait_for(within) == std::future_status::ready;
}

void HttpServer::stop(std::chrono::milliseconds grace) {
    Impl& impl = *impl_;
    const std::lock_guard one_at_a_time(impl.stop_mutex);
    if (!impl.thread.joinable()) {
        return;
    }
    CHECK(impl.thread.get_id() != std::this_thread::get_id(),
          "the I/O thread cannot wait for its own end");
    impl.core.gate->post([&impl] { impl.begin_stop(); });
    {
        std::unique_lock lock(impl.core.empty_mutex);
        impl.core.empty_changed.wait_for(lock, grace, [&impl] { return impl.core.empty; });
    }
    impl.core.gate->post([&impl] { impl.end_all(); });
    impl.thread.join();
}

HttpServer::Counts HttpServer::counts() const {
    const Core& core = impl_->core;
    return {core.accepted.load(), core.refused.load(), core.open.load(), core.streams.load()};
}

}  // namespace sijill::api
