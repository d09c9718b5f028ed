#pragma once
// api/http_server_core.h - what the http_server_*.cc files know of each other; nobody else includes
// it. All of it lives in the I/O thread, but for what is said to be called from any thread.

#include "api/http.h"
#include "api/http_answer.h"
#include "api/http_head.h"
#include "api/http_server.h"
#include "events/result.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace sijill::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

/// The way into the I/O thread for the others. It outlives the server: a Respond or an EventStream
/// that somebody still holds then does nothing.
class Gate {
  public:
    explicit Gate(asio::io_context& io) : io_(&io) {}

    /// From any thread. False, and `work` is dropped, when the server has ended.
    template <class Work>
    bool post(Work work) {
        const std::lock_guard lock(mutex_);
        if (io_ == nullptr) {
            return false;
        }
        asio::post(*io_, std::move(work));
        return true;
    }

    void shut() {
        const std::lock_guard lock(mutex_);
        io_ = nullptr;
    }

  private:
    std::mutex mutex_;
    asio::io_context* io_;
};

/// The bytes of one connection, with or without TLS. At most one read and one write at a time;
/// `done` is never called before the call has returned.
class Transport {
  public:
    using Done = std::function<void(error_code, size_t)>;

    virtual ~Transport() = default;
    virtual void handshake(Done done) = 0;
    virtual void read_some(asio::mutable_buffer buffer, Done done) = 0;
    virtual void write(std::array<asio::const_buffer, 2> buffers, Done done) = 0;
    /// Says in TLS that no more will be sent.
    virtual void end_tls(Done done) = 0;
    virtual asio::ip::tcp::socket& socket() = 0;
    [[nodiscard]] virtual bool is_tls() const = 0;
};

using TlsContext = std::shared_ptr<asio::ssl::context>;

/// nullptr without a certificate in `config`. Errors: Config.
[[nodiscard]] Result<TlsContext> load_tls(const HttpConfig& config);
/// `tls` may be nullptr.
[[nodiscard]] std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket,
                                                        const TlsContext& tls);

/// The unsent bytes of one stream, between those who send and the I/O thread.
class StreamQueue {
  public:
    using Wake = std::function<void()>;

    /// `wake` is called, from any thread, when there is something to take.
    StreamQueue(size_t limit, Wake wake) : limit_(limit), wake_(std::move(wake)) {}

    // From any thread.
    bool send(std::string bytes);
    void close();

    // From the I/O thread.
    struct Taken {
        std::string bytes;
        bool closed = false;  // nothing comes after these bytes
    };
    /// The bytes count against the limit until the next call.
    Taken take();
    /// The client has read too slowly.
    bool overrun();
    /// Nothing is taken any more.
    void end();

  private:
    void wake(std::unique_lock<std::mutex>& lock);

    const size_t limit_;
    const Wake wake_;
    std::mutex mutex_;
    std::string bytes_;
    size_t being_written_ = 0;
    bool woken_ = false;
    bool closed_ = false;
    bool over_ = false;
    bool overrun_ = false;
};

/// A body that grows with what has come: Beast's string_body reserves whatever a Content-Length
/// promises, so that a thousand heads would take gigabytes.
struct GrowingBody {
    using value_type = std::string;  // NOLINT(readability-identifier-naming): as Beast asks

    class reader {  // NOLINT(readability-identifier-naming): as Beast asks
      public:
        template <bool IsRequest, class Fields>
        reader(beast::http::header<IsRequest, Fields>& /*head*/, std::string& body) : body_(body) {}

        static void init(const boost::optional<uint64_t>& /*length*/, error_code& error) {
            error = {};
        }
        template <class Buffers>
        size_t put(const Buffers& buffers, error_code& error) {
            size_t taken = 0;
            for (auto at = asio::buffer_sequence_begin(buffers);
                 at != asio::buffer_sequence_end(buffers);
                 ++at) {
                const asio::const_buffer piece(*at);
                body_.append(static_cast<const char*>(piece.data()), piece.size());
                taken += piece.size();
            }
            error = {};
            return taken;
        }
        static void finish(error_code& error) { error = {}; }

      private:
        std::string& body_;
    };
};

/// What one request's body takes of the memory for all bodies. It goes back when the last one who
/// holds the request's promise of an answer lets go, in any thread.
class BodyShare {
  public:
    explicit BodyShare(std::shared_ptr<std::atomic<size_t>> all) : all_(std::move(all)) {}
    BodyShare(const BodyShare&) = delete;
    BodyShare& operator=(const BodyShare&) = delete;
    ~BodyShare() { all_->fetch_sub(bytes_); }

    /// The body takes `bytes` now. False: with the others that is more than `limit`; a body that is
    /// the only one always fits.
    [[nodiscard]] bool grow(size_t bytes, size_t limit) {
        const size_t more = bytes - std::exchange(bytes_, bytes);
        const size_t total = all_->fetch_add(more) + more;
        return total <= limit || total == bytes;
    }

  private:
    const std::shared_ptr<std::atomic<size_t>> all_;
    size_t bytes_ = 0;
};

struct Core;

/// One client, from accept to close. Kept alive by Core and by its pending operations, all in the
/// I/O thread; others hold it weakly and come in through the Gate.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    /// `refused`: it is one too many and gets nothing but a 503.
    Connection(Core& core, std::unique_ptr<Transport> transport, std::string peer, bool refused);

    void start();
    /// Idle ones and half-read requests end now, answers and streams when they are written.
    void stop();
    /// Now, whatever is going on.
    void close();
    /// The answer to the request at hand; dropped when there is none.
    void answer(Response response);
    void answer_missing();

    [[nodiscard]] const std::string& peer() const { return peer_; }
    [[nodiscard]] bool refused() const { return refused_; }

  private:
    enum class State {
        Handshake,
        Idle,
        Head,
        Body,
        Handling,
        Writing,
        Streaming,
        Lingering,
        Closed
    };
    enum class Deadline { Header, Body, Write, Idle, Linger };

    // http_server_read.cc: from bytes to a request
    void begin();
    void read();
    void on_read(error_code error, size_t bytes);
    void read_head();
    void accept_head();
    void send_continue();
    void read_body();
    void dispatch();
    [[nodiscard]] Request request_of_head() const;
    [[nodiscard]] std::optional<Response> judge_head();
    [[nodiscard]] std::string_view unread() const;

    // http_server_answer.cc: from an answer to bytes, and the end
    void refuse(int status, std::string_view detail);
    void refuse(Response response);
    [[nodiscard]] Response refusal(int status, std::string_view detail);
    void write_answer(Response response, AnswerForm::Body form);
    void write_part();
    void on_written(error_code error);
    void next_request();
    void linger();
    void end_sending();
    void drain();
    void arm(Deadline deadline);
    void disarm();
    void on_deadline(Deadline deadline);

    // http_server_stream.cc
    void open_stream(const Response& response);
    void write_stream();
    void flush_stream();
    void on_stream_written(error_code error);

    Core& core_;
    std::unique_ptr<Transport> transport_;
    const std::string peer_;
    const bool refused_;
    State state_ = State::Handshake;

    asio::steady_timer timer_;
    uint64_t timer_round_ = 0;  // an expired wait may be queued already when the timer is set anew
    bool armed_ = false;

    beast::flat_buffer buffer_;
    bool reading_ = false;
    bool writing_ = false;
    std::optional<HeadScanner> scanner_;
    std::optional<beast::http::request_parser<GrowingBody>> parser_;
    std::shared_ptr<BodyShare> share_;  // of the body that is being read
    Request request_;                   // from its head on; the body joins it at the end
    bool http11_ = true;
    bool keep_alive_ = true;
    bool head_only_ = false;

    std::string out_;
    std::string out_body_;
    size_t body_sent_ = 0;  // of out_body_, with what is being written
    size_t drained_ = 0;
    std::shared_ptr<StreamQueue> stream_;
    bool stream_ending_ = false;  // its last bytes are being written
};

/// What all connections have in common.
struct Core {
    Core(const HttpConfig& settings, Handler on_request, Refuse on_refusal, RefuseHead on_head);

    void accept();
    void accept_later();
    void admit(asio::ip::tcp::socket socket);
    void turn_away(asio::ip::tcp::socket& socket);
    void remove(const std::shared_ptr<Connection>& connection);
    /// The Date header's value; made anew once a second.
    [[nodiscard]] const std::string& date();
    [[nodiscard]] HeadLimits head_limits() const;
    [[nodiscard]] Result<void> listen();

    const HttpConfig config;
    const Handler handler;
    const Refuse make_refusal;
    const RefuseHead refuse_head;  // may be empty
    asio::io_context io{1};
    asio::ip::tcp::acceptor acceptor{io};
    asio::steady_timer accept_again{io};
    const std::shared_ptr<Gate> gate = std::make_shared<Gate>(io);

    std::mutex tls_mutex;  // over tls, which reload_certificate() swaps from any thread
    TlsContext tls;

    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections;
    std::unordered_map<std::string, size_t> per_peer;  // by blocks, without the refused ones
    size_t served = 0;                                 // connections without the refused ones
    bool stopping = false;
    std::string date_text;
    std::chrono::sys_seconds date_second{};
    std::array<char, size_t{64} << 10U> scrap{};  // where drained bytes go, of all connections

    const std::shared_ptr<std::atomic<size_t>> bodies = std::make_shared<std::atomic<size_t>>(0);
    std::atomic<uint64_t> accepted{0};
    std::atomic<uint64_t> refused{0};
    std::atomic<uint64_t> open{0};
    std::atomic<uint64_t> streams{0};

    std::mutex empty_mutex;
    std::condition_variable empty_changed;
    bool empty = false;  // stopping, and no connection is left
};

}  // namespace sijill::api
