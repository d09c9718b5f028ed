// api/http_server_answer.cc - Connection: from an answer to bytes, deadlines, and the end.

#include "api/http_server_core.h"

#include <boost/beast/http/status.hpp>

#include <exception>

namespace sijill::api {

namespace {

// After the last answer: how long and how much is still read, so that a client that is sending can
// read the answer before the kernel resets the connection.
constexpr std::chrono::milliseconds kLingerTime{2'000};
constexpr size_t kLingerBytes = size_t{4} << 20U;

// A body up to here is copied behind its head: one TLS record and one segment instead of two.
constexpr size_t kSmallBody = size_t{16} << 10U;

// So much of a larger body is written within one deadline.
constexpr size_t kBodyPart = size_t{64} << 10U;

// A buffer that has grown over this is given back between two requests.
constexpr size_t kKeptBuffer = size_t{16} << 10U;

std::string_view reason_of(int status) {
    const auto reason = beast::http::obsolete_reason(static_cast<beast::http::status>(status));
    return {reason.data(), reason.size()};
}

}  // namespace

Response Connection::refusal(int status, std::string_view detail) {
    Response response;
    try {
        response = core_.make_refusal(status, detail);
    } catch (const std::exception&) {
        response = Response{};
        response.status = status;
    }
    response.stream = nullptr;
    return response;
}

void Connection::refuse(int status, std::string_view detail) {
    refuse(refusal(status, detail));
}

/// In place of reading the rest of the request.
void Connection::refuse(Response response) {
    if (writing_) {
        close();  // it does not even read our "100 Continue"
        return;
    }
    keep_alive_ = false;
    parser_.reset();
    share_.reset();
    write_answer(std::move(response), AnswerForm::Body::Length);
}

void Connection::answer_missing() {
    if (state_ == State::Handling) {
        answer(refusal(500, "the request was not answered"));
    }
}

void Connection::answer(Response response) {
    if (state_ != State::Handling) {
        return;
    }
    if (response.status < 200 || response.status > 599) {
        response = refusal(500, "the answer has no valid status");
    }
    keep_alive_ = keep_alive_ && !core_.stopping && !asks_to_close(response);
    // A stream's length is not known, so its HEAD says none.
    if (!status_has_body(response.status) || (response.stream && head_only_)) {
        write_answer(std::move(response), AnswerForm::Body::None);
    } else if (response.stream) {
        open_stream(response);
    } else {
        write_answer(std::move(response), AnswerForm::Body::Length);
    }
}

void Connection::write_answer(Response response, AnswerForm::Body form) {
    state_ = State::Writing;
    auto connection = AnswerForm::Connection::Implied;
    if (!keep_alive_) {
        connection = AnswerForm::Connection::Close;
    } else if (!http11_) {
        connection = AnswerForm::Connection::KeepAlive;
    }
    const bool has_body = form == AnswerForm::Body::Length && !head_only_;
    const bool is_small = has_body && response.body.size() <= kSmallBody;
    put_head(out_, response, reason_of(response.status), core_.date(), {form, connection});
    out_body_.clear();
    if (is_small) {
        out_ += response.body;
    } else if (has_body) {
        out_body_ = std::move(response.body);
    }
    body_sent_ = 0;
    write_part();
}

/// The head with the first part of the body, or the next part. Each has a deadline of its own: a
/// client on a slow line may take long, as long as it goes on.
void Connection::write_part() {
    const asio::const_buffer head = body_sent_ == 0 ? asio::buffer(out_) : asio::const_buffer();
    const asio::const_buffer part = asio::buffer(asio::buffer(out_body_) + body_sent_, kBodyPart);
    body_sent_ += part.size();
    arm(Deadline::Write);
    writing_ = true;
    transport_->write({head, part},
                      [self = shared_from_this()](error_code error, size_t /*bytes*/) {
                          self->writing_ = false;
                          self->on_written(error);
                      });
}

void Connection::on_written(error_code error) {
    if (state_ == State::Closed) {
        return;
    }
    if (error) {
        close();
        return;
    }
    if (body_sent_ < out_body_.size()) {
        write_part();
        return;
    }
    disarm();
    std::string().swap(out_body_);
    if (!keep_alive_ || core_.stopping) {
        linger();
        return;
    }
    next_request();
}

void Connection::next_request() {
    head_only_ = false;
    if (buffer_.size() > 0) {
        state_ = State::Head;  // the client has sent it without waiting
        read_head();
        return;
    }
    if (buffer_.capacity() > kKeptBuffer) {
        buffer_.shrink_to_fit();
    }
    if (out_.capacity() > kKeptBuffer) {
        std::string().swap(out_);
    }
    state_ = State::Idle;
    arm(Deadline::Idle);
    read();
}

void Connection::stop() {
    switch (state_) {
        case State::Handshake:
        case State::Idle:
        case State::Head:
        case State::Body:
            close();
            return;
        case State::Handling:
        case State::Writing:
            keep_alive_ = false;
            return;
        case State::Streaming:
            stream_->close();
            return;
        case State::Lingering:
        case State::Closed:
            return;
    }
}

/// All is written: ends the connection so that the client can read it.
void Connection::linger() {
    state_ = State::Lingering;
    drained_ = 0;
    arm(Deadline::Linger);
    if (reading_) {
        error_code ignored;
        transport_->socket().cancel(ignored);  // on_read goes on
        return;
    }
    end_sending();
}

void Connection::end_sending() {
    transport_->end_tls([self = shared_from_this()](error_code /*error*/, size_t /*bytes*/) {
        if (self->state_ != State::Lingering) {
            return;
        }
        error_code ignored;
        self->transport_->socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        self->drain();
    });
}

void Connection::drain() {
    transport_->socket().async_read_some(
        asio::buffer(core_.scrap), [self = shared_from_this()](error_code error, size_t bytes) {
            self->drained_ += bytes;
            if (error || self->drained_ > kLingerBytes) {
                self->close();
            } else if (self->state_ == State::Lingering) {
                self->drain();
            }
        });
}

void Connection::close() {
    if (state_ == State::Closed) {
        return;
    }
    const auto self = shared_from_this();
    state_ = State::Closed;
    disarm();
    if (stream_) {
        stream_->end();
        stream_.reset();
        core_.streams.fetch_sub(1);
    }
    error_code ignored;
    transport_->socket().close(ignored);
    core_.remove(self);
}

void Connection::arm(Deadline deadline) {
    std::chrono::milliseconds time = kLingerTime;
    switch (deadline) {
        case Deadline::Header:
            time = core_.config.header_deadline;
            break;
        case Deadline::Body:
        case Deadline::Write:
            time = core_.config.body_deadline;
            break;
        case Deadline::Idle:
            time = core_.config.idle_deadline;
            break;
        case Deadline::Linger:
            break;
    }
    armed_ = true;
    timer_.expires_after(time);
    timer_.async_wait(
        [self = shared_from_this(), deadline, round = ++timer_round_](error_code error) {
            if (!error && self->timer_round_ == round) {
                self->on_deadline(deadline);
            }
        });
}

void Connection::disarm() {
    if (armed_) {
        armed_ = false;
        ++timer_round_;
        timer_.cancel();
    }
}

void Connection::on_deadline(Deadline deadline) {
    armed_ = false;
    if (deadline == Deadline::Header && state_ == State::Head) {
        refuse(408, "the head of the request took too long");
    } else if (deadline == Deadline::Body && state_ == State::Body) {
        refuse(408, "the body of the request took too long");
    } else {
        close();  // idle, not reading its answer, in the handshake, or done
    }
}

}  // namespace sijill::api
