// api/http_server_read.cc - Connection: from bytes to a request.

#include "api/http_server_core.h"
#include "api/text.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/fields.hpp>

#include <algorithm>
#include <exception>

namespace sijill::api {

namespace {

namespace http = beast::http;

constexpr size_t kReadBytes = size_t{16} << 10U;
constexpr size_t kBodyReadBytes = size_t{64} << 10U;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

std::map<std::string, std::string> headers_of(const http::fields& fields) {
    std::map<std::string, std::string> headers;
    for (const auto& field : fields) {
        const auto [at, first] =
            headers.try_emplace(lower(view(field.name_string())), view(field.value()));
        if (!first) {
            at->second.append(", ").append(view(field.value()));
        }
    }
    return headers;
}

/// One request's promise of an answer. Whoever holds the Respond shares it; when all have let go of
/// it unanswered, the client gets a 500 instead of waiting for ever.
class Promise {
  public:
    Promise(std::shared_ptr<Gate> gate,
            std::weak_ptr<Connection> connection,
            std::shared_ptr<BodyShare> share)
        : gate_(std::move(gate)), connection_(std::move(connection)), share_(std::move(share)) {}
    Promise(const Promise&) = delete;
    Promise& operator=(const Promise&) = delete;
    ~Promise() {
        if (answered_) {
            return;
        }
        try {
            gate_->post([connection = connection_] {
                if (const auto alive = connection.lock()) {
                    alive->answer_missing();
                }
            });
        } catch (const std::exception&) {
            return;  // no memory even for that: the client waits until it gives up
        }
    }

    void answer(Response response) {
        if (answered_.exchange(true)) {
            return;
        }
        gate_->post([connection = connection_, response = std::move(response)]() mutable {
            if (const auto alive = connection.lock()) {
                alive->answer(std::move(response));
            }
        });
    }

  private:
    const std::shared_ptr<Gate> gate_;
    const std::weak_ptr<Connection> connection_;
    const std::shared_ptr<BodyShare> share_;  // who may still answer may still hold the body
    std::atomic<bool> answered_{false};
};

}  // namespace

Connection::Connection(Core& core,
                       std::unique_ptr<Transport> transport,
                       std::string peer,
                       bool refused)
    : core_(core),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      refused_(refused),
      timer_(core.io),
      // Room for a whole head and a read behind it; a chunk's size line and trailers fit as well.
      buffer_(core.config.header_bytes + kBodyReadBytes) {}

void Connection::start() {
    if (!transport_->is_tls()) {
        begin();
        return;
    }
    arm(Deadline::Header);
    transport_->handshake([self = shared_from_this()](error_code error, size_t /*bytes*/) {
        if (self->state_ != State::Handshake) {
            return;
        }
        if (error) {
            self->close();
            return;
        }
        self->begin();
    });
}

void Connection::begin() {
    if (refused_) {
        refuse(503, "too many connections");
        return;
    }
    next_request();
}

std::string_view Connection::unread() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

void Connection::read() {
    if (reading_) {
        return;
    }
    const size_t wanted = state_ == State::Body ? kBodyReadBytes : kReadBytes;
    const size_t room = std::min(wanted, buffer_.max_size() - buffer_.size());
    if (room == 0) {
        // Only a chunk's size line or trailers grow that far: a head is judged before.
        refuse(400, "a chunk's size line or trailer is too long");
        return;
    }
    reading_ = true;
    transport_->read_some(buffer_.prepare(room),
                          [self = shared_from_this()](error_code error, size_t bytes) {
                              self->reading_ = false;
                              self->on_read(error, bytes);
                          });
}

void Connection::on_read(error_code error, size_t bytes) {
    if (state_ == State::Closed) {
        return;
    }
    if (state_ == State::Lingering) {
        end_sending();  // linger() has cancelled this read and waited for it
        return;
    }
    if (state_ == State::Writing) {
        return;  // a refusal is being written: what still comes is drained after it
    }
    if (error) {
        close();  // the client has gone, or has cut its request short: nobody waits for an answer
        return;
    }
    if (state_ == State::Streaming) {
        // The read is there to notice the client's going; what it sends is nobody's.
        drained_ += bytes;
        drained_ > kBodyReadBytes ? close() : read();
        return;
    }
    buffer_.commit(bytes);
    if (state_ == State::Body) {
        read_body();
        return;
    }
    if (state_ == State::Idle) {
        disarm();
        state_ = State::Head;
    }
    read_head();
}

void Connection::read_head() {
    if (!scanner_) {
        scanner_.emplace(core_.head_limits());
    }
    switch (scanner_->look(unread())) {
        case HeadScanner::Seen::More:
            if (!armed_) {
                arm(Deadline::Header);
            }
            read();
            return;
        case HeadScanner::Seen::Refused:
            refuse(scanner_->refusal().status, scanner_->refusal().detail);
            return;
        case HeadScanner::Seen::Whole:
            accept_head();
            return;
    }
}

/// The strict rules are kept; now Beast reads it.
void Connection::accept_head() {
    const std::string_view head = scanner_->head(unread());
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(head.size() + 1));
    parser_->body_limit(core_.config.body_bytes);
    error_code error;
    const size_t taken = parser_->put(asio::buffer(head.data(), head.size()), error);
    if (error || taken != head.size() || !parser_->is_header_done()) {
        refuse(400, "malformed request");
        return;
    }
    buffer_.consume(scanner_->size());
    scanner_.reset();
    const auto& message = parser_->get();
    http11_ = message.version() == 11;
    keep_alive_ = parser_->keep_alive();
    head_only_ = message.method() == http::verb::head;
    request_ = request_of_head();
    if (parser_->is_done()) {
        dispatch();
        return;
    }
    if (auto refused = judge_head()) {
        refuse(std::move(*refused));
        return;
    }
    state_ = State::Body;
    share_ = std::make_shared<BodyShare>(core_.bodies);
    parser_->eager(true);
    arm(Deadline::Body);
    // A client that has begun to send its body waits for nothing.
    if (http11_ && buffer_.size() == 0 && message.find(http::field::expect) != message.end()) {
        send_continue();
        return;
    }
    read_body();
}

/// A body takes memory and time: only who may send it is let.
std::optional<Response> Connection::judge_head() {
    try {
        return core_.refuse_head ? core_.refuse_head(request_) : std::nullopt;
    } catch (const std::exception&) {
        return refusal(500, "the request could not be judged");
    }
}

void Connection::send_continue() {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    writing_ = true;
    transport_->write({asio::buffer(kContinue), asio::const_buffer()},
                      [self = shared_from_this()](error_code error, size_t /*bytes*/) {
                          self->writing_ = false;
                          if (error) {
                              self->close();
                          } else if (self->state_ == State::Body) {
                              self->read_body();
                          }
                      });
}

void Connection::read_body() {
    error_code error;
    while (buffer_.size() > 0 && !parser_->is_done()) {
        buffer_.consume(parser_->put(buffer_.data(), error));
        if (error == http::error::need_more) {
            break;
        }
        if (error == http::error::body_limit) {
            refuse(413, over_limit("body", core_.config.body_bytes));
            return;
        }
        if (error) {
            refuse(400, "malformed body");
            return;
        }
    }
    if (!share_->grow(parser_->get().body().capacity(), core_.config.bodies_bytes)) {
        refuse(503, "the bodies of all requests take too much memory");
        return;
    }
    if (parser_->is_done()) {
        dispatch();
        return;
    }
    read();
}

/// Before the body is read, whose trailers Beast adds to the headers: nobody would tell them apart,
/// and a proxy in front has not judged them.
Request Connection::request_of_head() const {
    const auto& message = parser_->get();
    Request request;
    request.method = view(message.method_string());
    request.target = view(message.target());
    // A malformed target leaves both empty; the handler answers that in its own form.
    static_cast<void>(split_target(request.target, request.path, request.query));
    request.headers = headers_of(message.base());
    request.peer = peer_;
    return request;
}

void Connection::dispatch() {
    disarm();
    state_ = State::Handling;
    request_.body = std::move(parser_->get().body());
    parser_.reset();
    auto promise = std::make_shared<Promise>(core_.gate, weak_from_this(), std::move(share_));
    Respond respond = [promise = std::move(promise)](Response response) {
        promise->answer(std::move(response));
    };
    try {
        core_.handler(std::exchange(request_, {}), std::move(respond));
    } catch (const std::exception&) {
        return;  // its Respond is gone as well: 500, unless the handler had answered before
    }
}

}  // namespace sijill::api
