#pragma once
// tests/support/raw_http.h - a plain blocking client on a BSD socket. It shares nothing with the
// server under test: what it finds in the bytes, it finds by itself.

#include "tests/support/eventually.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sijill::tests {

struct RawAnswer {
    int status = 0;                              // 0: none came
    std::map<std::string, std::string> headers;  // names in lower case
    std::string head;
    std::string body;

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

class RawClient {
  public:
    struct From {
        std::string address = "127.0.0.1";  // 127.0.0.2 is another peer
        int receive_buffer = 0;             // 0: the system's
    };

    explicit RawClient(uint16_t port) : RawClient(port, From{}) {}
    RawClient(uint16_t port, const From& from);
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient();

    /// False when the server has closed.
    bool send(std::string_view bytes);
    /// Sends what fits without waiting longer than `patience`; -1 when the server has closed.
    long send_some(std::string_view bytes, std::chrono::milliseconds patience);
    void end_sending();
    /// Closes with a reset, as a client does that has crashed.
    void reset();
    void close();

    /// The next answer, to a request other than HEAD unless `bodyless`.
    RawAnswer answer(bool bodyless = false);
    /// send() and answer().
    RawAnswer ask(std::string_view request);
    /// Everything up to `mark` and with it; what came so far when the server closes before.
    std::string read_until(std::string_view mark);
    /// True when the server closes, in order or by a reset, within `patience`. Bytes are skipped.
    bool closes(std::chrono::milliseconds patience = kPatience);
    [[nodiscard]] int fd() const { return fd_; }

  private:
    bool fill(std::chrono::milliseconds patience);
    std::string take(size_t size);
    std::string dechunk();

    int fd_ = -1;
    std::string received_;
};

}  // namespace sijill::tests
