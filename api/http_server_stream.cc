// api/http_server_stream.cc - event streams: the queue that any thread fills, and its emptying.

#include "api/http_server_core.h"

#include <boost/asio/socket_base.hpp>
#include <boost/beast/http/status.hpp>

#include <exception>

namespace sijill::api {

namespace {

constexpr size_t kKernelBytes = size_t{64} << 10U;

/// What the handler holds. When it lets go without close(), nothing more can come: that is the end.
class StreamHandle : public EventStream {
  public:
    explicit StreamHandle(std::shared_ptr<StreamQueue> queue) : queue_(std::move(queue)) {}
    StreamHandle(const StreamHandle&) = delete;
    StreamHandle& operator=(const StreamHandle&) = delete;
    ~StreamHandle() override { queue_->close(); }

    bool send(std::string bytes) override { return queue_->send(std::move(bytes)); }
    void close() override { queue_->close(); }

  private:
    const std::shared_ptr<StreamQueue> queue_;
};

}  // namespace

bool StreamQueue::send(std::string bytes) {
    std::unique_lock lock(mutex_);
    if (over_ || closed_) {
        return false;
    }
    if (bytes_.size() + being_written_ + bytes.size() > limit_) {
        over_ = true;
        overrun_ = true;
        std::string().swap(bytes_);
        woken_ = false;  // not to be missed because a wake for bytes is under way
        wake(lock);
        return false;
    }
    if (bytes_.empty()) {
        bytes_ = std::move(bytes);
    } else {
        bytes_ += bytes;
    }
    if (!bytes_.empty()) {
        wake(lock);
    }
    return true;
}

void StreamQueue::close() {
    std::unique_lock lock(mutex_);
    if (!over_ && !closed_) {
        closed_ = true;
        wake(lock);
    }
}

/// Once until the next take(): a burst of small events is one visit to the I/O thread.
void StreamQueue::wake(std::unique_lock<std::mutex>& lock) {
    if (!woken_) {
        woken_ = true;
        lock.unlock();
        wake_();
    }
}

StreamQueue::Taken StreamQueue::take() {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    being_written_ = bytes_.size();
    return {std::exchange(bytes_, {}), closed_};
}

bool StreamQueue::overrun() {
    const std::lock_guard lock(mutex_);
    return overrun_;
}

void StreamQueue::end() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    std::string().swap(bytes_);
}

void Connection::open_stream(const Response& response) {
    state_ = State::Streaming;
    keep_alive_ = false;
    drained_ = 0;
    buffer_.clear();  // whatever the client sent behind its request is not answered any more
    // What the kernel holds is unread as well: without this it would hold megabytes.
    error_code ignored;
    transport_->socket().set_option(
        asio::socket_base::send_buffer_size(static_cast<int>(kKernelBytes)), ignored);
    const auto form = http11_ ? AnswerForm::Body::Chunked : AnswerForm::Body::UntilClose;
    const auto reason =
        beast::http::obsolete_reason(static_cast<beast::http::status>(response.status));
    out_ = answer_head(response,
                       {reason.data(), reason.size()},
                       core_.date(),
                       {form, AnswerForm::Connection::Close});
    if (!response.body.empty()) {
        out_ += http11_ ? chunk_of(response.body) : response.body;
    }
    stream_ = std::make_shared<StreamQueue>(core_.config.stream_bytes,
                                            [gate = core_.gate, connection = weak_from_this()] {
                                                gate->post([connection] {
                                                    if (const auto alive = connection.lock()) {
                                                        alive->flush_stream();
                                                    }
                                                });
                                            });
    core_.streams.fetch_add(1);
    write_stream();
    read();
    try {
        response.stream(std::make_shared<StreamHandle>(stream_));
    } catch (const std::exception&) {
        close();
        return;
    }
    if (core_.stopping && stream_) {
        stream_->close();
    }
}

void Connection::write_stream() {
    arm(Deadline::Write);
    writing_ = true;
    transport_->write({asio::buffer(out_), asio::const_buffer()},
                      [self = shared_from_this()](error_code error, size_t /*bytes*/) {
                          self->writing_ = false;
                          self->on_stream_written(error);
                      });
}

void Connection::flush_stream() {
    if (state_ != State::Streaming || stream_ending_) {
        return;
    }
    if (stream_->overrun()) {
        close();
        return;
    }
    if (writing_) {
        return;  // after the write at hand it comes here again
    }
    StreamQueue::Taken taken = stream_->take();
    out_.clear();
    if (!taken.bytes.empty()) {
        out_ = http11_ ? chunk_of(taken.bytes) : std::move(taken.bytes);
    }
    if (taken.closed) {
        stream_ending_ = true;
        out_ += http11_ ? kLastChunk : std::string_view{};
    }
    if (!out_.empty() || stream_ending_) {
        write_stream();
    }
}

void Connection::on_stream_written(error_code error) {
    if (state_ != State::Streaming) {
        return;
    }
    disarm();
    if (error) {
        close();
    } else if (stream_ending_) {
        stream_->end();
        stream_.reset();
        core_.streams.fetch_sub(1);
        linger();
    } else {
        flush_stream();
    }
}

}  // namespace sijill::api
