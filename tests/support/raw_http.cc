#include "tests/support/raw_http.h"

#include "events/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace sijill::tests {

namespace {

using std::chrono::milliseconds;

sockaddr_in address_of(const std::string& text, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    CHECK(inet_pton(AF_INET, text.c_str(), &address.sin_addr) == 1, "an address of the test");
    return address;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

bool wait_for(int fd, short events, milliseconds patience) {
    pollfd waiting{fd, events, 0};
    return ::poll(&waiting, 1, static_cast<int>(patience.count())) == 1;
}

size_t number(std::string_view text, int base) {
    size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
}

}  // namespace

RawClient::RawClient(uint16_t port, const From& from) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    CHECK(fd_ >= 0, "a socket for a test");
    if (from.receive_buffer > 0) {
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &from.receive_buffer, sizeof(from.receive_buffer));
    }
    const sockaddr_in own = address_of(from.address, 0);
    CHECK(::bind(fd_, generic(own), sizeof(own)) == 0, "loopback addresses are all there");
    const sockaddr_in server = address_of("127.0.0.1", port);
    CHECK(::connect(fd_, generic(server), sizeof(server)) == 0, "the server under test listens");
}

RawClient::~RawClient() {
    close();
}

void RawClient::close() {
    if (fd_ >= 0) {
        ::close(fd_);
        fd_ = -1;
    }
}

void RawClient::reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
}

void RawClient::end_sending() {
    ::shutdown(fd_, SHUT_WR);
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const long sent = send_some(bytes, kPatience);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
}

long RawClient::send_some(std::string_view bytes, milliseconds patience) {
    if (!wait_for(fd_, POLLOUT, patience)) {
        return 0;
    }
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        return errno == EAGAIN ? 0 : -1;
    }
    return sent;
}

bool RawClient::fill(milliseconds patience) {
    if (!wait_for(fd_, POLLIN, patience)) {
        return false;
    }
    std::array<char, 65536> bytes{};
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
        return false;
    }
    received_.append(bytes.data(), static_cast<size_t>(got));
    return true;
}

std::string RawClient::take(size_t size) {
    while (received_.size() < size && fill(kPatience)) {
    }
    std::string taken = received_.substr(0, size);
    received_.erase(0, taken.size());
    return taken;
}

std::string RawClient::read_until(std::string_view mark) {
    size_t found = received_.find(mark);
    while (found == std::string::npos && fill(kPatience)) {
        found = received_.find(mark);
    }
    return take(found == std::string::npos ? received_.size() : found + mark.size());
}

bool RawClient::closes(milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
        if (!wait_for(fd_, POLLIN, milliseconds(50))) {
            continue;
        }
        if (!fill(milliseconds(0))) {
            return true;
        }
    }
    return false;
}

std::string RawClient::dechunk() {
    std::string body;
    while (true) {
        const std::string line = read_until("\r\n");
        const size_t size = number(line, 16);
        if (size == 0) {
            read_until("\r\n");
            return body;
        }
        body += take(size);
        CHECK(take(2) == "\r\n", "a chunk ends with CR LF");
    }
}

RawAnswer RawClient::answer(bool bodyless) {
    RawAnswer answer;
    answer.head = read_until("\r\n\r\n");
    if (!answer.head.starts_with("HTTP/1.1 ") || !answer.head.ends_with("\r\n\r\n")) {
        return answer;
    }
    answer.status = static_cast<int>(number(std::string_view(answer.head).substr(9, 3), 10));
    std::string_view rest = answer.head;
    rest.remove_prefix(rest.find("\r\n") + 2);
    while (rest != "\r\n") {
        const std::string_view line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(line.size() + 2);
        std::string name(line.substr(0, line.find(": ")));
        std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        answer.headers[name] = line.substr(line.find(": ") + 2);
    }
    const bool none =
        bodyless || answer.status / 100 == 1 || answer.status == 204 || answer.status == 304;
    if (none) {
        return answer;
    }
    answer.body = answer.header("transfer-encoding") == "chunked"
                      ? dechunk()
                      : take(number(answer.header("content-length"), 10));
    return answer;
}

RawAnswer RawClient::ask(std::string_view request) {
    send(request);
    return answer();
}

}  // namespace sijill::tests
